package paper_test

import (
	"crypto/sha256"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// program is the real one, in a directory of the test's, with fault points.
func (s *shop) program() string {
	s.t.Helper()
	path := filepath.Join(s.dir, "oshirase")
	out, err := exec.Command("go", "build", "-tags", "faults", "-o", path, "oshirase/cmd/oshirase").CombinedOutput()
	if err != nil {
		s.t.Fatalf("build the program: %v\n%s", err, out)
	}
	return path
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
	program := s.program()
	bind := func(fault string) *exec.Cmd {
		cmd := exec.Command(program, "bind", campaign)
		cmd.Dir = s.dir
		cmd.Env = append(os.Environ(), "OSHIRASE_LEDGER="+filepath.Join(s.dir, "ledger.db"),
			"OSHIRASE_KEYS="+filepath.Join(s.dir, "keys"), "OSHIRASE_LETTERS="+filepath.Join(s.dir, "print"),
			"OSHIRASE_FAULT_BIND=300ms", "OSHIRASE_FAULT="+fault)
		return cmd
	}
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
		cmd := bind(fault)
		out, _ := cmd.CombinedOutput()
		if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() {
			t.Fatalf("%s: not killed: %v\n%s", fault, cmd.ProcessState, out)
		}
		kept()
	}
	for i := range 4 {
		cmd := bind("")
		s.must(cmd.Start())
		time.Sleep(time.Duration(350+70*i) * time.Millisecond) // any moment will do
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		kept()
	}
	if out, err := bind("").CombinedOutput(); err != nil {
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
