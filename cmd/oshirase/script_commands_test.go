package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"oshirase/jobs/ledger"
	"oshirase/jobs/seal"
)

// The commands of the scripts that have to do with files, processes and what they print. A command
// that cannot be negated says so by plainly.

// patience is how long a script waits for what must come: it only ends tests that have failed.
const patience = time.Minute

func plainly(ts *testscript.TestScript, neg, ok bool, usage string) {
	if neg || !ok {
		ts.Fatalf("usage: %s", usage)
	}
}

// scriptCampaign copies the sample campaign into a folder.
func scriptCampaign(ts *testscript.TestScript, neg bool, args []string) {
	plainly(ts, neg, len(args) == 1, "campaign DIR")
	ts.Check(os.CopyFS(ts.MkAbs(args[0]), os.DirFS(stageOf(ts).sample)))
}

// scriptEdit replaces text in a file. Text that is not there is a mistake in the script.
func scriptEdit(ts *testscript.TestScript, neg bool, args []string) {
	plainly(ts, neg, len(args) == 3, `edit FILE OLD NEW, with \n, \r and \xff`)
	bytes := strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\xff`, "\xff")
	from, to := bytes.Replace(args[1]), bytes.Replace(args[2])
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, from) {
		ts.Fatalf("%s does not have %q", args[0], from)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, from, to, 1)), 0o600))
}

// scriptExits runs a command and expects just this exit code.
func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	plainly(ts, neg, len(args) >= 2, "exits CODE COMMAND…")
	checkCode(ts, args[0], ts.Exec(args[1], args[2:]...))
}

func checkCode(ts *testscript.TestScript, want string, err error) {
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("run: %v", err)
	}
	if want != strconv.Itoa(code) {
		ts.Fatalf("exit code %d, want %s", code, want)
	}
}

// scriptFails is exits, and what the program says must be errors, each with a hint behind it: one, or
// as many as told. Standard output stays empty.
func scriptFails(ts *testscript.TestScript, neg bool, args []string) {
	const usage = "fails CODE [ERRORS] COMMAND…"
	plainly(ts, neg, len(args) >= 2, usage)
	want := 1
	if n, err := strconv.Atoi(args[1]); err == nil {
		want, args = n, slices.Delete(args, 1, 2)
		plainly(ts, neg, len(args) >= 2, usage)
	}
	scriptExits(ts, neg, args)
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("a failure has a result: %s", out)
	}
	checkVoice(ts, ts.ReadFile("stderr"), want)
}

// checkVoice sees that errors come one a line, and each with what to do.
func checkVoice(ts *testscript.TestScript, text string, want int) {
	errs, hinted := 0, true
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		_, isError := strings.CutPrefix(line, "oshirase: error: ")
		switch {
		case !strings.HasPrefix(line, "oshirase: "):
			ts.Fatalf("not in the program's voice: %q", line)
		case isError && !hinted:
			ts.Fatalf("an error without a hint stands before %q", line)
		case isError:
			errs, hinted = errs+1, false
		case strings.HasPrefix(line, "oshirase: hint: "):
			hinted = true
		}
	}
	if errs != want || !hinted {
		ts.Fatalf("%d errors, want %d; the last one has a hint: %t", errs, want, hinted)
	}
}

// scriptInterrupt runs a command until it says something, sends it SIGINT, and expects an exit code.
func scriptInterrupt(ts *testscript.TestScript, neg bool, args []string) {
	plainly(ts, neg, len(args) >= 3, "interrupt TEXT CODE COMMAND…")
	seen := make(chan string, 2)
	out, watch := &watcher{text: args[0], seen: seen}, &watcher{text: args[0], seen: seen}
	cmd := exec.Command(args[2], args[3:]...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = ts.MkAbs("."), environment(ts), out, watch
	ts.Check(cmd.Start())
	select {
	case <-seen:
		ts.Check(cmd.Process.Signal(os.Interrupt))
	case <-time.After(patience):
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		ts.Fatalf("%q was not said in %v, but: %s", args[0], patience, watch)
	}
	err := cmd.Wait()
	fmt.Fprint(ts.Stdout(), out.String())
	fmt.Fprint(ts.Stderr(), watch.String())
	checkCode(ts, args[1], err)
}

// scriptInterruptAt runs a command until a file of some pattern is there, sends it SIGINT, and expects an
// exit code.
func scriptInterruptAt(ts *testscript.TestScript, neg bool, args []string) {
	plainly(ts, neg, len(args) >= 3, "interruptat PATTERN CODE COMMAND…")
	var said bytes.Buffer
	cmd := exec.Command(args[2], args[3:]...)
	cmd.Dir, cmd.Env, cmd.Stderr = ts.MkAbs("."), environment(ts), &said
	ts.Check(cmd.Start())
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		if found, err := filepath.Glob(ts.MkAbs(args[0])); err != nil || len(found) > 0 {
			break
		}
		if time.Now().After(deadline) {
			break
		}
	}
	_ = cmd.Process.Signal(os.Interrupt)
	err := cmd.Wait()
	fmt.Fprint(ts.Stderr(), said.String())
	checkCode(ts, args[1], err)
}

// environment is what a script's commands see of it.
func environment(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range []string{
		"PATH", "HOME", "TMPDIR", "OSHIRASE_OPERATOR", "OSHIRASE_LEDGER", "OSHIRASE_KEYS", "OSHIRASE_REDIS",
		"OSHIRASE_SMTP", "OSHIRASE_LETTERS", "OSHIRASE_USERS",
	} {
		env = append(env, name+"="+ts.Getenv(name))
	}
	return env
}

// watcher keeps what is written and tells when it has seen its text.
type watcher struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	text string
	once sync.Once
	seen chan<- string
}

func (w *watcher) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf.Write(b)
	if strings.Contains(w.buf.String(), w.text) {
		w.once.Do(func() { w.seen <- w.text })
	}
	return len(b), nil
}

func (w *watcher) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buf.String()
}

// scriptJSON sees that a file (or stdout) is one JSON value with PATH=VALUE, or with PATH.
func scriptJSON(ts *testscript.TestScript, neg bool, args []string) {
	plainly(ts, neg, len(args) >= 2, "json FILE PATH[=VALUE]…")
	text := ts.ReadFile(args[0])
	for _, want := range args[1:] {
		if err := holds(text, want); err != nil {
			ts.Fatalf("%v in %s", err, text)
		}
	}
}

// holds tells whether JSON has a value at a path such as batches.0.state=open.
func holds(text, want string) error {
	var at any
	if err := json.Unmarshal([]byte(text), &at); err != nil {
		return fmt.Errorf("this is no JSON: %w", err)
	}
	path, value, compare := strings.Cut(want, "=")
	for _, step := range strings.Split(path, ".") {
		switch v := at.(type) {
		case map[string]any:
			next, ok := v[step]
			if !ok {
				return fmt.Errorf("no %q", path)
			}
			at = next
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(v) {
				return fmt.Errorf("no %q", path)
			}
			at = v[i]
		default:
			return fmt.Errorf("no %q", path)
		}
	}
	if got := fmt.Sprint(at); compare && got != value {
		return fmt.Errorf("%s is %s, want %s", path, got, value)
	}
	return nil
}

// scriptWaitFor asks for the status of a campaign until it has all that is named.
func scriptWaitFor(ts *testscript.TestScript, neg bool, args []string) {
	plainly(ts, neg, len(args) >= 2, "waitfor ID PATH=VALUE…")
	var last error
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		cmd := exec.Command("oshirase", "status", args[0], "--json")
		cmd.Dir, cmd.Env = ts.MkAbs("."), environment(ts)
		out, err := cmd.Output()
		if last = err; err == nil {
			if last = holdsAll(string(out), args[1:]); last == nil {
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("after %v: %v", patience, last)
}

func holdsAll(text string, wants []string) error {
	for _, want := range wants {
		if err := holds(text, want); err != nil {
			return err
		}
	}
	return nil
}

// scriptFiles expects so many files under a pattern.
func scriptFiles(ts *testscript.TestScript, neg bool, args []string) {
	plainly(ts, neg, len(args) == 2, "files PATTERN COUNT")
	found, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	if strconv.Itoa(len(found)) != args[1] {
		ts.Fatalf("%d files, want %s: %v", len(found), args[1], found)
	}
}

// scriptMode expects the permissions of files, in octal.
func scriptMode(ts *testscript.TestScript, neg bool, args []string) {
	plainly(ts, neg, len(args) >= 2, "mode OCTAL FILE…")
	for _, file := range args[1:] {
		info, err := os.Stat(ts.MkAbs(file))
		ts.Check(err)
		if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[0] {
			ts.Fatalf("%s has mode %s, want %s", file, got, args[0])
		}
	}
}

// scriptHex expects (or not) bytes in a file.
func scriptHex(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: hex BYTES FILE")
	}
	want, err := hex.DecodeString(args[0])
	ts.Check(err)
	if found := strings.Contains(ts.ReadFile(args[1]), string(want)); found == neg {
		ts.Fatalf("%s: bytes %s found: %t", args[1], args[0], found)
	}
}

// scriptCutOff leaves a further revision of a campaign as a process does that was killed while it brought it in.
func scriptCutOff(ts *testscript.TestScript, neg bool, args []string) {
	plainly(ts, neg, len(args) == 2, "cutoff ID REVISION")
	revision, err := strconv.Atoi(args[1])
	ts.Check(err)
	key, err := seal.Dir(ts.MkAbs("oshirase-keys")).Campaign(args[0])
	ts.Check(err)
	l, err := ledger.Open(context.Background(), ts.MkAbs("oshirase.db"), false, time.Now)
	ts.Check(err)
	defer l.Close()
	_, err = l.Revise(context.Background(), ledger.NewCampaign{ID: args[0], Revision: revision}, key, "killed")
	ts.Check(err)
}
