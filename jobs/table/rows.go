package table

import (
	"context"
	"fmt"
	"io"
	"slices"
)

// maxColumns is how many cells a header may have. What has more is no list of people.
const maxColumns = 1000

// Pass is what one reading of the rows came to. Two of the same file are equal, and of a file that was
// changed between them are not.
type Pass struct {
	Records int      // without the header
	Blanks  int      // rows of delimiters only, which are no records
	Digest  uint64   // of the file's bytes: their number above a CRC-32C
	Several Sighting // rows of several lines, by cells with a line break

	// Of a workbook: cells that are formulas, of which the value last calculated was taken, and rows
	// that are hidden, by a filter perhaps, and were read like the others.
	Formulas, Hidden Sighting
}

// Sighting is how often something was seen, and where first.
type Sighting struct {
	Count  int
	Line   int // 1-based
	Column int // 0-based
}

func (s *Sighting) see(line, column int) {
	if s.Count++; s.Count == 1 {
		s.Line, s.Column = line, column
	}
}

// rows gives records to blocks, one at a time. At the end the error is io.EOF.
type rows interface {
	next(*Block) error
	notes(*Pass) // what was seen so far beside records
}

// source is a file that is open for its records, the header among them.
type source struct {
	rows
	close func() error
	rest  *digester // of the file's bytes
}

func (t *Table) source(ctx context.Context) (*source, error) {
	if t.Found.Format == XLSX {
		return t.sheetRows(ctx)
	}
	return t.textRows(ctx)
}

// next adds a record to the block. Errors say whether the file is at fault.
func (t *Table) next(s *source, b *Block) error {
	err := s.next(b)
	if err == nil || err == io.EOF {
		return err
	}
	return t.bookFault(err)
}

// readHeader sets the header.
func (t *Table) readHeader(ctx context.Context) error {
	s, err := t.source(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	b := t.newBlock(0)
	defer b.Release()
	err = t.next(s, b)
	if err == io.EOF {
		return t.broken(0, "file is empty", "it needs a header and rows")
	}
	if err != nil {
		return err
	}
	return t.useHeader(b.Record(0))
}

func (t *Table) useHeader(rec Record) error {
	t.HeaderLine = rec.Line
	if rec.Fault != "" {
		return t.broken(rec.Line, "header: "+rec.Fault, "save the file as CSV, in UTF-8")
	}
	if rec.Len() > maxColumns {
		return t.broken(rec.Line, fmt.Sprintf("header has %s cells, more than %s", thousands(rec.Len()),
			thousands(maxColumns)), "check that the file is a table of people")
	}
	d := t.NewDecoder()
	for i := range rec.Len() {
		title, bad := d.Append(nil, rec.Cell(i))
		if bad != "" {
			return t.broken(rec.Line, fmt.Sprintf("header, cell %d: %s", i+1, bad),
				"set the encoding that the file was saved in")
		}
		t.Header = append(t.Header, Trim(string(title)))
	}
	return t.distinct()
}

// distinct refuses a header with a title that stands twice: it would name either column. The title is not
// repeated here; in a file without a header it is a person.
func (t *Table) distinct() error {
	for i, title := range t.Header {
		if first := slices.Index(t.Header, title); title != "" && first < i {
			return t.broken(t.HeaderLine, fmt.Sprintf("cells %d and %d of the header are the same", first+1, i+1),
				"rename one of them")
		}
	}
	return nil
}

// Blocks reads the records after the header and hands them over in order. A block belongs to yield until
// its Release, which may come later and from another goroutine. An error of yield ends it and is
// returned as it is; the error is *Broken where the file turns out to be at fault.
func (t *Table) Blocks(ctx context.Context, yield func(*Block) error) (Pass, error) {
	s, err := t.source(ctx)
	if err != nil {
		return Pass{}, err
	}
	defer s.close()
	header := t.newBlock(0)
	err = t.next(s, header)
	header.Release()
	if err == nil {
		return t.blocks(s, yield)
	}
	if err == io.EOF {
		err = fmt.Errorf("read %q: %w", t.file.Name, ErrChanged)
	}
	return Pass{}, err
}

func (t *Table) blocks(s *source, yield func(*Block) error) (p Pass, err error) {
	for err == nil {
		b := t.newBlock(p.Records + 1)
		for err == nil && !b.full() {
			err = t.next(s, b)
		}
		p.Records += b.Len()
		if b.Len() == 0 || err != nil && err != io.EOF {
			b.Release()
			continue
		}
		if stop := yield(b); stop != nil {
			return p, stop
		}
	}
	if err != io.EOF {
		return p, err
	}
	if _, err := io.Copy(io.Discard, s.rest); err != nil {
		return p, t.unread(err)
	}
	p.Digest = s.rest.digest()
	s.notes(&p)
	return p, nil
}
