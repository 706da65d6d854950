package compose

import (
	"errors"
	"strings"
	"testing"
	"time"

	"oshirase/config/campaign"
	"oshirase/jobs/recipient"
	"oshirase/letters"
)

const reportEN = `---
subject: Report to {{ .Person.Company }}
---

{{ .Person.Name }}: {{ number .Report.People }} people, {{ .Report.Elsewhere }} elsewhere, from {{ date .Report.Start }}.

{{ .Elements }}

{{ if .Report.Listed }}
A list is attached.
{{ end }}

{{ if .Report.Acknowledge }}
Please acknowledge.
{{ end }}
`

// reporting is a book whose companies are reported to.
func reporting(notice string) func(map[string][]byte) {
	return func(f map[string][]byte) {
		f["campaign.yaml"] = append(f["campaign.yaml"], "batches: {file: companies.csv, report: {notice: company}}\n"...)
		f["companies.csv"] = []byte("company,start,contact_name,contact_email\nみなも電機,2013-09-10,見本 花子,hanako@example.jp\n")
		f["notices/company.ja.md"] = []byte(notice)
		f["notices/company.en.md"] = []byte(notice)
	}
}

// contact is the report contact of a company.
func contact(r Report) Case {
	c := taro()
	c.Notice, c.Locale, c.Purpose = "company", "en", "corporate-report"
	c.Person = recipient.Person{
		Name: "hanako.example.jp", Email: c.Person.Email, Address: c.Person.Address, Postcode: c.Person.Postcode,
		Companies: []string{"みなも電機"}, Elements: []string{"name", "card_number"}, Notice: "company", Facts: r.Facts(),
	}
	return c
}

func TestAReportSpeaksOfTheCompanysPeople(t *testing.T) {
	t.Parallel()
	b := book(t, reporting(reportEN))
	c := contact(Report{People: 1200, Elsewhere: 3, Start: date(2013, 9, 10), Listed: true, Acknowledge: true})
	c.List = []byte("sealed")
	m, _ := compose(t, b, c)
	if m.Subject != "Report to みなも電機" {
		t.Errorf("subject %q", m.Subject)
	}
	for _, want := range []string{"hanako.example.jp: 1,200 people, 3 elsewhere, from 10 September 2013.",
		"payment card number", "A list is attached.", "Please acknowledge."} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("no %q in %q", want, m.Text)
		}
	}
	if m.Attachment == nil || m.Attachment.Name != "people.csv.age" || string(m.Attachment.Content) != "sealed" {
		t.Errorf("attached %+v", m.Attachment)
	}
	if !Lists(c.Person) || Lists(taro().Person) {
		t.Error("a list belongs to the wrong e-mail")
	}
}

func TestAReportThatIsLateKnowsIt(t *testing.T) {
	t.Parallel()
	b := book(t, reporting("---\nsubject: Report\n---\n{{ if .Report.Due }}\nlate\n{{ else }}\nin time\n{{ end }}\n"))
	for start, want := range map[time.Time]string{
		{}: "in time", date(2013, 9, 28): "in time", date(2013, 9, 27): "late",
	} {
		c := contact(Report{People: 1, Start: start})
		c.Date = time.Date(2013, 9, 27, 15, 0, 0, 0, time.UTC) // the 28th has begun in Tokyo
		if m, _ := compose(t, b, c); !strings.Contains(m.Text, want) {
			t.Errorf("people told from %s: %q", start.Format(time.DateOnly), m.Text)
		}
	}
}

func TestALetterPromisesNoList(t *testing.T) {
	t.Parallel()
	l, err := book(t, reporting(reportEN)).Letter(contact(Report{People: 1, Start: date(2013, 9, 10), Listed: true}))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(l.Document.Blocks); got != 2 { // the sentence and the elements
		t.Errorf("%d blocks: %+v", got, l.Document.Blocks)
	}
}

func TestAReportThatPrintsWhatIsNotKnownIsBlocked(t *testing.T) {
	t.Parallel()
	var blocked *BlockedError
	_, err := book(t, reporting(reportEN)).Text(contact(Report{People: 1}))
	if !errors.As(err, &blocked) || !strings.Contains(err.Error(), ".Report.Start: has no value") {
		t.Errorf("error %v", err)
	}
}

func TestAReportSpeaksOfNoSinglePerson(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"{{ date .Facts.joined }}":                     `no field ".Facts.joined"`,
		"{{ .Certainty }}":                             `no field ".Certainty"`,
		"{{ if segment \"cards\" }}\n\nx\n\n{{ end }}": `"cards" is no segment`,
	} {
		f := files()
		reporting("---\nsubject: x\n---\n" + body)(f)
		folder, err := campaign.FromSnapshot(f)
		if err != nil {
			t.Fatal(err)
		}
		if b, found := New(folder, letters.Embedded()); b != nil || !strings.Contains(found[0].What, want) {
			t.Errorf("%s: %v", body, found)
		}
	}
}
