package templates

import (
	"strings"
	"testing"
)

// clauseNotice parses a notice of nothing but the clause.
func clauseNotice(locale, prevailing, body string) (*Notice, []Problem) {
	schema := testSchema()
	schema.Prevailing = prevailing
	return Parse(locale, []byte("---\nsubject: s\n---\n"+body), schema, nil)
}

func TestATranslationSaysWhichTextPrevails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ locale, prevailing, want string }{
		{"ja", "en", "原文は英語です"}, {"zh-Hant", "en", "以英文原文為準"}, {"zh-HK", "ja", "以日文原文為準"},
		{"zh-Hans", "en", "以英语原文为准"}, {"ko", "en", "영어 원문이 우선"}, {"ko", "ja", "일본어 원문이 우선"},
		{"en", "ja", "the Japanese text prevails"}, {"en", "zh-Hant", "the Traditional Chinese text prevails"},
		{"en", "de", "the German text prevails"},
	} {
		n, problems := clauseNotice(c.locale, c.prevailing, "{{ .PrevailingClause }}")
		if n == nil || len(problems) != 0 {
			t.Errorf("%s of %s: %v", c.locale, c.prevailing, problems)
			continue
		}
		r, err := n.Render(testValues())
		if err != nil || !strings.Contains(r.Text, c.want) || !strings.Contains(r.HTML, c.want) {
			t.Errorf("%s of %s: %q, %v", c.locale, c.prevailing, r.Text, err)
		}
	}
}

func TestTheClauseStandsWhereItIsTrueAndNowhereElse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		locale, prevailing, body, want string
		warning                        bool
	}{
		{"en", "en", "{{ .PrevailingClause }}", "the clause stands in the notice that prevails", false},
		{"ja", "", "{{ .PrevailingClause }}", "no language prevails in this campaign", false},
		{"fr", "en", "{{ .PrevailingClause }}", `the clause has no words in "fr"`, false},
		{"ja", "en", "本文", `a translation does not say that the notice in "en" prevails`, true},
	} {
		_, problems := clauseNotice(c.locale, c.prevailing, c.body)
		if len(problems) != 1 || problems[0].What != c.want || problems[0].Warning != c.warning ||
			problems[0].Do == "" {
			t.Errorf("%+v: got %v", c, problems)
		}
	}
	for _, c := range [][2]string{{"en", "en"}, {"ja", ""}, {"fr", "en"}} {
		if _, problems := clauseNotice(c[0], c[1], "text"); len(problems) != 0 {
			t.Errorf("%v without the clause: %v", c, problems)
		}
	}
}
