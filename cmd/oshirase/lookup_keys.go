package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"oshirase/jobs/fold"
	"oshirase/jobs/ledger"
	"oshirase/jobs/mailbox"
	"oshirase/jobs/plan"
	"oshirase/jobs/recipient"
)

// One thing that a caller knows may be known to others: an address stands on cards, a member number on tags.
// So a person is shown to somebody who knows two that agree, and of one alone it is only said whether it is
// known.

// lookupKey is a kind of thing that a caller can tell.
type lookupKey struct {
	by, words string // on the command line, and in a sentence
	find      func(context.Context, *opened, string) ([]ledger.PersonRow, error)

	// agrees holds a person who was found by another key against this one; nil where find gives all there are.
	agrees func(p recipient.Person, said, home string) bool

	// partial: find may miss people, whose number was told as it is dialled where they live, or who were
	// brought in before there was an index of this kind.
	partial bool
}

// blind finds people by a blind index.
func (o *opened) blind(ctx context.Context, value [16]byte) ([]ledger.PersonRow, error) {
	return o.PeopleByBlind(ctx, o.ID, value, o.Key)
}

// mostByKey is how many people the ledger gives of one value.
const mostByKey = 100

func lookupKeys() []lookupKey {
	return []lookupKey{
		{by: "reference", words: "reference", find: byReference},
		{by: "email", words: "e-mail address", find: byEmail, agrees: hasEmail},
		{by: "member", words: "member number", find: byMember, agrees: hasMember},
		{by: "name", words: "name", find: byName, agrees: hasName},
		{by: "phone", words: "telephone number", find: byPhone, agrees: hasPhone, partial: true},
	}
}

func hasEmail(p recipient.Person, said, _ string) bool {
	a, err := mailbox.Parse(said)
	return err == nil && anyAs(fold.Email, a.Wire, p.Email.Wire, p.Further.Emails)
}

func hasMember(p recipient.Person, said, _ string) bool {
	return slices.ContainsFunc(p.IDs, func(id string) bool { return fold.Text(id) == fold.Text(said) })
}

func hasName(p recipient.Person, said, _ string) bool {
	return anyAs(fold.Name, said, p.Name, p.Further.Names)
}

func hasPhone(p recipient.Person, said, home string) bool {
	home = cmp.Or(p.Country, home)
	dialled := func(number string) string { return fold.Phone(number, home) }
	return anyAs(dialled, said, p.Phone, p.Further.Phones)
}

// anyAs tells whether what was said is one of a person's, as these are compared.
func anyAs(folded func(string) string, said, first string, further []string) bool {
	said = folded(said)
	same := func(s string) bool { return folded(s) == said }
	return said != "" && (same(first) || slices.ContainsFunc(further, same))
}

func byReference(ctx context.Context, in *opened, said string) ([]ledger.PersonRow, error) {
	ref, ok := plan.ParseReference(said)
	if !ok {
		return nil, usage("this is no reference, or there is a mistake in it").
			hint("have it read out again: nine letters and digits, such as 7K2-9QX-M3D; or look up --by email,name")
	}
	row, err := in.PersonByRef(ctx, in.ID, ref, in.Key)
	if err != nil || row == nil {
		return nil, err
	}
	return []ledger.PersonRow{*row}, nil
}

func byEmail(ctx context.Context, in *opened, said string) ([]ledger.PersonRow, error) {
	a, err := mailbox.Parse(said)
	if err != nil {
		return nil, usage("this is no e-mail address: %v", err).
			hint("see that it was taken down right, or look up by other keys")
	}
	return in.blind(ctx, plan.BlindEmail(in.Key, a.Wire))
}

func byMember(ctx context.Context, in *opened, said string) ([]ledger.PersonRow, error) {
	return in.blind(ctx, plan.BlindMember(in.Key, said))
}

func byName(ctx context.Context, in *opened, said string) ([]ledger.PersonRow, error) {
	return in.blind(ctx, plan.BlindName(in.Key, said))
}

func byPhone(ctx context.Context, in *opened, said string) ([]ledger.PersonRow, error) {
	if fold.Phone(said, in.home()) == "" {
		return nil, usage("this is no telephone number").
			hint("see that it was taken down right and whole, or look up by other keys")
	}
	return in.blind(ctx, plan.BlindPhone(in.Key, said, in.home()))
}

// keysOf reads what --by says.
func keysOf(by string) ([]lookupKey, error) {
	all := lookupKeys()
	var names []string
	for _, k := range all {
		names = append(names, k.by)
	}
	var keys []lookupKey
	for name := range strings.SplitSeq(by, ",") {
		i := slices.Index(names, strings.TrimSpace(name))
		if i < 0 {
			return nil, usage("nobody is looked up by %q", name).hint("--by takes two of: %s", strings.Join(names, ", "))
		}
		if slices.ContainsFunc(keys, func(k lookupKey) bool { return k.by == all[i].by }) {
			return nil, usage("%q is one key, not two", name).hint("--by takes two of: %s", strings.Join(names, ", "))
		}
		keys = append(keys, all[i])
	}
	return keys, nil
}

// inWords joins the words of keys: e-mail address and name.
func inWords(keys []lookupKey) string {
	var words []string
	for _, k := range keys {
		words = append(words, k.words)
	}
	return strings.Join(words, " and ")
}

// search is what was found by the keys that a caller told.
type search struct {
	keys    []lookupKey
	said    []string
	found   [][]ledger.PersonRow // by each key
	matched []ledger.PersonRow   // by all of them
}

func newSearch(ctx context.Context, in *opened, keys []lookupKey, said []string) (*search, error) {
	s := &search{keys: keys, said: said}
	for i, k := range keys {
		rows, err := k.find(ctx, in, said[i])
		if err != nil {
			return nil, err
		}
		s.found = append(s.found, rows)
	}
	for _, row := range slices.Concat(s.found...) {
		if slices.ContainsFunc(s.matched, sameAs(row)) {
			continue
		}
		person, err := openPerson(row.Ref, row.Data)
		if err != nil {
			return nil, err
		}
		if s.agree(row, person, in.home()) {
			s.matched = append(s.matched, row)
		}
	}
	return s, nil
}

func sameAs(row ledger.PersonRow) func(ledger.PersonRow) bool {
	return func(other ledger.PersonRow) bool { return other.ID == row.ID }
}

// agree tells whether every key is the person's.
func (s *search) agree(row ledger.PersonRow, person recipient.Person, home string) bool {
	for i, k := range s.keys {
		indexed := slices.ContainsFunc(s.found[i], sameAs(row))
		if !indexed && (k.agrees == nil || !k.agrees(person, s.said[i], home)) {
			return false
		}
	}
	return true
}

// known are the keys by which there is somebody.
func (s *search) known() (keys []lookupKey) {
	for i, k := range s.keys {
		if len(s.found[i]) > 0 {
			keys = append(keys, k)
		}
	}
	return keys
}

// crowded tells whether somebody may have been passed over, because so many have the keys.
func (s *search) crowded() bool {
	for i, k := range s.keys {
		if !k.partial && len(s.found[i]) < mostByKey {
			return false
		}
	}
	return len(s.keys) > 1 && len(s.matched) == 0
}

// affected is how those of one key stand, of whom it is told no closer whether they were told.
const affected = "affected"

// knowledge is what is said of one key.
type knowledge struct {
	Known    bool   `json:"known"`
	Standing string `json:"standing,omitempty"` // affected, cleared or merged: of several people the first of these
}

func (s *search) knowledge() knowledge {
	is := func(x ledger.Standing) bool {
		return slices.ContainsFunc(s.matched, func(row ledger.PersonRow) bool { return row.Standing == x })
	}
	over := func(row ledger.PersonRow) bool {
		return row.Standing == ledger.Cleared || row.Standing == ledger.Merged
	}
	k := knowledge{Known: len(s.matched) > 0}
	switch {
	case !k.Known:
	case slices.ContainsFunc(s.matched, func(row ledger.PersonRow) bool { return !over(row) }):
		k.Standing = affected
	case is(ledger.Cleared):
		k.Standing = string(ledger.Cleared)
	default:
		k.Standing = string(ledger.Merged)
	}
	return k
}
