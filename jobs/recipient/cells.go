package recipient

import (
	"fmt"
	"strings"
)

// use decodes and parses a record.
func (s *source) use(rec *record, at Row) (row, *fault) {
	l := s.layout
	if rec.fault != "" {
		column := ""
		if rec.cell >= 0 && rec.cell < len(l.header) {
			column = l.header[rec.cell]
		}
		return row{at: at}, &fault{column, rec.fault}
	}
	if rec.len() != len(l.header) {
		return row{at: at}, &fault{"", fmt.Sprintf("row has %d cells, the header has %d",
			rec.len(), len(l.header))}
	}
	cells, bad := s.decode(rec)
	if bad != nil {
		return row{at: at}, bad
	}
	return l.parse(at, cells)
}

// decode returns the cells that the layout uses. They share one string, so that a row costs two
// allocations.
func (s *source) decode(rec *record) ([]string, *fault) {
	text := s.text[:0]
	ends := make([]int, len(s.layout.used))
	for i, at := range s.layout.used {
		var bad string
		if text, bad = s.decoder.append(text, rec.at(at)); bad != "" {
			return nil, &fault{s.layout.header[at], bad}
		}
		ends[i] = len(text)
	}
	s.text = text
	whole, start := string(text), 0
	cells := make([]string, len(ends))
	for i, end := range ends {
		cells[i], start = trim(whole[start:end]), end
		if c := cell(i + 1); c != s.layout.email && unusable(cells[i]) != "" {
			return nil, &fault{s.layout.title(c), unusable(cells[i])}
		}
	}
	return cells, nil
}

// unusable says what makes a text unfit to be printed or sent.
func unusable(s string) string {
	for _, r := range s {
		switch {
		case r >= ' ' && r < 0x7f, r > '\u2029' && r != '\uFFFD':
		case r == '\r' || r == '\n' || r == '\u2028' || r == '\u2029':
			return "cell holds a line break"
		case control(r):
			return "cell holds a control character"
		case r == '\uFFFD':
			return "cell holds U+FFFD, the trace of a character that an earlier conversion lost"
		}
	}
	return ""
}

// raw returns all the cells for the rejects file, as far as they can be read.
func (s *source) raw(rec *record) []string {
	cells := make([]string, rec.len())
	for i := range cells {
		text, _ := s.decoder.append(nil, rec.at(i))
		cells[i] = strings.ToValidUTF8(string(text), "\uFFFD")
	}
	return cells
}
