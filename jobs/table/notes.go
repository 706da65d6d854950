package table

import (
	"fmt"
	"slices"
	"strings"
)

// Notes says, as warnings, what somebody should know of the rows that were read: formulas, hidden rows.
func (t *Table) Notes(p Pass) (list []Problem) {
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

// doubts are what Open finds that leaves a table all the same: a title that stands twice, a declared
// encoding that hardly fits. A title is not repeated here; in a file without a header it is a person.
func (t *Table) doubts() (list []Problem) {
	for i, title := range t.Header {
		if first := slices.Index(t.Header, title); title != "" && first < i {
			list = append(list, t.warning(t.HeaderLine, fmt.Sprintf("cells %d and %d of the header are the same",
				first+1, i+1), "rename one of them if it is to be used"))
		}
	}
	if t.misfit {
		list = append(list, t.warning(0, fmt.Sprintf("file is declared to be in %s, and hardly fits it",
			strings.ToUpper(t.Found.Encoding)), "set encoding: auto"))
	}
	return list
}

func (t *Table) warning(line int, what, do string) Problem {
	return Problem{File: t.file.Name, Line: line, What: what, Do: do, Warning: true}
}
