package recipient

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/expr-lang/expr/ast"
)

// typing finds the kind of each part of a rule. What it lets pass cannot fail at run time, whatever
// the row holds; everything else that expr could do is refused here.
type typing struct {
	names map[string]Kind
	used  map[string]bool
}

// rule checks a whole rule.
func (t *typing) rule(n ast.Node) *ruleError {
	kind, err := t.kind(n)
	if err == nil && kind != Bool {
		return &ruleError{fmt.Sprintf("rule is a %s, not a condition", kind),
			"compare it with something, such as == \"…\""}
	}
	return err
}

// kind returns the kind of an expression.
func (t *typing) kind(n ast.Node) (Kind, *ruleError) {
	switch n := n.(type) {
	case *ast.StringNode:
		return Text, nil
	case *ast.IntegerNode, *ast.FloatNode:
		return Number, nil
	case *ast.BoolNode:
		return Bool, nil
	case *ast.IdentifierNode:
		return t.name(n.Value)
	case *ast.UnaryNode:
		return t.unary(n)
	case *ast.BinaryNode:
		return t.binary(n)
	case *ast.ConditionalNode:
		return t.conditional(n)
	case *ast.CallNode:
		return t.call(n)
	case *ast.BuiltinNode:
		return t.builtin(n)
	}
	return "", &ruleError{fmt.Sprintf("rule holds %s, which rules do not have", clip(n.String())),
		"write comparisons joined with && and ||"}
}

// clip keeps a message on one line.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

func (t *typing) name(name string) (Kind, *ruleError) {
	kind, ok := t.names[name]
	if !ok {
		return "", unknown("name", name, slices.Sorted(maps.Keys(t.names)))
	}
	t.used[name] = true
	return kind, nil
}

func unknown(what, name string, known []string) *ruleError {
	do := "declare it under facts: of the recipients file"
	if near := nearest(name, known); near != "" {
		do = fmt.Sprintf("did you mean %q?", near)
	}
	return &ruleError{fmt.Sprintf("rule uses the unknown %s %q", what, name), do}
}

// want checks that an operand is of a kind.
func (t *typing) want(n ast.Node, kind Kind, operator string) *ruleError {
	got, err := t.kind(n)
	if err == nil && got != kind {
		return &ruleError{
			fmt.Sprintf("%s takes a %s, but %s is a %s", operator, kind, clip(n.String()), got),
			"compare it, or correct the type of the fact"}
	}
	return err
}

func (t *typing) wantBoth(n *ast.BinaryNode, kind Kind) *ruleError {
	if err := t.want(n.Left, kind, n.Operator); err != nil {
		return err
	}
	return t.want(n.Right, kind, n.Operator)
}

func (t *typing) unary(n *ast.UnaryNode) (Kind, *ruleError) {
	if n.Operator == "not" || n.Operator == "!" {
		return Bool, t.want(n.Node, Bool, n.Operator)
	}
	return Number, t.want(n.Node, Number, n.Operator)
}

func (t *typing) binary(n *ast.BinaryNode) (Kind, *ruleError) {
	switch n.Operator {
	case "and", "or", "&&", "||":
		return Bool, t.wantBoth(n, Bool)
	case "==", "!=":
		_, err := t.same(n.Left, n.Right, n.Operator)
		return Bool, err
	case "<", "<=", ">", ">=":
		return Bool, t.order(n)
	case "+", "-", "*", "/":
		return Number, t.wantBoth(n, Number)
	case "contains", "startsWith", "endsWith":
		return Bool, t.wantBoth(n, Text)
	case "matches":
		return Bool, t.matches(n)
	case "in":
		return Bool, t.in(n)
	}
	what := fmt.Sprintf("rule uses the operator %s, which rules do not have", n.Operator)
	return "", &ruleError{what, "write comparisons joined with && and ||"}
}

// same checks that two expressions are of one kind, and returns it.
func (t *typing) same(a, b ast.Node, operator string) (Kind, *ruleError) {
	left, err := t.kind(a)
	if err != nil {
		return "", err
	}
	right, err := t.kind(b)
	if err != nil || left == right {
		return left, err
	}
	do := "compare things of one type, or correct the type of the fact"
	if left == Date || right == Date {
		do = `write dates as date("2008-07-01")`
	}
	return "", &ruleError{fmt.Sprintf("%s compares a %s, %s, with a %s, %s", operator, left,
		clip(a.String()), right, clip(b.String())), do}
}

// order refuses texts: "2008/7/1" >= "2008-06-30" is what people write who forgot type: date, and
// it would find the wrong people without a word.
func (t *typing) order(n *ast.BinaryNode) *ruleError {
	kind, err := t.same(n.Left, n.Right, n.Operator)
	if err == nil && kind != Date && kind != Number {
		return &ruleError{fmt.Sprintf("%s orders dates and numbers, but %s is a %s", n.Operator,
			clip(n.Left.String()), kind), "give the fact type: date or type: number"}
	}
	return err
}

// matches takes a constant pattern, which cannot fail later. Go's patterns run in linear time.
func (t *typing) matches(n *ast.BinaryNode) *ruleError {
	pattern, ok := n.Right.(*ast.StringNode)
	if !ok {
		return &ruleError{"matches takes a pattern in double quotes", "write the pattern itself"}
	}
	if _, err := regexp.Compile(pattern.Value); err != nil {
		return &ruleError{fmt.Sprintf("pattern %s does not parse", clip(pattern.Value)),
			"see the syntax of Go's regexp"}
	}
	return t.want(n.Left, Text, n.Operator)
}

// in takes a list of the left side's kind.
func (t *typing) in(n *ast.BinaryNode) *ruleError {
	list, ok := n.Right.(*ast.ArrayNode)
	if !ok {
		return &ruleError{"in takes a list", `write it as ["A", "B"]`}
	}
	if _, err := t.kind(n.Left); err != nil {
		return err
	}
	for _, element := range list.Nodes {
		if _, err := t.same(n.Left, element, n.Operator); err != nil {
			return err
		}
	}
	return nil
}

func (t *typing) conditional(n *ast.ConditionalNode) (Kind, *ruleError) {
	if err := t.want(n.Cond, Bool, "?"); err != nil {
		return "", err
	}
	return t.same(n.Exp1, n.Exp2, ":")
}

// builtin checks lower, upper and trim of one text.
func (t *typing) builtin(n *ast.BuiltinNode) (Kind, *ruleError) {
	if !slices.Contains(functions(), n.Name) {
		return "", unknown("function", n.Name, functions())
	}
	if len(n.Arguments) != 1 {
		return "", &ruleError{n.Name + " takes one text", fmt.Sprintf("write %s(fact)", n.Name)}
	}
	return Text, t.want(n.Arguments[0], Text, n.Name)
}

// call checks date and known.
func (t *typing) call(n *ast.CallNode) (Kind, *ruleError) {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	switch {
	case ok && callee.Value == "date":
		return Date, literalDate(n.Arguments)
	case ok && callee.Value == "known":
		return Bool, t.known(n.Arguments)
	}
	return "", unknown("function", n.Callee.String(), functions())
}

func literalDate(arguments []ast.Node) *ruleError {
	if len(arguments) == 1 {
		if s, ok := arguments[0].(*ast.StringNode); ok {
			if _, ok := parseDate(s.Value, ruleDates()); ok {
				return nil
			}
		}
	}
	return &ruleError{"date takes a day of the calendar in double quotes",
		`write it as date("2008-07-01")`}
}

// known takes a fact by its name. A bool has no third value to tell.
func (t *typing) known(arguments []ast.Node) *ruleError {
	if len(arguments) == 1 {
		if name, ok := arguments[0].(*ast.IdentifierNode); ok {
			kind, err := t.name(name.Value)
			if err != nil || kind != Bool {
				return err
			}
		}
	}
	return &ruleError{"known takes the name of a text, date or number", "write known(fact)"}
}
