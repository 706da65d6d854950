package segment

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"oshirase/jobs/nearest"
)

// The limits of one rule. A rule is written by hand; what is longer was made to hurt.
const (
	maxRule  = 8 << 10 // bytes
	maxNodes = 2000
)

// ruleError is what is wrong with a rule and what to do about it.
type ruleError struct{ what, do string }

// compiler makes trees of rules. What it lets pass cannot fail when it runs: it finds the kind of each
// part, and refuses everything that the parser knows and rules do not have.
type compiler struct {
	kinds Names
	names []string // sorted; a fact's place among them
	asked []bool   // by fact: a comparison asks for it
}

// typed is an operand of one kind. A date is a number.
type typed struct {
	kind   Kind
	bool   condition
	number number
	text   text
}

// rule compiles a whole rule. An empty one holds for every row.
func (c *compiler) rule(when string) (condition, *ruleError) {
	if strings.TrimSpace(when) == "" {
		return literal[bool]{true}, nil
	}
	if len(when) > maxRule {
		return nil, &ruleError{fmt.Sprintf("rule is longer than %d bytes", maxRule), "split the segment"}
	}
	tree, err := parser.ParseWithConfig(when, language())
	if err != nil {
		return nil, syntaxError(err)
	}
	t, wrong := c.expression(tree.Node)
	if wrong == nil && t.kind != Bool {
		wrong = &ruleError{fmt.Sprintf("rule is a %s, not a condition", t.kind),
			"compare it with something, such as == \"…\""}
	}
	return t.bool, wrong
}

// language has the parser take every function for a call, so that there is one place to refuse it.
func language() *conf.Config {
	c := conf.CreateNew()
	c.MaxNodes = maxNodes
	for _, f := range builtin.Builtins {
		c.Disabled[f.Name] = true
	}
	return c
}

// syntaxError tells where a rule does not parse.
func syntaxError(err error) *ruleError {
	do := `compare with == < <= > >=, join with && and ||, put texts in double quotes`
	var at *file.Error
	if !errors.As(err, &at) {
		return &ruleError{"rule does not parse", do}
	}
	message, _, _ := strings.Cut(at.Message, "\n")
	return &ruleError{fmt.Sprintf("rule does not parse at line %d, column %d: %s",
		at.Line, at.Column+1, message), do}
}

// expression compiles any part of a rule.
func (c *compiler) expression(n ast.Node) (typed, *ruleError) {
	switch n := n.(type) {
	case *ast.StringNode:
		return typed{kind: Text, text: literal[string]{n.Value}}, nil
	case *ast.IntegerNode:
		return typed{kind: Number, number: literal[float64]{float64(n.Value)}}, nil
	case *ast.FloatNode:
		return typed{kind: Number, number: literal[float64]{n.Value}}, nil
	case *ast.BoolNode:
		return c.shown(literal[bool]{n.Value}, n), nil
	case *ast.IdentifierNode:
		return c.fact(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		return c.conditional(n)
	case *ast.CallNode:
		return c.call(n)
	}
	return typed{}, &ruleError{fmt.Sprintf("rule holds %s, which rules do not have", clip(n)),
		"write comparisons joined with && and ||"}
}

// clip keeps a message on one line.
func clip(n ast.Node) string {
	s := n.String()
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

func (c *compiler) fact(n *ast.IdentifierNode) (typed, *ruleError) {
	i, ok := slices.BinarySearch(c.names, n.Value)
	if !ok {
		return typed{}, unknown("name", n.Value, c.names)
	}
	t := typed{kind: c.kinds[n.Value]}
	switch t.kind {
	case Date:
		t.number = dateFact(i)
	case Number:
		t.number = numberFact(i)
	case Bool:
		t = c.shown(boolFact(i), n)
	default:
		t.text = textFact(i)
	}
	return t, nil
}

func unknown(what, name string, known []string) *ruleError {
	do := "declare it under facts: of the recipients file"
	if near := nearest.To(name, known); near != "" {
		do = fmt.Sprintf("did you mean %q?", near)
	}
	return &ruleError{fmt.Sprintf("rule uses the unknown %s %q", what, name), do}
}

// want compiles an operand that must be of a kind.
func (c *compiler) want(n ast.Node, kind Kind, operator string) (typed, *ruleError) {
	got, err := c.expression(n)
	if err == nil && got.kind != kind {
		err = &ruleError{fmt.Sprintf("%s takes a %s, but %s is a %s", operator, kind, clip(n), got.kind),
			"compare it, or correct the type of the fact"}
	}
	return got, err
}

// wantBoth compiles two operands of one given kind.
func (c *compiler) wantBoth(n *ast.BinaryNode, kind Kind) (left, right typed, err *ruleError) {
	if left, err = c.want(n.Left, kind, n.Operator); err == nil {
		right, err = c.want(n.Right, kind, n.Operator)
	}
	return left, right, err
}

// same compiles two operands of one kind, whichever it is.
func (c *compiler) same(a, b ast.Node, operator string) (left, right typed, err *ruleError) {
	if left, err = c.expression(a); err != nil {
		return left, right, err
	}
	if right, err = c.expression(b); err != nil || left.kind == right.kind {
		return left, right, err
	}
	do := "compare things of one type, or correct the type of the fact"
	if left.kind == Date || right.kind == Date {
		do = `write dates as date("2008-07-01")`
	}
	return left, right, &ruleError{fmt.Sprintf("%s compares a %s, %s, with a %s, %s", operator,
		left.kind, clip(a), right.kind, clip(b)), do}
}

func (c *compiler) unary(n *ast.UnaryNode) (typed, *ruleError) {
	if n.Operator == "not" || n.Operator == "!" {
		t, err := c.want(n.Node, Bool, n.Operator)
		return typed{kind: Bool, bool: not{t.bool}}, err
	}
	t, err := c.want(n.Node, Number, n.Operator)
	if n.Operator == "-" {
		t.number = arithmetic{literal[float64]{0}, t.number, '-'}
	}
	return t, err
}

func (c *compiler) conditional(n *ast.ConditionalNode) (typed, *ruleError) {
	when, err := c.want(n.Cond, Bool, "?")
	if err != nil {
		return typed{}, err
	}
	then, other, err := c.same(n.Exp1, n.Exp2, ":")
	return typed{
		kind:   then.kind,
		bool:   choice[bool]{when.bool, then.bool, other.bool},
		number: choice[float64]{when.bool, then.number, other.number},
		text:   choice[string]{when.bool, then.text, other.text},
	}, err
}

// call compiles the functions.
func (c *compiler) call(n *ast.CallNode) (typed, *ruleError) {
	name := n.Callee.String()
	if change := changes()[name]; change != nil {
		return c.change(name, change, n.Arguments)
	}
	switch name {
	case "date":
		return date(n.Arguments)
	case "known":
		return c.known(n)
	case "between":
		return c.between(n)
	}
	return typed{}, unknown("function", name, functions())
}

func (c *compiler) change(name string, change func(string) string, in []ast.Node) (typed, *ruleError) {
	if len(in) != 1 {
		return typed{}, &ruleError{name + " takes one text", fmt.Sprintf("write %s(fact)", name)}
	}
	t, err := c.want(in[0], Text, name)
	return typed{kind: Text, text: changed{t.text, change}}, err
}

// known takes a fact by its name. A bool has no third value to tell.
func (c *compiler) known(n *ast.CallNode) (typed, *ruleError) {
	wrong := &ruleError{"known takes the name of a text, date or number", "write known(fact)"}
	if len(n.Arguments) != 1 {
		return typed{}, wrong
	}
	name, ok := n.Arguments[0].(*ast.IdentifierNode)
	if !ok {
		return typed{}, wrong
	}
	t, err := c.fact(name)
	if err == nil && t.kind == Bool {
		err = wrong
	}
	i, _ := slices.BinarySearch(c.names, name.Value)
	return c.shown(present(i), n), err
}

// sortedNames are the names in the order in which facts are given.
func sortedNames(n Names) []string { return slices.Sorted(maps.Keys(n)) }
