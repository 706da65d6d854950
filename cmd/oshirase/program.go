package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"time"

	"github.com/spf13/cobra"

	"oshirase/config"
	"oshirase/config/campaign"
	"oshirase/jobs/email"
	"oshirase/jobs/ledger"
	"oshirase/jobs/members"
	"oshirase/jobs/pagefile"
	"oshirase/jobs/queue"
	"oshirase/jobs/recipient"
	"oshirase/jobs/seal"
)

// program is one run of the command: everything it touches comes in here.
type program struct {
	voice
	stdin  io.Reader
	getenv func(string) string
	now    func() time.Time
	ask    bool // standard input is a terminal

	settings config.Settings
	asJSON   bool
	why      string
	subject  string             // the folder, campaign or name that the command is about
	goOn     string             // what to do after an interruption
	rejected []recipient.Reject // the first few, without personal data
	lines    *bufio.Reader
}

// run carries out one command line and returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(args)
	root.SetOut(p.out)
	root.SetErr(p.err)
	err := root.ExecuteContext(ctx)
	var q quiet
	if errors.As(err, &q) {
		return int(q)
	}
	if err == nil {
		return exitDone
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		p.note("interrupted")
		if p.goOn != "" {
			p.hint("%s", p.goOn)
		}
		return exitInterrupted
	}
	f := p.explain(err)
	p.fault(f)
	return f.code
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "oshirase",
		Short: "Tell the people affected by a data incident, each once, and prove it",
		Long: `Oshirase tells the people affected by a personal-data incident what happened to their data.

First steps:
  oshirase demo                              a whole campaign, here, with invented people
  oshirase sample telecomsquare --out DIR    an example to look at and to change
  oshirase check DIR                         what is wrong with it
  oshirase plan DIR                          who would get what

Settings come from the environment, over oshirase.yaml in the working directory:
  OSHIRASE_LEDGER   the ledger: a file, or postgres://user:password@host/name  (default oshirase.db)
  OSHIRASE_KEYS     the directory of the keys       (keys; default oshirase-keys)
  OSHIRASE_MASTER_FILE  the master key's file     (master_file; default master.key among the keys)
  OSHIRASE_MASTER_KEY  the master key itself, in place of a file
  OSHIRASE_SMTP     smtp://user:password@host:587   (smtp; several with a space between, ?weight=3)
  OSHIRASE_REDIS    redis://host:6379               (redis; unset: a queue inside the process)
  OSHIRASE_WEBHOOK_SECRET  whsec_… signs messages to members' pages (webhook: {secret, ca, timeout})
  OSHIRASE_WEBHOOK_CA  a PEM file, where the page's certificate is none of the system's
  OSHIRASE_FEED     the directory of files for members' pages, and OSHIRASE_FEED_KEY the PEM file of the
                    Ed25519 key that signs them     (feed: {dir, key}; default oshirase-feed)
  OSHIRASE_LETTERS  the directory of print files    (letters; default oshirase-letters)
  OSHIRASE_FLIGHT   the directory of this machine's flight logs (flight; default beside the ledger's file,
                    oshirase-flight for a server)
  OSHIRASE_USERS    the users of serve, a file      (users; default oshirase-users)
  OSHIRASE_RESOLVER host:port of a DNS server, for check --relay (resolver; unset: nothing is looked up)
  OSHIRASE_OPERATOR who the journal names           (default: the user of this machine)

` + exitHelp,
		SilenceErrors: true, SilenceUsage: true,
		PersistentPreRunE: func(*cobra.Command, []string) (err error) {
			p.settings, err = config.Load(config.File, p.getenv)
			if err != nil {
				return failed("").because(err).hint("correct %s in this directory; its keys: %s",
					config.File, "ledger, keys, master_file, smtp, redis, letters, users, shutdown_timeout, deadlines, "+
						"dkim, smime, resolver, webhook, feed")
			}
			return nil
		},
		SuggestionsMinimumDistance: 2,
		Args:                       noCommand,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage("%v", err).hint("see: %s --help", c.CommandPath())
	})
	root.AddCommand(
		p.demoCommand(), p.sampleCommand(), p.checkCommand(), p.planCommand(), p.previewCommand(),
		p.enqueueCommand(), p.workCommand(), p.runCommand(), p.statusCommand(),
		p.holdCommand(), p.releaseCommand(), p.resumeCommand(), p.cancelCommand(), p.retryCommand(),
		p.resolveCommand(), p.bounceCommand(),
		p.lookupCommand(), p.reportCommand(), p.bindCommand(), p.lettersCommand(),
		p.handoverCommand(), p.returnsCommand(), p.remailCommand(), p.codesCommand(), p.feedCommand(),
		p.serveCommand(), p.benchCommand(),
		p.ledgerCommand(), p.keygenCommand(), p.keyCommand(), p.purgeCommand(),
	)
	for _, c := range root.Commands() {
		if c.Long == "" {
			c.Long = c.Short + "."
		}
		c.Long += "\n\n" + exitHelp
	}
	return root
}

// operator is who the journal names: the user of this machine.
func (p *program) operator() ledger.Operator {
	who := p.getenv("OSHIRASE_OPERATOR")
	if who == "" {
		if u, err := user.Current(); err == nil {
			who = u.Username
		}
	}
	return ledger.Operator{Who: who, Why: p.why}
}

// id names this process in the ledger: host, process, and a moment, so that no other has it.
func (p *program) id() string {
	host, _ := os.Hostname()
	return fmt.Sprintf("%s/%d/%x", host, os.Getpid(), time.Now().UnixNano()&0xffffff)
}

// openLedger opens the ledger there is. One that goes on elsewhere says nothing true any more.
func (p *program) openLedger(ctx context.Context) (*ledger.Ledger, error) {
	l, err := p.openAnyLedger(ctx)
	if err != nil {
		return nil, err
	}
	if err := l.Here(ctx); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// openAnyLedger opens also one that goes on elsewhere.
func (p *program) openAnyLedger(ctx context.Context) (*ledger.Ledger, error) {
	l, err := ledger.Open(ctx, p.settings.Ledger, false, p.now)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, failed("there is no ledger at %q", ledger.Name(p.settings.Ledger)).
			hint("it is made by: oshirase enqueue FOLDER; OSHIRASE_LEDGER says where it is")
	}
	return l, err
}

func (p *program) keys() seal.Keyring {
	s := p.settings
	return seal.In(seal.Place{Dir: s.Keys, File: s.MasterFile, Master: s.MasterKey})
}

// log speaks of events by ids only.
func (p *program) log() *slog.Logger { return slog.New(slog.NewTextHandler(&p.voice, nil)) }

// outgoing is where messages go and how they are signed.
type outgoing struct {
	relays    []email.Relay
	signing   email.Signing
	pages     *members.Client
	pageFiles pagefile.Place
}

func (p *program) outgoing() (to outgoing, err error) {
	if to.relays, err = p.relays(); err == nil {
		to.signing, err = p.signing()
	}
	if err == nil {
		to.pages, err = p.pages()
	}
	if err == nil {
		to.pageFiles, err = p.pageFiles()
	}
	return to, err
}

// relays reads the relays' settings.
func (p *program) relays() ([]email.Relay, error) {
	if p.settings.SMTP == "" {
		return nil, failed("there is no relay to take the mail").
			hint("set OSHIRASE_SMTP to smtp://user:password@host:587")
	}
	list, err := email.ParseRelays(string(p.settings.SMTP))
	if err != nil {
		return nil, failed("OSHIRASE_SMTP").because(err).
			hint("write it as smtp://user:password@host:587; several with a space between")
	}
	d := p.settings.Deadlines
	for i := range list {
		list[i].Deadlines = email.Deadlines{
			Dial: d.Dial, Greeting: d.Greeting, Command: d.Command, Body: d.Body, Dot: d.Dot,
		}
	}
	return list, nil
}

// signing reads the keys that messages are signed with, if there are any.
func (p *program) signing() (s email.Signing, err error) {
	if s.DKIM, err = p.dkim(); err != nil {
		return s, failed("").because(err).hint("%s says it so: dkim: {domain: example.com, selector: s1, "+
			"key: dkim.pem}, or a list of them", config.File)
	}
	if c := p.settings.SMIME; c != (config.SMIME{}) {
		if s.SMIME, err = email.ReadSMIME(c.Certificate, c.Key, c.Except.Words()); err == nil {
			err = s.SMIME.Check(p.now())
		}
		if err != nil {
			return s, failed("").because(err).hint("%s says it so: smime: {certificate: FILE, key: FILE, "+
				"except: [docomo.ne.jp]}, all in PEM", config.File)
		}
	}
	return s, nil
}

func (p *program) dkim() (email.Keys, error) {
	var keys []*email.DKIM
	for _, d := range p.settings.DKIM {
		key, err := email.ReadDKIM(d.Domain, d.Selector, d.Key)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return email.NewKeys(keys...)
}

// openRedis connects to the queue's server, or starts one in the process.
func (p *program) openRedis(ctx context.Context) (*queue.Redis, error) {
	redis, err := queue.Open(ctx, p.settings.Redis)
	var known *queue.Error
	if err != nil && !errors.As(err, &known) && ctx.Err() == nil {
		return nil, failed("OSHIRASE_REDIS").because(err).
			hint("write it as redis://:password@host:6379, rediss://… or redis-sentinel://…")
	}
	return redis, interrupted(ctx, err)
}

// problems prints what is wrong with a campaign: a line each, with what to do about it.
func (p *program) problems(found []campaign.Problem) {
	for _, x := range found {
		kind := "error"
		if x.Warning {
			kind = "warning"
		}
		p.line(kind, x.String())
		if x.Do != "" {
			p.line("hint", x.Do)
		}
	}
}
