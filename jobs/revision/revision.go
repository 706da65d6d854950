// Package revision compares what a further revision of a campaign says of each person with what that person was
// told: by a notice that reached them, or may have.
//
// Who was told nothing gets a first notice; who was told something else, an update; who was told and is no longer
// affected, a withdrawal; and who was told just this, nothing. Nobody who was never told hears of a withdrawal.
package revision

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"

	"oshirase/jobs/ledger"
	"oshirase/jobs/recipient"
	"oshirase/jobs/seal"
)

// ruledOut is the certainty of a person of whom it is known now that they are not affected.
const ruledOut = "ruled-out"

// Comparison is of one revision with the people of the one before. Candidates, Free and Claim may be called on several
// goroutines; the rest belongs to one.
type Comparison struct {
	formers *ledger.Formers
	taken   people // formers who are people of the new revision
	twins   people // who may be further records of one of these, unless somebody else is them
	listed  people // whom rows are about that cannot be used
	met     bool   // somebody of the one is among those of the other

	claims  sync.Mutex
	claimed people // formers whose member numbers are in the new revision; nil: it is not known which these are
}

// New compares with the people that the ledger has of a campaign.
func New(ctx context.Context, l *ledger.Ledger, campaign string, key *seal.Key) (*Comparison, error) {
	formers, err := l.Formers(ctx, campaign, key)
	if err != nil {
		return nil, err
	}
	return &Comparison{formers: formers, taken: people{}, twins: people{}, listed: people{}}, nil
}

// Before is the revision that is compared with.
func (c *Comparison) Before() int { return c.formers.Revision }

// Paged tells whether the people had messages on the members' page, or have some to come.
func (c *Comparison) Paged() bool { return c.formers.Paged }

// PageTells tells whether such a message made them told.
func (c *Comparison) PageTells() bool { return c.formers.PageTells }

// Begin begins again, for another walk through the people.
func (c *Comparison) Begin() { c.taken, c.twins, c.met = people{}, people{}, false }

// Strange tells whether nobody of the earlier revision was met among the people of this one.
func (c *Comparison) Strange() bool { return !c.met }

// Contact is a company's report contact of the earlier revision.
type Contact struct {
	ID      int64
	Ref     string
	Told    *recipient.Person // with the numbers of the last report that reached them, or may have; nil: none has
	Current bool              // these numbers are in force
}

// Contacts are the report contacts of the earlier revision, by the batches of their companies.
func (c *Comparison) Contacts(ctx context.Context) (map[string]Contact, error) {
	formers, err := c.formers.Contacts(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Contact, len(formers))
	for batch, f := range formers {
		x, err := candidate(f)
		if err != nil {
			return nil, err
		}
		out[batch] = Contact{ID: f.ID, Ref: f.Ref, Told: x.told, Current: f.Heard != nil && f.Heard.Current}
	}
	return out, nil
}

// Candidate is somebody of the earlier revision who may be a person of this one.
type Candidate struct {
	ledger.Former
	Person recipient.Person
	told   *recipient.Person // what they were told; nil: nothing
	moved  *move
}

// Told tells whether a notice reached them, or may have, that was not taken back since.
func (x *Candidate) Told() bool { return x.told != nil }

// move is a change of address: letters came back from the one, and were written again to the other.
type move struct{ from, to recipient.Person }

func candidate(f ledger.Former) (x Candidate, err error) {
	x.Former = f
	if err := x.Person.UnmarshalBinary(f.Data); err != nil {
		return x, fmt.Errorf("person %s cannot be read", f.Ref)
	}
	if f.Heard != nil && !f.Heard.Withdrawn {
		x.told = &recipient.Person{}
		if err := x.told.UnmarshalBinary(f.Heard.Data); err != nil {
			return x, fmt.Errorf("person %s cannot be read", f.Ref)
		}
	}
	if f.Moved != nil {
		x.moved = &move{}
		err := errors.Join(x.moved.from.UnmarshalBinary(f.Moved.From), x.moved.to.UnmarshalBinary(f.Moved.Data))
		if err != nil {
			return x, fmt.Errorf("person %s cannot be read", f.Ref)
		}
	}
	return x, nil
}

// Corrected is a person of the new revision with the postal address that their letters have to go to: where the
// file still has the one that they came back from, it is the one that was found out since.
func (x *Candidate) Corrected(p recipient.Person) recipient.Person {
	if m := x.moved; m != nil && sameAddress(p, m.from) {
		p.Postcode, p.Address, p.Country = m.to.Postcode, m.to.Address, m.to.Country
	}
	return p
}

// Free tells whether a new person can have a reference.
func (c *Comparison) Free(ctx context.Context, ref string) (bool, error) {
	taken, err := c.formers.HasReference(ctx, ref)
	return !taken, err
}

// Verdict is what the revision makes of one of its people.
type Verdict struct {
	Change  ledger.Change // empty: nothing is to be said
	Former  *Candidate    // nil: a new person
	Ignored bool          // the person is not affected, and there is nobody to take anything back from here
}

// Decide says what becomes of a person. People are asked of in one order: somebody of the earlier revision whom two
// of this one might have been is the first of them.
func (c *Comparison) Decide(p recipient.Person, candidates []Candidate) Verdict {
	free := slices.DeleteFunc(slices.Clone(candidates), func(x Candidate) bool { return !c.free(p, x) })
	if len(free) == 0 {
		return Verdict{Change: ledger.BeFirst, Ignored: p.Certainty == ruledOut}
	}
	c.met = true
	slices.SortStableFunc(free, func(a, b Candidate) int { return b.rank() - a.rank() })
	v := Verdict{Former: &free[0]}
	same := v.Former.told != nil && sameFacts(p, *v.Former.told)
	if p.Certainty == ruledOut && !same {
		v.Ignored = true // taken back from with those who are not listed, whoever else of them this one was
		return v
	}
	for _, x := range free[1:] {
		if len(p.IDs) > 0 || !x.another(v.Former) {
			c.twins.add(x.ID)
		}
	}
	c.taken.add(v.Former.ID)
	v.Change = v.Former.change(same)
	return v
}

// another tells whether two formers are two people, by their member numbers.
func (x *Candidate) another(o *Candidate) bool {
	shared := func(id string) bool { return slices.Contains(o.Person.IDs, id) }
	return len(x.Person.IDs) > 0 && len(o.Person.IDs) > 0 && !slices.ContainsFunc(x.Person.IDs, shared)
}

// rank is higher for those who know more.
func (x *Candidate) rank() int {
	switch h := x.Heard; {
	case h == nil:
		return 0
	case h.Withdrawn:
		return 1
	case !h.Current:
		return 2
	}
	return 3
}

func (x *Candidate) change(same bool) ledger.Change {
	switch {
	case x.Heard == nil:
		return ledger.BeFirst
	case !same:
		return ledger.BeUpdated
	case !x.Heard.Current:
		return ledger.BeAsBefore
	}
	return ""
}

// Differs tells whether of a person other data, or another certainty, is said now than in the revision before,
// whatever they were told.
func (x *Candidate) Differs(now recipient.Person) bool { return !sameFacts(now, x.Person) }

// Moves tells whether this revision has another batch or other segments for a person, or other words for who and where
// they are.
func (x *Candidate) Moves(now recipient.Person, batch string, also []string) bool {
	was := &x.Person
	return x.Batch != batch || !slices.Equal(x.Also, slices.Sorted(slices.Values(also))) ||
		!slices.Equal(slices.Sorted(slices.Values(was.Segments)), slices.Sorted(slices.Values(now.Segments))) ||
		was.Name != now.Name || was.Kana != now.Kana || was.BirthDate != now.BirthDate ||
		was.Email != now.Email || was.Phone != now.Phone || was.Postcode != now.Postcode ||
		was.Country != now.Country || was.Locale != now.Locale || !slices.Equal(was.Address, now.Address) ||
		!slices.Equal(was.IDs, now.IDs) || !slices.Equal(was.Companies, now.Companies) ||
		!was.Further.Equal(now.Further)
}

// sameFacts tells whether the notice of the one would say of the data what that of the other does.
func sameFacts(a, b recipient.Person) bool {
	return a.Certainty == b.Certainty && slices.Equal(slices.Sorted(slices.Values(a.Elements)),
		slices.Sorted(slices.Values(b.Elements)))
}

// Left is somebody of the earlier revision who is not among the people of this one.
type Left struct {
	Candidate
	Change ledger.Change // withdrawal, cleared or merged; empty: there is nothing to be done
	Listed bool          // a row is about them that cannot be used: what they were told stands
	Told   recipient.Person
}

// Rest walks those whom no verdict was about, when there has been one about everybody.
func (c *Comparison) Rest(ctx context.Context) iter.Seq2[Left, error] {
	return func(yield func(Left, error) bool) {
		for f, err := range c.formers.Except(ctx, c.taken.has) {
			var left Left
			if err == nil {
				left.Candidate, err = candidate(f)
			}
			if err != nil {
				yield(Left{}, err)
				return
			}
			left.decide(c.twins.has(left.ID), c.listed.has(left.ID))
			if !yield(left, nil) {
				return
			}
		}
	}
}

// decide says what becomes of them. A twin is another record of somebody who is among the people. From who is listed
// nothing is taken back: nobody knows what the file says of them.
func (x *Left) decide(twin, listed bool) {
	switch {
	case twin:
		x.Change = ledger.BeMerged
	case listed:
		x.Listed = true
	case x.told != nil:
		x.Change, x.Told = ledger.BeWithdrawn, x.Corrected(*x.told)
	case x.Standing != ledger.Cleared:
		x.Change = ledger.BeCleared
	}
}
