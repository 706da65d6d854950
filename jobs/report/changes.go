package report

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"oshirase/jobs/ledger"
)

// Changes is what a revision changed, for publication: of each segment the people before and now, as the two
// revisions counted them when they came in. The same number before and now may be of other people, or of people of
// whom something else is said: that is in the turnover.
type Changes struct {
	Campaign string          `json:"campaign"`
	Before   Side            `json:"before"`
	Now      Side            `json:"now"`
	Segments []SegmentChange `json:"segments"` // those of now, and then those that there are no longer
	Listed   *int            `json:"listed"`   // people who were not among those of before; null: it was not kept
	Changed  *int            `json:"changed"`  // of whom other data or another certainty is said
	Left     *int            `json:"left"`     // who are no longer among them
	Purposes ledger.Verdicts `json:"purposes"` // people by what they are told of it
}

// Side is one of the two revisions.
type Side struct {
	Revision int       `json:"revision"`
	At       time.Time `json:"at"`     // when it came in, and was counted
	People   *int      `json:"people"` // each once; null: it was not kept
}

// SegmentChange is one segment. A number is nil where the revision had no such segment, or it was not kept.
type SegmentChange struct {
	ID       string           `json:"id"`
	Title    string           `json:"title"`
	Before   *int             `json:"before"`
	Now      *int             `json:"now"`
	Turnover *ledger.Turnover `json:"turnover"` // who came into it, is otherwise affected, or went out of it
}

// ErrFirstRevision says that a revision is a campaign's first.
var ErrFirstRevision = errors.New("the first revision has nothing to be held against")

// ErrNoRevision says that a campaign has had no revision of a number.
var ErrNoRevision = errors.New("there is no such revision")

// ReadChanges compares a revision, or with 0 the one in force, with the one before. title names a segment of a
// revision; it may answer "".
func ReadChanges(ctx context.Context, l *ledger.Ledger, campaign string, revision int,
	title func(revision int, segment string) string) (c Changes, err error) {
	all, err := l.Revisions(ctx, campaign)
	if err != nil {
		return c, err
	}
	i := len(all) - 1
	if revision != 0 {
		i = slices.IndexFunc(all, func(r ledger.Revision) bool { return r.Number == revision })
	}
	switch {
	case i < 0:
		return c, ErrNoRevision
	case i == 0:
		return c, ErrFirstRevision
	}
	before, now := all[i-1], all[i]
	c = Changes{Campaign: campaign, Before: side(before), Now: side(now), Purposes: now.Verdicts}
	if t := now.Tally; t != nil {
		c.Listed, c.Changed, c.Left = &t.Listed, &t.Changed, &t.Left
	}
	for _, r := range []ledger.Revision{now, before} {
		if r.Tally == nil {
			continue
		}
		for _, s := range r.Tally.Segments {
			if !slices.ContainsFunc(c.Segments, func(x SegmentChange) bool { return x.ID == s.ID }) {
				name := cmp.Or(title(r.Number, s.ID), s.ID)
				was, _ := in(before, s.ID)
				is, turnover := in(now, s.ID)
				c.Segments = append(c.Segments, SegmentChange{s.ID, name, was, is, turnover})
			}
		}
	}
	return c, nil
}

// in is how many people a revision has in a segment, and who of them came and went.
func in(r ledger.Revision, segment string) (*int, *ledger.Turnover) {
	if r.Tally != nil {
		for i := range r.Tally.Segments {
			if s := &r.Tally.Segments[i]; s.ID == segment {
				return &s.People, s.Turnover
			}
		}
	}
	return nil, nil
}

// turnover is that of all people; nil: it was not kept.
func (c Changes) turnover() *ledger.Turnover {
	if c.Listed == nil || c.Changed == nil || c.Left == nil {
		return nil
	}
	return &ledger.Turnover{Listed: *c.Listed, Changed: *c.Changed, Left: *c.Left}
}

func side(r ledger.Revision) Side {
	s := Side{Revision: r.Number, At: r.At}
	if r.Tally != nil {
		s.People = &r.Tally.People
	}
	return s
}
