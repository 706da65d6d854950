package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"oshirase/config/campaign"
	"oshirase/jobs/plan"
	"oshirase/letters"
)

// letters measures composing and binding, print file by print file and as many at a time as there are
// cores, and against it one document per letter.
func (b *bench) letters(ctx context.Context) (map[string]any, error) {
	folder, err := b.folder(b.n, false)
	if err != nil {
		return nil, err
	}
	found, err := plan.Read(ctx, folder, plan.Options{Now: b.now(), Fonts: letters.Embedded()})
	if err != nil {
		return nil, err
	}
	if b.queue {
		return b.throughQueue(ctx, found)
	}
	var some []plan.Entry
	_, err = found.Find(ctx, func(e plan.Entry) bool { some = append(some, e); return len(some) == 60 })
	if err != nil {
		return nil, err
	}
	var rates, bases, ratios, cpus []float64
	var last bound
	for i := range b.pairs {
		base, err := b.oneByOne(found, some)
		if err != nil {
			return nil, err
		}
		if last, err = b.bindAll(ctx, found); err != nil {
			return nil, err
		}
		rates, bases = append(rates, last.rate), append(bases, base)
		ratios, cpus = append(ratios, last.rate/base), append(cpus, last.cpu)
		b.note("pair %d: %.0f letters/s, one document per letter %.0f/s", i+1, last.rate, base)
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return nil, err
	}
	return map[string]any{
		"n": b.n, "pairs": b.pairs, "per_second": round(median(rates)),
		"cpu_us_per_letter":   median(cpus),
		"baseline_per_second": round(median(bases)), "ratio": median(ratios),
		"pages_per_letter": float64(last.pages) / float64(b.n),
		"bytes_per_letter": round(float64(last.bytes) / float64(b.n)),
		"peak_rss_mib":     float64(usage.Maxrss*10/1024) / 10,
	}, nil
}

// bound is one run over all letters.
type bound struct {
	rate, cpu    float64 // letters a second, and microseconds of all cores for one
	bytes, pages int64
}

// bindAll reads the people, composes and binds all letters, in files of the usual size. Of the people
// it holds only those of the files that are being made.
func (b *bench) bindAll(ctx context.Context, found *plan.Plan) (bound, error) {
	press, err := found.Book.Press()
	if err != nil {
		return bound{}, err
	}
	var group errgroup.Group
	group.SetLimit(runtime.NumCPU())
	var bytes, pages atomic.Int64
	begin, spent := time.Now(), cpuTime()
	from := 0
	err = inFiles(ctx, found, func(part []plan.Entry) {
		first := from
		from += len(part)
		job := letters.Job{Title: "bench", Created: found.Folder.Today, Number: 1}
		group.Go(func() error {
			size, err := b.bindFile(first, func(w io.Writer) error {
				return press.Bind(w, job, composed(found, part, first),
					func(_ int, at letters.Bound) error { pages.Add(int64(at.Pages)); return nil })
			})
			bytes.Add(size)
			return err
		})
	})
	if err := errors.Join(err, group.Wait()); err != nil {
		return bound{}, err
	}
	n := float64(b.n)
	return bound{
		rate: n / time.Since(begin).Seconds(), cpu: (cpuTime() - spent).Seconds() * 1e6 / n,
		bytes: bytes.Load(), pages: pages.Load(),
	}, nil
}

// inFiles gives the people of one print file after the other.
func inFiles(ctx context.Context, found *plan.Plan, give func([]plan.Entry)) error {
	var part []plan.Entry
	_, err := found.Find(ctx, func(e plan.Entry) bool {
		if part = append(part, e); len(part) == campaign.MostPieces {
			give(part)
			part = nil
		}
		return false
	})
	if len(part) > 0 {
		give(part)
	}
	return err
}

// bindFile writes a print file and returns its size.
func (b *bench) bindFile(first int, bind func(io.Writer) error) (int64, error) {
	path := filepath.Join(b.dir, fmt.Sprintf("letters-%d.pdf", first))
	if err := writeOwn(path, bind); err != nil {
		return 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// cpuTime is what this process has used of all cores.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
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
	begin := time.Now()
	for i := range entries {
		err := press.Bind(io.Discard, letters.Job{Title: "bench", Created: found.Folder.Today},
			composed(found, entries[i:i+1], i), nothing)
		if err != nil {
			return 0, err
		}
	}
	return float64(len(entries)) / time.Since(begin).Seconds(), nil
}
