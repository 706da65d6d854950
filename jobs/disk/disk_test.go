package disk_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"oshirase/jobs/disk"
)

func set(t *testing.T) *disk.Set {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	if err := disk.MakeDir(dir); err != nil {
		t.Fatal(err)
	}
	return &disk.Set{Dir: dir, Name: "x"}
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// names are what lies in the set's directory.
func names(t *testing.T, s *disk.Set) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestAPartIsSeenByItsNameOnlyWhenItIsWholeAndChecked(t *testing.T) {
	t.Parallel()
	s := set(t)
	err := s.Put(".txt", text("whole"), func(path string) error {
		got, err := os.ReadFile(path)
		if _, there := os.Stat(filepath.Join(s.Dir, "x.txt")); err != nil || string(got) != "whole" || there == nil {
			t.Errorf("while it is checked: %q, %v; in place: %v", got, err, there)
		}
		return err
	})
	if err != nil || !slices.Equal(names(t, s), []string{"x.txt"}) {
		t.Fatalf("%v, %v", names(t, s), err)
	}
	sum, err := disk.SumOf(filepath.Join(s.Dir, "x.txt"))
	var sums bytes.Buffer
	if err != nil || s.Sums(&sums) != nil || sums.String() != fmt.Sprintf("%x  x.txt\n", sum) {
		t.Errorf("%q, %v", &sums, err)
	}
}

func TestWhatFailsLeavesWhatWasThere(t *testing.T) {
	t.Parallel()
	s, no := set(t), errors.New("no")
	if err := s.Put(".txt", text("before"), nil); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		s.Put(".txt", func(w io.Writer) error { return errors.Join(text("half")(w), no) }, nil),
		s.Put(".txt", text("other"), func(string) error { return no }),
	} {
		got, _ := os.ReadFile(filepath.Join(s.Dir, "x.txt"))
		if !errors.Is(err, no) || string(got) != "before" || len(names(t, s)) != 1 || len(s.Parts) != 1 {
			t.Errorf("%v: %q of %v", err, got, names(t, s))
		}
	}
}

func TestOnlyWhatWasLeftOfTheSetIsSwept(t *testing.T) {
	t.Parallel()
	s := set(t)
	for _, name := range []string{".oshirase-x.txt-1", ".oshirase-xy.txt-1", "x.txt", ".other"} {
		if err := os.WriteFile(filepath.Join(s.Dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	err := s.Sweep()
	if want := []string{".oshirase-xy.txt-1", ".other", "x.txt"}; err != nil || !slices.Equal(names(t, s), want) {
		t.Errorf("%v, %v", names(t, s), err)
	}
}
