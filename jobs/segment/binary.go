package segment

import (
	"fmt"

	"github.com/expr-lang/expr/ast"
)

// binary compiles an operator between two operands.
func (c *compiler) binary(n *ast.BinaryNode) (typed, *ruleError) {
	switch n.Operator {
	case "and", "or", "&&", "||":
		return c.junction(n)
	case "==", "!=":
		return c.equality(n)
	case "<", "<=", ">", ">=":
		return c.order(n)
	case "+", "-", "*", "/":
		left, right, err := c.wantBoth(n, Number)
		return typed{kind: Number, number: arithmetic{left.number, right.number, n.Operator[0]}}, err
	case "contains", "startsWith", "endsWith":
		left, right, err := c.wantBoth(n, Text)
		return c.shown(textTest{left.text, right.text, textTests()[n.Operator]}, n), err
	case "matches":
		return c.matches(n)
	case "in":
		return c.in(n)
	}
	what := fmt.Sprintf("rule uses the operator %s, which rules do not have", n.Operator)
	return typed{}, &ruleError{what, "write comparisons joined with && and ||"}
}

// junction flattens a && b && c, so that a trace has one level for it.
func (c *compiler) junction(n *ast.BinaryNode) (typed, *ruleError) {
	left, right, err := c.wantBoth(n, Bool)
	t := typed{kind: Bool}
	if n.Operator == "and" || n.Operator == "&&" {
		if both, ok := left.bool.(all); ok {
			t.bool = append(both, right.bool)
		} else {
			t.bool = all{left.bool, right.bool}
		}
	} else if either, ok := left.bool.(anyOf); ok {
		t.bool = append(either, right.bool)
	} else {
		t.bool = anyOf{left.bool, right.bool}
	}
	return t, err
}

func (c *compiler) equality(n *ast.BinaryNode) (typed, *ruleError) {
	left, right, err := c.same(n.Left, n.Right, n.Operator)
	if err != nil {
		return typed{}, err
	}
	var same condition
	switch left.kind {
	case Text:
		same = sameTexts(left.text, right.text)
	case Bool:
		same = equal[bool]{left.bool, right.bool}
	default:
		same = equal[float64]{left.number, right.number}
	}
	if n.Operator == "!=" {
		same = not{same}
	}
	return c.shown(same, n), nil
}

// order refuses texts: "2008/7/1" >= "2008-06-30" is what people write who forgot type: date, and
// it would find the wrong people without a word.
func (c *compiler) order(n *ast.BinaryNode) (typed, *ruleError) {
	left, right, err := c.same(n.Left, n.Right, n.Operator)
	if err == nil && left.kind != Date && left.kind != Number {
		err = &ruleError{fmt.Sprintf("%s orders dates and numbers, but %s is a %s", n.Operator,
			clip(n.Left), left.kind), "give the fact type: date or type: number"}
	}
	if n.Operator[0] == '>' {
		left, right = right, left
	}
	if len(n.Operator) > 1 {
		return c.shown(atMost{left.number, right.number}, n), err
	}
	return c.shown(less{left.number, right.number}, n), err
}

// in takes a list of the left side's kind.
func (c *compiler) in(n *ast.BinaryNode) (typed, *ruleError) {
	list, ok := n.Right.(*ast.ArrayNode)
	if !ok {
		return typed{}, &ruleError{"in takes a list", `write it as ["A", "B"]`}
	}
	left, err := c.expression(n.Left)
	if err != nil {
		return typed{}, err
	}
	var elements []typed
	for _, element := range list.Nodes {
		_, right, err := c.same(n.Left, element, n.Operator)
		if err != nil {
			return typed{}, err
		}
		elements = append(elements, right)
	}
	return c.shown(membership(left, elements), n), nil
}

func membership(of typed, list []typed) condition {
	switch of.kind {
	case Text:
		return amongTexts(of.text, list)
	case Bool:
		return among(of.bool, list, func(t typed) condition { return t.bool })
	}
	return among(of.number, list, func(t typed) number { return t.number })
}

// few is how many literals are looked through faster than hashed.
const few = 12

func among[T comparable](of operand[T], list []typed, get func(typed) operand[T]) condition {
	operands := make([]operand[T], len(list))
	var literals []T
	for i, t := range list {
		operands[i] = get(t)
		if l, ok := operands[i].(literal[T]); ok {
			literals = append(literals, l.value)
		}
	}
	if len(literals) < len(list) {
		return oneOf[T]{of, operands}
	}
	if len(literals) <= few {
		return oneOfFew[T]{of, literals}
	}
	set := make(map[T]struct{}, len(literals))
	for _, l := range literals {
		set[l] = struct{}{}
	}
	return oneOfThese[T]{of, set}
}
