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
	raw       []byte // the lines of a record with quotes
	used      int    // how much of what was given back the record took after its first line
	blanks    int    // rows of delimiters only
	*Block
}

// openQuote is the error for a quoted cell that does not end.
type openQuote struct{ line int }

func (e *openQuote) Error() string {
	return fmt.Sprintf("quote opened in line %d is not closed", e.line)
}

func newSplitter(r io.Reader, delimiter byte) *splitter {
	return &splitter{lines: lines{src: bufio.NewReaderSize(r, bufferSize)}, delimiter: delimiter}
}

// next adds the next record to the block. Blank lines are none, and neither are rows of delimiters only,
// which spreadsheets write for rows that were emptied. At the end the error is io.EOF; it is *openQuote
// where a quote was not closed.
func (s *splitter) next(b *Block) error {
	s.Block = b
	for {
		line, tooLong, err := s.lines.next()
		if err != nil {
			return err
		}
		text := chomp(line)
		if len(text) == 0 && !tooLong {
			continue
		}
		s.begin(s.line)
		switch {
		case tooLong:
			s.fail(nil, -1, fmt.Sprintf("row is longer than %d bytes", maxRecord))
		case bytes.IndexByte(text, '"') < 0:
			s.split(text)
		default:
			if err := s.splitQuoted(line); err != nil {
				s.drop()
				return err
			}
		}
		if s.last().fault == "" && s.blank() {
			s.drop()
			s.blanks++
			continue
		}
		return nil
	}
}

func (s *splitter) notes(p *Pass) { p.Blanks = s.blanks }

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
			break
		}
		pos++
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
	s.reread(s.raw[first:], s.used)
	s.line = s.last().line
	s.fail(chomp(s.raw[:first]), s.cells(), why.reason)
	return nil
}

// brokenCell is the error for a cell that is not RFC 4180.
type brokenCell struct{ reason string }

func (e *brokenCell) Error() string { return e.reason }

// atEnd tells whether pos is behind the last cell of the record.
func (s *splitter) atEnd(pos int) bool { return len(chomp(s.raw[pos:])) == 0 }

// plainCell takes the cell without quotes at pos and returns where it ends.
func (s *splitter) plainCell(pos int) (int, error) {
	rest := chomp(s.raw[pos:])
	if i := bytes.IndexByte(rest, s.delimiter); i >= 0 {
		rest = rest[:i]
	}
	if bytes.IndexByte(rest, '"') >= 0 {
		return 0, &brokenCell{"quote in a cell that does not begin with one"}
	}
	s.text = append(s.text, rest...)
	return pos + len(rest), nil
}

// quotedCell takes the cell whose opening quote is before pos and returns where it ends.
func (s *splitter) quotedCell(pos int) (int, error) {
	opened := pos
	for {
		i := bytes.IndexByte(s.raw[pos:], '"')
		if i < 0 {
			s.text = append(s.text, s.raw[pos:]...)
			pos = len(s.raw)
			if err := s.more(opened); err != nil {
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
		if s.atEnd(pos) || s.raw[pos] == s.delimiter {
			return pos, nil
		}
		return 0, &brokenCell{"text after a closing quote"}
	}
}

// more adds a line to a record whose cell was opened before s.raw[opened].
func (s *splitter) more(opened int) error {
	again := s.pos < len(s.again)
	line, tooLong, err := s.lines.next()
	if again {
		s.used += len(line)
	}
	if err == io.EOF || tooLong || len(s.raw)+len(line) > maxRecord {
		return &openQuote{s.last().line + bytes.Count(s.raw[:opened], []byte("\n"))}
	}
	s.raw = append(s.raw, line...)
	return err
}
