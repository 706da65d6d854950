package ledger

import (
	"context"
	"fmt"
	"iter"

	"oshirase/jobs/seal"
)

// ContactOf is the report contact of a batch with the reports to them; nil where its company is not reported to.
func (l *Ledger) ContactOf(ctx context.Context, campaign, batch string, key *seal.Key) (*PersonRow, error) {
	rows, err := l.people(ctx, key, personColumns+`WHERE c.id = ? AND c.complete = 1 AND b.name = ? AND p.id = b.contact`,
		campaign, batch)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// ContactByRef is the report contact of a reference, with the reports to them; nil where there is none.
func (l *Ledger) ContactByRef(ctx context.Context, campaign, ref string, key *seal.Key) (*PersonRow, error) {
	rows, err := l.people(ctx, key, personColumns+`JOIN batch o ON o.campaign = c.num AND o.contact = p.id
		WHERE c.id = ? AND c.complete = 1 AND p.ref = ?`, campaign, ref)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// Member is one of the people whom a report is about. Data is plain, opened with the campaign's key.
type Member struct {
	Ref    string
	Batch  string // with which they are told
	Locale string
	Data   []byte
	id     int64
}

// membersMost is how many people are read at a time.
const membersMost = 2000

// Members walks the people of a batch whose contact gets a list of them, in order of their ids: those who are told
// with it, and those of the company who are told with the batch of another.
func (l *Ledger) Members(ctx context.Context, campaign, batch string, key *seal.Key) iter.Seq2[Member, error] {
	return func(yield func(Member, error) bool) {
		for after := int64(0); ; {
			page, err := l.members(ctx, key, campaign, batch, after)
			if err != nil {
				yield(Member{}, err)
				return
			}
			for _, m := range page {
				if after = m.id; !yield(m, nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
		}
	}
}

func (l *Ledger) members(ctx context.Context, key *seal.Key, campaign, batch string, after int64) ([]Member, error) {
	rows, err := l.read.QueryContext(ctx, `SELECT p.id, p.ref, o.name, p.locale, p.sealed
		FROM membership m JOIN person p ON p.id = m.person JOIN batch o ON o.id = p.batch
		WHERE m.batch = (SELECT b.id FROM batch b JOIN campaign c ON c.num = b.campaign
			WHERE c.id = ? AND c.complete = 1 AND b.name = ?)
			AND m.person > ? AND p.standing NOT IN ('cleared', 'merged')
		ORDER BY m.person LIMIT ?`, campaign, batch, after, membersMost)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []Member
	for rows.Next() {
		var m Member
		var sealed []byte
		if err := rows.Scan(&m.id, &m.Ref, &m.Batch, &m.Locale, &sealed); err != nil {
			return nil, wrapRead(err)
		}
		if m.Data, err = key.Open(personPlace(m.id), sealed); err != nil {
			return nil, fmt.Errorf("person %s: %w", m.Ref, err)
		}
		out = append(out, m)
	}
	return out, wrapRead(rows.Err())
}
