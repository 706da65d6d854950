package segment

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// A rule is run as a tree of typed operands. A date is its number of days since 1970-01-01, so that an
// absent date can be what an absent number is: NaN, with which every comparison is false save !=.
// Nothing in the tree can fail, whatever the facts are.
type (
	operand[T any] interface{ of(facts []Value) T }
	condition      = operand[bool]
	number         = operand[float64]
	text           = operand[string]
)

type literal[T any] struct{ value T }

func (l literal[T]) of([]Value) T { return l.value }

// A fact is its place among the names.
type (
	textFact   int
	numberFact int
	dateFact   int
	boolFact   int
)

func (i textFact) of(facts []Value) string { return facts[i].Text }

func (i boolFact) of(facts []Value) bool { return facts[i].Bool }

func (i numberFact) of(facts []Value) float64 {
	if v := &facts[i]; v.Kind != "" {
		return v.Number
	}
	return math.NaN()
}

func (i dateFact) of(facts []Value) float64 {
	if v := &facts[i]; v.Kind != "" {
		return days(v.Date.Unix())
	}
	return math.NaN()
}

func days(seconds int64) float64 { return float64(seconds / (24 * 60 * 60)) }

// leaf is a condition that is no combination of conditions: what a trace shows.
type leaf struct {
	condition
	source ast.Node
	asks   []int // the facts that it cannot do without
}

// all holds where each does, anyOf where one does.
type (
	all   []condition
	anyOf []condition
)

func (a all) of(facts []Value) bool {
	for _, c := range a {
		if !c.of(facts) {
			return false
		}
	}
	return true
}

func (a anyOf) of(facts []Value) bool {
	for _, c := range a {
		if c.of(facts) {
			return true
		}
	}
	return false
}

type not struct{ condition }

func (n not) of(facts []Value) bool { return !n.condition.of(facts) }

type choice[T any] struct {
	when        condition
	then, other operand[T]
}

func (c choice[T]) of(facts []Value) T {
	if c.when.of(facts) {
		return c.then.of(facts)
	}
	return c.other.of(facts)
}

type equal[T comparable] struct{ left, right operand[T] }

func (e equal[T]) of(facts []Value) bool { return e.left.of(facts) == e.right.of(facts) }

type less struct{ left, right number }

func (l less) of(facts []Value) bool { return l.left.of(facts) < l.right.of(facts) }

type atMost struct{ left, right number }

func (l atMost) of(facts []Value) bool { return l.left.of(facts) <= l.right.of(facts) }

// within holds from the first to the last, both included.
type within struct {
	number
	first, last float64
}

func (w within) of(facts []Value) bool {
	n := w.number.of(facts)
	return w.first <= n && n <= w.last
}

// oneOf holds where the operand is in the list.
type oneOf[T comparable] struct {
	operand operand[T]
	list    []operand[T]
}

func (o oneOf[T]) of(facts []Value) bool {
	v := o.operand.of(facts)
	for _, other := range o.list {
		if other.of(facts) == v {
			return true
		}
	}
	return false
}

// oneOfThese is oneOf for the usual list, which is of literals.
type oneOfThese[T comparable] struct {
	operand operand[T]
	list    map[T]struct{}
}

func (o oneOfThese[T]) of(facts []Value) bool {
	_, ok := o.list[o.operand.of(facts)]
	return ok
}

// oneOfFew is oneOfThese where looking at each is faster than a hash.
type oneOfFew[T comparable] struct {
	operand operand[T]
	list    []T
}

func (o oneOfFew[T]) of(facts []Value) bool { return slices.Contains(o.list, o.operand.of(facts)) }

type arithmetic struct {
	left, right number
	operator    byte
}

func (a arithmetic) of(facts []Value) float64 {
	x, y := a.left.of(facts), a.right.of(facts)
	switch a.operator {
	case '+':
		return x + y
	case '-':
		return x - y
	case '*':
		return x * y
	}
	return x / y
}

// textTest is contains, startsWith or endsWith.
type textTest struct {
	left, right text
	test        func(s, part string) bool
}

func (t textTest) of(facts []Value) bool { return t.test(t.left.of(facts), t.right.of(facts)) }

type pattern struct {
	text
	expression *regexp.Regexp
}

func (p pattern) of(facts []Value) bool { return p.expression.MatchString(p.text.of(facts)) }

// changed is lower, upper or trim.
type changed struct {
	text
	change func(string) string
}

func (c changed) of(facts []Value) string { return c.change(c.text.of(facts)) }

// present is known(fact).
type present int

func (i present) of(facts []Value) bool {
	v := &facts[i]
	return v.Kind != "" && (v.Kind != Text || v.Text != "")
}

func changes() map[string]func(string) string {
	return map[string]func(string) string{
		"lower": strings.ToLower, "upper": strings.ToUpper, "trim": strings.TrimSpace,
	}
}

func textTests() map[string]func(s, part string) bool {
	return map[string]func(s, part string) bool{
		"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
	}
}
