package paper

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"oshirase/jobs/ledger"
	"oshirase/jobs/recipient"
)

// waiting is a letter that is to be bound, with what it is put in order by.
type waiting struct {
	delivery int64
	sheets   int
	place    string // country, none for the sender's, and postcode
}

// reserve fixes the next files' letters. It is where an order is made: what was fixed before a crash stays
// as it was, and only the rest is put in order anew.
func (r *run) reserve(ctx context.Context) ([]ledger.PrintFile, error) {
	letters, err := r.letters(ctx)
	if err != nil {
		return nil, err
	}
	r.how.sort(letters)
	var files []ledger.PrintFile
	for part := range slices.Chunk(letters, r.how.most) {
		ids := make([]int64, len(part))
		for i, w := range part {
			ids[i] = w.delivery
		}
		f, err := r.Ledger.Reserve(ctx, r.batch, r.how.mixed(), ids)
		if err != nil {
			return nil, err
		}
		if f != nil {
			files = append(files, *f)
		}
	}
	return files, nil
}

// letters reads what is typeset and in no file.
func (r *run) letters(ctx context.Context) ([]waiting, error) {
	batches := []ledger.BatchName{{ID: r.batch}}
	if r.how.mixed() {
		var err error
		if batches, err = r.Ledger.Bindable(ctx, r.office.ID); err != nil {
			return nil, err
		}
	}
	var out []waiting
	for _, b := range batches {
		for p, err := range r.Ledger.Unbound(ctx, b.ID, r.Asked) {
			if err != nil {
				return nil, err
			}
			w := waiting{delivery: p.Delivery, sheets: p.Sheets}
			if r.how.postcode { // a letter whose data is damaged leaves the file when it is bound
				if c, err := r.office.Case(&p.Claim); err == nil {
					w.place = placeOf(c.Person, r.office.Book.Folder.Manifest.Controller.Country)
				}
			}
			out = append(out, w)
		}
	}
	return out, nil
}

func (o order) sort(letters []waiting) {
	slices.SortStableFunc(letters, func(a, b waiting) int {
		by := 0
		if o.sheets {
			by = cmp.Compare(a.sheets, b.sheets)
		}
		return cmp.Or(by, strings.Compare(a.place, b.place))
	})
}

// placeOf orders letters as a post sorts them: its own country first, and there by postcode.
func placeOf(p recipient.Person, home string) string {
	country := p.Country
	if country == home {
		country = ""
	}
	return country + " " + postcode(p.Postcode)
}

// postcode is a postcode without what people put round it: letters and digits, in half width, with
// single hyphens and spaces between. It can be put into a table cell as it is.
func postcode(code string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r == ' ':
			return r
		case strings.ContainsRune("-‐‑–—−－ー", r):
			return '-'
		}
		return -1
	}, code), " -")
}
