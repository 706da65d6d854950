package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// splitter reads records by RFC 4180. Unlike encoding/csv it goes on after a broken one: a broken row is
// one person's, and costs nobody else.
//
// It splits before anything is decoded. That is sound where delimiter, quote and line ends are never part
// of a longer character: in UTF-8 and EUC-JP always, in CP932 for every delimiter but the vertical bar.
type splitter struct {
	lines
	delimiter byte
	columns   int // cells of the header, which is the first record; 0 where there is none
	width     int // the same for the records behind it; 0 where rows are as long as they like
	means     []Meaning
	raw       []byte // the lines of a record with quotes
	used      int    // how much of what was given back the record took after its first line
	blanks    int    // rows of delimiters only
	doomed    doom
	short     int // cells of the last record if they are fewer
	swallower int // the line of a quote that was not closed and ended at another's
	swallowed int // the last line in between
	several   Sighting
	*Block
}

// doom remembers why the last record with a broken quote was given up. A cell goes on in the same way
// wherever it was opened: whichever is open at the end of a line before this one comes to the same end. So
// each line is looked at twice at most, whatever a hostile file makes of its quotes.
type doom struct {
	line int
	why  *brokenCell
}

func newSplitter(r io.Reader, delimiter byte) *splitter {
	return &splitter{lines: lines{src: bufio.NewReaderSize(r, bufferSize)}, delimiter: delimiter}
}

// next adds the next record to the block. Blank lines are none, and neither are rows of delimiters only,
// which spreadsheets write for rows that were emptied. At the end the error is io.EOF.
func (s *splitter) next(b *Block) error {
	s.Block = b
	for {
		line, tooLong, err := s.lines.next()
		if err != nil {
			return err
		}
		if len(chomp(line)) == 0 && !tooLong {
			continue
		}
		s.begin(s.line)
		ended, err := s.cut(line, tooLong)
		if err != nil {
			s.drop()
			return err
		}
		if s.last().fault == "" && s.blank() {
			s.drop()
			s.blanks++
			continue
		}
		if s.width > 0 {
			s.seeLength(ended)
		}
		s.width = s.columns
		return nil
	}
}

// cut cuts the record that begins with a line, and tells whether a line end ends it.
func (s *splitter) cut(line []byte, tooLong bool) (ended bool, err error) {
	switch {
	case tooLong:
		s.fail(nil, -1, fmt.Sprintf("row is longer than %d bytes", maxRecord))
	case s.line <= s.swallowed:
		s.fail(chomp(line), -1, fmt.Sprintf("line is of the row in line %d, which cannot be used", s.swallower))
	case bytes.IndexByte(line, '"') < 0:
		s.split(chomp(line))
	default:
		err, line = s.splitQuoted(line), s.raw
	}
	return bytes.HasSuffix(line, []byte("\n")), err
}

func (s *splitter) notes(p *Pass) { p.Blanks, p.Several = s.blanks, s.several }

// split cuts a line without quotes.
func (s *splitter) split(line []byte) {
	b := s.Block
	start := len(b.text)
	b.text = append(b.text, line...)
	for i := 0; ; {
		n := bytes.IndexByte(line[i:], s.delimiter)
		if n < 0 {
			break
		}
		i += n + 1
		b.ends = append(b.ends, uint32(start+i-1))
	}
	b.endCell()
	if bytes.IndexByte(line, 0) >= 0 {
		s.last().fault = nulFault
	}
}

const nulFault = "row holds a NUL byte"

// splitQuoted cuts a record with quotes, which may go on over further lines.
func (s *splitter) splitQuoted(line []byte) error {
	s.raw, s.used = append(s.raw[:0], line...), 0
	first, pos := len(line), 0
	for {
		var err error
		if quote := pos + blanks(s.raw[pos:]); quote < len(s.raw) && s.raw[quote] == '"' {
			pos, err = s.quotedCell(quote + 1)
		} else {
			pos = s.plainCell(pos)
		}
		if err != nil {
			return s.resume(first, err)
		}
		s.endCell()
		if s.atEnd(pos) {
			break
		}
		pos++
	}
	if len(s.raw) > first && s.width > 0 {
		s.lookAtLines(first)
	}
	if bytes.IndexByte(s.raw, 0) >= 0 {
		s.last().fault = nulFault
	}
	return nil
}

// resume decides what follows a broken record. A quote that opened lines ago may have swallowed the rows
// of other people: only the first line is given up and the others are read again.
func (s *splitter) resume(first int, err error) error {
	var why *brokenCell
	if !errors.As(err, &why) {
		return err
	}
	if s.line > s.doomed.line {
		s.doomed = doom{s.line, why}
	}
	s.giveUp(first, s.cells(), why.reason)
	return nil
}

// giveUp fails the first line of the record and gives the others back.
func (s *splitter) giveUp(first, cell int, why string) {
	s.reread(s.raw[first:], s.used)
	s.line = s.last().line
	s.fail(chomp(s.raw[:first]), cell, why)
}

// brokenCell is the error for a cell that is not RFC 4180.
type brokenCell struct{ reason string }

func (e *brokenCell) Error() string { return e.reason }

// atEnd tells whether pos is behind the last cell of the record.
func (s *splitter) atEnd(pos int) bool { return len(chomp(s.raw[pos:])) == 0 }

// blanks counts the spaces at the beginning, which some write between a delimiter and a quote.
func blanks(p []byte) int { return len(p) - len(bytes.TrimLeft(p, " ")) }

// plainCell takes the cell at pos that does not begin with a quote, and returns where it ends. Quotes in
// it are what they are: many programs only quote what they must.
func (s *splitter) plainCell(pos int) int {
	rest := chomp(s.raw[pos:])
	if i := bytes.IndexByte(rest, s.delimiter); i >= 0 {
		rest = rest[:i]
	}
	s.text = append(s.text, rest...)
	return pos + len(rest)
}

// quotedCell takes the cell whose opening quote is before pos and returns where it ends.
func (s *splitter) quotedCell(pos int) (int, error) {
	for {
		i := bytes.IndexByte(s.raw[pos:], '"')
		if i < 0 {
			s.text = append(s.text, s.raw[pos:]...)
			pos = len(s.raw)
			if err := s.more(); err != nil {
				return 0, err
			}
			continue
		}
		s.text = append(s.text, s.raw[pos:pos+i]...)
		pos += i + 1
		if pos < len(s.raw) && s.raw[pos] == '"' {
			s.text = append(s.text, '"')
			pos++
			continue
		}
		pos += blanks(s.raw[pos:])
		if s.atEnd(pos) || s.raw[pos] == s.delimiter {
			return pos, nil
		}
		return 0, &brokenCell{"text after a closing quote"}
	}
}

// more adds a line to a record that has a cell open.
func (s *splitter) more() error {
	if s.line < s.doomed.line {
		return s.doomed.why
	}
	again := s.pos < len(s.again)
	line, tooLong, err := s.lines.next()
	if err != nil && err != io.EOF {
		return err
	}
	s.lost = tooLong
	s.raw = append(s.raw, line...)
	if again {
		s.used += len(line)
	}
	if err == io.EOF || tooLong || len(s.raw) > maxRecord {
		return &brokenCell{"quote is not closed"}
	}
	return nil
}
