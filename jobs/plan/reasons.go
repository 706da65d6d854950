package plan

import (
	"cmp"
	"maps"
	"regexp"
	"slices"

	"oshirase/jobs/recipient"
)

// Reason is why rows cannot be used, and how many of them.
type Reason struct {
	Column string `json:"column"` // header cell; empty for the row as a whole
	Reason string `json:"reason"` // numbers in it are N: they differ from row to row
	Rows   int    `json:"rows"`
}

// reasonsMost bounds how many are told apart; the others are counted as one.
const reasonsMost = 100

// reasons counts rejects by what is wrong with them.
type reasons map[Reason]int // Rows is 0 in the keys

// numerals stand by themselves: those of CP932 and UTF-8 are a name's.
var numerals = regexp.MustCompile(`(^|[ (:])[0-9][0-9,]*`)

func (r *reasons) add(x recipient.Reject) {
	if *r == nil {
		*r = reasons{}
	}
	key := Reason{Column: x.Column, Reason: numerals.ReplaceAllString(x.Reason, "${1}N")}
	if _, known := (*r)[key]; !known && len(*r) >= reasonsMost {
		key = Reason{Reason: "other reasons"}
	}
	(*r)[key]++
}

// counting is a sink for rejects that counts them on their way to the next, which may be nil.
func (r *reasons) counting(next func(recipient.Reject) error) func(recipient.Reject) error {
	return func(x recipient.Reject) error {
		r.add(x)
		if next == nil {
			return nil
		}
		return next(x)
	}
}

// list has the most frequent first.
func (r reasons) list() []Reason {
	out := make([]Reason, 0, len(r))
	for key := range maps.Keys(r) {
		out = append(out, Reason{key.Column, key.Reason, r[key]})
	}
	slices.SortFunc(out, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Reason, b.Reason))
	})
	return out
}
