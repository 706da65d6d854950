package segment

import (
	"fmt"
	"slices"
)

// Names are what rules may use, with their kinds.
type Names map[string]Kind

// NewNames are those that every row has: id, company and locale.
func NewNames() Names { return Names{"id": Text, "company": Text, "locale": Text} }

// Add takes the name of a fact; an empty kind is Text. It returns what is wrong with it, or nil.
func (n Names) Add(name string, kind Kind) *Problem {
	if kind == "" {
		kind = Text
	}
	had, known := n[name]
	switch {
	case reserved(name):
		return &Problem{What: fmt.Sprintf("fact %q has a name that rules already use", name),
			Do: "give the fact another name"}
	case !slices.Contains(Kinds(), kind):
		return &Problem{What: fmt.Sprintf("fact %q: type %q is not known", name, kind),
			Do: "use text, date, number or bool"}
	case known && had != kind:
		return &Problem{
			What: fmt.Sprintf("fact %q is a %s here and a %s in another file", name, kind, had),
			Do:   "give both the same type, or different names"}
	}
	n[name] = kind
	return nil
}

// reserved are the names that mean something in every rule.
func reserved(name string) bool {
	_, own := NewNames()[name]
	return own || slices.Contains(functions(), name)
}

func functions() []string { return []string{"between", "date", "known", "lower", "trim", "upper"} }
