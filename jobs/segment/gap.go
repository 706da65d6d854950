package segment

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// A comparison with an absent date is false, and so a row without its date is outside of every period, as is one
// that was there before or after it. Nobody knows the former: it may be of somebody who must be told. Gaps find such
// rows, by holding the rules against them once more with a third answer, that it is not known.

// Gap is a segment of which a row may be or not, and the fact it would take to know.
type Gap struct{ Segment, Fact int } // indexes; of Names

// Gaps are the facts that the rows of one file may lack. They are for any number of goroutines.
type Gaps struct {
	rules *Rules
	open  []bool // by fact: where it is absent, nobody knows it
}

// Gaps are those of a file. An absent date or number is not known; a text or bool is where the file does not have the
// column: an empty cell says no, as that of a text says "".
func (r *Rules) Gaps(has func(fact int) bool) Gaps {
	g := Gaps{r, make([]bool, len(r.names))}
	for i, name := range r.names {
		kind := r.kinds[name]
		g.open[i] = kind == Date || kind == Number || !has(i)
	}
	return g
}

// Find finds the first segment of which a row that is in none may be. What the rule itself asks for with known(fact)
// is an answer, and no gap.
func (g Gaps) Find(facts []Value) (Gap, bool) {
	if !slices.ContainsFunc(g.rules.asked, func(i int) bool { return g.lacks(facts, i) }) {
		return Gap{}, false
	}
	for i := range g.rules.segments {
		if v := g.ask(g.rules.segments[i].whole, facts); v.open {
			return Gap{i, v.fact}, true
		}
	}
	return Gap{}, false
}

func (g Gaps) lacks(facts []Value, i int) bool { return g.open[i] && facts[i].Kind == "" }

// verdict is an answer, or the fact for want of which there is none.
type verdict struct {
	holds, open bool
	fact        int
}

func (g Gaps) ask(c condition, facts []Value) verdict {
	switch c := c.(type) {
	case leaf:
		for _, i := range c.asks {
			if g.lacks(facts, i) {
				return verdict{open: true, fact: i}
			}
		}
	case not:
		v := g.ask(c.condition, facts)
		v.holds = !v.holds
		return v
	case all:
		return g.junction(c, facts, false)
	case anyOf:
		return g.junction(c, facts, true)
	case choice[bool]:
		return g.choice(c, facts)
	}
	return verdict{holds: c.of(facts)}
}

// junction is settled by a part that decides it, whatever is not known of the others.
func (g Gaps) junction(parts []condition, facts []Value, deciding bool) verdict {
	v := verdict{holds: !deciding}
	for _, c := range parts {
		part := g.ask(c, facts)
		if !part.open && part.holds == deciding {
			return part
		}
		if part.open && !v.open {
			v = part
		}
	}
	return v
}

// choice is settled by two answers that are one, though it is not known which of them is asked for.
func (g Gaps) choice(c choice[bool], facts []Value) verdict {
	when, then, other := g.ask(c.when, facts), g.ask(c.then, facts), g.ask(c.other, facts)
	switch {
	case !when.open && when.holds:
		return then
	case !when.open:
		return other
	case !then.open && !other.open && then.holds == other.holds:
		return then
	}
	return when
}

// wholeOf is the condition on which a row is of a segment.
func wholeOf(s *compiled) condition {
	whole := all{s.when, not{anyOf(s.unless)}}
	if len(s.by) == 0 || s.elements != (Set{}) {
		return whole
	}
	var some anyOf
	for _, b := range s.by {
		some = append(some, b.when)
	}
	return append(whole, some)
}

// shown is a condition that a trace shows as one, with the facts it asks for.
func (c *compiler) shown(is condition, n ast.Node) typed {
	return typed{kind: Bool, bool: leaf{is, n, c.asks(n)}}
}

// asks are the facts that a part of a rule cannot do without. What it asks known(fact) of it can.
func (c *compiler) asks(n ast.Node) (facts []int) {
	seen, excused := mentioned{}, excused{}
	ast.Walk(&n, seen)
	ast.Walk(&n, excused)
	for i, name := range c.names {
		if seen[name] && !excused[name] {
			facts = append(facts, i)
			c.asked[i] = true
		}
	}
	return facts
}

// excused gathers the facts of which a part of a rule asks whether they are known.
type excused map[string]bool

// Visit implements ast.Visitor.
func (e excused) Visit(n *ast.Node) {
	call, ok := (*n).(*ast.CallNode)
	if !ok || call.Callee.String() != "known" {
		return
	}
	for _, of := range call.Arguments {
		if name, ok := of.(*ast.IdentifierNode); ok {
			e[name.Value] = true
		}
	}
}
