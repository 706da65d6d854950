package recipient

import (
	"context"
	"errors"
	"fmt"

	"oshirase/jobs/identity"
	"oshirase/jobs/segment"
	"oshirase/jobs/table"
)

// Explained is a row with why it belongs to each segment or does not. It holds the row's own values: it is
// for the eyes of the operator and for no log.
type Explained struct {
	File   string          `json:"file"`
	Row    int             `json:"row"`
	Line   int             `json:"line"`
	Column string          `json:"column,omitempty"`   // of the cell at fault
	Fault  string          `json:"rejected,omitempty"` // why the row cannot be used
	Traces []segment.Trace `json:"segments,omitempty"`

	JoinedWith string `json:"joined_with,omitempty"` // the row of the same person that it was joined with
	JoinedBy   string `json:"joined_by,omitempty"`   // and the key that did it: "email+name"
}

// Explain says of every row of a person why it is affected or not; the person is that of the given row. A
// row that cannot be used is nobody's but its own. There are none where there is no such row.
func (r *Reading) Explain(ctx context.Context, at Row) ([]Explained, error) {
	n, ok := r.number(at)
	if !ok {
		return nil, nil
	}
	x := explaining{Reading: r, first: r.people.First(n), last: r.people.Last(n), joins: map[int]identity.Join{}}
	for _, j := range r.people.Joins(x.first) {
		x.joins[int(j.Row)] = j
	}
	for _, s := range r.sources {
		if err := x.source(ctx, s); err != nil {
			return nil, err
		}
	}
	return x.rows, nil
}

// number counts a row from 0 over all files.
func (r *Reading) number(at Row) (int, bool) {
	for _, s := range r.sources {
		if s.index == at.File {
			return s.base + at.Row - 1, at.Row >= 1 && at.Row <= s.rows
		}
	}
	return 0, false
}

// explaining looks for the rows of one person.
type explaining struct {
	*Reading
	first, last int
	joins       map[int]identity.Join // by row
	rows        []Explained
}

// source reads a file as far as rows of the person may stand there.
func (x *explaining) source(ctx context.Context, s *source) error {
	if s.base > x.last || s.base+s.rows <= x.first {
		return nil
	}
	rows, enough := newReader(s), errors.New("enough")
	_, err := s.table.Blocks(ctx, func(b *table.Block) error {
		defer b.Release()
		for i := range b.Len() {
			n := s.base + b.First + i - 1
			if n > x.last || n >= s.base+s.rows {
				return enough
			}
			if x.people.First(n) == x.first {
				rec := b.Record(i)
				x.explain(rows, &rec, b.First+i)
			}
		}
		return nil
	})
	if errors.Is(err, enough) {
		err = nil
	}
	return err
}

func (x *explaining) explain(rows *reader, rec *table.Record, n int) {
	e := Explained{File: rows.s.Name, Row: n, Line: rec.Line}
	if r, bad := rows.read(rec, n); bad != nil {
		e.Column, e.Fault = bad.column, bad.reason
	} else {
		e.Traces = x.rules.Trace(r.facts)
	}
	if j, ok := x.joins[rows.s.base+n-1]; ok {
		with, at := locate(x.sources, int(j.With))
		e.JoinedWith, e.JoinedBy = fmt.Sprintf("%s:%d", with.Name, at), x.keys.list[j.Key].Name
	}
	x.rows = append(x.rows, e)
}
