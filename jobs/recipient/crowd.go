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

// notes lists the rows that show a name first, to be looked at together.
func (b bearing) notes(rows []*row) (out []Reject) {
	for n, i := range b.shown() {
		with := rows[0]
		if n == 0 {
			with = rows[b.shown()[1]]
		}
		out = append(out, rows[i].tell(fmt.Sprintf("joined with row %d of %s, which bears another name",
			with.at.Row, with.from.Name)))
	}
	return out
}

// oddity is what is odd in the names of one person's rows. A few may be one person who wrote their name
// in several ways; a person of many names is most often a placeholder in the key.
type oddity struct {
	names int    // 0 where there is one
	two   [2]Row // the first two rows that show it
	files [2]string
	rows  int
}

func (b bearing) oddity(rows []*row) (o oddity) {
	shown := b.shown()
	if len(shown) == 0 {
		return o
	}
	o.names, o.rows = len(shown), len(rows)
	for i := range o.two {
		o.two[i], o.files[i] = rows[shown[i]].at, rows[shown[i]].from.Name
	}
	return o
}

// crowd counts the people who were joined though their names differ.
type crowd struct {
	differ, many int
	first, worst oddity
}

func (c *crowd) add(o oddity) {
	if o.names == 0 {
		return
	}
	if c.differ++; c.differ == 1 {
		c.first = o
	}
	if o.names <= maxNames {
		return
	}
	if c.many++; o.rows > c.worst.rows {
		c.worst = o
	}
}

// problems warns of both, with an example.
func (c *crowd) problems() (out []Problem) {
	if c.differ > 0 {
		o := c.first
		out = append(out, Problem{Warning: true, File: o.files[0],
			What: fmt.Sprintf("%s of joined rows whose names differ, such as row %d of %s and row %d of %s",
				plural(c.differ, "person", "people"), o.two[0].Row, o.files[0], o.two[1].Row, o.files[1]),
			Do: "make sure that each of those listed by plan --rejects is one person; else correct the column " +
				"that joins them, or the identity",
		})
	}
	if c.many > 0 {
		o := c.worst
		out = append(out, Problem{Warning: true, File: o.files[0],
			What: fmt.Sprintf("%s joined people bear more than %d names; one is %s rows from row %d on",
				thousands(c.many), maxNames, thousands(o.rows), o.two[0].Row),
			Do: "look for a placeholder in the columns of identity, or add a part to the key",
		})
	}
	return out
}
