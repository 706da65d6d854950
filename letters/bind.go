package letters

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"time"
)

var errNoLetters = errors.New("no letters to bind")

// Bind writes one PDF with the letters in order. place is called for each letter with its index and
// place, before the file is complete. created is the file's date; equal input gives equal bytes.
//
// Nothing is written before all letters are laid out: an error of letters, of a letter or of place
// stops it with w untouched. A file is held in memory until then (about 2 KB a letter); some
// thousand letters make a good file. Calls run side by side, each on one core.
func (p *Press) Bind(w io.Writer, title string, created time.Time, letters iter.Seq2[Letter, error],
	place func(i int, b Bound) error) error {
	if created.IsZero() {
		return errors.New("print file without a date")
	}
	f := newFile()
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
	return f.writeTo(w, title, created)
}

func (p *Press) bindOne(f *file, l Letter) (Bound, error) {
	pages, err := p.compose(l)
	if err != nil {
		return Bound{}, err
	}
	at := len(f.pages)
	b := Bound{Typeset: summarise(pages), PageFrom: at + 1, PageTo: at + len(pages)}
	return b, f.draw(pages)
}
