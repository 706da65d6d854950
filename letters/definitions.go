package letters

import "oshirase/templates"

// mostTerm is how much of the width terms take at the most.
const mostTerm = 0.35

// setDefinitions sets terms on the left and what is said of them beside, as the particulars below a
// 記 stand. The lines of one stay together.
func (s *setter) setDefinitions(b templates.Block, c column) ([]box, error) {
	term, text := s.definitionColumns(b.Rows, c)
	var out []box
	for _, row := range b.Rows {
		boxes, err := s.setRow(row, []cells{term, text}, s.form.lead)
		if err != nil {
			return nil, err
		}
		boxes[len(boxes)-1].keep = false
		out = append(out, boxes...)
	}
	return out, nil
}

// definitionColumns are as wide as the longest term wants, and what is left over.
func (s *setter) definitionColumns(rows [][][]templates.Span, c column) (term, text cells) {
	c = c.indent(s.form.indent)
	term = cells{column{c.left, 0}, look{sans, false, s.form.body.size}}
	for _, row := range rows {
		term.width = max(term.width, s.naturalWidth(s.cellParagraph(row[0], term.look)))
	}
	term.width = min(term.width, c.width*mostTerm)
	by := term.width + 1.5*s.form.body.size
	return term, cells{column{c.left + by, c.width - by}, s.form.body}
}
