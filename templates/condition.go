package templates

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// maxCondition bounds how deep parentheses can go.
const maxCondition = 1000

// purposes are the words that the condition purpose takes.
var purposes = []string{"first", "update", "withdrawal"}

// certainties are the words that the condition certainty takes.
var certainties = []string{"suspected", "possible", "confirmed", "ruled-out"}

// conditions reads the tokens of a condition. Every rule reports its own problem and goes on with a
// condition that never holds, so that one wrong name does not hide the next.
type conditions struct {
	c      *compiler
	expr   string
	at     place
	tokens []token
}

// condition compiles what stands after "if". at is the place of expr.
func (c *compiler) condition(expr string, at place) condition {
	expr = strings.TrimRightFunc(expr, unicode.IsSpace)
	p := &conditions{c, expr, at, scan(expr)}
	if len(expr) > maxCondition {
		c.problem(at, "the condition is too long", "split it into nested ones")
		return never()
	}
	if len(p.tokens) == 0 {
		c.problem(at, "the condition is empty", `write one such as {{ if segment "a" }}`)
		return never()
	}
	cond := p.either()
	if len(p.tokens) > 0 {
		p.wrong(p.tokens[0], "is not expected here", `join conditions with "and" or "or"`)
	}
	return cond
}

func (p *conditions) wrong(t token, what, do string) {
	p.c.problem(p.at.plus(p.expr[:t.at]), fmt.Sprintf("%q %s", t.text, what), do)
}

// take removes the next token if it is the word.
func (p *conditions) take(word string) bool {
	if len(p.tokens) == 0 || p.tokens[0].kind == quoted || p.tokens[0].text != word {
		return false
	}
	p.tokens = p.tokens[1:]
	return true
}

func (p *conditions) either() condition {
	left := p.both()
	for p.take("or") {
		left = left.or(p.both())
	}
	return left
}

func (p *conditions) both() condition {
	left := p.single()
	for p.take("and") {
		left = left.and(p.single())
	}
	return left
}

func (p *conditions) single() condition {
	if p.take("not") {
		return p.single().not()
	}
	if p.take("(") {
		inner := p.either()
		if !p.take(")") {
			p.c.problem(p.at.plus(p.expr), "a parenthesis is not closed", `add ")"`)
		}
		return inner
	}
	if len(p.tokens) == 0 {
		p.c.problem(p.at.plus(p.expr), "the condition is not complete", "")
		return never()
	}
	t := p.tokens[0]
	p.tokens = p.tokens[1:]
	if t.kind == path {
		return p.present(t)
	}
	return p.has(t)
}

// present is the condition that a field has a value: text that is not empty, a date, true, a number
// other than 0.
func (p *conditions) present(t token) condition {
	f, ok := p.c.known(t, p.at.plus(p.expr[:t.at]))
	if !ok {
		return never()
	}
	p.c.notice.asked = append(p.c.notice.asked, f.name)
	return whatever(test{personal: f.personal,
		holds: func(r *values) bool { return !empty(f.get(r.v)) }})
}

// kinds are the conditions that take an id.
var kinds = []string{"segment", "element", "certainty", "channel", "purpose"}

// has is one of the conditions on an id.
func (p *conditions) has(t token) condition {
	if t.kind != word || !slices.Contains(kinds, t.text) {
		p.wrong(t, "is not a condition", suggest(t.text, kinds))
		p.tokens = nil
		return never()
	}
	if len(p.tokens) == 0 || p.tokens[0].kind != quoted {
		p.wrong(t, "has no id after it", fmt.Sprintf(`write {{ if %s "ID" }}`, t.text))
		p.tokens = nil
		return never()
	}
	id := p.tokens[0]
	p.tokens = p.tokens[1:]
	if t.text == "channel" {
		return p.channel(id)
	}
	ids, holds := p.kind(t.text)
	if !slices.Contains(ids, id.text) {
		p.wrong(id, "is no "+t.text+" of this campaign", suggest(id.text, ids))
	}
	return whatever(test{personal: true,
		holds: func(r *values) bool { return holds(r.v, id.text) }})
}

// channel is the condition that the output is for that channel.
func (p *conditions) channel(id token) condition {
	if !slices.Contains(channels[:], id.text) {
		p.wrong(id, "is no channel", suggest(id.text, channels[:]))
	}
	var to condition
	for c, name := range channels {
		to[c] = settled(name == id.text)
	}
	return to
}

// kind returns the ids that a kind of condition on the person knows, and its test.
func (p *conditions) kind(word string) ([]string, func(*Values, string) bool) {
	switch word {
	case "segment":
		return p.c.schema.Segments, func(v *Values, id string) bool {
			return slices.Contains(v.Segments, id)
		}
	case "purpose":
		return purposes, func(v *Values, id string) bool { return v.Purpose == id }
	case "element":
		return p.c.schema.Elements, func(v *Values, id string) bool {
			return slices.Contains(v.Elements, id)
		}
	}
	return certainties, func(v *Values, id string) bool { return v.Certainty == id }
}
