package segment

import (
	"fmt"
	"time"

	"github.com/expr-lang/expr/ast"
)

// date compiles date("2008-07-01").
func date(in []ast.Node) (typed, *ruleError) {
	if len(in) == 1 {
		if s, ok := in[0].(*ast.StringNode); ok {
			if t, err := time.Parse(time.DateOnly, s.Value); err == nil {
				return typed{kind: Date, number: literal[float64]{days(t.Unix())}}, nil
			}
		}
	}
	return typed{}, &ruleError{"date takes a day of the calendar in double quotes",
		`write it as date("2008-07-01")`}
}

// between compiles between(fact, first, last), both included. The bounds of a date are days, months or
// years as people say them: between(used_at, "2007-09", "2016-03") ends with the last of March.
func (c *compiler) between(n *ast.CallNode) (typed, *ruleError) {
	if len(n.Arguments) != 3 {
		return typed{}, &ruleError{"between takes a fact, the first and the last", betweenForm}
	}
	of, err := c.expression(n.Arguments[0])
	if err != nil {
		return typed{}, err
	}
	first, last, err := bounds(of.kind, n.Arguments[1], n.Arguments[2])
	if err == nil && first > last {
		err = &ruleError{fmt.Sprintf("%s ends before it begins", clip(n)), "exchange the two bounds"}
	}
	return c.shown(within{of.number, first, last}, n), err
}

const betweenForm = `write between(used_at, "2008-07-01", "2013-04-30") or between(amount, 1, 5)`

func bounds(kind Kind, from, to ast.Node) (first, last float64, err *ruleError) {
	var fromOK, toOK bool
	switch kind {
	case Date:
		first, _, fromOK = period(from)
		_, last, toOK = period(to)
	case Number:
		first, fromOK = constant(from)
		last, toOK = constant(to)
	}
	switch {
	case fromOK && toOK:
		return first, last, nil
	case kind == Date:
		return 0, 0, &ruleError{"between takes the days, months or years of a period in double quotes",
			betweenForm}
	case kind == Number:
		return 0, 0, &ruleError{"between takes two numbers", betweenForm}
	}
	return 0, 0, &ruleError{fmt.Sprintf("between takes a date or a number, not a %s", kind),
		"give the fact type: date or type: number"}
}

// period is the first and the last day of a text that names a day, a month or a year.
func period(n ast.Node) (first, last float64, ok bool) {
	s, ok := n.(*ast.StringNode)
	if !ok {
		return 0, 0, false
	}
	for _, unit := range []struct {
		layout              string
		years, months, days int
	}{{time.DateOnly, 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if t, err := time.Parse(unit.layout, s.Value); err == nil {
			end := t.AddDate(unit.years, unit.months, unit.days)
			return days(t.Unix()), days(end.Unix()) - 1, true
		}
	}
	return 0, 0, false
}

// constant is a number as it is written, its sign included.
func constant(n ast.Node) (float64, bool) {
	switch n := n.(type) {
	case *ast.IntegerNode:
		return float64(n.Value), true
	case *ast.FloatNode:
		return n.Value, true
	case *ast.UnaryNode:
		if v, ok := constant(n.Node); ok && n.Operator == "-" {
			return -v, true
		}
	}
	return 0, false
}
