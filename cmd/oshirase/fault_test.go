package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"oshirase/config"
	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/plan"
	"oshirase/jobs/queue"
	"oshirase/jobs/seal"
)

func TestEveryErrorHasItsExitCodeAndANextStep(t *testing.T) {
	t.Parallel()
	p := &program{settings: config.Settings{Ledger: "l.db", Keys: "keys"}, subject: "ts-2013"}
	conflict := &ledger.ConflictError{Campaign: "ts-2013", Have: 1, Want: 1}
	for name, c := range map[string]struct {
		err  error
		code int
		says string
	}{
		"busy":           {fmt.Errorf("claim: %w", ledger.ErrBusy), exitBusy, "another oshirase is writing to l.db"},
		"importing":      {ledger.ErrImporting, exitBusy, "wait for it"},
		"a file begun":   {ledger.ErrPageFile, exitError, "oshirase work"},
		"other content":  {conflict, exitInvalid, "oshirase status ts-2013"},
		"no campaign":    {ledger.ErrNoCampaign, exitError, `no campaign "ts-2013" in the ledger "l.db"`},
		"damaged ledger": {ledger.ErrDamaged, exitError, "OSHIRASE_LEDGER (l.db)"},
		"full disk":      {ledger.ErrDisk, exitError, "make room"},
		"changed files":  {plan.ErrChanged, exitError, "nothing was imported"},
		"no key":         {&seal.NoKeyError{Dir: "keys"}, exitError, "OSHIRASE_KEYS"},
		"wrong key":      {&office.WrongKeyError{Campaign: "ts-2013", Dir: "keys"}, exitError, "nothing was changed"},
		"sealed":         {fmt.Errorf("key: %w", seal.ErrSealed), exitError, "OSHIRASE_KEYS"},
		"torn key":       {seal.ErrDamaged, exitError, "in keys"},
		"no Redis":       {&queue.Error{Err: errors.New("refused")}, exitError, "start Redis"},
		"Redis password": {&queue.Error{Auth: true}, exitError, "redis://user:password@"},
		"read-only":      {fmt.Errorf("write: %w", syscall.EROFS), exitError, "read-only"},
		"not allowed":    {fs.ErrPermission, exitError, "mode"},
		"no room":        {syscall.ENOSPC, exitError, "make room"},
		"no directory":   {&fs.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}, exitError, "directory"},
		"in the way":     {fmt.Errorf("write: %w", errNoFile), exitError, "another place"},
		"usage":          {fmt.Errorf("outer: %w", usage("what").hint("do this")), exitUsage, "do this"},
		"without a hint": {failed("what"), exitError, "oshirase status"},
		"unknown":        {errors.New("something else"), exitError, "oshirase status"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := p.explain(c.err)
			all := f.Error() + "\n" + strings.Join(f.hints, "\n")
			if f.code != c.code || len(f.hints) == 0 || !strings.Contains(all, c.says) {
				t.Errorf("code %d, want %d, and %q in:\n%s", f.code, c.code, c.says, all)
			}
		})
	}
}

// asked is a program at whose terminal somebody types.
func asked(typed string) (*program, *bytes.Buffer) {
	var said bytes.Buffer
	return &program{voice: voice{out: &said, err: &said}, stdin: strings.NewReader(typed), ask: true}, &said
}

func TestOnlyTheCampaignWithTheNumberConfirms(t *testing.T) {
	t.Parallel()
	const want = "ts-2013:96"
	for name, c := range map[string]struct {
		given, typed string
		ask, ok      bool
	}{
		"given right":             {want, "", false, true},
		"given right, terminal":   {want, "no\n", true, true},
		"given another number":    {"ts-2013:95", want, false, false},
		"given the number alone":  {"96", "", false, false},
		"not given, no terminal":  {"", want, false, false},
		"typed right":             {"", want + "\r\n", true, true},
		"typed without a newline": {"", want, true, true},
		"typed something else":    {"", "yes\n", true, false},
		"typed nothing":           {"", "\n", true, false},
		"end of input":            {"", "", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _ := asked(c.typed)
			p.ask = c.ask
			err := p.confirm(t.Context(), c.given, want, 96)
			if (err == nil) != c.ok {
				t.Fatalf("got %v", err)
			}
			if err == nil {
				return
			}
			if f := p.explain(err); f.code != exitUsage || f.hints[0] != "to go on: --confirm "+want {
				t.Errorf("code %d, hints %q", f.code, f.hints)
			}
		})
	}
}

// silence is a terminal at which nobody types.
type silence struct{ done <-chan struct{} }

func (s silence) Read([]byte) (int, error) {
	<-s.done
	return 0, errors.New("closed")
}

func TestAnInterruptAtAPromptEndsIt(t *testing.T) {
	t.Parallel()
	p, _ := asked("")
	p.stdin = silence{t.Context().Done()}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := p.confirm(ctx, "", "ts-2013:96", 96); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAnInterruptIsExitCode130AndSaysHowToGoOn(t *testing.T) {
	t.Parallel()
	p, said := asked("")
	p.getenv, p.stdin = func(string) string { return "" }, silence{t.Context().Done()}
	p.goOn = "go on with: oshirase run ts-2013"
	ctx, stop := context.WithCancel(t.Context())
	stop()
	code := p.run(ctx, []string{"serve", "user", "add", "somebody"})
	if code != exitInterrupted || !strings.Contains(said.String(), "oshirase: interrupted\noshirase: hint: go on") {
		t.Errorf("code %d, said %q", code, said)
	}
}

func TestAWorkerStoppedWhileItStartsHasStopped(t *testing.T) {
	t.Parallel()
	p, said := asked("")
	ledger := filepath.Join(t.TempDir(), "oshirase.db")
	p.getenv = func(name string) string { return map[string]string{"OSHIRASE_LEDGER": ledger}[name] }
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if code := p.run(ctx, []string{"work"}); code != exitDone || !strings.Contains(said.String(), "oshirase: stopped") {
		t.Errorf("code %d, said %q", code, said)
	}
}
