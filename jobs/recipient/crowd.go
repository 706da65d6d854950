package recipient

import (
	"fmt"
	"slices"

	"oshirase/jobs/fold"
)

// maxNames is how many names one person may bear before it is most likely several: kanji, kana and
// Roman letters, and one of them changed by marriage, are four.
const maxNames = 4

// bearing are the names of one person's rows: for each row the first row that bears the same, folded. It is nil
// where all do.
type bearing []int

func bearingOf(rows []*row) bearing {
	text := func(r *row) string { return r.text(r.from.layout.name) }
	first := text(rows[0])
	if !slices.ContainsFunc(rows, func(r *row) bool { return text(r) != first }) {
		return nil
	}
	b, met := make(bearing, len(rows)), map[string]int{}
	for i, r := range rows {
		name := fold.Name(text(r))
		if _, known := met[name]; !known {
			met[name] = i
		}
		b[i] = met[name]
	}
	if len(met) == 1 {
		return nil
	}
	return b
}

// shown are the rows that show a name first.
func (b bearing) shown() (rows []int) {
	for i, first := range b {
		if i == first {
			rows = append(rows, i)
		}
	}
	return rows
}

// others are the rows of other names than the first row's.
func (b bearing) others(rows []*row) (out []Row) {
	for i, first := range b {
		if first > 0 {
			out = append(out, rows[i].at)
		}
	}
	return out
}

// notes lists the rows that show a name first, to be looked at together; and those that are unlike.
func (b bearing) notes(rows []*row, unlike []int) (out []Reject) {
	tell := func(i, with int, how string) {
		out = append(out, rows[i].tell(fmt.Sprintf("joined with row %d of %s, which bears another name%s",
			rows[with].at.Row, rows[with].from.Name, how)))
	}
	other := func(of []int, i int) int {
		if i == of[0] {
			return of[1]
		}
		return of[0]
	}
	for _, i := range unlike {
		tell(i, other(unlike, i), " and has no contact in common")
	}
	shown := b.shown()
	for _, i := range shown {
		if !slices.Contains(unlike, i) {
			tell(i, other(shown, i), "")
		}
	}
	return out
}

// oddity is what is odd in the rows of one person. A few names may be one person who wrote theirs in several ways; a
// person of many is most often a placeholder in the key; and rows that are unlike may be two people.
type oddity struct {
	names, rows int
	two         pair
	unlike      bool
}

// pair is two rows that show it.
type pair struct {
	rows  [2]int
	files [2]string
}

func pairOf(rows []*row, at []int) (p pair) {
	for i := range p.rows {
		p.rows[i], p.files[i] = rows[at[i]].at.Row, rows[at[i]].from.Name
	}
	return p
}

func (p pair) String() string {
	return fmt.Sprintf("row %d of %s and row %d of %s", p.rows[0], p.files[0], p.rows[1], p.files[1])
}

// oddity is nil where the rows bear one name.
func (b bearing) oddity(rows []*row, unlike []int) *oddity {
	if b == nil {
		return nil
	}
	o := &oddity{names: len(b.shown()), rows: len(rows), two: pairOf(rows, b.shown()), unlike: unlike != nil}
	if o.unlike {
		o.two = pairOf(rows, unlike)
	}
	return o
}

// crowd counts the people who were joined though their names differ.
type crowd struct {
	differ, many, unlike      int
	first, worst, firstUnlike *oddity
}

func (c *crowd) add(o *oddity) {
	switch {
	case o == nil:
		return
	case o.unlike:
		if c.unlike++; c.unlike == 1 {
			c.firstUnlike = o
		}
	default:
		if c.differ++; c.differ == 1 {
			c.first = o
		}
	}
	if o.names <= maxNames {
		return
	}
	if c.many++; c.many == 1 || o.rows > c.worst.rows {
		c.worst = o
	}
}

// problems warns of all of them, with an example.
func (c *crowd) problems() (out []Problem) {
	if c.unlike > 0 {
		two := c.firstUnlike.two
		out = append(out, Problem{Warning: true, File: two.files[0],
			What: fmt.Sprintf("%s of joined rows with neither a name nor a contact in common, such as %s",
				plural(c.unlike, "person", "people"), two),
			Do: "look at those listed by plan --rejects: two files may number their people alike, and half of them " +
				"would not be told; then add a part to the key that joins them, such as [id, name], or take it out of identity",
		})
	}
	if c.differ > 0 {
		two := c.first.two
		out = append(out, Problem{Warning: true, File: two.files[0],
			What: fmt.Sprintf("%s of joined rows whose names differ, such as %s",
				plural(c.differ, "person", "people"), two),
			Do: "make sure that each of those listed by plan --rejects is one person; else correct the column " +
				"that joins them, or the identity",
		})
	}
	if c.many > 0 {
		o := c.worst
		out = append(out, Problem{Warning: true, File: o.two.files[0],
			What: fmt.Sprintf("%s joined people bear more than %d names; one is %s rows from row %d on",
				thousands(c.many), maxNames, thousands(o.rows), o.two.rows[0]),
			Do: "look for a placeholder in the columns of identity, or add a part to the key",
		})
	}
	return out
}
