package templates

import (
	"strings"
	"testing"
)

// printed is what a document says, one block a line.
func printed(blocks []Block) string {
	var b strings.Builder
	for _, block := range blocks {
		for _, s := range block.Spans {
			b.WriteString(s.Text)
		}
		b.WriteString(printed(block.Children))
		for _, item := range block.Items {
			b.WriteString(printed(item))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestAChannelGetsWhatIsMeantForIt(t *testing.T) {
	v := testValues()
	v.Segments = []string{"ap-a"}
	for cond, want := range map[string]struct{ email, letter bool }{
		`channel "email"`:                                   {true, false},
		`channel "letter"`:                                  {false, true},
		`not channel "letter"`:                              {true, false},
		`channel "email" or channel "letter"`:               {true, true},
		`channel "letter" and segment "ap-a"`:               {false, true},
		`channel "letter" and not segment "ap-a"`:           {false, false},
		`segment "ap-a" and not channel "letter"`:           {true, false},
		`channel "email" or segment "ap-a"`:                 {true, true},
		`not (channel "email" or segment "ap-a")`:           {false, false},
		`not segment "ap-a" or channel "letter"`:            {false, true},
		`not (channel "email" and not segment "ap-a")`:      {true, true},
		`(not segment "ap-a" or .Date) and channel "email"`: {true, false},
	} {
		r := render(t, "ja", "一\n\n{{ if "+cond+" }}\n二\n{{ end }}\n", v)
		text, html := strings.Contains(r.Text, "二"), strings.Contains(r.HTML, "二")
		post := strings.Contains(printed(r.Document.Blocks), "二")
		if text != want.email || html != want.email || post != want.letter {
			t.Errorf("%s: text %v, HTML %v, letter %v", cond, text, html, post)
		}
	}
}

func TestAChannelIsChosenInsideOfListsAndQuotesToo(t *testing.T) {
	r := render(t, "ja", "- 一\n\n  {{ if channel \"email\" }}\n  メール\n  {{ else }}\n  手紙\n"+
		"  {{ end }}\n\n> {{ if channel \"letter\" }}\n> 紙\n> {{ else }}\n> 電子\n> {{ end }}\n",
		testValues())
	if got, want := r.Text, "・一\n\n　メール\n\n> 電子\n"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	if got, want := printed(r.Document.Blocks), "一\n手紙\n\n紙\n\n"; got != want {
		t.Errorf("letter %q, want %q", got, want)
	}
}

func TestWhatOnlyTheMailHasMakesNothingInTheLetterPersonal(t *testing.T) {
	r := render(t, "ja", "> {{ if channel \"email\" and segment \"ap-a\" }}\n> {{ .Person.Name }}\n"+
		"> {{ end }}\n>\n> 一\n", testValues())
	if len(r.Document.Blocks) != 1 || r.Document.Blocks[0].Personal {
		t.Errorf("%+v", r.Document.Blocks)
	}
}

func TestEachChannelRenderedAloneIsTheSameAsInAll(t *testing.T) {
	n := parse(t, "ja", "---\nsubject: s\n---\n{{ if channel \"email\" }}\n一\n{{ else }}\n二\n{{ end }}\n")
	r, err := n.Render(testValues())
	if err != nil {
		t.Fatal(err)
	}
	mail, err := n.Email(testValues())
	if err != nil || mail.Text != r.Text || mail.HTML != r.HTML || mail.Text != "一\n" {
		t.Errorf("%q, %v", mail.Text, err)
	}
	document, err := n.Letter(testValues())
	if err != nil || printed(document.Blocks) != "二\n" {
		t.Errorf("%+v, %v", document, err)
	}
}

func TestTheMembersPageHasATextOfItsOwn(t *testing.T) {
	t.Parallel()
	n := parse(t, "ja", "---\nsubject: s\n---\n{{ if channel \"feed\" }}\n会員の皆さま\n{{ else }}\nお客様\n{{ end }}\n")
	page, err := n.Page(Values{})
	if err != nil || page.Text != "会員の皆さま\n" || strings.Contains(page.HTML, "お客様") || page.Subject != "s" {
		t.Errorf("%+v, %v", page, err)
	}
	if mail, err := n.Email(Values{}); err != nil || mail.Text != "お客様\n" {
		t.Errorf("%+v, %v", mail, err)
	}
	none := parse(t, "ja", "---\nsubject: s\n---\n{{ if channel \"feed\" }}\n{{ else }}\nお客様\n{{ end }}\n")
	if !n.HasPage() || none.HasPage() {
		t.Error("which notices have something for the page is not known")
	}
}
