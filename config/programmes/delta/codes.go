package delta

import (
	"context"
	"iter"
	"path/filepath"
	"time"

	"oshirase/config/programmes/folder"
)

// code is the i-th of all, invented: eight characters that nobody mistakes for another, in two groups. Each step
// makes of 2^40 numbers the same numbers in another order, so that no code comes twice.
func code(i int) string {
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" // Crockford's 32
	const bits = 40
	x := uint64(i+1) * 0x9e3779b97f4a7c15 % (1 << bits)
	x = (x ^ x>>(bits/2)) * 0xbf58476d1ce4e5b9 % (1 << bits)
	x ^= x >> (bits / 2)
	text := []byte("SCW-0000-0000")
	for _, at := range []int{4, 5, 6, 7, 9, 10, 11, 12} {
		text[at] = letters[x%32]
		x /= 32
	}
	return string(text)
}

// Codes of the three files. The first of codes.csv are given to the first people, so those are used.
const (
	laterFrom = 1 << 30
	usedCodes = 30
)

func writeCodes(ctx context.Context, dir string, n int) error {
	used := []string{"code", "used_on"}
	for _, f := range []struct {
		name   string
		header []string
		rows   iter.Seq[[]string]
	}{
		{"codes.csv", used[:1], pool(0, n)},
		{"codes-later.csv", used[:1], pool(laterFrom, laterCodes)},
		{"usage.csv", used, usage()},
	} {
		if err := folder.Table(ctx, filepath.Join(dir, f.name), f.header, f.rows); err != nil {
			return err
		}
	}
	return nil
}

func pool(from, n int) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for i := range n {
			if !yield([]string{code(from + i)}) {
				return
			}
		}
	}
}

// usage is what the issuer says after some weeks: of every third code, that it has not been used.
func usage() iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for i := range usedCodes {
			on := time.Date(2018, time.April, 9+i/2, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
			if i%3 == 2 {
				on = ""
			}
			if !yield([]string{code(i), on}) {
				return
			}
		}
	}
}
