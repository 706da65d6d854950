package templates

import (
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
)

const everywhere = `---
subject: "To {{ .Person.Name }}"
title: "For {{ .Person.Name }}"
---

# {{ .Person.Name }}

{{ .Person.Name }}

- **{{ .Person.Name }}**

> [*{{ .Person.Name }}*](https://example.com/)

| a |
|---|
| {{ .Person.Name }} |
`

func TestAValueIsTextInEveryOutputWhateverItHolds(t *testing.T) {
	n := parse(t, "ja", everywhere)
	for _, name := range []string{
		"<b>", "</title><script>alert(1)</script>", "[x](http://evil.example.com)",
		"**x**", "{{ .Person.Name }}", "`", "a | b", "# x", "&lt;", `\*`, `" onclick="x`, "<!--", hostile,
	} {
		t.Run(name, func(t *testing.T) {
			v := testValues()
			v.Name = name
			r, err := n.Render(v)
			if err != nil {
				t.Fatal(err)
			}
			if r.Subject != "To "+name || r.Document.Title != "For "+name {
				t.Errorf("subject %q, title %q", r.Subject, r.Document.Title)
			}
			if got := strings.Count(r.Text, name); got != 5 {
				t.Errorf("%d times in the text:\n%s", got, r.Text)
			}
			if got := tags(r.HTML); got != tags(render2(t, n, "x").HTML) {
				t.Errorf("the value made tags:\n%s", got)
			}
			if got := strings.Count(r.HTML, escapeHTML.Replace(name)); got < 6 {
				t.Errorf("%d times in the HTML:\n%s", got, r.HTML)
			}
			spans := strings.Join(personalSpans(r.Document.Blocks), "")
			if spans != strings.Repeat(name, 5) {
				t.Errorf("personal spans %q", spans)
			}
		})
	}
}

func render2(t testing.TB, n *Notice, name string) Rendered {
	t.Helper()
	v := testValues()
	v.Name = name
	r, err := n.Render(v)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var tag = regexp.MustCompile(`<[^>]*>?`)

// tags is the markup of a page without its text.
func tags(page string) string { return strings.Join(tag.FindAllString(page, -1), "") }

// personalSpans are the texts of the spans that are marked as personal.
func personalSpans(blocks []Block) []string {
	var texts []string
	line := func(spans []Span) {
		for _, s := range spans {
			if s.Personal {
				texts = append(texts, s.Text)
			}
		}
	}
	for _, b := range blocks {
		line(b.Spans)
		texts = append(texts, personalSpans(b.Children)...)
		for _, item := range b.Items {
			texts = append(texts, personalSpans(item)...)
		}
		for _, row := range b.Rows {
			for _, cell := range row {
				line(cell)
			}
		}
	}
	return texts
}

func TestAValueWithCharactersThatHideSomethingIsRefused(t *testing.T) {
	n := parse(t, "ja", everywhere)
	for name, reason := range map[string]string{
		"a\n# x":      "has the control character U+000A",
		"a\r\nBcc:":   "has the control character U+000D",
		"a\tb":        "has the control character U+0009",
		"a\x00":       "has the control character U+0000",
		"a\u202eb":    "has the text direction character U+202E",
		"a\u2066b":    "has the text direction character U+2066",
		"a\u200fb":    "has the text direction character U+200F",
		"a\u061cb":    "has the text direction character U+061C",
		"a\u2028b":    "has the line separator U+2028",
		"\ufeffa":     "has the invisible character U+FEFF",
		"a\U000E0041": "has the invisible character U+E0041",
		"a\xff":       "is not valid UTF-8",
	} {
		v := testValues()
		v.Name = name
		_, err := n.Render(v)
		bad, ok := errors.AsType[*ValueError](err)
		if !ok || bad.Field != ".Person.Name" || bad.Reason != reason {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestAVariationSelectorOfAKanjiIsKept(t *testing.T) {
	name := "葛\U000E0100城 𠮷田"
	if r := render2(t, parse(t, "ja", everywhere), name); r.Subject != "To "+name {
		t.Errorf("got %q", r.Subject)
	}
}

func TestAValueOfAnotherTypeThanTheSchemaSaysIsRefused(t *testing.T) {
	for body, value := range map[string]any{
		"{{ .Facts.used_at }}": "2012-11-03", "{{ .Facts.note }}": 3.0, "{{ .Facts.cards }}": "2",
	} {
		n := parse(t, "ja", "---\nsubject: s\n---\n"+body)
		v := testValues()
		v.Facts = map[string]any{"used_at": value, "note": value, "cards": value}
		var bad *ValueError
		if _, err := n.Letter(v); !errors.As(err, &bad) {
			t.Errorf("%s: %v", body, err)
		}
		if _, err := n.Email(v); !errors.As(err, &bad) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestAnIdThatTheCampaignDoesNotHaveIsRefused(t *testing.T) {
	n := parse(t, "ja", "---\nsubject: s\n---\n{{ .Elements }} {{ .Certainty }}")
	v := testValues()
	v.Elements = []string{"locker"}
	if _, err := n.Render(v); err == nil || !strings.Contains(err.Error(), `"locker"`) {
		t.Errorf("got %v", err)
	}
	v = testValues()
	v.Certainty = "sure"
	if _, err := n.Render(v); err == nil || !strings.Contains(err.Error(), ".Certainty") {
		t.Errorf("got %v", err)
	}
}

func TestABreakInTheAddressIsABreakInBlocksAndASpaceInLines(t *testing.T) {
	n := parse(t, "ja", "---\nsubject: '{{ .Controller.Address }}'\n---\n"+
		"> {{ .Controller.Address }}\n\n| a |\n|---|\n| {{ .Controller.Address }} |\n")
	v := testValues()
	v.Controller.Address = "A\nB\n"
	r, err := n.Render(v)
	if err != nil {
		t.Fatal(err)
	}
	if r.Subject != "A B" {
		t.Errorf("subject %q", r.Subject)
	}
	if !strings.HasPrefix(r.Text, "> A\n> B\n") || !strings.HasSuffix(r.Text, "\nA B\n") {
		t.Errorf("text %q", r.Text)
	}
	if strings.Count(r.HTML, "A<br>\nB") != 2 {
		t.Errorf("HTML %s", r.HTML)
	}
	if got := r.Document.Blocks[0].Children[0].Spans[0].Text; got != "A\nB" {
		t.Errorf("span %q", got)
	}
}

func TestALineThatComesOutEmptyFallsAwayWithItsBreak(t *testing.T) {
	body := "{{ .Person.Company }}\\\n**{{ .Facts.note }}**\\\n" +
		"{{ .Person.Name }} 様\\\n{{ .Person.Reference }}"
	v := testValues()
	v.Name, v.Company, v.Reference = "甲", "", ""
	for _, v.Reference = range []string{"", "R1"} {
		r := render(t, "ja", body, v)
		want := strings.TrimSpace("甲 様\n" + v.Reference)
		if r.Text != want+"\n" {
			t.Errorf("text %q", r.Text)
		}
		page := strings.ReplaceAll(want, "\n", "<br>\n")
		if !strings.Contains(r.HTML, "<p style=\"margin:0 0 1em\">"+page+"</p>") {
			t.Errorf("HTML %s", r.HTML)
		}
		text := ""
		for _, s := range r.Document.Blocks[0].Spans {
			text += s.Text
		}
		if text != want {
			t.Errorf("document %q", text)
		}
	}
}

func TestPersonalIsWhatDependsOnThePerson(t *testing.T) {
	for body, want := range map[string]bool{
		"a": false, "{{ .Date }} {{ .Controller.Name }} {{ .Contact.URL }} {{ .Incident.cause }}": false,
		"{{ if .Contact.URL }}\na\n{{ end }}":          false,
		"{{ .Revision }}":                              false,
		"{{ .Person.Name }}":                           true,
		"a {{ .Certainty }}":                           true,
		"{{ .Elements }}":                              true,
		"> - a {{ .Facts.used_at }}":                   true,
		"{{ if segment \"ap-a\" }}\na\n{{ end }}":      true,
		"> a\n> {{ if .Facts.vip }}\n> b\n> {{ end }}": true,
		"|a|\n|-|\n|{{ .Person.Reference }}|":          true,
	} {
		v := testValues()
		if got := render(t, "ja", body, v).Document.Blocks[0].Personal; got != want {
			t.Errorf("%q: %v", body, got)
		}
	}
}

func TestOneNoticeServesManyAtOnce(t *testing.T) {
	n := parse(t, "ja", everywhere+"\n{{ number .Incident.count }} {{ .Elements }} {{ .Date }}\n")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			name := strings.Repeat("甲", i+1)
			if r := render2(t, n, name); r.Subject != "To "+name {
				t.Errorf("got %q", r.Subject)
			}
		})
	}
	wg.Wait()
}
