package templates

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// condition decides between two parts of a notice.
type condition struct {
	personal bool // depends on who reads
	holds    func(*values) bool
}

// maxCondition bounds how deep parentheses can go.
const maxCondition = 1000

func never(*values) bool { return false }

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
		return condition{holds: never}
	}
	if len(p.tokens) == 0 {
		c.problem(at, "the condition is empty", `write one such as {{ if segment "a" }}`)
		return condition{holds: never}
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
		a, b := left, p.both()
		left = condition{a.personal || b.personal,
			func(r *values) bool { return a.holds(r) || b.holds(r) }}
	}
	return left
}

func (p *conditions) both() condition {
	left := p.single()
	for p.take("and") {
		a, b := left, p.single()
		left = condition{a.personal || b.personal,
			func(r *values) bool { return a.holds(r) && b.holds(r) }}
	}
	return left
}

func (p *conditions) single() condition {
	if p.take("not") {
		inner := p.single()
		return condition{inner.personal, func(r *values) bool { return !inner.holds(r) }}
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
		return condition{holds: never}
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
		return condition{holds: never}
	}
	return condition{f.personal, func(r *values) bool { return !empty(f.get(r.v)) }}
}

// has is one of the conditions on an id: segment, element, certainty.
func (p *conditions) has(t token) condition {
	ids, holds := p.kind(t.text)
	if t.kind != word || holds == nil {
		p.wrong(t, "is not a condition",
			suggest(t.text, []string{"segment", "element", "certainty"}))
		p.tokens = nil
		return condition{holds: never}
	}
	if len(p.tokens) == 0 || p.tokens[0].kind != quoted {
		p.wrong(t, "has no id after it", fmt.Sprintf(`write {{ if %s "ID" }}`, t.text))
		p.tokens = nil
		return condition{holds: never}
	}
	id := p.tokens[0]
	p.tokens = p.tokens[1:]
	if !slices.Contains(ids, id.text) {
		p.wrong(id, "is no "+t.text+" of this campaign", suggest(id.text, ids))
	}
	return condition{true, func(r *values) bool { return holds(r.v, id.text) }}
}

// kind returns the ids that a kind of condition knows and its test; no test where there is no such
// kind.
func (p *conditions) kind(word string) ([]string, func(*Values, string) bool) {
	switch word {
	case "segment":
		return p.c.schema.Segments, func(v *Values, id string) bool {
			return slices.Contains(v.Segments, id)
		}
	case "element":
		return p.c.schema.Elements, func(v *Values, id string) bool {
			return slices.Contains(v.Elements, id)
		}
	case "certainty":
		return certainties, func(v *Values, id string) bool { return v.Certainty == id }
	}
	return nil, nil
}
