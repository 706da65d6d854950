package plan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"oshirase/config/campaign"
	"oshirase/jobs/compose"
	"oshirase/jobs/encrypt"
	"oshirase/jobs/ledger"
	"oshirase/jobs/mailbox"
	"oshirase/jobs/pace"
	"oshirase/jobs/recipient"
	"oshirase/jobs/revision"
)

// company is what the report to a company says of its people, whoever they are told with.
type company struct {
	people, elsewhere int
	elements          []bool // of the plan's
}

// readContacts says what is wrong with the report contacts that only whoever writes to them knows.
func (p *Plan) readContacts() {
	m := p.Folder.Manifest
	if m.Batches.Report == nil {
		p.warnContacts()
		return
	}
	for _, b := range m.Batches.List {
		if _, err := mailbox.Parse(b.Contact.Email); b.Contact.Mailable() && err != nil {
			p.contactProblem(b, "contact_email cannot be written to", "correct it")
		}
		if _, err := encrypt.For(b.Contact.AgeKey); b.Contact.AgeKey != "" && err != nil {
			p.contactProblem(b, "contact_age_key is "+err.Error(), "ask the company for its public key again")
		}
	}
}

// warnContacts says that contacts are named whom nothing goes to.
func (p *Plan) warnContacts() {
	named := 0
	for _, b := range p.Folder.Manifest.Batches.List {
		if !b.Contact.IsZero() {
			named++
		}
	}
	if named > 0 {
		p.Problems = append(p.Problems, campaign.Problem{
			File: p.Folder.Manifest.Batches.File, Warning: true,
			What: fmt.Sprintf("report contacts of %d companies, and no report goes to them", named),
			Do:   "say batches: {report: {notice: NAME}}, or leave the contacts out",
		})
	}
}

func (p *Plan) contactProblem(b campaign.Batch, what, do string) {
	p.Problems = append(p.Problems, campaign.Problem{
		File: p.Folder.Manifest.Batches.File, Line: b.Line, What: what, Do: do,
	})
}

// layOutCompanies lays out the companies that are reported to.
func (p *Plan) layOutCompanies() {
	p.companies = map[string]*company{}
	m := p.Folder.Manifest
	if m.Batches.Report == nil {
		return
	}
	for _, b := range m.Batches.List {
		if !b.Contact.IsZero() {
			p.companies[b.Name] = &company{elements: make([]bool, len(p.Elements))}
		}
	}
}

func (p *Plan) countCompanies(e Entry) {
	if len(p.companies) == 0 {
		return
	}
	p.countCompany(e, e.Batch, 0)
	for _, name := range e.Also {
		p.countCompany(e, name, 1)
	}
}

func (p *Plan) countCompany(e Entry, name string, elsewhere int) {
	c := p.companies[name]
	if c == nil {
		return
	}
	c.people++
	c.elsewhere += elsewhere
	for i, x := range p.Elements {
		c.elements[i] = c.elements[i] || slices.Contains(e.Person.Elements, x.Name)
	}
}

// corporate is the report to a company, and what becomes of its contact with a further revision.
type corporate struct {
	compose.Case
	channel string
	listed  bool
	former  int64 // of the contact of the revision before; 0: there was none
	known   bool  // the report would say what the contact was told: none goes
}

// reports are the reports to companies, in the order of their file; and those who were contacts in the revision before
// and are none now.
func (p *Plan) reports(ctx context.Context) (list []corporate, gone []int64, err error) {
	var before map[string]revision.Contact
	if p.earlier != nil {
		if before, err = p.earlier.Contacts(ctx); err != nil {
			return nil, nil, err
		}
	}
	for i, b := range p.Folder.Manifest.Batches.List {
		x, was := before[b.Name]
		if c := p.companies[b.Name]; c == nil || c.people == 0 && x.Told == nil { // who never heard of anybody
			continue
		}
		r := p.corporate(i, b)
		if was {
			r.Ref, r.former = x.Ref, x.ID
			r.known = x.Current && x.Told != nil && compose.SameReport(*x.Told, r.Person)
			delete(before, b.Name)
		}
		list = append(list, r)
	}
	for _, x := range before {
		gone = append(gone, x.ID)
	}
	slices.Sort(gone)
	return list, gone, nil
}

// ReportTo is the report to a company as a preview shows it, and the channel by which it goes; nil where none does.
func (p *Plan) ReportTo(ctx context.Context, company string) (*compose.Case, string, error) {
	list, _, err := p.reports(ctx)
	i := slices.IndexFunc(list, func(r corporate) bool { return r.Batch == company })
	if err != nil || i < 0 {
		return nil, "", err
	}
	return &list[i].Case, list[i].channel, nil
}

// countReports adds the reports to what is sent, and sees that each can be made.
func (p *Plan) countReports(ctx context.Context) error {
	list, _, err := p.reports(ctx)
	for _, r := range list {
		batch := p.batch(r.Batch)
		report := p.Folder.Manifest.Batches.Report
		batch.terms = &ledger.ReportTerms{At: report.At, Acknowledge: report.Acknowledge, Listed: r.listed}
		if r.known {
			continue
		}
		batch.Report = r.channel
		batch.Deliveries++
		batch.Channels[r.channel]++
		p.Channels[r.channel]++
		p.Deliveries++
		p.Reports++
		p.foreseeReport(r, report.At)
		p.tryReport(r)
	}
	return err
}

// foreseeReport counts an e-mail to a company for the forecast.
func (p *Plan) foreseeReport(r corporate, at time.Time) {
	if r.channel != ledger.Email {
		return
	}
	if p.reporting.Emails == nil {
		p.reporting = pace.Load{Start: at, Emails: map[string]int{}}
	}
	p.reporting.Emails[p.lines.of(Domain(r.Person.Email.Wire))]++
}

func (p *Plan) tryReport(r corporate) {
	var blocked *compose.BlockedError
	var err error
	if p.companies[r.Batch].people == 0 && !p.Book.SaysNobody(r.Case) {
		p.contactProblem(p.companyOf(r), "nobody of the company is affected any more, and its report has no words for that",
			"say them in the notice: {{ if .Report.People }} … {{ else }} … {{ end }}")
		return
	}
	if r.channel == ledger.Letter {
		_, _, err = p.Book.Typeset(r.Case)
	} else {
		_, err = p.Book.Text(r.Case)
	}
	if !errors.As(err, &blocked) {
		return
	}
	p.contactProblem(p.companyOf(r), "the report cannot be made: "+blocked.Reason, "correct the line, or the notice")
}

func (p *Plan) companyOf(r corporate) campaign.Batch {
	list := p.Folder.Manifest.Batches.List
	return list[slices.IndexFunc(list, func(b campaign.Batch) bool { return b.Name == r.Batch })]
}

// contactNumbers is where the numbers begin that report contacts have their references by: beyond those of people.
const contactNumbers = 1 << 33

// corporate is the report to the company that is the n-th of the file.
func (p *Plan) corporate(n int, b campaign.Batch) corporate {
	m, x, of := p.Folder.Manifest, b.Contact, p.companies[b.Name]
	address, _ := mailbox.Parse(x.Email)
	out := corporate{channel: ledger.Letter}
	if m.Channels.Email != nil && x.Email != "" {
		out.channel, out.listed = ledger.Email, x.AgeKey != ""
	}
	r := compose.Report{
		People: of.people, Elsewhere: of.elsewhere, Start: dayOf(b.Start), Listed: out.listed,
		Acknowledge: m.Batches.Report.Acknowledge,
	}
	if of.people == 0 { // who were told of some
		r.Start, r.Listed, out.listed = time.Time{}, false, false
	}
	person := recipient.Person{
		Name: x.Name, Email: address, Postcode: x.Postcode, Address: x.Address, Country: x.Country,
		Locale: x.Locale, Companies: []string{b.Name}, Notice: m.Batches.Report.Notice, Facts: r.Facts(),
	}
	for i, e := range p.Elements {
		if of.elements[i] {
			person.Elements = append(person.Elements, e.Name)
		}
	}
	out.Case = compose.Case{
		Person: person, Ref: p.refs.at(contactNumbers + n), Notice: person.Notice, Batch: b.Name,
		Locale: p.Book.Locale(person.Notice, x.Locale), Date: p.Folder.Today, Purpose: ledger.Report,
	}
	return out
}

// dayOf is midnight UTC of the day that a moment has in its own zone.
func dayOf(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// enterReports brings in the contacts and the reports to them, behind all people.
func (p *Plan) enterReports(ctx context.Context, r *roll) error {
	list, _, err := p.reports(ctx)
	if err != nil {
		return err
	}
	contacts := make([]ledger.NewContact, len(list))
	for i, c := range list {
		x, err := r.person(c.entry(), nil)
		if err != nil {
			return err
		}
		contacts[i] = ledger.NewContact{
			Batch: x.Batch, Ref: x.Ref, Locale: x.Locale, Notice: x.Notice, Data: x.Data, Delivery: x.Deliveries[0],
		}
	}
	return r.im.Contacts(ctx, contacts)
}

// entry is the contact as people are entered.
func (c corporate) entry() *Entry {
	return &Entry{Person: c.Person, Ref: c.Ref, Batch: c.Batch, Locale: c.Locale, Channels: []string{c.channel}}
}

// amendReports lays down what a further revision makes of the contacts. The reports are as many as were counted, unless
// one was sent meanwhile.
func (p *Plan) amendReports(ctx context.Context, r *roll, to *ledger.Revising) error {
	list, gone, err := p.reports(ctx)
	if err != nil {
		return err
	}
	sent := 0
	for _, c := range list {
		if c.known {
			continue
		}
		sent++
		a := ledger.Amendment{Change: ledger.BeReported, Former: c.former}
		if a.NewPerson, err = r.person(c.entry(), nil); err == nil {
			err = to.Add(ctx, a)
		}
		if err != nil {
			return err
		}
	}
	for _, id := range gone {
		if err := to.Add(ctx, ledger.Amendment{Change: ledger.BeCleared, Former: id}); err != nil {
			return err
		}
	}
	if sent != p.Reports {
		return ErrOvertaken
	}
	return nil
}
