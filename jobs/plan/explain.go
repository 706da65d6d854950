package plan

import (
	"context"

	"oshirase/jobs/recipient"
)

// Explanation is why somebody is affected or not.
type Explanation struct {
	Entry *Entry // nil: not affected
	Rows  []recipient.Explained
}

// Explainable tells whether the rows were read, so that Explain has something to say. It has of a campaign
// that misses its control totals, to find out why.
func (p *Plan) Explainable() bool { return p.Book != nil && p.reading != nil }

// Explain says it of the person of a row or, where they are affected, of a reference; see Match. It is nil
// where there is no such row or person.
func (p *Plan) Explain(ctx context.Context, person string) (*Explanation, error) {
	entry, err := p.Find(ctx, p.Match(person))
	if err != nil {
		return nil, err
	}
	row, isRow := p.row(person)
	if entry != nil {
		row = entry.Person.Rows[0]
	} else if !isRow {
		return nil, nil
	}
	rows, err := p.reading.Explain(ctx, row)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &Explanation{entry, rows}, nil
}
