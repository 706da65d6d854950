package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"oshirase/jobs"
	"oshirase/jobs/plan"
	"oshirase/letters"
)

// letters measures composing and binding, print file by print file, two at a time, and against it one
// document per letter.
func (b *bench) letters(ctx context.Context) (map[string]any, error) {
	folder, err := b.folder(b.n, false)
	if err != nil {
		return nil, err
	}
	found, err := plan.Read(ctx, folder, plan.Options{Now: b.now(), Fonts: letters.Embedded()})
	if err != nil {
		return nil, err
	}
	var entries []plan.Entry
	_, err = found.Find(ctx, func(e plan.Entry) bool { entries = append(entries, e); return false })
	if err != nil {
		return nil, err
	}
	var rates, bases, ratios []float64
	var bytes int64
	for i := range b.pairs {
		base, err := b.oneByOne(found, entries)
		if err != nil {
			return nil, err
		}
		rate, n, err := b.bindAll(found, entries)
		if err != nil {
			return nil, err
		}
		rates, bases, ratios = append(rates, rate), append(bases, base), append(ratios, rate/base)
		bytes = n
		b.note("pair %d: %.0f letters/s, one document per letter %.0f/s", i+1, rate, base)
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return nil, err
	}
	return map[string]any{
		"n": b.n, "pairs": b.pairs, "per_second": round(median(rates)),
		"baseline_per_second": round(median(bases)), "ratio": median(ratios),
		"bytes_per_letter": round(float64(bytes) / float64(b.n)),
		"peak_rss_mib":     float64(usage.Maxrss*10/1024) / 10,
	}, nil
}

// bindAll composes and binds all letters, in files of the usual size.
func (b *bench) bindAll(found *plan.Plan, entries []plan.Entry) (rate float64, bytes int64, err error) {
	press, err := found.Book.Press()
	if err != nil {
		return 0, 0, err
	}
	var group errgroup.Group
	group.SetLimit(runtime.NumCPU())
	var paths []string
	begin := time.Now()
	for from := 0; from < len(entries); from += jobs.FileMost {
		part := entries[from:min(from+jobs.FileMost, len(entries))]
		path := filepath.Join(b.dir, fmt.Sprintf("letters-%d.pdf", from))
		paths = append(paths, path)
		group.Go(func() error {
			return writeOwn(path, func(w io.Writer) error {
				return press.Bind(w, "bench", found.Folder.Today, composed(found, part, from), nothing)
			})
		})
	}
	err = group.Wait()
	rate = float64(len(entries)) / time.Since(begin).Seconds()
	for _, path := range paths {
		info, e := os.Stat(path)
		if e != nil {
			return rate, bytes, e
		}
		bytes += info.Size()
	}
	return rate, bytes, err
}

func nothing(int, letters.Bound) error { return nil }

func composed(found *plan.Plan, entries []plan.Entry, from int) iter.Seq2[letters.Letter, error] {
	return func(yield func(letters.Letter, error) bool) {
		for i, e := range entries {
			c := found.CaseOf(e)
			c.Delivery = int64(from + i + 1)
			l, err := found.Book.Letter(c)
			if !yield(l, err) || err != nil {
				return
			}
		}
	}
}

// oneByOne is the way without print files: a document, with its fonts, for each letter.
func (b *bench) oneByOne(found *plan.Plan, entries []plan.Entry) (float64, error) {
	press, err := found.Book.Press()
	if err != nil {
		return 0, err
	}
	entries = entries[:min(len(entries), 60)]
	begin := time.Now()
	for i := range entries {
		err := press.Bind(io.Discard, "bench", found.Folder.Today, composed(found, entries[i:i+1], i), nothing)
		if err != nil {
			return 0, err
		}
	}
	return float64(len(entries)) / time.Since(begin).Seconds(), nil
}
