package main

import (
	"context"

	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/plan"
)

// further is a file of codes for letters that are written again; nil: they keep the codes they had.
type further struct {
	file string
	lot  ledger.Lot
	read *plan.Pool
	list []ledger.Remail
}

// furtherCodes reads the file and sees that there is a code for everybody who is to have one.
func furtherCodes(ctx context.Context, l *ledger.Ledger, o *office.Office, x pool, out *remailed) (*further, error) {
	if x.file == "" {
		return nil, nil
	}
	lot, read, err := x.lot(o)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(out.list))
	for i, r := range out.list {
		ids[i] = r.Delivery
	}
	need, err := l.Entitled(ctx, ids)
	if err != nil {
		return nil, err
	}
	counts, err := l.CodeCounts(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	left := len(lot.Codes)
	for _, have := range counts.Lots {
		if have.Sum == lot.Sum { // it was broken off, and goes on
			left = have.Left
		}
	}
	if left < need {
		return nil, failed("%s: %s for %s", x.file, plural(left, "code", "codes"), plural(need, "letter", "letters")).
			hint("%s more needed; nothing was done", plural(need-left, "code is", "codes are"))
	}
	return &further{x.file, lot, read, out.list}, nil
}

// add brings the file into the ledger and lets the letters have its codes.
func (f *further) add(ctx context.Context, l *ledger.Ledger, o *office.Office, by ledger.Operator) error {
	if f == nil {
		return nil
	}
	number, _, err := l.AddCodes(ctx, o.ID, f.lot, o.Key, by)
	if err != nil {
		return knownFault(f.file, f.read, err)
	}
	for i := range f.list {
		f.list[i].Lot = number
	}
	return nil
}
