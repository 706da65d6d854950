package campaign

import (
	"fmt"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// Clause is a rule with a name.
type Clause struct{ Name, When string }

// Clauses are rules by name. Their order counts: of several exclusions that hold, the first is the one
// that took the row out.
type Clauses []Clause

// names lists them.
func (c Clauses) names() []string {
	var names []string
	for _, clause := range c {
		names = append(names, clause.Name)
	}
	return names
}

func (f *findings) decodeClauses(path string, n ast.Node, to *Clauses) {
	f.eachPair(n, func(key string, _ position, value ast.Node) {
		here := join(path, key)
		f.at[here] = nodePosition(value)
		clause := Clause{Name: key}
		clause.When, _ = f.scalar(value)
		*to = append(*to, clause)
	})
}

// noElement is the name under which the rows are counted of which no element was affected.
const noElement = "no-element"

// Exclusions are the names under which rows of the segment are counted that its rule takes in and that are
// not affected all the same.
func (s Segment) Exclusions() []string {
	names := s.Unless.names()
	if len(s.ElementsBy) > 0 && len(s.Elements) == 0 {
		names = append(names, noElement)
	}
	return names
}

// AllElements are the elements that a row of the segment can have.
func (s Segment) AllElements() []string { return slices.Concat(s.Elements, s.ElementsBy.names()) }

func (l *loader) checkClauses(at string, s Segment) {
	for _, u := range s.Unless {
		here := join(at+".unless", u.Name)
		switch {
		case u.Name == noElement:
			l.add(here, fmt.Sprintf("exclusion %q has a name that is taken", u.Name), "give it another name")
		case !isID(u.Name):
			l.add(here, fmt.Sprintf("exclusion %q is not in the form of an id", u.Name), idForm)
		}
		l.checkClause(here, "exclusion", u)
	}
	for _, e := range s.ElementsBy {
		l.checkClause(join(at+".elements_by", e.Name), "element", e)
	}
}

func (l *loader) checkClause(at, kind string, c Clause) {
	if c.When == "" {
		l.add(at, fmt.Sprintf("%s %q has no rule", kind, c.Name), "write when it holds, such as the name of a fact")
	}
}

func (l *loader) checkElements(at string, s Segment) {
	all, seen := s.AllElements(), map[string]bool{}
	if len(all) == 0 {
		l.add(at+".elements", "a segment without elements", "list which data were affected")
	}
	for i, element := range all {
		here := join(at+".elements_by", element)
		if i < len(s.Elements) {
			here = index(at+".elements", i)
		}
		l.checkWord(here, "element", element)
		if seen[element] {
			l.add(here, fmt.Sprintf("element %q stands twice", element), "keep one of them")
		}
		seen[element] = true
	}
}
