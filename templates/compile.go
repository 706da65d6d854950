package templates

import (
	"fmt"
	"strings"
)

// compiler turns one source into a Notice and collects what is wrong with it.
type compiler struct {
	source   source
	schema   Schema
	fields   map[string]field
	notice   *Notice
	problems []Problem
	bodyAt   int // offset of the Markdown
}

func newCompiler(
	locale string, raw []byte, schema Schema, names map[string]map[string]string,
) *compiler {
	lang, err := wordsOf(locale)
	c := &compiler{schema: schema, fields: fieldsOf(schema, lang)}
	if err != nil {
		c.problem(place{1, 1}, fmt.Sprintf("%q is not a language tag", locale),
			"name the file by BCP 47, such as notice.ja.md or notice.zh-Hant.md")
	}
	c.notice = &Notice{lang: lang, elements: map[string]string{}}
	for _, id := range schema.Elements {
		c.notice.elements[id], _ = ElementName(locale, id, names)
	}
	c.source = newSource(raw)
	return c
}

func (c *compiler) problem(at place, what, do string) {
	c.problems = append(c.problems, Problem{Line: at.line, Column: at.column, What: what, Do: do})
}

func (c *compiler) warning(at place, what, do string) {
	c.problems = append(c.problems,
		Problem{Line: at.line, Column: at.column, What: what, Do: do, Warning: true})
}

// broken reports whether a problem stands in the way.
func (c *compiler) broken() bool {
	for _, p := range c.problems {
		if !p.Warning {
			return true
		}
	}
	return false
}

func (c *compiler) compile() {
	if len(c.source.text) > maxSource {
		c.problem(place{1, 1}, "the notice is larger than 64 KiB", "is it the right file?")
		return
	}
	if at, what := strange(strings.ReplaceAll(string(c.source.text), "\t", " "), true); at >= 0 {
		c.problem(c.source.place(at), "the source has a character that cannot be printed: "+what,
			"delete it; an editor may show it only on request")
	}
	c.front()
	body := c.source.text[c.bodyAt:]
	nodes := c.blocks(parseMarkdown(body), 0)
	c.clauseMissing()
	if c.broken() {
		return
	}
	var picked [len(channels)][]node
	for ch := range picked {
		picked[ch] = pick(nodes, channel(ch))
		if len(nodes) > 0 && len(picked[ch]) == 0 && channel(ch) != feed { // which few campaigns use
			c.problem(c.at(0), fmt.Sprintf("nothing is left for channel %q", channels[ch]),
				"a person may have no other: write a text for it too")
		}
	}
	c.outputs(picked)
}

// outputs makes of each channel's nodes what is played for a person.
func (c *compiler) outputs(picked [len(channels)][]node) {
	c.notice.email = c.screen(picked[email])
	c.notice.page = c.screen(picked[feed])
	c.notice.paged = len(picked[feed]) > 0
	settle(picked[letter], false)
	c.notice.body = picked[letter]
}

func (c *compiler) screen(nodes []node) screen {
	return screen{
		text: textProgram(nodes, &c.notice.lang),
		html: htmlProgram(nodes, c.notice.subject, &c.notice.lang),
	}
}

// single compiles a text with fields but without markup, such as the subject.
func (c *compiler) single(text string, at place) program {
	var p program
	for rest := text; ; {
		before, after, found := strings.Cut(rest, "{{")
		p.add(before)
		if !found {
			return p
		}
		at = at.plus(before + "{{")
		expr, tail, closed := strings.Cut(after, "}}")
		if !closed {
			c.unclosed(place{at.line, at.column - 2})
			return p
		}
		if slot, ok := c.field(expr, at); ok {
			p.value(slot, " ")
		}
		at, rest = at.plus(expr+"}}"), tail
	}
}

func (c *compiler) unclosed(at place) {
	c.problem(at, "a field is not closed", `write "}}" after it, on the same line`)
}
