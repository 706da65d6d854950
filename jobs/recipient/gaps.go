package recipient

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"oshirase/jobs/segment"
)

// gap is a fact that rows of a file lack, so that nobody knows whether they are affected.
type gap struct{ file, fact int } // as Row.File; of the rules' names

// gaps counts the rows of people who are not affected, with the first of them.
type gaps map[gap]lacking

type lacking struct{ rows, first, segment int }

func (g gaps) add(at gap, more lacking) {
	l, known := g[at]
	if !known || more.first < l.first {
		l.first, l.segment = more.first, more.segment
	}
	l.rows += more.rows
	g[at] = l
}

func (g gaps) join(more gaps) {
	for at, l := range more {
		g.add(at, l)
	}
}

// look sees whether a row of somebody who is not affected may be of a segment.
func (g gaps) look(r *row) (segment.Gap, bool) {
	found, ok := r.from.gaps.Find(r.facts)
	if ok {
		g.add(gap{r.at.File, found.Fact}, lacking{1, r.at.Row, found.Segment})
	}
	return found, ok
}

// unanswered counts such rows, and notes them.
func (m *merger) unanswered(rows []*row) (notes []Reject) {
	for _, r := range rows {
		if found, ok := m.gaps.look(r); ok && m.note {
			notes = append(notes, r.tell(fmt.Sprintf("not affected as it is: it has no fact %q, which segment %q asks for",
				m.rules.Names()[found.Fact], m.segments[found.Segment].ID)))
		}
	}
	return notes
}

// gapProblems warns of what rows lack, once for each file and fact.
func (r *Reading) gapProblems(found gaps) (out []Problem) {
	for _, at := range slices.SortedFunc(maps.Keys(found), func(a, b gap) int {
		return cmp.Or(a.file-b.file, a.fact-b.fact)
	}) {
		s, l, name := r.sources[at.file], found[at], r.rules.Names()[at.fact]
		p := Problem{Warning: true, File: s.Name}
		asks := fmt.Sprintf("no fact %q, which segment %q asks for", name, r.spec.Segments[l.segment].ID)
		if s.layout.has(at.fact) {
			p.What = fmt.Sprintf("%s of %s rows are not affected only because they have %s; row %d is the first",
				thousands(l.rows), thousands(s.rows), asks, l.first)
			p.Do = fmt.Sprintf("correct those listed by plan --rejects; or say in the rule what they are: "+
				"known(%s) && … or !known(%[1]s) || …", name)
		} else {
			p.What = fmt.Sprintf("the file has %s: %s of its %s rows are not affected only because of that", asks,
				thousands(l.rows), thousands(s.rows))
			p.Do = "declare it for this file too, under facts: or columns:; or leave it so, if nobody there is affected"
		}
		out = append(out, p)
	}
	return out
}
