package plan

import (
	"io"
	"slices"
	"testing"

	"oshirase/letters"
)

func TestProgressEndsAtItsTotal(t *testing.T) {
	t.Parallel()
	dir, _ := sample(t, 0.01)
	var said []int64
	var of int64
	p, err := Read(t.Context(), dir, Options{
		Now: now, Fonts: letters.Embedded(), Progress: func(done, total int64) { said, of = append(said, done), total },
	})
	if err != nil || p.Invalid() {
		t.Fatal(err, p.Problems)
	}
	if of == 0 || len(said) == 0 || !slices.IsSorted(said) || said[len(said)-1] != of {
		t.Errorf("said %v of %d", said, of)
	}
	n := len(said)
	f, err := p.open(p.Folder.Manifest.Recipients[0].File)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.Copy(io.Discard, f); err != nil || len(said) != n {
		t.Errorf("it goes on after the end: %v, %v", said[n:], err)
	}
}
