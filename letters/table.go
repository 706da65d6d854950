package letters

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"oshirase/templates"
)

// Figures of a table, in points.
const (
	cellPad   = 5 // left and right of a cell's text
	rowPad    = 3 // above and below
	leastCell = 24
	heavyRule = 0.7
	lightRule = 0.25
	tallest   = 60 * mm // of a header that is repeated
)

// setTable sets a table with thin horizontal rules. Its boxes are slices of one line: those of a
// row stay together, and a row taller than a page is split rather than lost. The header is repeated
// on each page that the table goes on to.
func (s *setter) setTable(b templates.Block, c column) ([]box, error) {
	columns, err := s.tableColumns(b.Rows, c)
	if err != nil {
		return nil, err
	}
	var out []box
	var header *laid
	for i, row := range b.Rows {
		boxes, err := s.setRow(row, s.cellsOf(columns, i == 0), s.form.lead*0.9)
		if err != nil {
			return nil, err
		}
		first, last := &boxes[0], &boxes[len(boxes)-1]
		if i == 0 {
			first.rules = append(first.rules, rule{c.left, 0, c.width, heavyRule})
		}
		weight := lightRule
		if i == 0 || i == len(b.Rows)-1 {
			weight = heavyRule
		}
		last.rules = append(last.rules, rule{c.left, last.height, c.width, weight})
		last.keep = i == 0 && len(b.Rows) > 1
		if i == len(b.Rows)-1 {
			last.height += s.form.lead * 0.35
		}
		for j := range boxes {
			boxes[j].above = header
		}
		out = append(out, boxes...)
		if i == 0 && height(boxes) <= tallest {
			header = newLaid(slices.Clone(boxes), !b.Personal)
		}
	}
	return out, nil
}

// cells is a column of cells in one look.
type cells struct {
	column
	look
}

func (s *setter) cellsOf(columns []column, header bool) []cells {
	out := make([]cells, len(columns))
	for i, c := range columns {
		out[i] = cells{c, s.cellLook(header)}
	}
	return out
}

func (s *setter) cellLook(header bool) look {
	l := s.form.body
	l.size = max(leastBody, l.size-1)
	if header {
		l.font = sans
	}
	return l
}

// setRow puts the lines of a row's cells side by side.
func (s *setter) setRow(row [][]templates.Span, columns []cells, lead float64) ([]box, error) {
	out := []box{{height: lead, keep: true}}
	for i, cell := range row {
		boxes, err := s.setCell(cell, columns[i], lead)
		if err != nil {
			return nil, err
		}
		for j, b := range boxes {
			if j == len(out) {
				out = append(out, box{height: lead, keep: true})
			}
			out[j].runs = append(out[j].runs, b.runs...)
		}
	}
	for i := range out[0].runs {
		out[0].runs[i].y += rowPad
	}
	out[0].height += rowPad
	out[len(out)-1].height += rowPad
	return out, nil
}

func (s *setter) setCell(cell []templates.Span, c cells, lead float64) ([]box, error) {
	p := s.cellParagraph(cell, c.look)
	p.column, p.lead = c.column, lead
	return s.setParagraph(p, "table")
}

func (s *setter) cellParagraph(cell []templates.Span, l look) *paragraph {
	p := &paragraph{blanks: s.form.blanks}
	p.addSpans(cell, l, s.form)
	return p
}

// tableColumns shares out the width: each column gets what its widest cell wants, the last also
// what is left over.
func (s *setter) tableColumns(rows [][][]templates.Span, c column) ([]column, error) {
	widths := s.cellWidths(rows)
	room := c.width - float64(len(widths)*2*cellPad)
	if float64(len(widths)*leastCell) > room {
		return nil, fmt.Errorf("table of %d columns does not fit the page", len(widths))
	}
	shareOut(widths, room)
	columns := make([]column, len(widths))
	x := c.left
	for i, w := range widths {
		columns[i] = column{x + cellPad, w}
		x += w + 2*cellPad
	}
	if n := len(columns); n > 0 {
		columns[n-1].width = c.left + c.width - cellPad - columns[n-1].left
	}
	return columns, nil
}

// shareOut cuts widths down to a sum: columns that want less than an even share keep what they
// want, the others share the rest evenly.
func shareOut(widths []float64, room float64) {
	order := make([]int, len(widths))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(widths[a], widths[b]) })
	for k, i := range order {
		widths[i] = min(widths[i], room/float64(len(order)-k))
		room -= widths[i]
	}
}

// cellWidths returns for each column the width of its widest line.
func (s *setter) cellWidths(rows [][][]templates.Span) []float64 {
	var wants []float64
	for r, row := range rows {
		for i, cell := range row {
			if i == len(wants) {
				wants = append(wants, leastCell)
			}
			wants[i] = max(wants[i], s.naturalWidth(s.cellParagraph(cell, s.cellLook(r == 0))))
		}
	}
	return wants
}

// naturalWidth is the width of a paragraph with no breaks but the forced ones, and a little air.
func (s *setter) naturalWidth(p *paragraph) float64 {
	p.resolve(s.faces)
	p.space()
	widest, from := 0.0, 0
	for text := range strings.SplitAfterSeq(p.text, "\n") {
		widest = max(widest, p.width(s.faces, from, from+len(text)))
		from += len(text)
	}
	return widest + 1
}
