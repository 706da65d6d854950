package main

import (
	"bytes"
	"context"
	"errors"

	"oshirase/jobs/office"
	"oshirase/jobs/paper"
	"oshirase/letters/barcode"
)

// lookupLetter writes one letter's pages again, as they are in its print file.
func (p *program) lookupLetter(ctx context.Context, id, piece, dir string) error {
	delivery, err := barcode.ParsePiece(piece)
	if err != nil {
		return usage("this is no piece number: %v", err).
			hint("it stands at the foot of each page, such as 0268435457-2")
	}
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	var pdf bytes.Buffer
	found, err := paper.Again(ctx, l, office.New(l, p.keys()), id, delivery, &pdf)
	switch {
	case errors.Is(err, paper.ErrNotBound):
		return failed("campaign %s has no bound letter of this piece number", id).
			hint("see that it was read right; a letter not yet bound is shown by: oshirase preview %s", id)
	case errors.Is(err, paper.ErrChanged):
		return failed("").because(err).hint("find it in its print file; the operator's index has its first page")
	case err != nil:
		return err
	}
	name := found.Number + ".pdf"
	if err := l.Note(ctx, id, p.operator(), "lookup", "letter "+found.Number, 1); err != nil {
		return err
	}
	files := []output{{name, pdf.Bytes()}}
	if err := keepOutputs(ctx, l, id, dir, files); err != nil {
		return err
	}
	return p.writeAll(dir, files)
}
