package main

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"oshirase/jobs/ledger"
	"oshirase/jobs/paper"
)

func (p *program) bindCommand() *cobra.Command {
	var out, batch string
	c := &cobra.Command{
		Use: "bind ID", Short: "Make print files of the letters that are typeset",
		Long: `Make print files of the letters that are typeset now, by batch or, with letter: {sort: postcode} in the
manifest, across batches; of 5,000 letters or what letter: {pieces: …} says. Workers do so by themselves
when a batch's letters are all typeset; this is for those that cannot wait. A letter in the place of an
e-mail that failed waits until no e-mail of its batch may still go, and is taken back where that e-mail is
sent after all; bind takes it at once, unless the e-mail is being tried again. A letter is in exactly one
print file.

A print file NAME has five parts: NAME.pdf, the pages; NAME.cover.pdf, what the mail house is to count;
NAME.csv, the manifest, a row a letter and the totals, without names; NAME.index.csv, for the operator, whose
letter is where, by reference; NAME.sha256, for sha256sum -c.

With --json: [{"file":"print/….pdf","batch":"…","letters":29,"sheets":31}]`,
		Args: p.one("a campaign id"),
		RunE: func(c *cobra.Command, args []string) error { return p.bind(c.Context(), args[0], batch, out) },
	}
	c.Flags().StringVar(&out, "out", "", "write them into this `DIR` instead of OSHIRASE_LETTERS")
	c.Flags().StringVar(&batch, "batch", "", "only the batch of this `NAME`")
	p.jsonFlag(c)
	return c
}

// bindWait is for how long bind waits for a process that binds the same: until what a killed one holds is
// free.
const bindWait = 20 * time.Second

func (p *program) bind(ctx context.Context, id, batch, out string) error {
	l, err := p.open(ctx, id)
	if err != nil {
		return err
	}
	defer l.Close()
	if out == "" {
		out = p.settings.Letters
	}
	batches, err := l.TypesetBatches(ctx, id)
	if err != nil {
		return err
	}
	if paper.Across(l.Office) && len(batches) > 0 {
		if batch != "" {
			return usage("the print files of campaign %s are of all batches", id).
				hint("leave out --batch: its manifest says letter: {sort: postcode}")
		}
		batches = batches[:1] // stands for all
	}
	if batch != "" {
		batches = slices.DeleteFunc(batches, func(b ledger.BatchName) bool { return b.Name != batch })
	}
	if err := p.hasBatch(ctx, l.Ledger, id, batch); err != nil {
		return err
	}
	if len(batches) > 0 {
		if err := writable("print files", out); err != nil {
			return err
		}
	}
	b := &paper.Binder{
		Ledger: l.Ledger, Offices: l.offices, Dir: out, Holder: p.id(), Wait: bindWait, Asked: true,
	}
	made := []madeFile{}
	for _, x := range batches {
		files, err := b.Bind(ctx, x.ID)
		if err != nil {
			return err
		}
		for _, f := range files {
			name := f.Batch
			if f.Mixed {
				name = "several batches"
			}
			made = append(made, madeFile{filepath.Join(out, f.Name+".pdf"), name, f.Pieces, f.Sheets})
		}
	}
	return p.showMade(made)
}

// madeFile is a print file as bind tells of it.
type madeFile struct {
	File    string `json:"file"`
	Batch   string `json:"batch"`
	Letters int    `json:"letters"`
	Sheets  int    `json:"sheets"`
}

func (p *program) showMade(made []madeFile) error {
	if p.asJSON {
		return p.json(made)
	}
	if len(made) == 0 {
		p.note("no letters are typeset and unbound")
	}
	for _, f := range made {
		p.print("%s  %s, %s  %s\n", f.File, plural(f.Letters, "letter", "letters"),
			plural(f.Sheets, "sheet", "sheets"), f.Batch)
	}
	return nil
}

func (p *program) hasBatch(ctx context.Context, l *ledger.Ledger, id, batch string) error {
	counts, err := l.Counts(ctx, id)
	if err == nil {
		_, err = openIn(counts, id, batch)
	}
	return err
}
