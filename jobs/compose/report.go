package compose

import (
	"slices"
	"time"

	"oshirase/jobs/recipient"
	"oshirase/jobs/segment"
	"oshirase/templates"
)

// Report is what a company's report says of its people. Whoever it goes to is a recipient.Person whose elements are
// those of all of them, and whose facts are these numbers: so the contact is sealed, written to and corrected as
// everybody is.
type Report struct {
	People      int       // of the company
	Elsewhere   int       // of them, those who are told with another company
	Start       time.Time // midnight UTC of the day from which its people are told; zero: not known
	Listed      bool      // a list of them is attached to the e-mail
	Acknowledge bool      // nobody is told before the company has acknowledged the report
}

// The names of the facts. No file of recipients has any of these: a fact's name has no dot.
const (
	factPeople      = "report.people"
	factElsewhere   = "report.elsewhere"
	factStart       = "report.start"
	factListed      = "report.listed"
	factAcknowledge = "report.acknowledge"
)

// Facts are the report's numbers as a contact carries them.
func (r Report) Facts() map[string]segment.Value {
	facts := map[string]segment.Value{
		factPeople:      {Kind: segment.Number, Number: float64(r.People)},
		factElsewhere:   {Kind: segment.Number, Number: float64(r.Elsewhere)},
		factListed:      {Kind: segment.Bool, Bool: r.Listed},
		factAcknowledge: {Kind: segment.Bool, Bool: r.Acknowledge},
	}
	if !r.Start.IsZero() {
		facts[factStart] = segment.Value{Kind: segment.Date, Date: r.Start}
	}
	return facts
}

// reportOf are the numbers that a contact carries; zero of everybody else.
func reportOf(p recipient.Person) templates.Report {
	return templates.Report{
		People: int(p.Facts[factPeople].Number), Elsewhere: int(p.Facts[factElsewhere].Number),
		Start: p.Facts[factStart].Date, Listed: p.Facts[factListed].Bool,
		Acknowledge: p.Facts[factAcknowledge].Bool,
	}
}

// due tells whether the day from which the people are told lies before the report's own: one that is late must not
// announce what is past.
func due(r templates.Report, date time.Time) bool {
	y, m, d := date.Date()
	return !r.Start.IsZero() && r.Start.Before(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

// SameReport tells whether the reports to two contacts say the same of the company's people.
func SameReport(a, b recipient.Person) bool {
	x, y := reportOf(a), reportOf(b)
	return x.People == y.People && x.Elsewhere == y.Elsewhere && x.Start.Equal(y.Start) &&
		slices.Equal(slices.Sorted(slices.Values(a.Elements)), slices.Sorted(slices.Values(b.Elements)))
}

// SaysNobody tells whether the notice of a report has words for a company none of whose people is affected any more:
// whether anything in it depends on there being some.
func (b *Book) SaysNobody(c Case) bool {
	n, err := b.notice(c)
	return err == nil && n.Asks(".Report.People")
}

// Lists tells whether a list of people belongs to the e-mail that is made for a contact.
func Lists(p recipient.Person) bool { return reportOf(p).Listed }

// listName is what the list is called in the message: CSV within, encrypted with age.
const listName = "people.csv.age"

// reports tells whether a notice is the one that companies are reported to by. The names of those whom it goes to
// are the operator's own entries.
func (b *Book) reports(notice string) bool {
	r := b.Folder.Manifest.Batches.Report
	return r != nil && r.Notice == notice
}

// reportSchema is what a report may speak of: of no single person's facts, segments and codes.
func reportSchema(s templates.Schema) templates.Schema {
	s.Report, s.Codes = true, false
	s.Facts, s.Segments = nil, nil
	return s
}
