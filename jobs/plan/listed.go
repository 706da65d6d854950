package plan

import (
	"context"
	"fmt"

	"oshirase/config/campaign"
	"oshirase/jobs/recipient"
	"oshirase/jobs/revision"
)

// listing looks up whom of the revision before the rows are about that cannot be used. Such a person is still in the
// files, and must not be told that they are not affected.
type listing struct {
	p    *Plan
	rows []revision.Unusable // not looked up yet
}

// listingMost is how many rows are looked up together.
const listingMost = 1000

// before is a sink for rejects that hands them on to the next, which may be nil.
func (l *listing) before(ctx context.Context, next func(recipient.Reject) error) func(recipient.Reject) error {
	if l.p.earlier == nil {
		return next
	}
	return func(x recipient.Reject) error {
		if err := l.add(ctx, x); err != nil || next == nil {
			return err
		}
		return next(x)
	}
}

func (l *listing) add(ctx context.Context, x recipient.Reject) error {
	key := l.p.earlier.Key
	keys := revision.Keys{Email: BlindEmail(key, x.Who.Email.Wire), Name: BlindName(key, x.Who.Name)}
	for _, id := range x.Who.IDs {
		keys.Members = append(keys.Members, BlindMember(key, id))
	}
	l.rows = append(l.rows, revision.Unusable{Sought: revision.Sought{Person: x.Who, Keys: keys}, Cut: x.Cut})
	if len(l.rows) < listingMost {
		return nil
	}
	return l.finish(ctx)
}

// finish looks up the rows that are left.
func (l *listing) finish(ctx context.Context) error {
	if len(l.rows) == 0 {
		return nil
	}
	unknown, err := l.p.earlier.List(ctx, l.rows)
	l.p.unknown += unknown
	l.rows = l.rows[:0]
	return err
}

// countListed counts those who stay by such a row.
func (p *Plan) countListed() {
	n := p.census.stayed
	p.Purposes.Listed = n
	p.Purposes.Nothing.People += n
	if n == 0 {
		return
	}
	p.Problems = append(p.Problems, campaign.Problem{
		File: campaign.ManifestFile, Warning: true,
		What: fmt.Sprintf("%s of revision %d stay as they were: their rows cannot be used", people(n),
			p.earlier.Before()),
		Do: "correct the rows to have what they say compared with what these people were told",
	})
}

// checkUnknown sees that nobody is told that they are not affected who may be in a row that tells nothing.
func (p *Plan) checkUnknown() {
	if p.unknown == 0 || p.Purposes.Gone == 0 || p.Folder.Manifest.Expect.Withdrawals != nil {
		return
	}
	rows := fmt.Sprintf("%d rows", p.unknown)
	if p.unknown == 1 {
		rows = "1 row"
	}
	p.problemAt(fmt.Sprintf("%s that cannot be used may be about some of those told before and not listed now (%s)",
		rows, people(p.Purposes.Gone)),
		fmt.Sprintf("correct the rows; or, where none is about them, say expect: {withdrawals: %d}", p.Purposes.Gone))
}
