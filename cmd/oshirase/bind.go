package main

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"oshirase/jobs"
)

func (p *program) bindCommand() *cobra.Command {
	var out, batch string
	c := &cobra.Command{
		Use: "bind ID", Short: "Make print files of the letters that are typeset",
		Long: `Make print files of the letters that are typeset now: a PDF and its manifest (CSV, no names) per batch, or
per 5,000 letters. Workers do so by themselves when a batch's letters are all typeset; this is for those
that cannot wait. A letter is in exactly one print file.`,
		Args: one("a campaign id"),
		RunE: func(c *cobra.Command, args []string) error { return p.bind(c.Context(), args[0], batch, out) },
	}
	c.Flags().StringVar(&out, "out", "", "write them into this `DIR` instead of OSHIRASE_LETTERS")
	c.Flags().StringVar(&batch, "batch", "", "only the batch of this `NAME`")
	return c
}

func (p *program) bind(ctx context.Context, id, batch, out string) error {
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	offices := jobs.NewOffices(l, p.keys())
	if _, err := offices.Get(ctx, id); err != nil {
		return err
	}
	if out == "" {
		out = p.settings.Letters
	}
	batches, err := l.TypesetBatches(ctx, id)
	if err != nil {
		return err
	}
	b := &jobs.Binder{Ledger: l, Offices: offices, Dir: out, Holder: p.id()}
	n := 0
	for _, x := range batches {
		if batch != "" && x.Name != batch {
			continue
		}
		files, err := b.Bind(ctx, x.ID)
		if err != nil {
			return err
		}
		for _, f := range files {
			n++
			p.print("%s  %s, %s  %s\n", filepath.Join(out, f.Name+".pdf"), plural(f.Pieces, "letter", "letters"),
				plural(f.Sheets, "sheet", "sheets"), x.Name)
		}
	}
	if n == 0 {
		p.note("no letters are typeset and unbound")
	}
	return nil
}
