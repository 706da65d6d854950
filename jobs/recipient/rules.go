package recipient

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// The limits of one rule. A rule is written by hand; what is longer was made to hurt.
const (
	maxRule   = 8 << 10 // bytes
	maxNodes  = 2000
	maxMemory = 100_000 // as expr counts it, per evaluation
)

// rules are the compiled segments. They are for one goroutine.
//
// At run time a date is its number of days, so that an absent date can be what an absent number is:
// NaN, with which every comparison is false save !=. That dates and numbers are not mixed up is
// checked before, on the tree.
type rules struct {
	segments []Segment
	programs []*vm.Program // nil matches every row
	names    map[string]Kind
	env      map[string]any // of the names that rules use
	machine  vm.VM
}

// compileRules checks and compiles every segment.
func compileRules(spec Spec) (*rules, []Problem) {
	names, problems := ruleNames(spec.Files)
	r := &rules{segments: spec.Segments, names: names, env: map[string]any{}}
	r.machine.MemoryBudget = maxMemory
	for _, s := range spec.Segments {
		program, err := r.compile(s.When)
		r.programs = append(r.programs, program)
		if err != nil {
			problems = append(problems, Problem{Segment: s.ID, What: err.what, Do: err.do})
		}
		if strength(s.certainty()) < 0 {
			problems = append(problems, Problem{Segment: s.ID,
				What: fmt.Sprintf("certainty %q is not known", s.Certainty),
				Do:   "use suspected, possible, confirmed or ruled-out"})
		}
	}
	return r, problems
}

// ruleNames gathers the names that rules may use, with their kinds.
func ruleNames(files []File) (map[string]Kind, []Problem) {
	names := map[string]Kind{"id": Text, "company": Text, "locale": Text}
	var problems []Problem
	for _, f := range files {
		for _, name := range slices.Sorted(maps.Keys(f.Facts)) {
			if p := addName(names, name, f.Facts[name].Kind); p != nil {
				p.File = f.Name
				problems = append(problems, *p)
			}
		}
	}
	return names, problems
}

func addName(names map[string]Kind, name string, kind Kind) *Problem {
	if kind == "" {
		kind = Text
	}
	had, known := names[name]
	switch {
	case reserved(name):
		return &Problem{What: fmt.Sprintf("fact %q has a name that rules already use", name),
			Do: "give the fact another name"}
	case !slices.Contains([]Kind{Text, Date, Number, Bool}, kind):
		return &Problem{What: fmt.Sprintf("fact %q: type %q is not known", name, kind),
			Do: "use text, date, number or bool"}
	case known && had != kind:
		return &Problem{
			What: fmt.Sprintf("fact %q is a %s here and a %s in another file", name, kind, had),
			Do:   "give both the same type, or different names"}
	}
	names[name] = kind
	return nil
}

// reserved are the names that mean something in every rule.
func reserved(name string) bool {
	columns := []string{"id", "company", "locale"}
	return slices.Contains(columns, name) || slices.Contains(functions(), name)
}

func functions() []string { return []string{"date", "known", "lower", "upper", "trim"} }

// ruleError is what is wrong with a rule and what to do about it.
type ruleError struct{ what, do string }

// compile checks the kinds first, by our own walk over the tree, because expr would take a text for
// a date at run time and can only say so with the row in its hands.
func (r *rules) compile(when string) (*vm.Program, *ruleError) {
	if strings.TrimSpace(when) == "" {
		return nil, nil
	}
	if len(when) > maxRule {
		return nil, &ruleError{fmt.Sprintf("rule is longer than %d bytes", maxRule), "split the segment"}
	}
	config := conf.CreateNew()
	for _, option := range r.options() {
		option(config)
	}
	tree, err := parser.ParseWithConfig(when, config)
	if err != nil {
		return nil, syntax(err)
	}
	t := typing{names: r.names, used: map[string]bool{}}
	if wrong := t.rule(tree.Node); wrong != nil {
		return nil, wrong
	}
	for name := range t.used {
		r.env[name] = absent(r.names[name])
	}
	options := append(r.options(), expr.Patch(&lowering{r.names}), expr.AsBool())
	program, err := expr.Compile(when, options...)
	if err != nil {
		return nil, syntax(err)
	}
	return program, nil
}

func (r *rules) options() []expr.Option {
	env := map[string]any{}
	for name, kind := range r.names {
		env[name] = absent(kind)
	}
	never := func(...any) (any, error) { return nil, errors.New("function was not replaced") }
	return []expr.Option{
		expr.Env(env),
		expr.MaxNodes(maxNodes),
		expr.DisableAllBuiltins(),
		expr.EnableBuiltin("lower"),
		expr.EnableBuiltin("upper"),
		expr.EnableBuiltin("trim"),
		expr.Function("date", never, new(func(string) float64)),
		expr.Function("known", never, new(func(any) bool)),
	}
}

// syntax tells where a rule does not parse.
func syntax(err error) *ruleError {
	do := `compare with == < <= > >=, join with && and ||, put texts in double quotes`
	var at *file.Error
	if !errors.As(err, &at) {
		return &ruleError{"rule does not parse", do}
	}
	message, _, _ := strings.Cut(at.Message, "\n")
	return &ruleError{fmt.Sprintf("rule does not parse at line %d, column %d: %s",
		at.Line, at.Column+1, message), do}
}

// absent is what a fact is at run time where a row has none.
func absent(kind Kind) any {
	switch kind {
	case Date, Number:
		return math.NaN()
	case Bool:
		return false
	}
	return ""
}

// atRunTime is what expr computes with.
func (v Value) atRunTime() any {
	switch v.Kind {
	case Date:
		return days(v)
	case Number:
		return v.Number
	case Bool:
		return v.Bool
	}
	return v.Text
}

// days counts from 1970-01-01.
func days(v Value) float64 { return float64(v.Date.Unix() / (24 * 60 * 60)) }

// match returns the indices of the segments that the row matches.
func (r *rules) match(row *row) (matched []int, err error) {
	r.set(row)
	for i, program := range r.programs {
		if program != nil {
			result, err := r.machine.Run(program, r.env)
			if yes, ok := result.(bool); err != nil || !ok {
				return nil, fmt.Errorf("segment %q: rule fails on row %d of file %d",
					r.segments[i].ID, row.at.Row, row.at.File+1)
			} else if !yes {
				continue
			}
		}
		matched = append(matched, i)
	}
	return matched, nil
}

// set puts the row's values in place of the last row's.
func (r *rules) set(row *row) {
	for name := range r.env {
		r.env[name] = absent(r.names[name])
	}
	r.setText("id", row.id)
	r.setText("company", row.from.company.of(row.cells))
	r.setText("locale", row.from.locale.of(row.cells))
	for i, v := range row.facts {
		name := row.from.facts[i].name
		if _, used := r.env[name]; used && v.Kind != "" {
			r.env[name] = v.atRunTime()
		}
	}
}

func (r *rules) setText(name, s string) {
	if _, used := r.env[name]; used {
		r.env[name] = s
	}
}

// lowering replaces what only exists in the text of a rule by what expr can run.
type lowering struct{ names map[string]Kind }

// Visit implements ast.Visitor.
func (l *lowering) Visit(node *ast.Node) {
	call, ok := (*node).(*ast.CallNode)
	if !ok || len(call.Arguments) != 1 {
		return
	}
	switch argument := call.Arguments[0].(type) {
	case *ast.StringNode: // date("2008-07-01")
		if t, ok := parseDate(argument.Value, ruleDates()); ok {
			ast.Patch(node, &ast.FloatNode{Value: days(Value{Date: t})})
		}
	case *ast.IdentifierNode: // known(fact): NaN is not equal to itself
		if l.names[argument.Value] == Text {
			ast.Patch(node, &ast.BinaryNode{Operator: "!=", Left: argument, Right: &ast.StringNode{}})
			return
		}
		again := &ast.IdentifierNode{Value: argument.Value}
		ast.Patch(node, &ast.BinaryNode{Operator: "==", Left: argument, Right: again})
	}
}

// ruleDates are the layouts of dates in rules.
func ruleDates() []string { return []string{"2006-01-02"} }
