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
// revisions counted them when they came in.
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
	At       time.Time `json:"at"`
	People   *int      `json:"people"` // each once; null: it was not kept
}

// SegmentChange is one segment. A number is nil where the revision had no such segment, or it was not kept.
type SegmentChange struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Before *int   `json:"before"`
	Now    *int   `json:"now"`
}

// ErrOneRevision says that a campaign has had no further revision.
var ErrOneRevision = errors.New("the campaign has had one revision: there is nothing to hold it against")

// ReadChanges compares the revision in force with the one before. title names a segment of a revision; it may
// answer "".
func ReadChanges(ctx context.Context, l *ledger.Ledger, campaign string,
	title func(revision int, segment string) string) (c Changes, err error) {
	all, err := l.Revisions(ctx, campaign)
	if err != nil {
		return c, err
	}
	if len(all) < 2 {
		return c, ErrOneRevision
	}
	before, now := all[len(all)-2], all[len(all)-1]
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
				c.Segments = append(c.Segments, SegmentChange{s.ID, name, in(before, s.ID), in(now, s.ID)})
			}
		}
	}
	return c, nil
}

// in is how many people a revision has in a segment.
func in(r ledger.Revision, segment string) *int {
	if r.Tally != nil {
		for i := range r.Tally.Segments {
			if s := &r.Tally.Segments[i]; s.ID == segment {
				return &s.People
			}
		}
	}
	return nil
}

func side(r ledger.Revision) Side {
	s := Side{Revision: r.Number, At: r.At}
	if r.Tally != nil {
		s.People = &r.Tally.People
	}
	return s
}
