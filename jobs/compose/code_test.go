package compose

import (
	"slices"
	"strings"
	"testing"

	"oshirase/config/campaign"
	"oshirase/letters"
)

// withCodes makes the campaign one whose people of cards get codes.
func withCodes(f map[string][]byte) {
	replace("channels:", `codes: {file: codes.csv, for: [cards], starts: 2018-04-07, term: 2y, url: https://enroll.example.com}
channels:`)(f)
	f["notices/first.ja.md"] = append(f["notices/first.ja.md"],
		"\n{{ if .Code }}\n\nコード {{ .Code }}、{{ date .CodeExpires }}まで、{{ .CodeURL }}\n\n{{ end }}\n"...)
	f["notices/first.en.md"] = append(f["notices/first.en.md"],
		"\n{{ if .Code }}\n\nCode {{ .Code }} until {{ date .CodeExpires }}\n\n{{ end }}\n"...)
}

func coded(t *testing.T, c Case, code string) Case {
	t.Helper()
	var err error
	if c.Code, err = NewCode(code, "2018-04-07", "2020-04-06", ""); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEMailAndLetterPrintTheSameCodeWithItsOwnTerm(t *testing.T) {
	t.Parallel()
	b := book(t, withCodes)
	c := coded(t, taro(), "AB-12")
	c.Code.Terms.Expires = date(2021, 4, 6) // of a later lot
	const want = "コード AB-12、2021年4月6日まで、https://enroll.example.com"
	m, _ := compose(t, b, c)
	expect(t, m.Text, []string{want}, nil)
	l, err := b.Letter(c)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, block := range l.Document.Blocks {
		for _, s := range block.Spans {
			text.WriteString(s.Text)
		}
	}
	expect(t, text.String(), []string{want}, nil)
	if strings.Contains(m.Subject, "AB-12") {
		t.Error("the code is in the subject")
	}
}

func TestWhoIsToHaveACodeAndHasNoneIsBlocked(t *testing.T) {
	t.Parallel()
	b := book(t, withCodes)
	_, _, err := b.Email(taro(), key)
	if got := reasonOf(t, err); got != "no code is left for this person" {
		t.Errorf("%q", got)
	}
	_, _, err = b.Typeset(taro())
	reasonOf(t, err)
	other := taro()
	other.Person.Segments = []string{"miles"} // gets none, and reads nothing of it
	m, _ := compose(t, b, other)
	expect(t, m.Text, nil, []string{"コード", "enroll"})
}

func TestACodeThatIsOverIsNotSent(t *testing.T) {
	t.Parallel()
	late := func(c Case) Case {
		c.Date = date(2020, 4, 7)
		return c
	}
	b := book(t, withCodes)
	_, _, err := b.Email(late(coded(t, taro(), "AB-12")), key)
	if got := reasonOf(t, err); got != "this person's code is of no use after 2020-04-06" {
		t.Errorf("%q", got)
	}
	soon := coded(t, taro(), "AB-12")
	soon.Code.Terms.EnrollBy, soon.Date = date(2019, 1, 31), date(2019, 2, 1)
	_, _, err = b.Typeset(soon)
	reasonOf(t, err)
	further := late(coded(t, taro(), "AB-12"))
	further.Code.Terms.Expires = date(2020, 4, 7)
	m, _ := compose(t, b, further)
	expect(t, m.Text, []string{"2020年4月7日まで"}, nil)

	m, _ = compose(t, book(t, withCodes, replace("term: 2y", "term: 2y, ended: accepted")), late(coded(t, taro(), "AB-12")))
	expect(t, m.Text, []string{"2020年4月6日まで"}, nil)
	other := late(coded(t, taro(), "AB-12"))
	other.Notice = "other" // which speaks of no code, and is the notice of no segment with codes
	compose(t, book(t, withCodes, func(f map[string][]byte) {
		f["notices/other.ja.md"], f["notices/other.en.md"] = []byte(noticeJA), []byte(noticeEN)
	}, replace("revision: 1", "revision: 2"), replace("segments:", "updates: {notice: other}\nsegments:")), other)
}

func TestAPreviewShowsAPlaceholderToThoseWhoGetACode(t *testing.T) {
	t.Parallel()
	b := book(t, withCodes)
	c := taro()
	c.Code = b.Placeholder(c.Person)
	m, _ := compose(t, b, c)
	expect(t, m.Text, []string{"XXXX-XXXX-XXXX、2020年4月6日まで"}, nil)
	c.Person.Segments = []string{"miles"}
	if got := b.Placeholder(c.Person); got != (Code{}) {
		t.Errorf("%+v", got)
	}
	if got := book(t).Placeholder(taro().Person); got != (Code{}) {
		t.Errorf("of a campaign without codes: %+v", got)
	}
}

func TestANoticeThatForgetsTheCodeIsAnError(t *testing.T) {
	t.Parallel()
	folder := book(t, withCodes).Folder
	for text, want := range map[string]campaign.Problem{
		noticeEN: {What: `prints no code`, Do: "write {{ .Code }} in it, or name under codes.for the segments that they are for"},
		noticeEN + "\n{{ if .Code }}\n\nCode {{ .Code }}\n\n{{ end }}\n": {
			What: `does not say until when its code is of use`, Do: "write {{ date .CodeExpires }} in it", Warning: true},
	} {
		changed := *folder
		changed.Notices = slices.Clone(folder.Notices)
		i := slices.IndexFunc(changed.Notices, func(n campaign.Notice) bool { return n.Name == "first" && n.Locale == "en" })
		changed.Notices[i].Source = []byte(text)
		b, problems := New(&changed, letters.Embedded())
		want.File = campaign.ManifestFile
		want.What = `the notice "first" in "en" ` + want.What + `, and people of segment "cards" are to have one`
		if (b != nil) != want.Warning || !slices.Equal(problems, []campaign.Problem{want}) {
			t.Errorf("%v, want %v", problems, want)
		}
	}
}

func TestADayThatIsNoneIsNoCode(t *testing.T) {
	t.Parallel()
	if c, err := NewCode("A", "2018-04-07", "never", ""); err == nil || c != (Code{}) {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err := NewCode("", "", "", ""); err != nil || c != (Code{}) {
		t.Errorf("%+v, %v", c, err)
	}
}
