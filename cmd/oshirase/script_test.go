package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"oshirase/jobs/email/emailtest"
	"oshirase/jobs/handover/handovertest"
	"oshirase/jobs/jobstest"
)

// TestMain lets this test's binary be the program too: what a script executes as oshirase is mainCode
// in a process of its own, with real signals and exit codes.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"oshirase": func() { os.Exit(mainCode()) }})
}

// TestScripts runs the specification of the command line. See testdata/script/README.md for the
// commands that the scripts have.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setUp,
		Condition:           condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"campaign": scriptCampaign, "edit": scriptEdit,
			"exits": scriptExits, "fails": scriptFails, "cutoff": scriptCutOff,
			"interrupt": scriptInterrupt, "interruptat": scriptInterruptAt,
			"smtpsink": scriptSink, "received": scriptReceived,
			"page": scriptPage, "paged": scriptPaged,
			"redis": scriptRedis, "postgres": scriptPostgres,
			"waitfor": scriptWaitFor, "json": scriptJSON, "files": scriptFiles, "mode": scriptMode,
			"hex": scriptHex, "postfix": scriptPostfix, "postfixlog": scriptPostfixLog,
			"maillog": scriptMailLog, "mailhouse": scriptMailHouse,
			"fill": scriptFill, "bounces": scriptBounces, "mailbox": scriptMailbox,
		},
	})
}

// stage is what the commands of one script share.
type stage struct {
	sample  string // directory of the sample campaign
	sink    *emailtest.Server
	page    *page
	postfix *jobstest.Mailer
	house   *handovertest.Server
}

type stageKey struct{}

func stageOf(ts *testscript.TestScript) *stage {
	s, ok := ts.Value(stageKey{}).(*stage)
	if !ok {
		ts.Fatalf("the script was not set up")
	}
	return s
}

// setUp begins a script. Nothing of the caller's settings reaches it.
func setUp(e *testscript.Env) error {
	dir, err := filepath.Abs(filepath.Join("testdata", "campaign"))
	if err != nil {
		return err
	}
	e.Values[stageKey{}] = &stage{sample: dir}
	e.Setenv("OSHIRASE_OPERATOR", "tester")
	return nil
}

// condition knows [redis]: whether there is a redis-server, and [postfix]. Where tests must be whole, its
// lack is an error and not a reason to skip.
func condition(name string) (bool, error) {
	if name == "postgres" {
		return hasPostgres()
	}
	if name == "postfix" {
		return hasPostfix()
	}
	if name != "redis" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	_, err := exec.LookPath("redis-server")
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") == "true" {
		return false, errors.New("redis-server is required under CI")
	}
	return err == nil, nil
}
