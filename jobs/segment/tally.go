package segment

// Tally counts rows by what the rules said of them. It is for one goroutine; tallies are added up.
type Tally struct {
	Rows     []int   // of each segment
	Excluded [][]int // of each segment, by each of its exclusions
}

// NewTally is an empty one.
func (r *Rules) NewTally() Tally {
	t := Tally{Rows: make([]int, r.Len()), Excluded: make([][]int, r.Len())}
	for i := range t.Excluded {
		t.Excluded[i] = make([]int, len(r.Exclusions(i)))
	}
	return t
}

// Count takes one row.
func (t Tally) Count(f Found) {
	for _, m := range f.Matches {
		t.Rows[m.Segment]++
	}
	for _, x := range f.Excluded {
		t.Excluded[x.Segment][x.By]++
	}
}

// Add takes what another goroutine counted by the same rules.
func (t Tally) Add(other Tally) {
	for i := range t.Rows {
		t.Rows[i] += other.Rows[i]
		for j := range t.Excluded[i] {
			t.Excluded[i][j] += other.Excluded[i][j]
		}
	}
}
