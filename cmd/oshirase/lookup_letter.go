package main

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"oshirase/jobs/ledger"
	"oshirase/jobs/paper"
	"oshirase/letters/barcode"
)

// lookupLetter writes one letter's pages again, as they are in its print file, for who is found by two keys: its
// piece number stands on every envelope's sheet, and is no proof of anything.
func (p *program) lookupLetter(ctx context.Context, id, by, piece, dir string) error {
	delivery, err := barcode.ParsePiece(piece)
	if err != nil {
		return usage("this is no piece number: %v", err).
			hint("it stands at the foot of each page, such as 0268435457-2")
	}
	keys, err := keysOf(by)
	if err == nil && len(keys) < 2 {
		err = usage("of one key no letter is shown").hint("say two that agree, such as: --by %s,%s", by, second(keys[0]))
	}
	if err != nil {
		return err
	}
	l, err := p.open(ctx, id)
	if err != nil {
		return err
	}
	defer l.Close()
	s, err := p.searched(ctx, l, keys)
	if err != nil {
		return err
	}
	var pdf bytes.Buffer
	found, err := paper.Again(ctx, l.Ledger, l.offices, id, delivery, &pdf)
	theirs := err == nil && slices.ContainsFunc(s.matched, func(r ledger.PersonRow) bool { return r.ID == found.PersonID })
	if err := l.Note(ctx, id, p.operator(), "lookup", "letter "+piece+" by "+inWords(keys), len(s.matched)); err != nil {
		return err
	}
	if err == nil && !theirs || errors.Is(err, paper.ErrNotBound) {
		return failed("nobody with this %s has a bound letter of this piece number in campaign %s", inWords(keys), id).
			hint("see that all of them were read right; a letter not yet bound is shown by: oshirase preview %s", id)
	}
	if errors.Is(err, paper.ErrChanged) {
		return failed("").because(err).hint("find it in its print file; the operator's index has its first page")
	}
	if err != nil {
		return err
	}
	files := []output{{found.Number + ".pdf", pdf.Bytes()}}
	if err := keepOutputs(ctx, l.Ledger, id, dir, files); err != nil {
		return err
	}
	return p.writeAll(dir, files)
}
