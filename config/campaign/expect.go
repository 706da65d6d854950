package campaign

import (
	"fmt"
	"maps"
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// Expect holds control totals: what the operator knows the numbers to be from elsewhere. A campaign whose
// numbers are others cannot be sent. Rows are those of all files, what cannot be used included, and
// exclusions count rows; the others count people.
type Expect struct {
	Rows       *Total            `yaml:"rows"`
	People     *Total            `yaml:"people"`
	Segments   Totals            `yaml:"segments"`
	Batches    Totals            `yaml:"batches"`
	Elements   Totals            `yaml:"elements"`
	Exclusions map[string]Totals `yaml:"exclusions"` // by segment

	// Withdrawals are the people whom a further revision no longer says to be affected, and who were told, whether
	// they are written to or not.
	Withdrawals *Total `yaml:"withdrawals"`
}

// Total is one control total. Line is where it stands in the manifest.
type Total struct {
	Name  string
	Count int
	Line  int
}

// Totals are control totals by name, in the order of the manifest.
type Totals []Total

// Of finds the total of a name.
func (t Totals) Of(name string) (Total, bool) {
	i := slices.IndexFunc(t, func(t Total) bool { return t.Name == name })
	if i < 0 {
		return Total{}, false
	}
	return t[i], true
}

func (f *findings) decodeTotal(n ast.Node, to *Total) {
	count, ok := f.whole(n)
	if ok && count < 0 {
		f.addValue(nodePosition(n), "a total is below zero", "write the number that is expected")
	}
	to.Count, to.Line = int(count), nodePosition(n).line
}

func (f *findings) decodeTotals(path string, n ast.Node, to *Totals) {
	f.eachPair(n, func(key string, _ position, value ast.Node) {
		t := Total{Name: key}
		f.at[join(path, key)] = nodePosition(value)
		f.decodeTotal(value, &t)
		*to = append(*to, t)
	})
}

// checkExpect finds totals of what the manifest does not have. Batches are known when the people are.
func (l *loader) checkExpect(m *Manifest) {
	if m.Revision == 1 && m.Expect.Withdrawals != nil {
		l.add("expect.withdrawals", "a first revision takes nothing back", "leave it out until there is a revision 2")
	}
	var segments, elements []string
	exclusions := map[string][]string{}
	for _, s := range m.Segments {
		segments, elements = append(segments, s.ID), append(elements, s.AllElements()...)
		exclusions[s.ID] = s.Exclusions()
	}
	l.checkTotals("expect.segments", "segment", m.Expect.Segments, segments)
	l.checkTotals("expect.elements", "element", m.Expect.Elements, elements)
	for _, id := range slices.Sorted(maps.Keys(m.Expect.Exclusions)) {
		at := "expect.exclusions." + id
		if !slices.Contains(segments, id) {
			l.add(at, fmt.Sprintf("unknown segment %q", id), suggest(id, segments))
			continue
		}
		l.checkTotals(at, "exclusion", m.Expect.Exclusions[id], exclusions[id])
	}
}

func (l *loader) checkTotals(at, kind string, totals Totals, known []string) {
	for _, t := range totals {
		if slices.Contains(known, t.Name) {
			continue
		}
		do := "there is none; take it out"
		if len(known) > 0 {
			do = suggest(t.Name, known)
		}
		l.add(join(at, t.Name), fmt.Sprintf("unknown %s %q", kind, t.Name), do)
	}
}
