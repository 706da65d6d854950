package paper_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"oshirase/jobs/ledger"
)

// program is the real one, with fault points. It is built once, by the first test that wants it.
var program struct {
	once sync.Once
	path string
	err  error
}

func build() {
	dir, err := os.MkdirTemp("", "paper")
	if program.err = err; err != nil {
		return
	}
	program.path = filepath.Join(dir, "oshirase")
	cmd := exec.Command("go", "build", "-tags", "faults", "-o", program.path, "oshirase/cmd/oshirase")
	if out, err := cmd.CombinedOutput(); err != nil {
		program.err = fmt.Errorf("build the program: %w\n%s", err, out)
	}
}

func TestMain(m *testing.M) {
	code := m.Run()
	program.once.Do(func() {})
	if program.path != "" {
		_ = os.RemoveAll(filepath.Dir(program.path))
	}
	os.Exit(code)
}

// binding runs it at the letters of the shop, up to a fault.
func (s *shop) binding(fault string) *exec.Cmd {
	s.t.Helper()
	program.once.Do(build)
	s.must(program.err)
	cmd := exec.Command(program.path, "bind", campaign)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "OSHIRASE_LEDGER="+filepath.Join(s.dir, "ledger.db"),
		"OSHIRASE_KEYS="+filepath.Join(s.dir, "keys"), "OSHIRASE_LETTERS="+filepath.Join(s.dir, "print"),
		"OSHIRASE_FAULT_BIND=300ms", "OSHIRASE_FAULT="+fault)
	return cmd
}

// whole are the SHA-256 of the print files that are in place.
func (s *shop) whole() map[string][32]byte {
	s.t.Helper()
	paths, err := filepath.Glob(filepath.Join(s.dir, "print", "*.pdf"))
	s.must(err)
	out := map[string][32]byte{}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		s.must(err)
		out[path] = sha256.Sum256(b)
	}
	return out
}

// A process that binds is killed again and again: before a part is in place, between the parts, before the
// ledger knows, and at moments of no one's choice. What it had in place stays as it was to the byte, and in
// the end every letter is in exactly one file.
func TestBindingThatIsKilledPutsEveryLetterInOneFile(t *testing.T) {
	t.Parallel()
	s := newShop(t, killedLetters, ", mark: datamatrix, pieces: "+killedPieces)
	placed := map[string][32]byte{}
	kept := func() {
		now := s.whole()
		for path, sum := range placed {
			if now[path] != sum {
				t.Errorf("%s was made again with other bytes", filepath.Base(path))
			}
		}
		placed = now
	}
	for _, fault := range []string{"printed:kill:1", "bound:kill:2", "printed:kill:3", "bound:kill:4"} {
		cmd := s.binding(fault)
		out, _ := cmd.CombinedOutput()
		if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() {
			t.Fatalf("%s: not killed: %v\n%s", fault, cmd.ProcessState, out)
		}
		kept()
	}
	for i := range 4 {
		cmd := s.binding("")
		s.must(cmd.Start())
		time.Sleep(time.Duration(350+70*i) * time.Millisecond) // any moment will do
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		kept()
	}
	if out, err := s.binding("").CombinedOutput(); err != nil {
		t.Fatalf("bind: %v\n%s", err, out)
	}
	kept()
	s.counted(killedLetters)
	left, err := os.ReadDir(filepath.Join(s.dir, "print"))
	s.must(err)
	for _, e := range left {
		if strings.HasPrefix(e.Name(), ".") {
			t.Errorf("half a file is left: %s", e.Name())
		}
	}
}

func TestALetterThatPanicsIsBlockedAndTheOthersAreBound(t *testing.T) {
	t.Parallel()
	s := newShop(t, 40, ", mark: datamatrix, pieces: 10")
	out, err := s.binding("piece:panic:15").CombinedOutput()
	if err != nil || strings.Contains(string(out), "@") {
		t.Fatalf("bind: %v\n%s", err, out)
	}
	c, err := s.l.Counts(t.Context(), campaign)
	s.must(err)
	if got := c.Channels[ledger.Letter]; got[ledger.Blocked] != 1 || got[ledger.Bound] != 39 {
		t.Errorf("%v", got)
	}
	s.counted(39)
	for d, err := range s.l.Deliveries(t.Context(), campaign) {
		s.must(err)
		if d.State == ledger.Blocked && !strings.HasPrefix(d.Reason, "internal error in oshirase/jobs/") {
			t.Errorf("blocked for %q", d.Reason)
		}
	}
}
