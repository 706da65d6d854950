package segment

import (
	"fmt"
	"regexp"
	"regexp/syntax"

	"github.com/expr-lang/expr/ast"
)

// The limits of one pattern. Go's patterns run in linear time, but a few bytes of repetition can make a
// long program, which is linear for every byte of every row.
const (
	maxPattern = 500 // bytes
	maxProgram = 5000
)

// matches takes a constant pattern, which cannot fail later.
func (c *compiler) matches(n *ast.BinaryNode) (typed, *ruleError) {
	right, ok := n.Right.(*ast.StringNode)
	if !ok {
		return typed{}, &ruleError{"matches takes a pattern in double quotes", "write the pattern itself"}
	}
	expression, wrong := compilePattern(right)
	if wrong != nil {
		return typed{}, wrong
	}
	left, wrong := c.want(n.Left, Text, n.Operator)
	return c.shown(pattern{left.text, expression}, n), wrong
}

func compilePattern(n *ast.StringNode) (*regexp.Regexp, *ruleError) {
	long := &ruleError{fmt.Sprintf("pattern %s is too long or repeats too much", clip(n)),
		"split it, or compare in another way"}
	if len(n.Value) > maxPattern {
		return nil, long
	}
	parsed, err := syntax.Parse(n.Value, syntax.Perl)
	if err != nil {
		return nil, &ruleError{fmt.Sprintf("pattern %s does not parse", clip(n)), "see the syntax of Go's regexp"}
	}
	if p, err := syntax.Compile(parsed.Simplify()); err != nil || len(p.Inst) > maxProgram {
		return nil, long
	}
	return regexp.MustCompile(n.Value), nil
}
