package segment

import "github.com/expr-lang/expr/ast"

// Trace is why a row belongs to a segment or does not. It holds the row's own values: it is for the eyes
// of the operator and for no log.
type Trace struct {
	Segment  string   `json:"segment"`
	Matches  bool     `json:"matches"`
	Excluded string   `json:"excluded,omitempty"` // the exclusion that took the row out
	When     []Step   `json:"when"`               // what decided the rule; none where it has no condition
	Unless   []Reason `json:"unless,omitempty"`   // up to the exclusion that holds
	Elements []Reason `json:"elements,omitempty"` // those that depend on the row
}

// Reason is a clause with what decided it.
type Reason struct {
	Name  string `json:"name"`
	Holds bool   `json:"holds"`
	Steps []Step `json:"because"`
}

// Step is a part of a rule that decided it, with the values it looked at.
type Step struct {
	Rule  string `json:"rule"`
	Holds bool   `json:"holds"`
	Facts []Fact `json:"facts,omitempty"`

	// Folded says that it is so in the folded form of the texts alone, and would not be as they are written.
	Folded bool `json:"folded,omitempty"`
}

// Fact is a name with the row's value. Value is as it stood in the file; nil is an absent fact.
type Fact struct {
	Name  string  `json:"name"`
	Value *string `json:"value"`
}

// Trace says of every segment whether a row belongs to it and why. The facts are those of Match.
func (r *Rules) Trace(facts []Value) []Trace {
	x := explainer{rules: r, facts: facts}
	traces := make([]Trace, len(r.segments))
	for i := range r.segments {
		traces[i] = x.segment(&r.segments[i])
	}
	return traces
}

// explainer says why of one row.
type explainer struct {
	rules *Rules
	facts []Value
}

func (x explainer) segment(s *compiled) Trace {
	t := Trace{Segment: s.ID, When: x.steps(s.when)}
	if !s.when.of(x.facts) {
		return t
	}
	for i, c := range s.unless {
		why := x.reason(s.Unless[i].Name, c)
		if t.Unless = append(t.Unless, why); why.Holds {
			t.Excluded = why.Name
			return t
		}
	}
	for _, b := range s.by {
		t.Elements = append(t.Elements, x.reason(x.rules.elements[b.element], b.when))
	}
	if _, excluded := s.decide(x.facts); excluded >= 0 {
		t.Excluded = NoElement
		return t
	}
	t.Matches = true
	return t
}

func (x explainer) reason(name string, c condition) Reason {
	return Reason{Name: name, Holds: c.of(x.facts), Steps: x.steps(c)}
}

// steps are the parts that decided a condition: of a conjunction that holds each part, of one that does
// not those that do not, for each of them would have been enough; of a disjunction the other way round.
func (x explainer) steps(c condition) []Step {
	switch c := c.(type) {
	case leaf:
		return []Step{x.step(c)}
	case not:
		return x.steps(c.condition)
	case all:
		return x.parts(c, false)
	case anyOf:
		return x.parts(c, true)
	case choice[bool]:
		branch := c.other
		if c.when.of(x.facts) {
			branch = c.then
		}
		return append(x.steps(c.when), x.steps(branch)...)
	}
	return nil
}

// parts explains a junction. A part with the deciding value settles it alone.
func (x explainer) parts(parts []condition, deciding bool) (steps []Step) {
	settled := false
	for _, c := range parts {
		settled = settled || c.of(x.facts) == deciding
	}
	for _, c := range parts {
		if !settled || c.of(x.facts) == deciding {
			steps = append(steps, x.steps(c)...)
		}
	}
	return steps
}

func (x explainer) step(l leaf) Step {
	s := Step{Rule: l.source.String(), Holds: l.of(x.facts), Folded: byFold(l.condition, x.facts)}
	seen := mentioned{}
	node := l.source
	ast.Walk(&node, seen)
	for i, name := range x.rules.names {
		if seen[name] {
			s.Facts = append(s.Facts, Fact{name, written(x.facts[i])})
		}
	}
	return s
}

// written is a value as it stood in the file.
func written(v Value) *string {
	if v.Kind == "" {
		return nil
	}
	return &v.Text
}

// mentioned gathers the identifiers of a part of a rule.
type mentioned map[string]bool

// Visit implements ast.Visitor.
func (m mentioned) Visit(n *ast.Node) {
	if name, ok := (*n).(*ast.IdentifierNode); ok {
		m[name.Value] = true
	}
}
