package recipient

import (
	"cmp"
	"fmt"
	"slices"

	"oshirase/jobs/nearest"
	"oshirase/jobs/segment"
)

// preference is a Prefer, looked up.
type preference struct {
	newest int   // place of the fact among the rules' names; -1 for none
	rank   []int // of each file; none is the order of the files
}

// newPreference looks a Prefer up in the spec.
func newPreference(spec Spec, rules *segment.Rules) (preference, []Problem) {
	p := preference{newest: -1}
	var problems []Problem
	if fact := spec.Prefer.Newest; fact != "" {
		if !slices.ContainsFunc(spec.Files, func(f File) bool { return f.Facts[fact].Kind == segment.Date }) {
			problems = append(problems, Problem{What: fmt.Sprintf("prefer: %q is no fact of type date", fact),
				Do: "name a date that is declared under facts:"})
		}
		p.newest = slices.Index(rules.Names(), fact)
	}
	names := make([]string, len(spec.Files))
	for i, f := range spec.Files {
		names[i] = f.Name
	}
	for _, name := range spec.Prefer.Files {
		if !slices.Contains(names, name) {
			problems = append(problems, Problem{What: fmt.Sprintf("prefer: %q is no recipients file", name),
				Do: hintFile(name, names)})
		}
	}
	if len(spec.Prefer.Files) > 0 {
		p.rank = ranks(names, spec.Prefer.Files)
	}
	return p, problems
}

func hintFile(name string, names []string) string {
	if near := nearest.To(name, names); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "name a file under recipients:"
}

// ranks puts the files named first, and the others after them.
func ranks(names, first []string) []int {
	out := make([]int, len(names))
	for i, name := range names {
		if out[i] = slices.Index(first, name); out[i] < 0 {
			out[i] = len(first)
		}
	}
	return out
}

// order returns the rows in the order in which they are asked for name, contact points and language.
func (p *preference) order(rows []*row) []*row {
	if len(rows) == 1 || p.newest < 0 && p.rank == nil {
		return rows
	}
	return slices.SortedStableFunc(slices.Values(rows), func(a, b *row) int {
		if p.newest >= 0 {
			// An absent date is the zero time, older than any.
			if c := b.facts[p.newest].Date.Compare(a.facts[p.newest].Date); c != 0 {
				return c
			}
		}
		if p.rank == nil {
			return 0
		}
		return cmp.Compare(p.rank[a.at.File], p.rank[b.at.File])
	})
}
