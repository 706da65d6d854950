package table

import (
	"bytes"
	"fmt"
)

// A quote that is not closed ends at the next one, which may be far below. The cell between them is as RFC
// 4180 wants it, and holds the rows of other people; an address or a remark of several lines looks the same,
// commas and all. What gives it away is that its lines, put where they would stand, are rows.

// How many delimiters must stand where those of rows would. Fewer are in many an address; and where lines do
// not fit to the last delimiter, as rows with a stray comma do not, it takes more.
const (
	tellingExact = 3
	tellingMost  = 8
)

// lookAtLines looks at the record, which is of several lines. Where these are rows each becomes a record that
// cannot be used, for so many were lost. They are not read by themselves: what only looks like rows must not
// become people.
func (s *splitter) lookAtLines(first int) {
	rec := s.Record(s.Len() - 1)
	cell, why := s.rowsIn(&rec)
	if why == "" {
		s.several.see(rec.Line, 0)
		return
	}
	s.swallower, s.swallowed = rec.Line, s.line
	s.giveUp(first, cell, why)
}

// rowsIn says why the lines of a record are rows, and which cell holds them; it is empty where they are not. A
// quote that ends in a column before its own leaves more cells than there are.
func (s *splitter) rowsIn(rec *Record) (cell int, why string) {
	for i := range rec.Len() {
		if s.holdsRows(rec.Cell(i), i, rec.Len()-1-i) {
			return i, fmt.Sprintf("cell holds the rows down to line %d: a quote before them is not closed", s.line)
		}
	}
	for i := s.width; i < rec.Len(); i++ {
		if len(bytes.TrimSpace(rec.Cell(i))) > 0 {
			return -1, fmt.Sprintf("row goes on to line %d and has %d cells, the header has %d", s.line, rec.Len(),
				s.width)
		}
	}
	return 0, ""
}

// holdsRows tells whether the lines of the i-th cell are rows, the first of them begun by the cells before it
// and the last ended by those after it, in whichever column the quote of another ended the cell. They are if
// the form of their cells says so, or if each has the delimiters that it should have, or if about half of them
// have and there are many.
func (s *splitter) holdsRows(cell []byte, i, after int) bool {
	line, rest, more := bytes.Cut(cell, []byte("\n"))
	if !more {
		return false
	}
	if s.reads(line, i) {
		return true
	}
	sum := s.bare(line)
	exact, inner, rows := sum == s.width-1-i, 0, 0
	for more {
		line, rest, more = bytes.Cut(rest, []byte("\n"))
		if s.reads(line, 0) {
			return true
		}
		n, want := s.bare(line), s.width-1
		if !more {
			want -= after
		} else if inner++; n >= want {
			rows++
		}
		exact = exact && n == want
		sum += n
	}
	return exact && sum >= tellingExact || 2*rows >= inner && rows*(s.width-1) >= tellingMost
}

// reads tells whether the cells of a line, two at least, are what the columns from the at-th on hold: one has
// their form, and none has another.
func (s *splitter) reads(line []byte, at int) (yes bool) {
	for more := bytes.IndexByte(line, s.delimiter) >= 0; more && at < len(s.means); at++ {
		var cell []byte
		cell, line, more = bytes.Cut(line, []byte{s.delimiter})
		cell = bytes.TrimSpace(cell)
		switch m := s.means[at]; {
		case m != Email && m != Postcode || len(cell) == 0:
		case m == Email && mailAddress(cell), m == Postcode && wholePostcode(cell):
			yes = true
		default:
			return false
		}
	}
	return yes
}

// mailAddress tells an address as nearly all are written, by bytes that are ASCII in every encoding.
func mailAddress(cell []byte) bool {
	at := bytes.IndexByte(cell, '@')
	return at > 0 && bytes.IndexByte(cell[at:], '.') > 1 && bytes.IndexByte(cell[at+1:], '@') < 0 &&
		bytes.IndexFunc(cell, func(r rune) bool { return r <= ' ' || r > '~' }) < 0 &&
		!bytes.ContainsAny(cell, `:;<>()[]"`)
}

// wholePostcode tells 100-0001 and 1000001.
func wholePostcode(cell []byte) bool {
	n := digits(cell)
	return n == 7 && len(cell) == 7 || n == 3 && len(cell) == 8 && cell[3] == '-' && digits(cell[4:]) == 4
}

// bare counts the delimiters that no space follows: a comma before a space is of a sentence.
func (s *splitter) bare(line []byte) (n int) {
	for i, b := range line {
		if b == s.delimiter && (i+1 == len(line) || line[i+1] != ' ') {
			n++
		}
	}
	return n
}
