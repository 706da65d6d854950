package report

import (
	"io"
	"strconv"

	"oshirase/jobs/recipient"
)

// Duplicates writes which rows were taken for one person, and why, as CSV for people. It holds no personal
// data: rows are named by their files and numbers, and of their names it says which are not that of the person's
// first row.
type Duplicates struct{ table *table }

// NewDuplicates begins the list with its heading. Close it.
func NewDuplicates(w io.Writer) (*Duplicates, error) {
	t := newTable(w, false)
	return &Duplicates{t}, t.row("person", "file", "row", "joined_by", "with_file", "with_row", "name")
}

// Add writes one row of the person with a reference; who is not affected has none.
func (d *Duplicates) Add(person string, j recipient.Join) error {
	at, name := "", ""
	if j.At > 0 {
		at = strconv.Itoa(j.At)
	}
	if j.Other {
		name = "other"
	}
	return d.table.row(person, j.File, strconv.Itoa(j.Row), j.Key, j.With, at, name)
}

// Close writes what is left.
func (d *Duplicates) Close() error { return d.table.close() }
