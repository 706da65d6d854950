package ledger

import (
	"context"
	"fmt"
	"slices"

	"oshirase/jobs/seal"
)

// A person's row holds the facts in force. Where a later revision changed them, what the row held before is
// in the table past, so that what was sent can be made again, and is known when the next revision comes.

// pastOf finds what a person's row held when delivery d was made; nothing where it holds that still.
const pastOf = `person = d.person AND revision >= d.revision ORDER BY revision LIMIT 1`

// older is true of deliveries that may have been made with something else than their person's row holds: only
// they look back, for every claim asks. A person may have got earlier facts back that are older than d, or have moved;
// and while a revision is being put in force the row may be of that one already.
const older = `d.revision < p.since OR d.revision < c.revision OR c.switching < 0`

// What a delivery was, or will be, made with.
const (
	noticeColumn = `CASE WHEN ` + older + `
		THEN coalesce((SELECT notice FROM past WHERE ` + pastOf + `), p.notice) ELSE p.notice END`
	localeColumn = `CASE WHEN ` + older + `
		THEN coalesce((SELECT locale FROM past WHERE ` + pastOf + `), p.locale) ELSE p.locale END`
)

// factsInForce is true of deliveries that say what is in force: neither their person's facts before nor, where those
// came back, what was said between.
const factsInForce = `d.revision >= p.since AND NOT EXISTS (SELECT 1 FROM past x
	WHERE x.person = d.person AND x.revision >= d.revision AND x.since <> p.since)`

// Past is what a person's row held in earlier revisions. Data is plain.
type Past struct {
	Revision       int // the last one
	Since          int // the first one whose notice had these facts
	Locale, Notice string
	Data           []byte
}

// At is what the person's row held in a revision.
func (p *PersonRow) At(revision int) Past {
	i := slices.IndexFunc(p.Past, func(x Past) bool { return x.Revision >= revision })
	if i < 0 {
		return Past{Revision: revision, Since: p.Since, Locale: p.Locale, Notice: p.Notice, Data: p.Data}
	}
	return p.Past[i]
}

// addPast opens what the rows of people held before.
func (l *Ledger) addPast(ctx context.Context, key *seal.Key, people []PersonRow) error {
	if len(people) == 0 {
		return nil
	}
	ids, at := make([]int64, len(people)), make(map[int64]int, len(people))
	for i, p := range people {
		ids[i], at[p.ID] = p.ID, i
	}
	rows, err := l.read.QueryContext(ctx, `SELECT person, revision, since, locale, notice, sealed FROM past
		WHERE person `+l.d.among+` ORDER BY person, revision`, l.d.idSet(ids))
	if err != nil {
		return wrapRead(err)
	}
	defer rows.Close()
	for rows.Next() {
		var x Past
		var id int64
		var sealed []byte
		if err := rows.Scan(&id, &x.Revision, &x.Since, &x.Locale, &x.Notice, &sealed); err != nil {
			return wrapRead(err)
		}
		p := &people[at[id]]
		if x.Data, err = key.Open(personPlace(id), sealed); err != nil {
			return fmt.Errorf("person %s in revision %d: %w", p.Ref, x.Revision, err)
		}
		p.Past = append(p.Past, x)
	}
	return wrapRead(rows.Err())
}
