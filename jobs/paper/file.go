package paper

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"oshirase/jobs/disk"
	"oshirase/jobs/faults"
	"oshirase/jobs/ledger"
	"oshirase/jobs/mishap"
	"oshirase/letters"
	"oshirase/letters/reading"
)

// Endings of a print file's parts. The sums come last: with them the set is whole.
const (
	pdfEnding      = ".pdf"
	coverEnding    = ".cover.pdf"
	manifestEnding = ".csv"
	indexEnding    = ".index.csv"
	sumsEnding     = ".sha256"
)

// Parts are the names of a print file's parts, in the order in which they are put into place: the pages,
// the mail house's cover sheet and manifest, the operator's index, and the SHA-256 of each for sha256sum -c.
func Parts(name string) []string {
	return []string{name + pdfEnding, name + coverEnding, name + manifestEnding, name + indexEnding,
		name + sumsEnding}
}

// binding is one print file in the making.
type binding struct {
	*run
	file   *ledger.PrintFile
	pieces []ledger.BoundPiece
	rows   []row  // by sequence
	placed int    // letters: the one behind them is being laid out
	sums   []byte // SHA-256 of each page, in order
	set    disk.Set
}

// row is what the manifest says of a letter besides what the ledger has.
type row struct {
	postcode, country    string
	mark                 string
	customer, noCustomer string
	baseForms            string
}

// write puts the parts into place.
func (j *binding) write(ctx context.Context) error {
	if err := j.register(ctx); err != nil {
		return err
	}
	if err := j.set.Sweep(); err != nil {
		return err
	}
	if err := j.set.Put(pdfEnding, func(w io.Writer) error { return j.pdf(ctx, w) }, j.readBack); err != nil {
		return err
	}
	faults.At("printed")
	j.file.SHA256 = j.set.Parts[0].SHA256
	for _, part := range []struct {
		ending string
		write  func(io.Writer) error
	}{
		{coverEnding, j.cover}, {manifestEnding, j.manifest}, {indexEnding, j.index}, {sumsEnding, j.set.Sums},
	} {
		if err := j.set.Put(part.ending, part.write, nil); err != nil {
			return err
		}
	}
	faults.At("bound")
	return nil
}

// register notes the parts for the day when they must be destroyed, before there are any.
func (j *binding) register(ctx context.Context) error {
	paths, err := disk.Paths(j.Dir, Parts(j.file.Name)...)
	if err != nil {
		return err
	}
	return j.Ledger.KeepFiles(ctx, j.office.ID, paths...)
}

func (j *binding) pdf(ctx context.Context, w io.Writer) error {
	press, err := j.office.Book.Press()
	if err != nil {
		return err
	}
	j.file.Pieces, j.file.Pages, j.file.Sheets, j.placed = len(j.pieces), 0, 0, 0
	job := letters.Job{Title: j.file.Name, Created: j.file.Created, Number: j.file.Number()}
	err = mishap.Caught(func() error {
		return press.Bind(w, job, j.letters(ctx),
			func(i int, at letters.Bound) error { return j.place(ctx, i, at) })
	})
	if errors.As(err, new(*mishap.Error)) && j.placed < len(j.pieces) {
		return j.drop(ctx, &j.pieces[j.placed], err)
	}
	return err
}

func (j *binding) letters(ctx context.Context) iter.Seq2[letters.Letter, error] {
	return func(yield func(letters.Letter, error) bool) {
		for i := range j.pieces {
			p := &j.pieces[i]
			faults.At("piece")
			letter, err := j.letter(ctx, p)
			if err != nil {
				err = j.drop(ctx, p, err)
			}
			j.rows = append(j.rows, row{
				postcode: postcode(letter.Address.Postcode), country: letter.Address.Country,
			})
			if !yield(letter, err) || err != nil {
				return
			}
		}
	}
}

// letter is made as its own revision promised: a later one may have left it as it was.
func (j *binding) letter(ctx context.Context, p *ledger.BoundPiece) (letters.Letter, error) {
	o, err := j.Offices.At(ctx, j.office.ID, p.Revision)
	if err != nil {
		return letters.Letter{}, err
	}
	person, err := o.Case(&p.Claim)
	if err != nil {
		return letters.Letter{}, err
	}
	return o.Book.Letter(person)
}

// place checks that the pages are those that were typeset, and keeps where they are.
func (j *binding) place(ctx context.Context, i int, at letters.Bound) error {
	p, r := &j.pieces[i], &j.rows[i]
	if at.Digest != p.Digest {
		return j.drop(ctx, p, errors.New("its pages are no longer those that were checked"))
	}
	p.PageFrom, p.Sequence, j.placed = at.PageFrom, i+1, i+1
	r.customer, r.noCustomer, r.baseForms = at.Customer, at.NoCustomer, at.BaseForms
	j.file.Pages += at.Pages
	j.file.Sheets += at.Sheets
	return nil
}

func (j *binding) drop(ctx context.Context, p *ledger.BoundPiece, why error) error {
	if err := j.Ledger.DropPiece(ctx, p.Delivery, why.Error()); err != nil {
		return err
	}
	return errPiece
}

// readBack reads the pages from the disk before they are put into place: each must bear the number of its
// own letter, and its mark.
func (j *binding) readBack(path string) error {
	pdf, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read %q back: %w", path, err)
	}
	pages, err := reading.Pages(pdf)
	if err != nil {
		return fmt.Errorf("read %q back: %w", path, err)
	}
	want := expected(*j.file, j.pieces)
	for i := range j.rows {
		if j.hasMarks() {
			j.rows[i].mark = want[j.pieces[i].PageFrom-1].mark
		}
	}
	j.sums = make([]byte, 0, len(pages)*sha256.Size)
	for _, p := range pages {
		j.sums = append(j.sums, p.Sum[:]...)
	}
	if found := compare(pages, want, nil); len(found) > 0 {
		return fmt.Errorf("read %q back: %s", path, found[0])
	}
	return nil
}

// hasMarks tells whether sheets bear a mark with a text.
func (j *binding) hasMarks() bool {
	m := j.office.Book.Folder.Manifest.Channels.Letter.Mark
	return m == string(letters.MarkDataMatrix) || m == string(letters.MarkQR)
}
