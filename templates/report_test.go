package templates

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func parseReport(t *testing.T, locale, front, body string) *Notice {
	t.Helper()
	s := testSchema()
	s.Report = true
	n, problems := Parse(locale, []byte("---\nsubject: x\n"+front+"---\n"+body), s, nil)
	if n == nil {
		t.Fatal(problems)
	}
	return n
}

func TestAReportSaysHowManyAndWhenInTheNoticesCalendar(t *testing.T) {
	n := parseReport(t, "ja", "calendar: japanese\n", "{{ number .Report.People }}名、{{ date .Report.Start }}から\n\n"+
		"{{ if .Report.Listed }}\n一覧\n{{ else }}\nなし\n{{ end }}\n")
	v := testValues()
	v.Report = Report{People: 1234, Start: day(2013, time.September, 10), Listed: true}
	mail, err := n.Email(v)
	if want := "1,234名、平成25年9月10日から\n\n一覧"; err != nil || strings.TrimSpace(mail.Text) != want {
		t.Errorf("%q, %v, want %q", mail.Text, err, want)
	}
	v.Report = Report{People: 1}
	var bad *ValueError
	if mail, err := n.Email(v); !errors.As(err, &bad) {
		t.Errorf("a day that is not known is printed: %q, %v", mail.Text, err)
	}
}

func TestOnlyAReportSpeaksOfACompanysPeople(t *testing.T) {
	const source = "---\nsubject: x\n---\n{{ number .Report.People }}\n\n{{ if .Report.Listed }}\n\nx\n\n{{ end }}"
	got := problemsOf("en", source)
	if len(got) != 2 || !strings.Contains(got[0], "is of the report to a company, and this notice is none") {
		t.Errorf("problems %q", got)
	}
	s := testSchema()
	s.Report = true
	if n, found := Parse("en", []byte("---\nsubject: x\n---\n{{ .Certainty }}"), s, nil); n != nil {
		t.Errorf("a report speaks of one person's certainty: %v", found)
	}
}

func TestItIsKnownWhetherANoticeDependsOnAField(t *testing.T) {
	n := parseReport(t, "en", "", "{{ if .Report.Start or .Report.People }}\n{{ .Report.Elsewhere }}\n{{ else }}\nx\n{{ end }}\n")
	if !n.Asks(".Report.People") || n.Asks(".Report.Elsewhere") {
		t.Error("one field is in a condition, the other is printed")
	}
}
