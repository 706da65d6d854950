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
	"oshirase/jobs"
	"oshirase/jobs/email"
	"oshirase/jobs/ledger"
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
  OSHIRASE_LEDGER   the ledger, a file              (ledger; default oshirase.db)
  OSHIRASE_KEYS     the directory of the keys       (keys; default oshirase-keys)
  OSHIRASE_SMTP     smtp://user:password@host:587   (smtp)
  OSHIRASE_REDIS    redis://host:6379               (redis; unset: a queue inside the process)
  OSHIRASE_LETTERS  the directory of print files    (letters; default oshirase-letters)
  OSHIRASE_USERS    the users of serve, a file      (users; default oshirase-users)
  OSHIRASE_OPERATOR who the journal names           (default: the user of this machine)

` + exitHelp,
		SilenceErrors: true, SilenceUsage: true,
		PersistentPreRunE: func(*cobra.Command, []string) (err error) {
			p.settings, err = config.Load(config.File, p.getenv)
			if err != nil {
				return failed("").because(err).hint("correct %s in this directory; its keys: %s",
					config.File, "ledger, keys, smtp, redis, letters, users, shutdown_timeout, deadlines")
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
		p.lookupCommand(), p.reportCommand(), p.bindCommand(), p.serveCommand(), p.benchCommand(),
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

// openLedger opens the ledger there is.
func (p *program) openLedger(ctx context.Context) (*ledger.Ledger, error) {
	l, err := ledger.Open(ctx, p.settings.Ledger, false, p.now)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, failed("there is no ledger at %q", p.settings.Ledger).
			hint("it is made by: oshirase enqueue FOLDER; OSHIRASE_LEDGER says where it is")
	}
	return l, err
}

func (p *program) keys() seal.Keyring { return seal.Dir(p.settings.Keys) }

// log speaks of events by ids only.
func (p *program) log() *slog.Logger { return slog.New(slog.NewTextHandler(&p.voice, nil)) }

// relay reads the relay's settings.
func (p *program) relay() (email.Relay, error) {
	if p.settings.SMTP == "" {
		return email.Relay{}, failed("there is no relay to take the mail").
			hint("set OSHIRASE_SMTP to smtp://user:password@host:587")
	}
	r, err := email.ParseRelay(p.settings.SMTP)
	if err != nil {
		return r, failed("OSHIRASE_SMTP").because(err).hint("write it as smtp://user:password@host:587")
	}
	d := p.settings.Deadlines
	r.Deadlines = email.Deadlines{
		Dial: d.Dial, Greeting: d.Greeting, Command: d.Command, Body: d.Body, Dot: d.Dot,
	}
	return r, nil
}

// openRedis connects to the queue's server, or starts one in the process.
func (p *program) openRedis(ctx context.Context) (*jobs.Redis, error) {
	redis, err := jobs.OpenRedis(ctx, p.settings.Redis)
	var known *jobs.RedisError
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
