package table

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Notes says, as warnings, what somebody should know of the rows that were read: rows of several lines,
// formulas, hidden rows.
func (t *Table) Notes(p Pass) (list []Problem) {
	if s := p.Several; s.Count > 0 {
		list = append(list, t.warning(s.Line, fmt.Sprintf("rows that go over several lines: %s", thousands(s.Count)),
			"check that each is one person's: a quote that is not closed makes one row of several"))
	}
	if f := p.Formulas; f.Count > 0 {
		list = append(list, t.warning(f.Line, fmt.Sprintf("cells that are formulas: %s, the first in cell %d",
			thousands(f.Count), f.Column+1), "check that the workbook was calculated before it was saved"))
	}
	if h := p.Hidden; h.Count > 0 {
		list = append(list, t.warning(h.Line, fmt.Sprintf("hidden rows, read like the others: %s",
			thousands(h.Count)), "delete them if a filter was to leave them out"))
	}
	return list
}

// doubts are what Open finds that leaves a table all the same: an encoding that is declared and hardly fits, or
// is not certain.
func (t *Table) doubts() (list []Problem) {
	if t.misfit {
		list = append(list, t.warning(0, fmt.Sprintf("file is declared to be in %s, and hardly fits it",
			strings.ToUpper(t.Found.Encoding)), "set encoding: auto"))
	}
	if t.Found.Sure == Likely {
		list = append(list, t.warning(0, fmt.Sprintf("file is likely %s, and not certainly: %s%s",
			strings.ToUpper(t.Found.Encoding), t.Found.Why, lookAt(t.examples)),
			"preview one of them, and set encoding: to what the file was saved in"))
	}
	return list
}

// lookAt names records.
func lookAt(rows []int) string {
	if len(rows) == 0 {
		return ""
	}
	return fmt.Sprintf("; look at row %s", strings.ReplaceAll(strings.Trim(fmt.Sprint(rows), "[]"), " ", ", "))
}

// mostExamples is how many records are named.
const mostExamples = 3

// firstBeyond returns the numbers of the first records with anything beyond ASCII.
func (t *Table) firstBeyond(ctx context.Context) (rows []int, err error) {
	enough := errors.New("enough")
	_, err = t.Blocks(ctx, func(b *Block) error {
		defer b.Release()
		for i := range b.Len() {
			if rec := b.Record(i); rec.beyondASCII() {
				rows = append(rows, b.First+i)
			}
			if len(rows) == mostExamples {
				return enough
			}
		}
		return nil
	})
	if errors.Is(err, enough) {
		err = nil
	}
	return rows, err
}

func (r *Record) beyondASCII() bool {
	for i := range r.Len() {
		if cell := r.Cell(i); skipASCII(cell, 0) < len(cell) {
			return true
		}
	}
	return false
}

func (t *Table) warning(line int, what, do string) Problem {
	return Problem{File: t.file.Name, Line: line, What: what, Do: do, Warning: true}
}
