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
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oshirase/config"
	"oshirase/config/campaign"
	"oshirase/jobs"
	"oshirase/jobs/email"
	"oshirase/jobs/ledger"
	"oshirase/jobs/seal"
)

// The exit codes are a promise to scripts.
const (
	exitDone        = 0
	exitError       = 1
	exitUsage       = 2
	exitFailures    = 3   // finished, some deliveries refused, blocked, expired or uncertain
	exitStopped     = 4   // at a hold or halt
	exitInvalid     = 10  // campaign
	exitBusy        = 11  // ledger
	exitInterrupted = 130 // by a signal
)

const exitHelp = `Exit codes:
  0 done  1 error  2 usage  3 finished, some deliveries refused, blocked, expired or uncertain
  4 stopped at a hold or halt  10 campaign invalid  11 ledger busy  130 interrupted`

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
	lines    *bufio.Reader
}

// fault is an error with what to do about it and the exit code it gives.
type fault struct {
	code  int
	what  string
	hints []string
	cause error
}

func (f *fault) Error() string {
	if f.cause != nil && f.what != "" {
		return f.what + ": " + f.cause.Error()
	}
	if f.cause != nil {
		return f.cause.Error()
	}
	return f.what
}

func (f *fault) Unwrap() error { return f.cause }

func usage(format string, args ...any) *fault {
	return &fault{code: exitUsage, what: fmt.Sprintf(format, args...)}
}

func (f *fault) hint(format string, args ...any) *fault {
	f.hints = append(f.hints, fmt.Sprintf(format, args...))
	return f
}

// quiet is an exit code without an error: the output has said it all.
type quiet int

func (q quiet) Error() string { return fmt.Sprintf("exit code %d", int(q)) }

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
		return exitInterrupted
	}
	f := p.explain(err)
	p.fault(f)
	return f.code
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "oshirase",
		Short:         "Tell the people affected by a data incident, each once, and prove it",
		Long:          "Oshirase tells the people affected by a personal-data incident what happened to their data.\n\nFirst steps:\n  oshirase demo                       a whole campaign, on this machine, with invented people\n  oshirase sample telecomsquare --out DIR\n  oshirase check DIR\n  oshirase plan DIR\n\n" + exitHelp,
		SilenceErrors: true, SilenceUsage: true,
		PersistentPreRunE: func(*cobra.Command, []string) (err error) {
			p.settings, err = config.Load(config.File, p.getenv)
			return err
		},
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

// one takes exactly one argument and says what it is when it is missing.
func one(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		return usage("%s takes one argument, %s; %d given", c.Name(), what, len(args)).
			hint("see: %s --help", c.CommandPath())
	}
}

func none(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usage("%s takes no argument", c.Name()).hint("see: %s --help", c.CommandPath())
}

// explain gives every error its code and, where there is one, the next step. It is the one place that
// maps errors to exit codes.
func (p *program) explain(err error) *fault {
	var f *fault
	if errors.As(err, &f) {
		return f
	}
	var noKey *seal.NoKeyError
	var wrongKey *jobs.WrongKeyError
	var redis *jobs.RedisError
	var conflict *ledger.ConflictError
	f = &fault{code: exitError, cause: err}
	switch {
	case errors.Is(err, ledger.ErrBusy):
		f.code = exitBusy
		return f.hint("another oshirase is writing to %s; try again in a moment", p.settings.Ledger)
	case errors.Is(err, ledger.ErrImporting):
		f.code = exitBusy
		return f.hint("wait for it, or half a minute after it has died")
	case errors.As(err, &conflict):
		f.code = exitInvalid
		return f.hint("what was promised does not change: see it with: oshirase status %s", conflict.Campaign)
	case errors.Is(err, ledger.ErrNoCampaign):
		return f.hint("see what the ledger has with: oshirase status; OSHIRASE_LEDGER is %s", p.settings.Ledger)
	case errors.Is(err, ledger.ErrNoBatch):
		return f.hint("see the batches with: oshirase status ID")
	case errors.As(err, &noKey):
		return f.hint("point OSHIRASE_KEYS at the directory that has the keys; without them nobody can be read")
	case errors.As(err, &wrongKey), errors.Is(err, seal.ErrSealed):
		return f.hint("point OSHIRASE_KEYS at the keys that this ledger was made with; nothing was changed")
	case errors.As(err, &redis) && redis.Auth:
		return f.hint("set OSHIRASE_REDIS to redis://user:password@host:6379")
	case errors.As(err, &redis):
		return f.hint("start Redis, or set OSHIRASE_REDIS; without it one worker can use its own queue")
	case errors.Is(err, fs.ErrPermission):
		return f.hint("check the owner and mode of the directory, and that the disk is not read-only")
	}
	if strings.HasPrefix(err.Error(), "unknown command") { // cobra has no type for it
		f.code = exitUsage
		return f.hint("see: oshirase --help")
	}
	return f
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
		return nil, (&fault{code: exitError, what: fmt.Sprintf("there is no ledger at %q", p.settings.Ledger)}).
			hint("it is made by: oshirase enqueue FOLDER; OSHIRASE_LEDGER says where it is")
	}
	return l, err
}

func (p *program) keys() seal.Keyring { return seal.Dir(p.settings.Keys) }

// log speaks of events by ids only.
func (p *program) log() *slog.Logger { return slog.New(slog.NewTextHandler(logWriter{&p.voice}, nil)) }

// logWriter keeps log lines and the progress line apart.
type logWriter struct{ v *voice }

func (w logWriter) Write(b []byte) (int, error) {
	w.v.clear()
	return w.v.err.Write(b)
}

// relay reads the relay's settings.
func (p *program) relay() (email.Relay, error) {
	if p.settings.SMTP == "" {
		return email.Relay{}, (&fault{code: exitError, what: "there is no relay to take the mail"}).
			hint("set OSHIRASE_SMTP to smtp://user:password@host:587")
	}
	r, err := email.ParseRelay(p.settings.SMTP)
	if err != nil {
		return r, (&fault{code: exitError, what: "OSHIRASE_SMTP", cause: err}).
			hint("write it as smtp://user:password@host:587")
	}
	d := p.settings.Deadlines
	r.Deadlines = email.Deadlines{
		Dial: d.Dial, Greeting: d.Greeting, Command: d.Command, Body: d.Body, Dot: d.Dot,
	}
	return r, nil
}

// problems prints what is wrong with a campaign: a line each, with what to do about it.
func (p *program) problems(folder string, found []campaign.Problem) {
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

// readLine asks for a line, on a terminal with a prompt.
func (p *program) readLine(prompt string) (string, error) {
	if p.ask {
		p.prompt(prompt)
	}
	if p.lines == nil {
		p.lines = bufio.NewReader(p.stdin)
	}
	line, err := p.lines.ReadString('\n')
	if err != nil && line == "" {
		return "", err
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// confirm makes sure that the operator means this campaign and this many deliveries.
func (p *program) confirm(given, want string, n int) error {
	if given == "" && p.ask {
		var err error
		given, err = p.readLine(fmt.Sprintf("This makes %s sendable. Type %s to go on: ",
			plural(n, "delivery", "deliveries"), want))
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	if given == want {
		return nil
	}
	what := fmt.Sprintf("%s would become sendable and need a confirmation", plural(n, "delivery", "deliveries"))
	if given != "" {
		what = fmt.Sprintf("confirmation %q is not %q: nothing was done", given, want)
	}
	return (&fault{code: exitUsage, what: what}).hint("to go on: --confirm %s", want)
}

// interrupted turns the end of the context into its exit code.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Canceled
	}
	return err
}
