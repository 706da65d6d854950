package recipient

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxRecord is how long a record may be, in bytes. Longer ones are a file of another kind, or a
// quote that was never closed.
const maxRecord = 1 << 20

// record is one CSV record in the file's own encoding. Commas, quotes and line ends are never part
// of a longer character in UTF-8 or CP932, so that splitting may come before decoding. It is valid
// until the next read.
type record struct {
	line  int    // of its first byte, 1-based
	fault string // why it cannot be used; the cells are then what could be read
	cell  int    // of the fault, 0-based; -1 for the record as a whole
	text  []byte
	ends  []int // of each cell in text
}

func (r *record) len() int { return len(r.ends) }

func (r *record) at(i int) []byte {
	if i == 0 {
		return r.text[:r.ends[0]]
	}
	return r.text[r.ends[i-1]:r.ends[i]]
}

// openQuote is the error for a quoted cell that does not end.
type openQuote struct{ line int }

func (e *openQuote) Error() string {
	return fmt.Sprintf("quote opened in line %d is not closed", e.line)
}

// splitter reads records by RFC 4180. Unlike encoding/csv it goes on after a broken one: a broken
// row is one person's, and costs nobody else.
type splitter struct {
	src   *bufio.Reader
	line  int    // lines read so far
	long  []byte // a line longer than the reader's buffer
	raw   []byte // the lines of a record with quotes
	again []byte // lines that a broken quote had swallowed
	pos   int    // how much of again was read
	used  int    // how much of again the record took after its first line
	rec   record
}

func newSplitter(r *bufio.Reader) *splitter { return &splitter{src: r} }

// next returns the next record; blank lines are none. At the end the error is io.EOF; it is
// *openQuote where a quote was not closed.
func (s *splitter) next() (*record, error) {
	for {
		line, tooLong, err := s.readLine()
		if err != nil {
			return nil, err
		}
		s.rec = record{line: s.line, cell: -1, text: s.rec.text[:0], ends: s.rec.ends[:0]}
		switch {
		case tooLong:
			s.fail(nil, -1, fmt.Sprintf("row is longer than %d bytes", maxRecord))
		case len(chomp(line)) == 0:
			continue
		case bytes.IndexByte(line, '"') < 0:
			s.split(chomp(line))
		default:
			err = s.splitQuoted(line)
		}
		if bytes.IndexByte(s.rec.text, 0) >= 0 {
			s.rec.fault, s.rec.cell = "row holds a NUL byte", -1
		}
		return &s.rec, err
	}
}

// chomp cuts the line end.
func chomp(line []byte) []byte {
	line = bytes.TrimSuffix(line, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r"))
}

// readLine returns a line with its end. Of one that is too long it returns nothing, but skips it
// whole.
func (s *splitter) readLine() (line []byte, tooLong bool, err error) {
	if s.pos < len(s.again) {
		return s.readAgain(), false, nil
	}
	line, err = s.src.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line, tooLong, err = s.readLong(line)
	}
	if err == io.EOF && (len(line) > 0 || tooLong) {
		err = nil
	}
	if err == nil {
		s.line++
	}
	return line, tooLong, err
}

// readAgain returns the next line of again.
func (s *splitter) readAgain() []byte {
	line := s.again[s.pos:]
	if n := bytes.IndexByte(line, '\n') + 1; n > 0 {
		line = line[:n]
	}
	s.pos += len(line)
	s.line++
	return line
}

// readLong goes on reading a line that did not fit into the reader's buffer.
func (s *splitter) readLong(head []byte) (line []byte, tooLong bool, err error) {
	s.long = append(s.long[:0], head...)
	for err = bufio.ErrBufferFull; errors.Is(err, bufio.ErrBufferFull); {
		var more []byte
		more, err = s.src.ReadSlice('\n')
		if len(s.long)+len(more) > maxRecord {
			tooLong, s.long = true, s.long[:0]
		}
		if !tooLong {
			s.long = append(s.long, more...)
		}
	}
	return s.long, tooLong, err
}

// split cuts a line without quotes.
func (s *splitter) split(line []byte) {
	for {
		i := bytes.IndexByte(line, ',')
		if i < 0 {
			s.rec.text = append(s.rec.text, line...)
			s.endCell()
			return
		}
		s.rec.text = append(s.rec.text, line[:i]...)
		s.endCell()
		line = line[i+1:]
	}
}

func (s *splitter) endCell() { s.rec.ends = append(s.rec.ends, len(s.rec.text)) }

// fail makes the record unusable. It keeps the line as its only cell, for the rejects file.
func (s *splitter) fail(line []byte, cell int, why string) {
	s.rec.fault, s.rec.cell = why, cell
	s.rec.text = append(s.rec.text[:0], chomp(line)...)
	s.rec.ends = append(s.rec.ends[:0], len(s.rec.text))
}

// splitQuoted cuts a record with quotes, which may go on over further lines.
func (s *splitter) splitQuoted(line []byte) error {
	s.raw = append(s.raw[:0], line...)
	s.used = 0
	first, pos := len(line), 0
	for {
		var err error
		if pos < len(s.raw) && s.raw[pos] == '"' {
			pos, err = s.quotedCell(pos + 1)
		} else {
			pos, err = s.plainCell(pos)
		}
		if err != nil {
			return s.resume(first, err)
		}
		s.endCell()
		if s.atEnd(pos) {
			return nil
		}
		pos++
	}
}

// resume decides what follows a broken record. A quote that opened lines ago may have swallowed the
// rows of other people: only the first line is given up and the others are read again.
func (s *splitter) resume(first int, err error) error {
	var why *brokenCell
	if !errors.As(err, &why) {
		return err
	}
	s.reread(s.raw[first:])
	s.line = s.rec.line
	s.fail(s.raw[:first], s.rec.len(), why.reason)
	return nil
}

// reread gives lines back. Those that came from again are still there; copying them each time would
// let a hostile file cost the square of its length.
func (s *splitter) reread(lines []byte) {
	s.pos -= s.used
	if fresh := lines[s.used:]; len(fresh) > 0 {
		left := copy(s.again, s.again[s.pos:])
		s.again, s.pos = append(s.again[:left], fresh...), 0
	}
}

// brokenCell is the error for a cell that is not RFC 4180.
type brokenCell struct{ reason string }

func (e *brokenCell) Error() string { return e.reason }

// atEnd tells whether pos is behind the last cell of the record.
func (s *splitter) atEnd(pos int) bool { return len(chomp(s.raw[pos:])) == 0 }

// plainCell takes the cell without quotes at pos and returns where it ends.
func (s *splitter) plainCell(pos int) (int, error) {
	rest := chomp(s.raw[pos:])
	if i := bytes.IndexByte(rest, ','); i >= 0 {
		rest = rest[:i]
	}
	if bytes.IndexByte(rest, '"') >= 0 {
		return 0, &brokenCell{"quote in a cell that does not begin with one"}
	}
	s.rec.text = append(s.rec.text, rest...)
	return pos + len(rest), nil
}

// quotedCell takes the cell whose opening quote is before pos and returns where it ends.
func (s *splitter) quotedCell(pos int) (int, error) {
	opened := s.rec.line + bytes.Count(s.raw[:pos], []byte("\n"))
	for {
		i := bytes.IndexByte(s.raw[pos:], '"')
		if i < 0 {
			s.rec.text = append(s.rec.text, s.raw[pos:]...)
			pos = len(s.raw)
			if err := s.more(opened); err != nil {
				return 0, err
			}
			continue
		}
		s.rec.text = append(s.rec.text, s.raw[pos:pos+i]...)
		pos += i + 1
		if pos < len(s.raw) && s.raw[pos] == '"' {
			s.rec.text = append(s.rec.text, '"')
			pos++
			continue
		}
		if s.atEnd(pos) || s.raw[pos] == ',' {
			return pos, nil
		}
		return 0, &brokenCell{"text after a closing quote"}
	}
}

// more adds a line to a record within quotes.
func (s *splitter) more(opened int) error {
	again := s.pos < len(s.again)
	line, tooLong, err := s.readLine()
	if again {
		s.used += len(line)
	}
	if err == io.EOF || tooLong || len(s.raw)+len(line) > maxRecord {
		return &openQuote{opened}
	}
	s.raw = append(s.raw, line...)
	return err
}
