package recipient

import (
	"cmp"
	"slices"

	"oshirase/jobs/fold"
)

// Further is what else the rows of a person say of their name and of how to reach them. Nothing is sent there, but who
// calls may know themselves by any of it. Each is there once, as it is compared, and not where the Person has
// the same: for most people it is empty.
type Further struct {
	Names  []string // as they were registered
	Emails []string // in wire form
	Phones []string // with the calling code (E.164), as far as they are whole
}

// Equal tells whether the other is the same in every text and their order.
func (f Further) Equal(o Further) bool {
	return slices.Equal(f.Names, o.Names) && slices.Equal(f.Emails, o.Emails) && slices.Equal(f.Phones, o.Phones)
}

// further gathers what the rows have besides what the person has of them.
func (m *merger) further(p *Person, rows []*row) Further {
	here := cmp.Or(p.Country, m.home)
	names := unlike{first: p.Name, fold: fold.Name}
	emails := unlike{first: p.Email.Wire, fold: fold.Email}
	phones := unlike{first: p.Phone, fold: func(s string) string { return fold.Phone(s, here) }}
	for _, r := range rows {
		l := r.from.layout
		names.add(r.known(l.name))
		emails.add(r.email.Wire)
		if number := r.known(l.phone); number != p.Phone {
			phones.add(fold.Phone(number, cmp.Or(r.text(l.country), here)))
		}
	}
	return Further{Names: names.list, Emails: emails.list, Phones: phones.list}
}

// unlike lists texts that are compared as others than the first, and than one another.
type unlike struct {
	first string
	fold  func(string) string
	known collection // folded
	list  []string
}

func (u *unlike) add(s string) {
	if s == "" || s == u.first {
		return
	}
	if u.known.list == nil {
		u.known.add(u.fold(u.first))
	}
	before := len(u.known.list)
	if u.known.add(u.fold(s)); len(u.known.list) > before {
		u.list = append(u.list, s)
	}
}
