package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/letters"
)

// FileMost is how many letters a print file holds at the most.
const FileMost = 5000

// bindLease is far above what one file takes; a killed process keeps its batch from being bound for so
// long.
const bindLease = time.Minute

// Binder makes print files: a PDF and its manifest, written whole or not at all.
type Binder struct {
	Ledger  *ledger.Ledger
	Offices *Offices
	Dir     string
	Holder  string
}

// errPiece says that a letter is no longer the one that was checked.
var errPiece = errors.New("a piece left the print file")

// Bind binds all typeset letters of a batch. Another process that binds the same batch leaves it
// nothing to do.
func (b *Binder) Bind(ctx context.Context, batch int64) ([]ledger.PrintFile, error) {
	lease := fmt.Sprintf("bind/%d", batch)
	mine, err := b.Ledger.Lease(ctx, lease, b.Holder, bindLease)
	if err != nil || !mine {
		return nil, err
	}
	defer func() { _ = b.Ledger.Unlease(context.WithoutCancel(ctx), lease, b.Holder) }()
	if err := os.MkdirAll(b.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make print files: %w", err)
	}
	var done []ledger.PrintFile
	for {
		// Renewed for each file; one that another process took meanwhile is its to make.
		mine, err := b.Ledger.Lease(ctx, lease, b.Holder, bindLease)
		if err != nil || !mine {
			return done, err
		}
		f, err := b.Ledger.Gather(ctx, batch, FileMost)
		if err != nil || f == nil {
			return done, err
		}
		ok, err := b.make(ctx, f)
		if err != nil {
			return done, err
		}
		if ok {
			done = append(done, *f)
		}
	}
}

// make writes a print file; false asks for the same again, for its pieces have changed.
func (b *Binder) make(ctx context.Context, f *ledger.PrintFile) (bool, error) {
	pieces, err := b.Ledger.Pieces(ctx, f.ID)
	if err != nil {
		return false, err
	}
	if len(pieces) == 0 {
		return false, b.Ledger.DropFile(ctx, f.ID)
	}
	office, err := b.Offices.Get(ctx, pieces[0].Campaign)
	if err != nil {
		return false, err
	}
	job := &binding{Binder: b, office: office, file: f, pieces: pieces, sum: sha256.New()}
	err = job.write(ctx)
	if errors.Is(err, errPiece) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return b.Ledger.Finish(ctx, *f, pieces)
}

// binding is one print file in the making.
type binding struct {
	*Binder
	office *Office
	file   *ledger.PrintFile
	pieces []ledger.BoundPiece
	posts  []string // postcodes, by sequence
	sum    hash.Hash
}

// write puts the PDF and the manifest into place. The PDF comes first: a manifest is only there with
// its file.
func (j *binding) write(ctx context.Context) error {
	press, err := j.office.Book.Press()
	if err != nil {
		return err
	}
	j.file.Pieces, j.file.Pages, j.file.Sheets = len(j.pieces), 0, 0
	err = replace(filepath.Join(j.Dir, j.file.Name+".pdf"), func(w io.Writer) error {
		return press.Bind(io.MultiWriter(w, j.sum), j.file.Name, j.file.Created, j.letters(ctx),
			func(i int, at letters.Bound) error { return j.place(ctx, i, at) })
	})
	if err != nil {
		return err
	}
	j.file.SHA256 = [32]byte(j.sum.Sum(nil))
	return replace(filepath.Join(j.Dir, j.file.Name+".csv"), j.manifest)
}

func (j *binding) letters(ctx context.Context) iter.Seq2[letters.Letter, error] {
	return func(yield func(letters.Letter, error) bool) {
		for i := range j.pieces {
			p := &j.pieces[i]
			letter, err := j.letter(p)
			if err != nil {
				err = j.drop(ctx, p, err)
			}
			if !yield(letter, err) || err != nil {
				return
			}
			j.posts = append(j.posts, letter.Address.Postcode)
		}
	}
}

func (j *binding) letter(p *ledger.BoundPiece) (letters.Letter, error) {
	person, err := j.office.Case(&p.Claim)
	if err != nil {
		return letters.Letter{}, err
	}
	return j.office.Book.Letter(person)
}

// place checks that the pages are those that were typeset, and keeps where they are.
func (j *binding) place(ctx context.Context, i int, at letters.Bound) error {
	p := &j.pieces[i]
	if at.Digest != p.Digest {
		return j.drop(ctx, p, errors.New("its pages are no longer those that were checked"))
	}
	p.PageFrom = at.PageFrom
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

// manifest tells the mail house what is in the file. It has no names.
func (j *binding) manifest(w io.Writer) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	sum := fmt.Sprintf("%x", j.file.SHA256)
	err := out.Write([]string{"sequence", "piece", "page_from", "pages", "sheets", "postcode", "sha256"})
	for i, p := range j.pieces {
		err = errors.Join(err, out.Write([]string{
			strconv.Itoa(i + 1), p.Number, strconv.Itoa(p.PageFrom), strconv.Itoa(p.Pages),
			strconv.Itoa(p.Sheets), j.posts[i], sum,
		}))
	}
	out.Flush()
	return errors.Join(err, out.Error())
}

// replace writes a file for its owner only, synced, and puts it in place when it is whole.
func replace(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".oshirase-*")
	if err != nil {
		return fmt.Errorf("write %q: %w", path, err)
	}
	defer os.Remove(f.Name())
	if err := write(f); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %q: %w", path, err)
	}
	return os.Rename(f.Name(), path)
}
