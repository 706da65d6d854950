package revision

import (
	"context"
	"slices"

	"oshirase/jobs/fold"
	"oshirase/jobs/ledger"
	"oshirase/jobs/recipient"
)

// Keys are what a person is found by among those of the earlier revision, as the ledger has it.
type Keys struct {
	Members     [][16]byte // blind indexes of all member numbers
	Email, Name [16]byte
	Across      bool // by these two also somebody who has a member number where the person has none, or the reverse
}

// Claim notes the earlier owners of member numbers that people of the new revision have: nobody without a number is
// one of them.
func (c *Comparison) Claim(ctx context.Context, members [][16]byte) error {
	owners, err := c.formers.Have(ctx, members)
	c.claims.Lock()
	defer c.claims.Unlock()
	if c.claimed == nil {
		c.claimed = people{}
	}
	for _, id := range owners {
		c.claimed.add(id)
	}
	return err
}

// Doubtful tells whether claims must be known before a person is judged: one without a member number may have been
// somebody with one.
func (c *Comparison) Doubtful(p recipient.Person, candidates []Candidate) bool {
	return c.claimed == nil && len(p.IDs) == 0 &&
		slices.ContainsFunc(candidates, func(x Candidate) bool { return len(x.Person.IDs) > 0 })
}

// free tells whether nobody else is a candidate of a person.
func (c *Comparison) free(p recipient.Person, x Candidate) bool {
	return !c.taken.has(x.ID) && !(len(p.IDs) == 0 && len(x.Person.IDs) > 0 && c.claimed.has(x.ID))
}

// Sought is a person who is looked for among those of the earlier revision.
type Sought struct {
	Person recipient.Person
	Keys   Keys
}

// Candidates finds whom each of some people may have been: by any of their member numbers; where one of the two has
// none, by e-mail address and name; and where neither has one, and one no e-mail address either, by name and postal
// address.
// Who has another member number is another.
func (c *Comparison) Candidates(ctx context.Context, people []Sought) ([][]Candidate, error) {
	out := make([][]Candidate, len(people))
	for step := range searches {
		if err := c.search(ctx, step, people, out); err != nil {
			return nil, err
		}
	}
	for i, found := range out {
		out[i] = closest(people[i].Person, found)
	}
	return out, nil
}

// search takes one step of looking for those who were not found yet, all of them at once.
func (c *Comparison) search(ctx context.Context, step int, people []Sought, out [][]Candidate) error {
	var wanted [][16]byte
	for i, x := range people {
		if len(out[i]) == 0 {
			wanted = append(wanted, x.Keys.of(x.Person, step)...)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	found, err := c.formers.Find(ctx, wanted)
	if err != nil {
		return err
	}
	for i, x := range people {
		if len(out[i]) > 0 {
			continue
		}
		for _, value := range x.Keys.of(x.Person, step) {
			if out[i], err = x.among(found[value], step, out[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// among adds those of some that this can be, each once.
func (s *Sought) among(found []ledger.Former, step int, to []Candidate) ([]Candidate, error) {
	for _, f := range found {
		if slices.ContainsFunc(to, func(o Candidate) bool { return o.ID == f.ID }) {
			continue
		}
		x, err := candidate(f)
		if err != nil {
			return nil, err
		}
		if x.maybe(s, step) {
			to = append(to, x)
		}
	}
	return to, nil
}

// closest are those without an e-mail address for a person who has none either, where there are such: one who has
// one may be somebody else of the same name and house.
func closest(p recipient.Person, found []Candidate) []Candidate {
	if len(p.IDs) > 0 || p.Email.Wire != "" {
		return found
	}
	mailed := func(x Candidate) bool { return x.Person.Email.Wire != "" }
	if without := slices.DeleteFunc(slices.Clone(found), mailed); len(without) > 0 {
		return without
	}
	return found
}

// The steps of a search: the next is taken where the one before found nobody.
const (
	byMember = iota
	byEmail
	byAddress
	searches
)

// of are the values that a person is looked for by in one step.
func (k Keys) of(p recipient.Person, step int) [][16]byte {
	switch {
	case step == byMember:
		return k.Members
	case step == byEmail && p.Email.Wire != "" && (len(p.IDs) == 0 || k.Across):
		return [][16]byte{k.Email}
	case step == byAddress && len(p.Address) > 0 && len(p.IDs) == 0:
		return [][16]byte{k.Name}
	}
	return nil
}

// maybe tells whether this can be the same person, once found in a step: not by member number the names must be the
// same, and where one of them has no e-mail address the postal addresses too.
func (x *Candidate) maybe(s *Sought, step int) bool {
	was, p := &x.Person, &s.Person
	switch {
	case step == byMember:
		return true
	case len(was.IDs) > 0 && len(p.IDs) > 0, fold.Name(was.Name) != fold.Name(p.Name):
		return false
	case len(was.IDs)+len(p.IDs) > 0:
		return step == byEmail && s.Keys.Across
	case step == byEmail:
		return true
	}
	return (p.Email.Wire == "" || was.Email.Wire == "") && sameAddress(*was, *p)
}

func sameAddress(a, b recipient.Person) bool {
	return fold.Postcode(a.Postcode) == fold.Postcode(b.Postcode) &&
		fold.Address(a.Address...) == fold.Address(b.Address...)
}
