package recipient

import (
	"fmt"

	"oshirase/jobs/fold"
)

// maxNames is how many names one person may bear before it is most likely several: kanji, kana and
// Roman letters, and one of them changed by marriage, are four.
const maxNames = 4

// oddity is what is odd in the names of one person's rows. A few may be one person who wrote their name
// in several ways; a person of many names is most often a placeholder in the key.
type oddity struct {
	differ bool
	two    [2]Row // the first two rows that show it
	files  [2]string
	many   bool // more than maxNames
	rows   int
}

// oddityOf looks at the rows of one person.
func oddityOf(rows []*row) (o oddity) {
	first := rows[0].text(rows[0].from.layout.name)
	names := map[string]bool{fold.Name(first): true}
	for _, r := range rows[1:] {
		text := r.text(r.from.layout.name)
		if text == first {
			continue
		}
		name := fold.Name(text)
		if !names[name] && len(names) == 1 {
			o.differ, o.two, o.files = true, [2]Row{rows[0].at, r.at}, [2]string{rows[0].from.Name, r.from.Name}
		}
		names[name] = true
	}
	o.many, o.rows = len(names) > maxNames, len(rows)
	return o
}

// crowd counts the people who were joined though their names differ.
type crowd struct {
	differ, many int
	first, worst oddity
}

func (c *crowd) add(o oddity) {
	if !o.differ {
		return
	}
	if c.differ++; c.differ == 1 {
		c.first = o
	}
	if !o.many {
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
			Do: "make sure that each is one person; else correct the column that joins them, or the identity",
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
