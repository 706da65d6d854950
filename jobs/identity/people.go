package identity

import (
	"cmp"
	"slices"
	"sort"
)

// People says which rows are one person. Rows are numbered from 0 in the order added. It is safe for
// concurrent use.
type People struct {
	ByKey []Tally // in the order of the keys
	Aside []Aside // in the order of the rows
	Apart int     // of Aside, rows that share a contact point with somebody else
	first []int32
	last  []int32 // of the first row of a person the last, of the others the one before
	joins []Join  // by the first row of the person

	crowds []rows // of each key, those of the values that too many people have; nil for none
}

// rows is a set of them, a bit each.
type rows []byte

func (r rows) add(n int32)      { r[n/8] |= 1 << (n % 8) }
func (r rows) has(n int32) bool { return r != nil && r[n/8]&(1<<(n%8)) != 0 }

// Tally counts what one key did.
type Tally struct {
	Key            string
	Joined         int     // rows joined to another
	Contradictions int     // values that would have made one person of two birth dates
	Contradiction  int     // a row that shows the first of them
	Crowds         int     // values that too many people have
	CrowdRows      int     // the rows that have them
	Worst          []Crowd // the largest of them, by size; a few
}

// Crowd is a value that too many people have.
type Crowd struct {
	Rows  int
	First int // row
}

const worst = 3

// crowd keeps the worst, whatever the order in which they come.
func (t *Tally) crowd(c Crowd) {
	t.Crowds++
	t.CrowdRows += c.Rows
	t.Worst = append(t.Worst, c)
	slices.SortFunc(t.Worst, func(a, b Crowd) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.First, b.First))
	})
	t.Worst = t.Worst[:min(len(t.Worst), worst)]
}

// Join is a row that was joined with another, and the index of the key that did it.
type Join struct {
	Row, With int32
	Key       uint8
}

// Aside is a row that was not joined with another one although a key says so: it has another name than an
// earlier one at the same contact point, or rows of the value have two birth dates.
type Aside struct {
	Row, With int32
	Key       uint8
	Births    bool
}

// First returns the first row of the person of a row.
func (p *People) First(row int) int { return int(p.first[row]) }

// Last returns the last row of the person of a row.
func (p *People) Last(row int) int { return int(p.last[p.first[row]]) }

// Before returns the row of the same person before a row. It is false for the first.
func (p *People) Before(row int) (before int, ok bool) {
	return int(p.last[row]), int(p.first[row]) != row
}

// Crowded returns the first of the keys that did not join a row because too many people have its value.
func (p *People) Crowded(row int) (key int, ok bool) {
	key = slices.IndexFunc(p.crowds, func(r rows) bool { return r.has(int32(row)) })
	return key, key >= 0
}

// Joins explains a person, whose first row is given: for each of the other rows, in order, the row
// that it was joined with on the way from the first.
func (p *People) Joins(first int) []Join {
	from := sort.Search(len(p.joins), func(i int) bool { return p.First(int(p.joins[i].Row)) >= first })
	to := from
	for to < len(p.joins) && p.First(int(p.joins[to].Row)) == first {
		to++
	}
	return fromFirst(int32(first), slices.Clone(p.joins[from:to]))
}

// fromFirst turns the joins of a person, which are a tree, so that each leads away from the first row.
func fromFirst(first int32, joins []Join) []Join {
	from := map[int32][]Join{}
	for _, j := range joins {
		from[j.With] = append(from[j.With], j)
		from[j.Row] = append(from[j.Row], Join{With: j.Row, Row: j.With, Key: j.Key})
	}
	out := joins[:0]
	reached := map[int32]bool{first: true}
	for queue := []int32{first}; len(queue) > 0; queue = queue[1:] {
		for _, j := range from[queue[0]] {
			if !reached[j.Row] {
				reached[j.Row] = true
				queue, out = append(queue, j.Row), append(out, j)
			}
		}
	}
	slices.SortFunc(out, func(a, b Join) int { return cmp.Compare(a.Row, b.Row) })
	return out
}

// Span is a range of rows, such as those of a file: from the first to before the end.
type Span struct{ From, To int }

// Share is what a span has to do with other spans.
type Share struct {
	People int // whose first row is in the span
	Shared int // with a row in the span and another outside of it
}

// Shares counts the people of each span. The spans follow each other; a row that cannot be used counts as
// a person.
func (p *People) Shares(spans []Span) []Share {
	out := make([]Share, len(spans))
	seen := make([]bool, len(p.first))
	for i, s := range spans {
		for n := s.From; n < s.To; n++ {
			first := p.First(n)
			if first == n {
				out[i].People++
			}
			if (first < s.From || p.Last(n) >= s.To) && !seen[first] {
				seen[first] = true
				out[i].Shared++
			}
		}
		for n := s.From; n < s.To; n++ {
			seen[p.First(n)] = false
		}
	}
	return out
}
