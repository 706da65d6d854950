package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"oshirase/jobs/ledger"
	"oshirase/jobs/report"
)

func (p *program) releaseCommand() *cobra.Command {
	var by string
	c := p.handCommand(hand{use: "release", short: "Open a batch, or all, now: before its date and out of its turn",
		long: `Open a batch, or all of them, now: before its date and out of its turn. One whose company is reported to still
waits for its report.

With --acknowledged-by it notes instead that the company has acknowledged its report, which the manifest may ask
for (batches.report.acknowledge): the batch then opens on its own date.`,
		sendable: true,
		move: func(ctx context.Context, l *ledger.Ledger, id, batch string, by ledger.Operator) (string, error) {
			if err := l.Release(ctx, id, batch, by); err != nil {
				return "", err
			}
			return p.released(ctx, l, id, batch)
		}})
	release := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		if !c.Flags().Changed("acknowledged-by") {
			return release(c, args)
		}
		batch, err := c.Flags().GetString("batch")
		if err != nil {
			return err
		}
		return p.acknowledge(c.Context(), args[0], batch, by)
	}
	c.Flags().StringVar(&by, "acknowledged-by", "", "note that this `NAME` of the company has acknowledged its report")
	return c
}

// released says what a release has opened, and what still waits for a report or its acknowledgement.
func (p *program) released(ctx context.Context, l *ledger.Ledger, id, batch string) (string, error) {
	counts, err := l.Counts(ctx, id)
	if err != nil {
		return "", err
	}
	behind := map[int]bool{}
	for _, b := range counts.Batches {
		if b.Closed() && (batch == "" || b.Name == batch) {
			for _, n := range b.Behind {
				behind[n] = true
			}
		}
	}
	if len(behind) == 0 {
		return target(id, batch) + " is released", nil
	}
	for _, n := range slices.Sorted(maps.Keys(behind)) {
		p.hintReport(id, counts.Batches[n])
	}
	what := "it still waits"
	if batch == "" {
		what = "some batches still wait"
	}
	return fmt.Sprintf("%s is released from its date; %s for %s", target(id, batch), what,
		plural(len(behind), "report or its acknowledgement", "reports or their acknowledgements")), nil
}

// acknowledge notes that a company has acknowledged its report. Its people were confirmed when they were enqueued:
// nobody is told earlier by it than was said then.
func (p *program) acknowledge(ctx context.Context, id, batch, by string) error {
	by = strings.TrimSpace(by)
	if batch == "" || by == "" || strings.ContainsFunc(by, unicode.IsControl) {
		return usage("--acknowledged-by takes the name of who has acknowledged it, and --batch the company").
			hint(`oshirase release %s --batch NAME --acknowledged-by "NAME"`, id)
	}
	l, counts, err := p.openCounted(ctx, id)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := l.Acknowledge(ctx, id, batch, by, p.operator()); err != nil {
		return unacknowledged(counts, id, batch, err)
	}
	if counts, err = l.Counts(ctx, id); err != nil {
		return err
	}
	p.note("the report to batch %q of campaign %s is acknowledged; %s", batch, id, opens(counts, batch))
	return nil
}

// opens says when a batch opens whose report is acknowledged.
func opens(c ledger.Counts, batch string) string {
	i := slices.IndexFunc(c.Batches, func(b ledger.BatchCounts) bool { return b.Name == batch })
	switch b := c.Batches[i]; {
	case b.Closed():
		return "it still waits for the report to another company"
	case b.Released:
		return "it opens now"
	case b.Start.IsZero() || !b.Start.After(c.At):
		return "it opens in its turn"
	}
	return "it opens on its date"
}

// unacknowledged words why a report cannot be acknowledged.
func unacknowledged(c ledger.Counts, id, batch string, err error) error {
	switch {
	case errors.Is(err, ledger.ErrNoBatch):
		return noBatch(id, batch)
	case errors.Is(err, ledger.ErrNoReport):
		return failed("nobody is reported to about batch %q", batch).
			hint("see which companies are: oshirase status %s", id)
	case errors.Is(err, ledger.ErrNotAsked):
		return failed("campaign %s asks for no acknowledgement of its reports", id).
			hint("batch %q opens on its date once its report is sent", batch)
	case errors.Is(err, ledger.ErrAcknowledged):
		return failed("the report to batch %q was acknowledged already", batch).
			hint("when, and by whom: oshirase report %s --html FILE", id)
	case errors.Is(err, ledger.ErrNotReported):
		f := failed("the report to batch %q has not been sent", batch)
		for _, b := range c.Batches {
			if b.Name == batch && b.Report != nil {
				f.hint("%s", report.Closes(b.Report))
			}
		}
		return f
	}
	return err
}

// hintReport says what is to be done about a company's report that does not move by itself.
func (p *program) hintReport(id string, b ledger.BatchCounts) {
	why := report.Closes(b.Report)
	switch r := b.Report; {
	case r.Reached:
		p.hint(`batch %q waits for its company: oshirase release %s --batch %q --acknowledged-by "NAME"`, b.Name, id, b.Name)
	case r.State == ledger.Uncertain:
		p.hint("batch %q: %s; find out about it: oshirase resolve %s", b.Name, why, id)
	case r.State == ledger.Returned:
		p.hint("batch %q: %s; write again: oshirase remail %s --addresses FILE", b.Name, why, id)
	case r.State.Failed():
		p.hint("batch %q: %s; when that is mended: oshirase retry %s --batch %q", b.Name, why, id, b.Name)
	case r.State == ledger.Bound:
		p.hint("batch %q: %s: oshirase handover %s --to PLACE", b.Name, why, id)
	default:
		p.hint("batch %q: %s", b.Name, why)
	}
}
