package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/spf13/cobra"

	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/plan"
	"oshirase/jobs/queue"
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

// failed is a fault that is neither usage nor the campaign's.
func failed(format string, args ...any) *fault {
	return &fault{code: exitError, what: fmt.Sprintf(format, args...)}
}

func usage(format string, args ...any) *fault {
	return &fault{code: exitUsage, what: fmt.Sprintf(format, args...)}
}

func (f *fault) hint(format string, args ...any) *fault {
	f.hints = append(f.hints, fmt.Sprintf(format, args...))
	return f
}

// because adds the cause. Its text follows what is said.
func (f *fault) because(err error) *fault {
	f.cause = err
	return f
}

// quiet is an exit code without an error: the output has said it all.
type quiet int

func (q quiet) Error() string { return fmt.Sprintf("exit code %d", int(q)) }

// interrupted turns the end of the context into its exit code.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Canceled
	}
	return err
}

// explain gives every error its code and the next step: no error is without one. It is the one place
// that maps errors to exit codes.
func (p *program) explain(err error) *fault {
	var f *fault
	for _, known := range []func(error) *fault{
		asFault, p.ledgerFault, p.keyFault, redisFault, fileFault,
	} {
		if f = known(err); f != nil {
			break
		}
	}
	if f == nil {
		f = failed("").because(err)
	}
	if len(f.hints) == 0 {
		f.hint("what was done is in the ledger: oshirase status; then try again")
	}
	return f
}

func asFault(err error) *fault {
	var f *fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}

func (p *program) ledgerFault(err error) *fault {
	var conflict *ledger.ConflictError
	var purged *ledger.PurgedError
	var gone *ledger.GoneError
	f := failed("").because(err)
	switch {
	case errors.As(err, &gone):
		return failed("").because(gone).
			hint("go on there with OSHIRASE_LEDGER=postgres://…; nothing is changed in %s any more",
				ledger.Name(p.settings.Ledger)).
			hint("a copy that was cut off is finished, or found whole, by: oshirase ledger copy --to postgres://…")
	case errors.Is(err, ledger.ErrBusy):
		f.code = exitBusy
		return f.hint("another oshirase is writing to %s; try again in a moment",
			ledger.Name(p.settings.Ledger))
	case errors.Is(err, ledger.ErrImporting):
		f.code = exitBusy
		return f.hint("wait for it, or half a minute after it has died")
	case errors.Is(err, ledger.ErrAddingCodes):
		f.code = exitBusy
		return f.hint("wait for it, or half a minute after it has died")
	case errors.As(err, &conflict):
		f.code = exitInvalid
		return f.hint("what was promised does not change, see it with: oshirase status %s; what comes next is revision %d",
			conflict.Campaign, conflict.Have+1)
	case errors.As(err, &purged):
		return f.hint("its numbers are still there: oshirase status %s, and oshirase report %s",
			purged.Campaign, purged.Campaign)
	case errors.Is(err, ledger.ErrNoCampaign):
		return failed("there is no campaign %q in the ledger %q", p.subject, ledger.Name(p.settings.Ledger)).
			hint("see what it has with: oshirase status; OSHIRASE_LEDGER names another ledger")
	case errors.Is(err, ledger.ErrDamaged):
		return f.hint("see that OSHIRASE_LEDGER (%s) is the right file; else go back to a copy of it",
			ledger.Name(p.settings.Ledger))
	case errors.Is(err, ledger.ErrUnreachable):
		return f.hint("see that the server of OSHIRASE_LEDGER (%s) is up and lets this machine in",
			ledger.Name(p.settings.Ledger))
	case errors.Is(err, ledger.ErrDisk):
		return f.hint("make room, then do the same again; what was done before is in the ledger")
	case errors.Is(err, ledger.ErrSwitching):
		f.code = exitBusy
		return f.hint("finish it with: oshirase enqueue FOLDER; or let the revision in force go on: oshirase resume ID")
	case errors.Is(err, ledger.ErrPageFile):
		return f.hint("let a worker finish it or give it back, then do the same again: oshirase work")
	case errors.Is(err, ledger.ErrCancelled):
		f.code = exitInvalid
		return f.hint("nothing of it is sent any more; begin another campaign")
	case errors.Is(err, plan.ErrOvertaken):
		return f.hint("nothing was imported; stop it with: oshirase hold ID, then plan and enqueue again, and resume")
	case errors.Is(err, plan.ErrChanged):
		return f.hint("nothing was imported; when nobody writes to them any more, do the same again")
	}
	return nil
}

func (p *program) keyFault(err error) *fault {
	var noKey *seal.NoKeyError
	var wrong *office.WrongKeyError
	f := failed("").because(err)
	switch {
	case errors.As(err, &noKey):
		return f.hint("point OSHIRASE_KEYS at the directory that has the keys; without them nobody can be read")
	case errors.Is(err, seal.ErrRotating):
		return f.hint("finish that first: oshirase key rotate, with the new master key in force")
	case errors.As(err, &wrong), errors.Is(err, seal.ErrSealed):
		return f.hint("point OSHIRASE_KEYS at the keys that this ledger was made with; nothing was changed")
	case errors.Is(err, seal.ErrDamaged) && p.settings.MasterKey != "":
		return f.hint("OSHIRASE_MASTER_KEY must have the whole line that oshirase keygen wrote; nothing was changed")
	case errors.Is(err, seal.ErrDamaged):
		return f.hint("put the copy of the keys in its place, in %s; nothing was changed", p.settings.Keys)
	}
	return nil
}

func redisFault(err error) *fault {
	var redis *queue.Error
	switch {
	case !errors.As(err, &redis):
		return nil
	case redis.Auth:
		return failed("").because(err).hint("set OSHIRASE_REDIS to redis://user:password@host:6379")
	}
	return failed("").because(err).
		hint("start Redis, or set OSHIRASE_REDIS; unset, a single worker uses a queue of its own")
}

// fileFault says what can be done about a place that cannot be read or written.
func fileFault(err error) *fault {
	hint := ""
	switch {
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		hint = "see who owns it and its mode, and that the disk is not read-only; or name another place"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		hint = "make room, then do the same again"
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EISDIR), errors.Is(err, fs.ErrExist),
		errors.Is(err, errNoFile):
		hint = "something else has this name: name another place"
	case errors.Is(err, fs.ErrNotExist):
		hint = "see that the directory is there and can be written, or name another place"
	default:
		return nil
	}
	return failed("").because(err).hint("%s", hint)
}

// noBatch says that a campaign has no batch of a name.
func noBatch(id, name string) error {
	return failed("campaign %s has no batch %q", id, name).
		hint("see its batches with: oshirase status %s", id)
}

// one takes exactly one argument and says what it is when it is missing. It is kept as the subject of
// what is said later.
func (p *program) one(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usage("%s takes one argument, %s; %d given", c.Name(), what, len(args)).
				hint("see: %s --help", c.CommandPath())
		}
		p.subject = args[0]
		return nil
	}
}

// atMostOne takes one argument or none.
func (p *program) atMostOne(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return p.one(what)(c, args)
	}
}

func none(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usage("%s takes no argument; %d given", c.Name(), len(args)).hint("see: %s --help", c.CommandPath())
}

// noCommand says that there is no command of a name, and which was perhaps meant.
func noCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	f := usage("there is no command %q", args[0])
	for _, near := range c.SuggestionsFor(args[0]) {
		f.hint("did you mean %q?", near)
	}
	return f.hint("see all with: %s --help", c.CommandPath())
}
