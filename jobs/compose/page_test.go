package compose

import (
	"encoding/json"
	"strings"
	"testing"

	"oshirase/config/campaign"
	"oshirase/letters"
)

// withPage adds a members' page to the manifest.
var withPage = replace("  letter: {when: always}\n",
	"  letter: {when: always}\n  feed: {webhook: {url: \"https://members.example.com/hook\"}}\n")

func TestAMessageForTheMembersPageHasTheNoticeAndNoAddress(t *testing.T) {
	t.Parallel()
	c := taro()
	c.Person.IDs, c.Purpose = []string{"1234567", "7654321"}, "first"
	m, err := book(t, withPage).Page(c, key)
	if err != nil {
		t.Fatal(err)
	}
	mail, _, err := book(t, withPage).Email(c, key)
	if err != nil {
		t.Fatal(err)
	}
	if m.Type != "notice.first" || m.Data.Subject != mail.Subject || m.Data.Text != mail.Text ||
		m.Data.Campaign != "leak-2013" || m.Data.Reference != c.Ref || !m.At.Equal(mail.Date) ||
		len(m.Data.Elements) != len(c.Person.Elements) || m.Data.Elements[0].Name == "" {
		t.Errorf("%+v", m)
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var fields struct{ Data map[string]any }
	if err := json.Unmarshal(text, &fields); err != nil || len(fields.Data["members"].([]any)) != 2 {
		t.Errorf("%s, %v", text, err)
	}
	expect(t, string(text), []string{m.Data.ID}, append([]string{c.Person.Email.Wire}, c.Person.Address...))
}

func TestTheIDOnThePageIsOfTheDeliveryAndTheKey(t *testing.T) {
	t.Parallel()
	if a, b := PageID(key, 1), PageID(key, 2); a == b || a != PageID(key, 1) || !strings.HasPrefix(a, "msg_") {
		t.Errorf("%s, %s", a, b)
	}
}

func TestAPersonWithoutANumberHasNoMessage(t *testing.T) {
	t.Parallel()
	c := taro()
	c.Person.IDs = nil
	_, err := book(t, withPage).Page(c, key)
	expect(t, reasonOf(t, err), []string{"member number"}, nil)
	if _, err := book(t).Page(c, key); err != errNoPage {
		t.Errorf("without a page: %v", err)
	}
}

func TestANoticeWithNothingForThePageIsAProblemWhereThereIsOne(t *testing.T) {
	t.Parallel()
	files := files()
	files["notices/first.en.md"] = []byte("---\nsubject: s\n---\n{{ if not channel \"feed\" }}\nHello\n{{ end }}\n")
	for _, paged := range []bool{false, true} {
		if paged {
			withPage(files)
		}
		folder, err := campaign.FromSnapshot(files)
		if err != nil {
			t.Fatal(err)
		}
		if _, problems := New(folder, letters.Embedded()); campaign.Invalid(problems) != paged {
			t.Errorf("with a page %v: %v", paged, problems)
		}
	}
}

func TestAnElementThatAMessageWouldListNamelessIsAProblem(t *testing.T) {
	t.Parallel()
	unlisted := func(f map[string][]byte) {
		f["notices/first.en.md"] = []byte(strings.Replace(noticeEN, "{{ .Elements }}", "Some of your data.", 1))
	}
	japanese := replace("mileage: {ja: マイル残高, en: mileage balance}", "mileage: {ja: マイル残高}")
	for what, x := range map[string]struct {
		changes []func(map[string][]byte)
		says    string
	}{
		"on the page":           {[]func(map[string][]byte){withPage, unlisted, japanese}, `"en", for the members' page`},
		"without a page":        {[]func(map[string][]byte){unlisted, japanese}, ""},
		"with a name":           {[]func(map[string][]byte){withPage, unlisted}, ""},
		"listed in the text":    {[]func(map[string][]byte){withPage, japanese}, `element "mileage" has no name in "en"`},
		"listed, and no page's": {[]func(map[string][]byte){japanese}, `element "mileage" has no name in "en"`},
	} {
		f := files()
		for _, change := range x.changes {
			change(f)
		}
		folder, err := campaign.FromSnapshot(f)
		if err != nil {
			t.Fatal(err)
		}
		_, problems := New(folder, letters.Embedded())
		var said []string
		for _, p := range problems {
			if strings.Contains(p.What, "has no name") {
				said = append(said, p.What)
			}
		}
		if got := strings.Join(said, "; "); (x.says == "") != (got == "") || !strings.Contains(got, x.says) || len(said) > 1 {
			t.Errorf("%s: %q, want %q", what, got, x.says)
		}
	}
}
