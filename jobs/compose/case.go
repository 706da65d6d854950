package compose

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"oshirase/jobs/recipient"
	"oshirase/jobs/segment"
	"oshirase/templates"
)

// Case is one delivery to be made: the person and what was decided for them.
type Case struct {
	Person   recipient.Person
	Ref      string
	Notice   string
	Locale   string // one that the notice has: see Book.Locale
	Batch    string
	Delivery int64
	Date     time.Time // of the first claim: the same for every attempt
	Purpose  string    // first, update, withdrawal, corporate-report
	NamesOK  bool      // names that look like links were accepted
	Code     Code      // the person's own; zero: there is none
	List     []byte    // of a company's people, encrypted, for its report; nil: none is attached
}

// LinkName tells whether a mail client would make a link of a person's name: somebody may have
// registered it for that. Companies are the operator's own list.
func LinkName(p recipient.Person) bool { return templates.LooksLikeLink(p.Name) }

// company is the one with whose batch the person goes, else the first, else none.
func (c Case) company() string {
	companies := c.Person.Companies
	switch {
	case len(companies) == 0:
		return ""
	case slices.Contains(companies, c.Batch):
		return c.Batch
	}
	return companies[0]
}

// values is all that a notice may say to this person.
func (b *Book) values(c Case) (templates.Values, error) {
	if !c.NamesOK && !b.reports(c.Notice) && LinkName(c.Person) {
		return templates.Values{}, &BlockedError{"the name looks like a web or mail address"}
	}
	m := b.Folder.Manifest
	code, err := b.code(c)
	if err != nil {
		return templates.Values{}, err
	}
	v := templates.Values{
		Name: c.Person.Name, Reference: c.Ref, Company: c.company(),
		Facts:    facts(c.Person.Facts),
		Incident: incidentIn(m, c.Locale, m.Locales.Default),
		Segments: c.Person.Segments, Elements: c.Person.Elements, Certainty: c.Person.Certainty,
		Controller: b.controller(c.Locale), Contact: b.contact(c.Locale),
		Date: c.Date.In(b.Folder.Location), Revision: m.Revision,
		Code: code, Purpose: cmp.Or(c.Purpose, "first"),
		Report: reportOf(c.Person),
	}
	v.Report.Due = due(v.Report, v.Date)
	return v, nil
}

func (b *Book) controller(locale string) templates.Controller {
	from, fallback := b.Folder.Manifest.Controller, b.Folder.Manifest.Locales.Default
	return templates.Controller{
		Name: from.Name.In(locale, fallback), Postcode: from.Postcode,
		Address: from.Address.In(locale, fallback), Signer: from.Signer.In(locale, fallback),
	}
}

func (b *Book) contact(locale string) templates.Contact {
	from := b.Folder.Manifest.Contact
	return templates.Contact{
		Phone: from.Phone, Hours: from.Hours.In(locale, b.Folder.Manifest.Locales.Default),
		URL: from.URL, Email: from.Email,
	}
}

// Facts are the names of the facts that go into any notice or onto any letter. No other needs to be
// kept of a person once it is known how they are affected.
func (b *Book) Facts() []string {
	names := map[string]bool{}
	for _, of := range b.notices {
		for _, notice := range of {
			for _, name := range notice.Facts() {
				names[name] = true
			}
		}
	}
	if l := b.Folder.Manifest.Channels.Letter; l != nil {
		for _, name := range []string{l.Honorific, l.Department, l.Guardian} {
			names[name] = name != ""
		}
	}
	maps.DeleteFunc(names, func(_ string, wanted bool) bool { return !wanted })
	return slices.Sorted(maps.Keys(names))
}

func facts(in map[string]segment.Value) map[string]any {
	out := make(map[string]any, len(in))
	for name, v := range in {
		switch v.Kind {
		case segment.Date:
			out[name] = v.Date
		case segment.Number:
			out[name] = v.Number
		case segment.Bool:
			out[name] = v.Bool
		default:
			out[name] = v.Text
		}
	}
	return out
}
