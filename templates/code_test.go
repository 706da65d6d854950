package templates

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func codeSchema() Schema {
	s := testSchema()
	s.Codes = true
	return s
}

const codeBody = "Code {{ .Code }}, from {{ date .CodeStarts }} until {{ date .CodeExpires }}, at {{ .CodeURL }}\n"

func parseCode(t *testing.T, locale, front, body string) *Notice {
	t.Helper()
	n, problems := Parse(locale, []byte("---\nsubject: x\n"+front+"---\n"+body), codeSchema(), nil)
	if n == nil {
		t.Fatal(problems)
	}
	return n
}

func TestACodeIsPrintedWithItsTermInTheNoticesLanguageAndCalendar(t *testing.T) {
	v := testValues()
	v.Code = Code{Code: "AB*C_1", URL: "https://enroll.example.com", Starts: day(2018, time.April, 7),
		Expires: day(2020, time.April, 6)}
	for _, c := range []struct{ locale, front, want string }{
		{"en", "", "Code AB*C_1, from 7 April 2018 until 6 April 2020, at https://enroll.example.com"},
		{"ja", "", "Code AB*C_1, from 2018年4月7日 until 2020年4月6日, at https://enroll.example.com"},
		{"ja", "calendar: japanese\n", "Code AB*C_1, from 平成30年4月7日 until 令和2年4月6日, at https://enroll.example.com"},
	} {
		mail, err := parseCode(t, c.locale, c.front, codeBody).Email(v)
		if err != nil || !strings.Contains(mail.Text, c.want) {
			t.Errorf("%s: %v, %q, want %q", c.locale, err, mail.Text, c.want)
		}
	}
}

func TestWhoHasNoCodeReadsNothingOfIt(t *testing.T) {
	v := testValues()
	var bad *ValueError
	for _, body := range []string{"{{ .Code }}", "{{ date .CodeExpires }}", "{{ date .CodeEnrollBy }}"} {
		if mail, err := parseCode(t, "en", "", body).Email(v); !errors.As(err, &bad) {
			t.Errorf("%s gives %q, %v", body, mail.Text, err)
		}
	}
	mail, err := parseCode(t, "en", "", "Hello.\n\n{{ if .Code }}\n"+codeBody+"{{ end }}\n").Email(v)
	if err != nil || strings.TrimSpace(mail.Text) != "Hello." {
		t.Errorf("%q, %v", mail.Text, err)
	}
}

func TestACodeWhereTheCampaignHasNoneIsAProblem(t *testing.T) {
	for _, body := range []string{"{{ .Code }}", "{{ date .CodeExpires }}", "{{ if .Code }}\n\nx\n\n{{ end }}"} {
		got := problemsOf("en", "---\nsubject: x\n---\n"+body)
		if len(got) == 0 || !strings.Contains(got[0], "is of a campaign with codes, and this one has none") {
			t.Errorf("%s: %q", body, got)
		}
	}
}

func TestACodeStandsInNoSubjectAndNoLink(t *testing.T) {
	for source, want := range map[string]string{
		"---\nsubject: x {{ .Code }}\n---\nx":                "the code stands in the subject or title",
		"---\nsubject: x\ntitle: '{{ .Code }}'\n---\nx":      "the code stands in the subject or title",
		"---\nsubject: x\n---\n[x](https://e.com/{{.Code}})": "a field stands in a link's target",
		"---\nsubject: x\n---\nhttps://e.com/?c={{.Code}}":   "a field stands in a link's target",
	} {
		n, problems := Parse("en", []byte(source), codeSchema(), nil)
		if n != nil || len(problems) == 0 || !strings.Contains(problems[0].String(), want) {
			t.Errorf("%q: %v", source, problems)
		}
	}
}
