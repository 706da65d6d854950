package letters

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"oshirase/letters/barcode"
)

var errNoLetters = errors.New("no letters to bind")

// Job is what a print file's pages say of it, besides its letters. Equal jobs of equal letters give equal
// bytes.
type Job struct {
	Title   string
	Created time.Time
	Number  int // of the print file, to 999,999: the batch of a barcode.Mark

	// Place of the first letter. A letter that is printed again, alone, stands where it stood in its
	// file; zero is 1, the beginning.
	Sequence, Page int
}

// Bind writes one PDF with the letters in order. place is called for each letter with its index and
// place, before the file is complete.
//
// Nothing is written before all letters are laid out: an error of letters, of a letter or of place
// stops it with w untouched. A file is held in memory until then (about 2 KB a letter); some
// thousand letters make a good file. Calls run side by side, each on one core.
func (p *Press) Bind(w io.Writer, j Job, letters iter.Seq2[Letter, error],
	place func(i int, b Bound) error) error {
	if j.Created.IsZero() {
		return errors.New("print file without a date")
	}
	j.Sequence, j.Page = max(j.Sequence, 1), max(j.Page, 1)
	f := newFile()
	i := 0
	for l, err := range letters {
		if err != nil {
			return err
		}
		b, err := p.bindOne(f, j, l)
		if err != nil {
			return fmt.Errorf("letter %d: %w", i, err)
		}
		if err := place(i, b); err != nil {
			return err
		}
		j.Sequence++
		j.Page += b.Pages
		i++
	}
	if i == 0 {
		return errNoLetters
	}
	return f.writeTo(w, j.Title, j.Created)
}

func (p *Press) bindOne(f *file, j Job, l Letter) (Bound, error) {
	laid, err := p.set(l)
	if err != nil {
		return Bound{}, err
	}
	b := Bound{Typeset: laid.summarise(), PageFrom: j.Page, PageTo: j.Page + len(laid.pages) - 1}
	return b, p.draw(f, j, l, laid)
}

// draw adds a letter's pages to a file, with their marks.
func (p *Press) draw(f *file, j Job, l Letter, laid whole) error {
	m := barcode.Mark{Batch: j.Number, Sequence: j.Sequence, Sheets: len(laid.pages)}
	if p.marking.Kind == MarkDataMatrix || p.marking.Kind == MarkQR {
		delivery, err := barcode.ParsePiece(l.Piece)
		if err != nil {
			return errMarkPiece
		}
		m.Delivery = delivery
	}
	for i, page := range laid.pages {
		m.Sheet = i + 1
		marks, err := p.marks(m, j.Page-1+i)
		if err != nil {
			return err
		}
		if i == 0 && laid.bars.there() {
			marks = laid.bars.code.Mask().AppendPDF(marks, laid.bars.place)
		}
		f.pages = append(f.pages, f.drawPage(page, marks))
	}
	return f.fault
}
