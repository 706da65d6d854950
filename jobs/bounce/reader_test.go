package bounce

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// mails reads all messages of a file.
func mails(t testing.TB, in io.Reader) (out []string, cut int) {
	t.Helper()
	for r := NewReader(in); ; {
		m, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, cut
		}
		if err != nil {
			t.Fatal(err)
		}
		if m.Number != len(out)+1 {
			t.Fatalf("message %d has number %d", len(out)+1, m.Number)
		}
		if m.Cut {
			cut++
		}
		out = append(out, string(m.Bytes))
	}
}

func TestAMailboxIsTakenApartAndItsQuotesTakenOff(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		"":                     nil,
		"\n\n":                 nil,
		"From a Tue\n":         nil,
		"To: a\n\nFrom here\n": {"To: a\n\nFrom here\n"}, // no mailbox
		"To: a\r\n\r\nx\r\n":   {"To: a\n\nx\n"},
		"From a Tue\nTo: a\n\nx\n\nFrom b Wed\nTo: b\n\ny\n": {"To: a\n\nx\n\n", "To: b\n\ny\n"},
		"From a Tue\nTo: a\n\nx\nFrom b\n":                   {"To: a\n\nx\nFrom b\n"}, // no empty line before it
		"From a\nTo: a\n\n>From x\n>>From y\n> From z\n":     {"To: a\n\nFrom x\n>From y\n> From z\n"},
		"From a\r\nTo: a\r\n\r\nx\r\n\r\nFrom b\r\nTo: b":    {"To: a\n\nx\n\n", "To: b"},
		"From a\nTo: a\n\nx\n\nFrom b\n\nFrom c\nTo: c\n":    {"To: a\n\nx\n\n", "\n", "To: c\n"},
	} {
		if got, cut := mails(t, iotest.OneByteReader(strings.NewReader(in))); !slices.Equal(got, want) || cut > 0 {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestAnEnormousMessageIsCutAndTheNextOneRead(t *testing.T) {
	t.Parallel()
	long := "From a\nTo: a\n\n" + strings.Repeat(strings.Repeat("x", 200<<10)+"\n", 12)
	got, cut := mails(t, strings.NewReader(long+"\nFrom b\nTo: b\n"))
	if len(got) != 2 || cut != 1 || len(got[0]) != Most || got[1] != "To: b\n" {
		t.Errorf("%d messages, %d cut, the first %d bytes", len(got), cut, len(got[0]))
	}
}

func TestAFileThatBreaksOffGivesItsErrorAndNoHalfMessage(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken disk")
	whole := strings.NewReader("From a\nTo: a\n\n\nFrom b\nTo: b\n")
	r := NewReader(io.MultiReader(whole, iotest.ErrReader(broken)))
	if m, err := r.Next(); err != nil || string(m.Bytes) != "To: a\n\n\n" {
		t.Fatalf("%q, %v", m.Bytes, err)
	}
	for range 2 {
		if m, err := r.Next(); !errors.Is(err, broken) {
			t.Errorf("%q, %v", m.Bytes, err)
		}
	}
}

func TestAPathStandsForAFileAMaildirOrADirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{
		"m/cur/2:2,S", "m/new/1", "m/tmp/3", "m/notes", "d/b.eml", "d/a.eml", "d/deeper/c.eml",
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("a.eml", filepath.Join(dir, "d", "link.eml")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string][]string{
		"m": {"m/cur/2:2,S", "m/new/1"}, "d": {"d/a.eml", "d/b.eml"}, "d/a.eml": {"d/a.eml"}, "m/new": {"m/new/1"},
	} {
		got, err := Files(filepath.Join(dir, path))
		for i := range got {
			got[i], _ = filepath.Rel(dir, got[i])
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	if _, err := Files(filepath.Join(dir, "nothing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("From a\nTo: a\n\n>From x\n\nFrom b\r\nTo: b\r\n\r\n"))
	f.Add([]byte("To: a\n\nFrom x\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		got, cut := mails(t, bytes.NewReader(in))
		if cut > 0 && len(in) <= Most {
			t.Errorf("%d of %d messages were cut", cut, len(got))
		}
		if n := len(strings.Join(got, "")); n > len(in) {
			t.Errorf("%d bytes of %d", n, len(in))
		}
		if one, _ := mails(t, iotest.OneByteReader(bytes.NewReader(in))); !slices.Equal(one, got) {
			t.Errorf("%q, and byte by byte %q", got, one)
		}
	})
}
