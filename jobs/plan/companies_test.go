package plan

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"oshirase/config/campaign"
	"oshirase/jobs/compose"
	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

const companyNotice = "---\nsubject: Report\n---\n\n{{ .Person.Company }} {{ .Report.People }}\n\n" +
	"{{ if .Report.Start }}\n{{ date .Report.Start }}\n{{ end }}\n"

// reporting is the folder with reports to companies, whose file has these lines behind Late, Early and Undated.
func reporting(t *testing.T, late, early, undated string) map[string]string {
	t.Helper()
	f := files()
	edit(t, f, "campaign.yaml", "file: companies.csv}", "file: companies.csv, report: {notice: company, start: 2013-08-09}}")
	f["companies.csv"] = "company,start,contact_name,contact_email,contact_address,contact_locale,contact_age_key\n" +
		"Late,2013-09-20," + late + "\nEarly,2013-09-10," + early + "\nUndated,," + undated + "\n"
	f["notices/company.ja.md"], f["notices/company.en.md"] = companyNotice, companyNotice
	return f
}

func TestAReportCountsACompanysPeopleWhoeverTheyAreToldWith(t *testing.T) {
	t.Parallel()
	p := valid(t, reporting(t, "見本 花子,late@example.com,,,", "Early Contact,,1-1 Rei-cho,en,", ",,,,"))
	if p.Reports != 2 || p.People != 6 || p.Deliveries != 5+2 || p.Confirm() != "leak:7" {
		t.Errorf("%d reports, %d people, %d deliveries, confirm %s", p.Reports, p.People, p.Deliveries, p.Confirm())
	}
	if p.Channels["email"] != 4+1 || p.Channels["letter"] != 1+1 {
		t.Errorf("channels %v", p.Channels)
	}
	var got []string
	for _, b := range p.Batches {
		got = append(got, b.Name+" "+b.Report)
	}
	if want := []string{"Early letter", "Late email", "Undated ", "individuals "}; !slices.Equal(got, want) {
		t.Errorf("batches %q, want %q", got, want)
	}
	list, gone, err := p.reports(t.Context())
	if err != nil || len(gone) > 0 || len(list) != 2 || list[0].Batch != "Early" || list[1].Batch != "Late" {
		t.Fatalf("reports %+v, %v", list, err)
	}
	if list[0].Locale != "en" || list[1].Locale != "ja" || list[0].Ref == list[1].Ref {
		t.Errorf("reports %+v", list)
	}
	for i, want := range []compose.Report{
		{People: 3, Elsewhere: 1, Start: time.Date(2013, 9, 10, 0, 0, 0, 0, time.UTC)},
		{People: 2, Elsewhere: 1, Start: time.Date(2013, 9, 20, 0, 0, 0, 0, time.UTC)},
	} {
		if got := list[i].Person.Facts; !maps.Equal(got, want.Facts()) {
			t.Errorf("numbers %v, want %v", got, want.Facts())
		}
	}
	if e := list[0].Person.Elements; !slices.Equal(e, []string{"card_number", "name"}) {
		t.Errorf("elements %v", e)
	}
	terms := p.batch("Early").terms
	if at := terms.At; !at.Equal(time.Date(2013, 8, 9, 0, 0, 0, 0, p.Folder.Location)) || terms.Listed {
		t.Errorf("terms %+v", terms)
	}
	if p.batch("Undated").terms != nil {
		t.Error("a company without a contact is reported to")
	}
}

func TestAForecastHasTheReportsBeforeTheirPeople(t *testing.T) {
	t.Parallel()
	p := valid(t, reporting(t, "見本 花子,late@example.com,,,", "Early Contact,,1-1 Rei-cho,en,", ",,,,"))
	f := p.Forecast(1, 0)
	if f.Reports == nil || f.Reports.Emails != 1 || !f.Reports.From.Equal(f.From) { // the other is a letter
		t.Fatalf("reports %+v, the first e-mail at %s", f.Reports, f.From)
	}
	emails, days := 0, 0
	for _, b := range f.Batches {
		emails += b.Emails
		if b.Emails > 0 && b.From.Before(f.Reports.To) {
			t.Errorf("%s is told at %s, before the report at %s", b.Name, b.From, f.Reports.To)
		}
	}
	for _, d := range f.Days {
		days += d.Emails
	}
	if emails != 4 || days != 4+1 {
		t.Errorf("%d e-mails to people, %d on all days", emails, days)
	}
	none := valid(t, reporting(t, ",,,,", ",,,,", ",,,,"))
	if f := none.Forecast(1, 0); f.Reports != nil {
		t.Errorf("reports to nobody: %+v", f.Reports)
	}
}

func TestNobodyIsReportedToAboutNobody(t *testing.T) {
	t.Parallel()
	f := reporting(t, "A,a@example.com,,,", "B,b@example.com,,,", "C,c@example.com,,,")
	f["companies.csv"] += "Idle,2013-09-11,D,d@example.com,,,\n"
	p := valid(t, f)
	if i := slices.IndexFunc(p.Batches, func(b *Batch) bool { return b.Name == "Idle" }); p.Reports != 3 || p.Batches[i].Report != "" {
		t.Errorf("%d reports", p.Reports)
	}
}

func TestAContactWhoCannotBeReportedToIsAProblemOfTheFolder(t *testing.T) {
	t.Parallel()
	f := reporting(t, "A,a@example.com,,,age1no", "𡈽\u0378,,1-1 Rei-cho,en,", "C,c..c@example.com,,,")
	edit(t, f, "notices/company.en.md", "{{ if .Report.Start }}\n{{ date .Report.Start }}\n{{ end }}", "{{ date .Report.Start }}")
	wantProblems(t, f, "companies.csv:2: contact_age_key is no age recipient, which begins with age1",
		"companies.csv:4: contact_email is not an address")
	edit(t, f, "companies.csv", "age1no", "")
	edit(t, f, "companies.csv", "c..c@", "c@")
	edit(t, f, "companies.csv", "c@example.com,,,", "c@example.com,,en,")
	wantProblems(t, f, "companies.csv:3: the report cannot be made: ", "companies.csv:4: the report cannot be made: ")
}

// wantProblems expects just these errors, each with what to do.
func wantProblems(t *testing.T, f map[string]string, want ...string) {
	t.Helper()
	problems := slices.DeleteFunc(read(t, write(t, f)).Problems, func(p campaign.Problem) bool { return p.Warning })
	if len(problems) != len(want) {
		t.Fatalf("problems %v, want %q", problems, want)
	}
	for i, p := range problems {
		if !slices.ContainsFunc(want, func(w string) bool { return strings.HasPrefix(p.String(), w) }) || p.Do == "" {
			t.Errorf("problem %d: %s", i, p)
		}
	}
}

func TestTheLedgerHasTheReportsBesideThePeople(t *testing.T) {
	t.Parallel()
	p := valid(t, reporting(t, "A,a@example.com,,,", "B,,1-1 Rei-cho,,", ",,,,"))
	f := ledgertest.New(t)
	if err := p.Import(t.Context(), f.Ledger, Enlist{Key: f.Key, Holder: "tester", By: ledgertest.By}); err != nil {
		t.Fatal(err)
	}
	c, err := f.Counts(t.Context(), "leak")
	if err != nil {
		t.Fatal(err)
	}
	if c.People.Affected != p.People || c.Open() != p.Deliveries {
		t.Errorf("%d people and %d deliveries, want %d and %d", c.People.Affected, c.Open(), p.People, p.Deliveries)
	}
	journal, err := f.Journal(t.Context(), "leak")
	if err != nil || journal[0].N != p.Deliveries {
		t.Errorf("the journal says %+v, %v", journal, err)
	}
	for d, err := range f.Deliveries(t.Context(), "leak") {
		if err != nil || (d.Purpose == ledger.Report) != (d.Notice == "company") {
			t.Errorf("delivery %+v, %v", d, err)
		}
	}
}

func TestContactsWhomNothingGoesToAreSpokenOf(t *testing.T) {
	t.Parallel()
	f := reporting(t, "A,a@example.com,,,", "B,,1-1 Rei-cho,,", ",,,,")
	edit(t, f, "campaign.yaml", ", report: {notice: company, start: 2013-08-09}", "")
	delete(f, "notices/company.ja.md")
	delete(f, "notices/company.en.md")
	p := valid(t, f)
	const want = "companies.csv: report contacts of 2 companies, and no report goes to them"
	if i := slices.IndexFunc(p.Problems, func(x campaign.Problem) bool { return x.String() == want }); i < 0 || p.Reports > 0 {
		t.Errorf("problems %v", p.Problems)
	}
}
