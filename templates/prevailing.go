package templates

import (
	"fmt"

	"golang.org/x/text/language/display"
)

// prevailingClause is the field that says which language's text decides.
const prevailingClause = ".PrevailingClause"

// clauses say that a notice is a translation and that the original decides. The verb stands for the name of
// the original's language, in the translation's.
var clauses = map[string]string{
	"ja":      "このお知らせの原文は%[1]sです。翻訳と原文の内容に相違があるときは、%[1]sの原文が優先します。",
	"en":      "This notice is a translation. Where it differs from the %[1]s original, the %[1]s text prevails.",
	"zh-Hans": "本通知的原文为%[1]s，此为译文。译文与原文如有歧义，以%[1]s原文为准。",
	"zh-Hant": "本通知的原文為%[1]s，此為譯本。譯本與原文如有歧異，以%[1]s原文為準。",
	"ko":      "이 안내문은 %[1]s 원문을 번역한 것입니다. 번역문과 원문의 내용이 다를 경우 %[1]s 원문이 우선합니다.",
}

// clauseOf is the clause of a notice. It is empty in the original, where no original was named, and in a
// language that has no words for it here.
func clauseOf(prevailing string, lang words) string {
	if prevailing == "" || prevailing == lang.name {
		return ""
	}
	clause, _ := first(clauses, chain(lang.tag))
	tag, err := parseTag(prevailing)
	if clause == "" || err != nil {
		return ""
	}
	return fmt.Sprintf(clause, display.Languages(lang.tag).Name(tag))
}

// clausePrintable reports whether there is a clause to print.
func (c *compiler) clausePrintable(at place) bool {
	switch name := c.notice.lang.name; {
	case clauseOf(c.schema.Prevailing, c.notice.lang) != "":
		return true
	case c.schema.Prevailing == "":
		c.problem(at, "no language prevails in this campaign", "say in campaign.yaml: locales: {prevailing: LANGUAGE}")
	case c.schema.Prevailing == name:
		c.problem(at, "the clause stands in the notice that prevails", "take it out: it is for the translations")
	default:
		c.problem(at, fmt.Sprintf("the clause has no words in %q", name), "write it in your own")
	}
	return false
}

// clauseMissing warns of a translation that does not say so. Readers of two languages compare.
func (c *compiler) clauseMissing() {
	if clauseOf(c.schema.Prevailing, c.notice.lang) == "" {
		return
	}
	for _, s := range c.notice.slots {
		if s.name == prevailingClause {
			return
		}
	}
	c.warning(place{1, 1}, fmt.Sprintf("a translation does not say that the notice in %q prevails",
		c.schema.Prevailing), "add a line: {{ "+prevailingClause+" }}")
}
