package table

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"oshirase/jobs/table/workbook"
)

// maxHeld is how much of a workbook is held where its file cannot be read at any place.
const maxHeld = 64 << 20

// archive is how a workbook begins.
const archive = "PK\x03\x04"

// isBook tells whether a file is to be read as a workbook.
func (t *Table) isBook(head []byte) bool {
	return bytes.HasPrefix(head, []byte(archive)) && (t.file.Format == "" || t.file.Format == Auto ||
		t.file.Format == XLSX)
}

// lookAtBook chooses the sheet.
func (t *Table) lookAtBook(ctx context.Context) error {
	book, _, done, err := t.openBook(ctx)
	if err != nil {
		return err
	}
	defer done()
	sheet, err := t.choose(book)
	t.Found = Found{Format: XLSX, Encoding: UTF8, Sure: Certain, Sheet: sheet.Name}
	t.From1904 = book.From1904()
	return err
}

// openBook opens the file as a workbook; done closes it.
func (t *Table) openBook(ctx context.Context) (book *workbook.Book, all *io.SectionReader, done func() error,
	err error,
) {
	f, err := t.open(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	if all, err = t.anywhere(ctx, f); err == nil {
		book, err = workbook.Open(all, all.Size())
	}
	if err != nil {
		f.Close()
		return nil, nil, nil, t.bookFault(err)
	}
	return book, all, f.Close, nil
}

// anywhere makes a file readable at any place; where it is not, it is held.
func (t *Table) anywhere(ctx context.Context, f *contextFile) (*io.SectionReader, error) {
	var r io.Reader = f.ReadCloser
	if u, ok := r.(*unclosed); ok {
		r = u.ReadSeeker
	}
	if at, ok := r.(interface {
		io.ReaderAt
		io.Seeker
	}); ok {
		size, err := at.Seek(0, io.SeekEnd)
		return io.NewSectionReader(&contextAt{ctx, at}, 0, size), err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxHeld+1))
	if err == nil && len(text) > maxHeld {
		err = t.broken(0, "workbook is too large to be held", "save the sheet as CSV")
	}
	return io.NewSectionReader(bytes.NewReader(text), 0, int64(len(text))), err
}

// contextAt ends reading with the context.
type contextAt struct {
	ctx context.Context
	io.ReaderAt
}

func (c *contextAt) ReadAt(p []byte, off int64) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.ReaderAt.ReadAt(p, off)
}

// bookFault puts what is wrong with a workbook in this package's words.
func (t *Table) bookFault(err error) error {
	var fault *workbook.Fault
	switch {
	case errors.As(err, &fault):
		return t.broken(0, fault.What, fault.Do)
	case errors.Is(err, workbook.ErrNoWorkbook):
		return t.broken(0, "file is a ZIP archive and no Excel workbook", "unpack it and name the table in it")
	}
	return t.unread(err)
}

// choose finds the sheet that is named, or the only visible one with anything in it.
func (t *Table) choose(book *workbook.Book) (workbook.Sheet, error) {
	var some []workbook.Sheet
	var names []string
	for _, s := range book.Sheets {
		if t.file.Sheet != "" && s.Name == t.file.Sheet {
			return s, nil
		}
		names = append(names, fmt.Sprintf("%q", s.Name))
		if t.file.Sheet != "" || s.Hidden {
			continue
		}
		filled, err := filled(book, s)
		if err != nil {
			return s, t.bookFault(err)
		}
		if filled {
			some = append(some, s)
		}
	}
	switch {
	case t.file.Sheet != "":
		return workbook.Sheet{}, t.broken(0, fmt.Sprintf("workbook has no sheet %q", t.file.Sheet),
			"set sheet: to one of "+strings.Join(names, ", "))
	case len(some) == 0:
		return workbook.Sheet{}, t.broken(0, "workbook has no visible sheet with anything in it",
			"it needs a header and rows")
	case len(some) > 1:
		return workbook.Sheet{}, t.broken(0, fmt.Sprintf("workbook has %d sheets", len(some)),
			"set sheet: to one of "+strings.Join(names, ", "))
	}
	return some[0], nil
}

// filled tells whether a sheet has a cell with something in it.
func filled(book *workbook.Book, s workbook.Sheet) (bool, error) {
	rows, err := book.Rows(s)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return false, nil
		}
		if err != nil || len(row.Cells) > 0 {
			return err == nil, err
		}
	}
}

// sheetRows opens the sheet for its records, the header among them.
func (t *Table) sheetRows(ctx context.Context) (*source, error) {
	book, all, done, err := t.openBook(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range book.Sheets {
		if s.Name != t.Found.Sheet {
			continue
		}
		rows, err := book.Rows(s)
		if err != nil {
			break
		}
		return &source{
			rows:  &sheetRows{in: rows, width: len(t.Header)},
			close: func() error { return errors.Join(rows.Close(), done()) },
			rest:  &digester{Reader: all},
		}, nil
	}
	return nil, errors.Join(fmt.Errorf("read %q: %w", t.file.Name, ErrChanged), done())
}

// sheetRows gives a sheet's rows to blocks. A row is as wide as the header: Excel leaves out the empty
// cells at its end.
type sheetRows struct {
	in    *workbook.Rows
	width int
	found Pass
}

func (s *sheetRows) notes(p *Pass) {
	p.Blanks, p.Formulas, p.Hidden = s.found.Blanks, s.found.Formulas, s.found.Hidden
}

func (s *sheetRows) next(b *Block) error {
	for {
		row, err := s.in.Next()
		if err != nil {
			return err
		}
		if len(row.Cells) == 0 && !row.TooLong {
			s.found.Blanks++
			continue
		}
		if row.Hidden {
			s.found.Hidden.see(row.Number, 0)
		}
		b.begin(row.Number)
		s.put(b, row)
		return nil
	}
}

// put writes a row's cells to the record that was begun.
func (s *sheetRows) put(b *Block, row *workbook.Row) {
	for _, c := range row.Cells {
		for b.cells() < c.Column {
			b.endCell()
		}
		b.text = append(b.text, row.Text(c)...)
		b.endCell()
		if c.Formula {
			s.found.Formulas.see(row.Number, c.Column)
		}
		if c.Lost {
			b.last().fault, b.last().faultCell = "formula without a value: it was never calculated",
				int32(c.Column)
		}
	}
	for b.cells() < s.width {
		b.endCell()
	}
	if row.TooLong {
		b.fail(nil, -1, fmt.Sprintf("row is longer than %d bytes", maxRecord))
	}
}
