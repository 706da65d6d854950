package main

import (
	"cmp"
	"context"
	"time"

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

// furtherCodes reads the file and sees that there is a code for everybody who is to have one. Without a file it sees
// that the codes they had are of use still.
func (p *program) furtherCodes(ctx context.Context, l *ledger.Ledger, o *office.Office, x pool, out *remailed) (
	*further, error) {
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
	if x.file == "" {
		return nil, p.stillOfUse(o, counts.Lots, need)
	}
	lot, read, err := x.lot(o, p.now())
	if err != nil {
		return nil, err
	}
	p.warnAlike(x.file, read)
	p.warnEarlier(lot, counts.Lots)
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

// lastDay is the last day on which a code of a lot is of any use.
func lastDay(enrollBy, expires string) string { return cmp.Or(enrollBy, expires) }

// stillOfUse refuses to write the codes again that people had, where all that were given are over.
func (p *program) stillOfUse(o *office.Office, lots []ledger.LotCounts, need int) error {
	f := o.Book.Folder
	if need == 0 || f.Manifest.Codes == nil || f.Manifest.Codes.TakesEnded() {
		return nil
	}
	last := ""
	for _, x := range lots {
		if x.Reserved > 0 {
			last = max(last, lastDay(x.EnrollBy, x.Expires))
		}
	}
	if last == "" || last >= p.now().In(f.Location).Format(time.DateOnly) {
		return nil
	}
	return failed("the codes of %s are of no use after %s", plural(need, "letter", "letters"), last).
		hint("give further ones: --codes FILE --codes-starts DAY; nothing was done")
}

// warnEarlier warns of further codes that are over sooner than those given before.
func (p *program) warnEarlier(lot ledger.Lot, before []ledger.LotCounts) {
	last := lastDay(lot.EnrollBy, lot.Expires)
	for _, x := range before {
		if had := lastDay(x.EnrollBy, x.Expires); x.Sum != lot.Sum && had > last {
			p.warning("the codes of %s are of no use after %s, those of %s after %s", lot.Name, last, x.Name, had)
			p.hint("see whether the days of the further ones are right: --codes-starts, --codes-term, --codes-enroll-by")
			return
		}
	}
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
