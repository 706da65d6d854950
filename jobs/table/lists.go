package table

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Line is one record of a table that is read whole. Fault says why it cannot be used; Cells are then
// empty.
type Line struct {
	Number int // of its first line in the file, 1-based
	Cells  []string
	Fault  string
}

// ErrTable says that a file is no table that can be read at all. The errors of ReadTable wrap it.
var ErrTable = errors.New("not a table that can be read")

// ReadTable reads a table that is no recipients file, from its first line, whatever that is: the mail
// house's answer, corrected addresses, a list of numbers. Everything but the encoding is found out, and
// that too where it is "auto". Cells come without the spaces around them; what is broken in a record is
// that record's alone.
func ReadTable(r io.ReadSeeker, encoding string, each func(Line) error) error {
	ctx := context.Background()
	t := newTable(File{Encoding: encoding, Open: func() (io.ReadCloser, error) {
		_, err := r.Seek(0, io.SeekStart)
		return &unclosed{r}, err
	}})
	err := t.look(ctx)
	if err == nil {
		err = t.eachLine(ctx, each)
	}
	var broken *Broken
	if errors.As(err, &broken) {
		return fmt.Errorf("%w: %w", ErrTable, broken)
	}
	return err
}

// unclosed is somebody else's file.
type unclosed struct{ io.ReadSeeker }

func (u *unclosed) Close() error { return nil }

func (t *Table) eachLine(ctx context.Context, each func(Line) error) error {
	s, err := t.source(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	d := t.NewDecoder()
	_, err = t.blocks(s, func(b *Block) error {
		defer b.Release()
		for i := range b.Len() {
			rec := b.Record(i)
			if err := each(lineOf(&rec, d)); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func lineOf(rec *Record, d *Decoder) Line {
	l := Line{Number: rec.Line, Fault: rec.Fault}
	for i := 0; i < rec.Len() && l.Fault == ""; i++ {
		text, bad := d.Append(nil, rec.Cell(i))
		cell := Trim(string(text))
		if bad == "" {
			bad = Unfit(cell)
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
