package report

import (
	"io"
	"strconv"

	"oshirase/jobs/recipient"
)

// Rejects writes the rows that the operator must look at, as CSV for people: a stranger's cells are
// made harmless, like all others. The list holds personal data.
type Rejects struct{ table *table }

// NewRejects begins the list with its heading. Close it.
func NewRejects(w io.Writer) (*Rejects, error) {
	t := newTable(w, false)
	return &Rejects{t}, t.row("file", "row", "line", "column", "what", "reason", "cells")
}

// Add writes one row; what says what became of it.
func (r *Rejects) Add(what string, x recipient.Reject) error {
	return r.table.row(append([]string{
		x.File, strconv.Itoa(x.Row), strconv.Itoa(x.Line), x.Column, what, x.Reason,
	}, x.Raw...)...)
}

// Close writes what is left.
func (r *Rejects) Close() error { return r.table.close() }
