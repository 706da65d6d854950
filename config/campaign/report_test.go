package campaign

import (
	"slices"
	"testing"
	"time"
)

const reporting = "batches: {by: company, file: companies.csv, report: {notice: company}}"

// reported is the good campaign with reports to companies, whose file holds these lines.
func reported(t *testing.T, batches, companies string) map[string]string {
	t.Helper()
	f := files(t, "batches: {by: company, file: companies.csv}", batches)
	f = with(f, "notices/company.ja.md", "---\nsubject: ご報告\n---\n")
	f = with(f, "notices/company.en.md", "---\nsubject: Report\n---\n")
	return with(f, "companies.csv", companies)
}

func TestLoadChecksReportsToCompanies(t *testing.T) {
	t.Parallel()
	const header = "company,start,contact_name,contact_email,contact_postcode,contact_address,contact_country," +
		"contact_locale,contact_age_key\n"
	check(t, "reports", []broken{
		{"contacts who can and cannot be reached", reported(t, reporting, header+
			"A,,Taro Mihon,a@example.com,,,,,\n"+
			"B,,Taro Mihon,,100-0000,\"1-1 Rei-cho\nMihon-ku\",JP,en,\n"+
			"C,,Taro Mihon,,,,,,\n"+
			"D,,,d@example.com,,,,,\n"+
			"E,,,,,,,,\n"+
			"F,,Taro Mihon,,100-0000,1-1 Rei-cho,Japan,Japanese!,\n"+
			"G,,Taro Mihon,,100-0000,1-1 Rei-cho,,,age1aaa\n")},
		{"contacts whom no channel reaches", with(reported(t, reporting, header+
			"A,,Taro Mihon,a@example.com,,,,,\nB,,Taro Mihon,,100-0000,1-1 Rei-cho,,,\n"), ManifestFile,
			files(t, "batches: {by: company, file: companies.csv}", reporting, "  letter:\n", "")[ManifestFile])},
		{"a notice that there is not", reported(t,
			"batches: {by: company, file: companies.csv, report: {notice: compny}}",
			header+"A,,Taro Mihon,a@example.com,,,,,\n")},
		{"the notice of a segment", reported(t,
			"batches: {by: company, file: companies.csv, report: {notice: first}}",
			header+"A,,Taro Mihon,a@example.com,,,,,\n")},
		{"the reports go after a batch was to open", reported(t,
			"batches: {by: company, file: companies.csv, report: {notice: company, start: 2027-12-09}}",
			header+"A,2027-09-10,Taro Mihon,a@example.com,,,,,\nB,2027-12-09,Taro Mihon,b@example.com,,,,,\n"+
				"C,,Taro Mihon,c@example.com,,,,,\nD,2027-09-10,,,,,,,\n")},
		{"no companies file, no notice, no time", reported(t,
			"batches: {by: company, report: {start: soon, acknowledged: true}}", "")},
	})
}

func TestTheContactOfABatchIsThatOfItsCompany(t *testing.T) {
	t.Parallel()
	f := mustLoad(t, reported(t, "batches:\n  file: companies.csv\n"+
		"  report: {notice: company, start: 2013-08-09, acknowledge: true}",
		"company,start,contact_name,contact_address\nA,,Taro Mihon,\"1-1 Rei-cho\n\n Mihon-ku \"\n"))
	m := f.Manifest
	if r := m.Batches.Report; !r.At.Equal(time.Date(2013, 8, 9, 0, 0, 0, 0, f.Location)) || !r.Acknowledge {
		t.Errorf("report %+v", r)
	}
	c := m.ContactOf("A")
	if c.Name != "Taro Mihon" || !slices.Equal(c.Address, []string{"1-1 Rei-cho", "Mihon-ku"}) {
		t.Errorf("contact %+v", c)
	}
	if c := m.ContactOf("B"); !c.IsZero() {
		t.Errorf("contact of nobody %+v", c)
	}
	m.Batches.Report = nil
	if c := m.ContactOf("A"); !c.IsZero() {
		t.Errorf("contact though nobody is reported to: %+v", c)
	}
}
