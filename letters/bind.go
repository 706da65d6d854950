package letters

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/jung-kurt/gofpdf"
)

var errNoLetters = errors.New("no letters to bind")

// Bind writes one PDF with the letters in order. place is called for each letter with its index and
// place, before the file is complete. created is the file's date; equal input gives equal bytes.
//
// Nothing is written before all letters are laid out: an error of letters, of a letter or of place
// stops it with w untouched. A file is held in memory until then (about 2 KB a letter beside the
// fonts); some thousand letters make a good file. Calls run side by side, each on one core.
func (p *Press) Bind(w io.Writer, title string, created time.Time, letters iter.Seq2[Letter, error],
	place func(i int, b Bound) error) error {
	if created.IsZero() {
		return errors.New("print file without a date")
	}
	f, err := newFile(p.fonts, title, created)
	if err != nil {
		return err
	}
	i := 0
	for l, err := range letters {
		if err != nil {
			return err
		}
		b, err := p.bindOne(f, l)
		if err != nil {
			return fmt.Errorf("letter %d: %w", i, err)
		}
		if err := place(i, b); err != nil {
			return err
		}
		i++
	}
	if i == 0 {
		return errNoLetters
	}
	return f.writeTo(w)
}

func (p *Press) bindOne(f *file, l Letter) (Bound, error) {
	pages, err := p.compose(l)
	if err != nil {
		return Bound{}, err
	}
	b := Bound{Typeset: summarise(pages), PageFrom: f.pages + 1, PageTo: f.pages + len(pages)}
	return b, f.draw(pages)
}

// file is a print file in the making.
type file struct {
	pdf   *gofpdf.Fpdf
	pages int
	forms map[string]*shared // by what they show
	key   []byte             // of forms, reused
	pen   pen
}

// newFile begins a document with its own copy of the fonts: the library writes into their bytes.
func newFile(fonts Fonts, title string, created time.Time) (*file, error) {
	f := &file{forms: map[string]*shared{}}
	return f, guard(func() error {
		pdf := gofpdf.New("P", "pt", "A4", "")
		pdf.SetAutoPageBreak(false, 0)
		pdf.SetMargins(0, 0, 0)
		pdf.SetCompression(false)
		pdf.SetCatalogSort(true)
		pdf.SetCreationDate(created.UTC())
		pdf.SetModificationDate(created.UTC())
		pdf.SetTitle(title, true)
		pdf.SetCreator("Oshirase", true)
		pdf.AddUTF8FontFromBytes(serif.String(), "", bytes.Clone(fonts.Serif))
		pdf.AddUTF8FontFromBytes(sans.String(), "", bytes.Clone(fonts.Sans))
		f.pdf, f.pen.pdf = pdf, pdf
		return pdf.Error()
	})
}

// draw adds a letter's pages.
func (f *file) draw(pages []page) error {
	return guard(func() error {
		for _, p := range pages {
			f.pdf.AddPage()
			f.pages++
			f.drawPage(p)
		}
		return f.pdf.Error()
	})
}

func (f *file) writeTo(w io.Writer) error {
	return guard(func() error { return f.pdf.Output(w) })
}

// guard turns a panic inside the PDF library into an error. What it printed is not repeated: it may
// hold a letter's text.
func guard(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("PDF library panicked (%T)", r)
		}
	}()
	return do()
}
