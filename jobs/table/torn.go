package table

import "bytes"

// tellingWidth is how many columns a table must have for its delimiters to say what became of a row. In a
// narrower one every second comma of an address would.
const tellingWidth = 4

// seeLength finds short rows that are none, though they could be read. Who leaves out the empty cells at a
// row's end writes short rows, and so does who does not quote a line break within one: two of those have the
// delimiters of a whole row between them. A file that was cut short ends in one.
func (s *splitter) seeLength(ended bool) {
	last, cells := s.last(), s.cells()
	before := s.short
	s.short, s.open = 0, false
	switch {
	case last.fault != "" || cells >= s.width:
	case !ended:
		last.fault = "file ends within the row"
	case s.width >= tellingWidth && before > 0 && before+cells == s.width+1:
		for i := max(len(s.records)-2, 0); i < len(s.records); i++ {
			s.records[i].fault = "row is part of another: a line break in it is not quoted"
		}
	default:
		s.short, s.open = cells, true
	}
}

// refuseSwallowed fails the record, which is of several lines, where a cell holds the rows of other people: a
// quote that was never closed ended at another's. They are not read by themselves: what only looks like rows
// must not become people.
func (s *splitter) refuseSwallowed() {
	rec := s.Record(s.Len() - 1)
	for i := range rec.Len() {
		if s.width >= tellingWidth && s.holdsRows(rec.Cell(i), i) {
			s.fail(chomp(s.raw), i, "cell holds whole rows: a quote before them is not closed")
			return
		}
	}
}

// holdsRows tells whether every line in the i-th cell has just the delimiters of a row: the first those
// after the cell, the last those before it. A comma before a space is of a sentence.
func (s *splitter) holdsRows(cell []byte, i int) bool {
	line, rest, more := bytes.Cut(cell, []byte("\n"))
	if !more || s.bare(line) != s.width-1-i {
		return false
	}
	for more {
		line, rest, more = bytes.Cut(rest, []byte("\n"))
		if want := s.width - 1; more && s.bare(line) != want || !more && s.bare(line) != i {
			return false
		}
	}
	return true
}

// bare counts the delimiters that no space follows.
func (s *splitter) bare(line []byte) (n int) {
	for i, b := range line {
		if b == s.delimiter && (i+1 == len(line) || line[i+1] != ' ') {
			n++
		}
	}
	return n
}
