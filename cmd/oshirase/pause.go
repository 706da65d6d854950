package main

import (
	"context"
	"maps"
	"slices"

	"oshirase/jobs/ledger"
	"oshirase/jobs/report"
)

// pauses are what a run has said that it waits for.
type pauses map[string]bool

// sayPauses says once what a run waits for, and once that it goes on: otherwise closed hours look like a
// program that hangs.
func (p *program) sayPauses(ctx context.Context, l *ledger.Ledger, c ledger.Counts, said pauses) error {
	rests, err := report.ReadRests(ctx, l, c)
	if err != nil {
		return err
	}
	began, ended := said.follow(rests.List)
	for _, what := range ended {
		p.note("going on with %s", what)
	}
	for _, r := range began {
		p.note("waiting for %s", restingText(r))
	}
	return nil
}

// follow compares what rests now with what did before.
func (said pauses) follow(now []report.Resting) (began []report.Resting, ended []string) {
	still := map[string]bool{}
	for _, r := range now {
		still[r.What()] = true
		if !said[r.What()] {
			began = append(began, r)
		}
	}
	for _, what := range slices.Sorted(maps.Keys(said)) {
		if !still[what] {
			ended = append(ended, what)
			delete(said, what)
		}
	}
	maps.Copy(said, still)
	return began, ended
}
