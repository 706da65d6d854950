package campaign

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Report says how companies are reported to before their people are told. It goes to the contacts of the companies
// file; a batch opens only when its report has been sent, or handed to the mail house.
type Report struct {
	Notice      string    `yaml:"notice"`
	Start       string    `yaml:"start"`       // of all reports, as in the companies file; empty: at once
	Acknowledge bool      `yaml:"acknowledge"` // a batch waits until its company has acknowledged its report
	At          time.Time `yaml:"-"`           // Start in the campaign's zone; zero where it is empty
}

// ReportContact is who of a company gets the report about its people: by e-mail where there is an address, by
// letter where there is only a postal one.
type ReportContact struct {
	Name     string
	Email    string
	Postcode string
	Address  []string // lines
	Country  string   // ISO 3166-1 alpha-2
	Locale   string   // BCP 47; empty: the campaign's default
	AgeKey   string   // age1…: the list of the company's people is encrypted for it; empty: no list goes
}

// IsZero tells whether nothing at all is said of the contact.
func (c ReportContact) IsZero() bool {
	return c.Name+c.Email+c.Postcode+c.Country+c.Locale+c.AgeKey == "" && len(c.Address) == 0
}

// Mailable tells whether the contact's e-mail address is one by its form (RFC 5322).
func (c ReportContact) Mailable() bool { return isAddress(c.Email) }

// ContactOf is the report contact of a batch. It is zero where the company is not reported to.
func (m *Manifest) ContactOf(batch string) ReportContact {
	i := slices.IndexFunc(m.Batches.List, func(b Batch) bool { return b.Name == batch })
	if m.Batches.Report == nil || i < 0 {
		return ReportContact{}
	}
	return m.Batches.List[i].Contact
}

var contactColumns = []string{"contact_name", "contact_email", "contact_postcode", "contact_address",
	"contact_country", "contact_locale", "contact_age_key"}

// contact reads a company's report contact. Lines of the address stand below each other in its cell.
func (c *companies) contact(record []string) ReportContact {
	out := ReportContact{
		Name: c.cell(record, "contact_name"), Email: c.cell(record, "contact_email"),
		Postcode: c.cell(record, "contact_postcode"), Country: c.cell(record, "contact_country"),
		Locale: c.cell(record, "contact_locale"), AgeKey: c.cell(record, "contact_age_key"),
	}
	for line := range strings.Lines(c.cell(record, "contact_address")) {
		if line = strings.TrimSpace(line); line != "" {
			out.Address = append(out.Address, line)
		}
	}
	return out
}

func (c *companies) checkContact(line int, x ReportContact) {
	if strings.ContainsFunc(x.Name+x.Postcode+strings.Join(x.Address, ""), unicode.IsControl) {
		c.add(line, "a control character in the contact", "take it out")
	}
	if x.Email != "" && !x.Mailable() {
		c.add(line, "contact_email is not an address", "write it like person@example.com")
	}
	if x.Country != "" && !isCountry(x.Country) {
		c.add(line, "contact_country is not a country", "write its two letters, such as JP (ISO 3166-1)")
	}
	if _, ok := canonical(x.Locale); x.Locale != "" && !ok {
		c.add(line, "contact_locale is not a language", localeForm)
	}
}

// checkReport sees that every report can be made and sent.
func (l *loader) checkReport(m *Manifest) {
	r := m.Batches.Report
	if r == nil {
		return
	}
	const at = "batches.report"
	if m.Batches.File == "" {
		l.add(at, "reports to companies, and no companies file", "name the contacts in one, under batches.file")
		return
	}
	if r.Notice == "" {
		l.add(at, "reports without a notice", "say notice: NAME for the files notices/NAME.LOCALE.md")
	}
	if i := slices.IndexFunc(m.Segments, func(s Segment) bool { return s.Notice == r.Notice }); i >= 0 && r.Notice != "" {
		l.add(at+".notice", fmt.Sprintf("notice %q is that of segment %q too", r.Notice, m.Segments[i].ID),
			"write one for the companies: it speaks of numbers and not of a person")
	}
	l.checkReportStart(m)
	without := 0
	for _, b := range m.Batches.List {
		if b.Contact.IsZero() {
			without++
		} else {
			l.checkWay(m, b)
		}
	}
	if without > 0 {
		l.problems = append(l.problems, Problem{File: m.Batches.File, Warning: true,
			What: fmt.Sprintf("%d of %d companies have no report contact, and their people are told without a report",
				without, len(m.Batches.List)),
			Do: "name a contact for each, or leave it so"})
	}
}

// checkReportStart warns of batches that cannot open on their own date, because their report goes later.
func (l *loader) checkReportStart(m *Manifest) {
	late, at := 0, m.Batches.Report.At
	for _, b := range m.Batches.List {
		if !b.Contact.IsZero() && !b.Start.IsZero() && b.Start.Before(at) {
			late++
		}
	}
	if late > 0 {
		l.warn("batches.report.start", fmt.Sprintf("%d of %d companies have a start before %s, when the reports go: "+
			"their batches open after their report", late, len(m.Batches.List), at.Format("2006-01-02 15:04")),
			"let the reports go earlier, or the batches start later")
	}
}

// checkWay sees that a contact can be reached. It says nothing of what a contact's cells hold.
func (l *loader) checkWay(m *Manifest, b Batch) {
	add := func(warning bool, what, do string) {
		l.problems = append(l.problems, Problem{File: m.Batches.File, Line: b.Line, What: what, Do: do, Warning: warning})
	}
	mail, post := b.Contact.Email != "", len(b.Contact.Address) > 0
	switch {
	case b.Contact.Name == "":
		add(false, "a report contact without a name", "write contact_name, or a department in its place")
	case !mail && !post:
		add(false, "a report contact without any address", "write contact_email, or contact_address")
	case !(mail && m.Channels.Email != nil) && !(post && m.Channels.Letter != nil):
		add(false, "a report contact whom no channel of the campaign reaches",
			"write an address for one of the channels, or add the channel to the manifest")
	case b.Contact.AgeKey != "" && !(mail && m.Channels.Email != nil):
		add(true, "a list of people is not sent by letter", "write contact_email, or take contact_age_key out")
	}
}
