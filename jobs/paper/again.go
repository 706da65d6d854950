package paper

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/letters"
)

// What keeps a letter from being printed again.
var (
	ErrNotBound = errors.New("the letter is in no print file")
	ErrChanged  = errors.New("the letter's pages would no longer be those that were bound")
)

// Again writes one letter's pages as they are in its print file, marks included. A letter whose address,
// notice or layout has changed since is an error: what is shown to somebody is what was posted.
func Again(ctx context.Context, l *ledger.Ledger, offices *office.Offices, id string, delivery int64,
	w io.Writer) (*ledger.BoundPiece, error) {
	p, f, err := l.BoundLetter(ctx, id, delivery)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, ErrNotBound
	}
	o, err := offices.At(ctx, id, p.Revision)
	if err != nil {
		return nil, err
	}
	person, err := o.Case(&p.Claim)
	if err != nil {
		return nil, err
	}
	letter, err := o.Book.Letter(person)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrChanged, err)
	}
	press, err := o.Book.Press()
	if err != nil {
		return nil, err
	}
	job := letters.Job{Title: p.Number, Created: f.Created, Number: f.Number(), Sequence: p.Sequence,
		Page: p.PageFrom}
	return p, press.Bind(w, job, alone(letter), func(_ int, at letters.Bound) error {
		if at.Digest != p.Digest {
			return ErrChanged
		}
		return nil
	})
}

func alone(l letters.Letter) iter.Seq2[letters.Letter, error] {
	return func(yield func(letters.Letter, error) bool) { yield(l, nil) }
}
