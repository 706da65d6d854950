package recipient

import (
	"slices"
	"time"
)

// Two brands may number their members alike: then [id] makes one person of two, and one of them is never told. Nobody
// can see in two rows of other names that they are two people, for people marry and move; but that nothing except
// the key says that they are one can be seen, and an operator is asked.

// ties finds what the rows of one person have in common. It is for one goroutine.
type ties struct{ folder *folder }

// unlike are rows of one person, of each part one, that have neither name nor birth date nor any way to reach them in
// common with those of another part. Rows that nobody can be reached by say nothing. There are none, or two and more.
func (t ties) unlike(rows []*row, names bearing) (out []int) {
	if names == nil {
		return nil
	}
	parts, met, reached := slices.Clone(names), map[string]int{}, make([]bool, len(rows))
	for i, r := range rows {
		marks := t.contacts(r)
		reached[i] = len(marks) > 0
		for _, mark := range append(marks, t.birth(r)) {
			if other, known := met[mark]; known {
				parts.join(i, other)
			} else if mark != "" {
				met[mark] = i
			}
		}
	}
	seen := map[int]bool{}
	for i := range rows {
		if of := parts.part(i); reached[i] && !seen[of] {
			seen[of] = true
			out = append(out, i)
		}
	}
	if len(out) == 1 {
		return nil
	}
	return out
}

// contacts are the ways to reach the person of a row, folded.
func (t ties) contacts(r *row) (marks []string) {
	for _, way := range [][]string{{"email"}, {"phone"}, {"address", "postcode"}} {
		if mark := t.folded(r, way[0]); mark != "" {
			for _, with := range way[1:] {
				mark += separator + t.folded(r, with)
			}
			marks = append(marks, way[0]+separator+mark)
		}
	}
	return marks
}

func (t ties) folded(r *row, field string) string {
	return string(t.folder.field(nil, field, r, time.Time{}))
}

// birth is the day of birth, folded; empty where none is known.
func (t ties) birth(r *row) string {
	if day, known, _ := r.birth(); known {
		return string(appendDay(nil, day))
	}
	return ""
}

// part is the row that stands for the part of a row.
func (b bearing) part(i int) int {
	for b[i] != i {
		i = b[i]
	}
	return i
}

// join makes one part of those of two rows. The earlier row stands for it.
func (b bearing) join(i, j int) {
	i, j = b.part(i), b.part(j)
	b[max(i, j)] = min(i, j)
}
