package recipient

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Line is one record of a table of strangers' making. Fault says why it cannot be used; Cells are then
// empty.
type Line struct {
	Number int // of its first line in the file, 1-based
	Cells  []string
	Fault  string
}

// ErrTable says that a file is no table that can be read at all. The errors of ReadTable wrap it.
var ErrTable = errors.New("not a table that can be read")

// ReadTable reads a CSV file (RFC 4180) that is no recipients file: the mail house's answer, corrected
// addresses. The encoding is utf-8, utf-8-bom, cp932, or auto for what the whole of it looks like. Cells
// come without the spaces around them; what is broken in a record is that record's alone.
func ReadTable(r io.ReadSeeker, encoding string, each func(Line) error) error {
	switch encoding {
	case "", auto, utf8enc, utf8BOM, cp932:
	default:
		return fmt.Errorf("%w: encoding %q is not auto, utf-8, utf-8-bom or cp932", ErrTable, encoding)
	}
	found, err := encodingOf(r, encoding)
	if err != nil {
		return err
	}
	if found == utf16 {
		return fmt.Errorf("%w: it is in UTF-16; save it as UTF-8", ErrTable)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in := bufio.NewReaderSize(r, bufferSize)
	if head, _ := in.Peek(len(mark())); bytes.Equal(head, mark()) {
		_, _ = in.Discard(len(head)) // they have been peeked at
	}
	return readLines(newSplitter(in), newDecoder(found), each)
}

func readLines(rows *splitter, d *decoder, each func(Line) error) error {
	for {
		rec, err := rows.next()
		var open *openQuote
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &open):
			return fmt.Errorf("%w: %w", ErrTable, err)
		case err != nil:
			return err
		}
		if err := each(lineOf(rec, d)); err != nil {
			return err
		}
	}
}

func lineOf(rec *record, d *decoder) Line {
	l := Line{Number: rec.line, Fault: rec.fault}
	for i := 0; i < rec.len() && l.Fault == ""; i++ {
		text, bad := d.append(nil, rec.at(i))
		cell := trim(string(text))
		if bad == "" {
			bad = unusable(cell)
		}
		if bad != "" {
			l.Fault = fmt.Sprintf("cell %d: %s", i+1, bad)
		}
		l.Cells = append(l.Cells, cell)
	}
	if l.Fault != "" {
		l.Cells = nil
	}
	return l
}
