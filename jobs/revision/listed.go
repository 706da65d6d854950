package revision

import (
	"context"

	"oshirase/jobs/fold"
	"oshirase/jobs/ledger"
	"oshirase/jobs/recipient"
)

// Unusable is a row of the new revision that cannot be used, with what it tells of whom it is about. Keys are by
// all of that.
type Unusable struct {
	Sought
	Cut bool // what it tells stands in the cells where it belongs
}

// List notes whom of the earlier revision some rows are about: they are listed, and nothing is taken back from
// them. It returns of how many rows nobody knows whom they are about: each may be about anybody.
func (c *Comparison) List(ctx context.Context, rows []Unusable) (unknown int, err error) {
	members, rest := [][16]byte{}, []*Unusable{}
	for i := range rows {
		members = append(members, rows[i].Keys.Members...)
		rest = append(rest, &rows[i])
	}
	rest, err = c.list(ctx, members, rest, func(u *Unusable) [][16]byte { return u.Keys.Members })
	if err != nil {
		return 0, err
	}
	var others [][16]byte
	for _, u := range rest {
		others = append(others, u.others()...)
	}
	rest, err = c.list(ctx, others, rest, (*Unusable).others)
	for _, u := range rest {
		if !u.tells() {
			unknown++
		}
	}
	return unknown, err
}

// list looks rows up by some of their keys, and returns those that are about nobody whom these find.
func (c *Comparison) list(ctx context.Context, wanted [][16]byte, rows []*Unusable,
	keys func(*Unusable) [][16]byte) (rest []*Unusable, err error) {
	if len(wanted) == 0 {
		return rows, nil
	}
	found, err := c.formers.Find(ctx, wanted)
	if err != nil {
		return nil, err
	}
	for _, u := range rows {
		about := false
		for _, key := range keys(u) {
			some, err := c.listAbout(u, found[key])
			if err != nil {
				return nil, err
			}
			about = about || some
		}
		if !about {
			rest = append(rest, u)
		}
	}
	return rest, nil
}

// listAbout lists those of some whom a row is about, and tells whether there is one.
func (c *Comparison) listAbout(u *Unusable, found []ledger.Former) (some bool, err error) {
	for _, f := range found {
		x, err := candidate(f)
		if err != nil {
			return false, err
		}
		if u.about(x.Person) {
			c.listed.add(x.ID)
			some = true
		}
	}
	return some, nil
}

// others are the keys besides the member number.
func (u *Unusable) others() (out [][16]byte) {
	for _, key := range [][16]byte{u.Keys.Email, u.Keys.Name} {
		if key != ([16]byte{}) {
			out = append(out, key)
		}
	}
	return out
}

// tells tells whether a row says enough to be found by, so that who is not found is new.
func (u *Unusable) tells() bool {
	p := &u.Person
	return u.Cut && (len(p.IDs) > 0 || p.Name != "" && (p.Email.Wire != "" || len(p.Address) > 0 || p.BirthDate != ""))
}

// about tells whether a row is about somebody of the earlier revision. A number in a cell that may be another's is
// not enough.
func (u *Unusable) about(was recipient.Person) bool {
	p := &u.Person
	same := p.Name != "" && fold.Name(p.Name) == fold.Name(was.Name)
	if shares(p.IDs, was.IDs) {
		return u.Cut || same
	}
	return same && (p.Email.Wire != "" && fold.Email(p.Email.Wire) == fold.Email(was.Email.Wire) ||
		len(p.Address) > 0 && sameAddress(*p, was) || sameBirthday(p.BirthDate, was.BirthDate))
}

// shares tells whether two lists of member numbers have one in common, as the ledger compares them.
func shares(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if fold.Text(x) == fold.Text(y) {
				return true
			}
		}
	}
	return false
}

func sameBirthday(a, b string) bool {
	day, ok := fold.Birthday(a)
	other, known := fold.Birthday(b)
	return ok && known && !day.IsZero() && day.Equal(other)
}

// ListAs lists whom another comparison with the same revision has listed.
func (c *Comparison) ListAs(o *Comparison) { c.listed = o.listed }
