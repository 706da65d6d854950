package table

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
