package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// A ledger that was copied to a server goes on there, and only there: two that both send would tell everybody
// twice. So the file says where it has gone, on disk, before the server has a row of it, and takes that back
// only where the server surely has none. From then on nothing changes it: not an operator's move, nor a worker
// that slept through the copy, for it cannot say that it lives. What a copy that was cut off has left is told by
// the next: the server is asked whether it has the journal.

// GoneError says that the ledger goes on elsewhere, and that nothing was changed here.
type GoneError struct{ To string } // as Name shows it

func (e *GoneError) Error() string { return fmt.Sprintf("the ledger goes on at %q", e.To) }

// ErrUnsure says that the server went away when it was told to keep a copy, and was not heard of again.
var ErrUnsure = errors.New("nobody knows whether the server has kept the copy")

// Here returns a GoneError where the ledger goes on elsewhere.
func (l *Ledger) Here(ctx context.Context) error {
	var to string
	err := l.read.QueryRowContext(ctx, `SELECT gone_to FROM identity`).Scan(&to)
	if err == nil && to != "" {
		return &GoneError{to}
	}
	return wrapRead(err)
}

// here is Here for a transaction that is about to change something. A server is copied nowhere.
func (t *tx) here() error {
	if t.w.l.d.fleet {
		return nil
	}
	to, _, err := t.gone()
	if err == nil && to != "" {
		return &GoneError{to}
	}
	return err
}

// gone reads the mark: where to, and by which copy.
func (t *tx) gone() (to, by string, err error) {
	_, err = t.row(`SELECT gone_to, gone_by FROM identity`, nil, &to, &by)
	return to, by, err
}

// part does one of a copy's own changes of this ledger, which no mark stands in the way of.
func (l *Ledger) part(ctx context.Context, fn func(*tx) error) error {
	return l.submit(ctx, &job{fn: fn, full: true, parting: true})
}

// depart marks the ledger as gone. A mark that is there already is of a copy that was cut off, or of one that
// is under way and now fails.
func (c *copier) depart(t *tx) error {
	to, _, err := t.gone()
	if err != nil {
		return err
	}
	if to != "" && to != c.place {
		return &GoneError{to}
	}
	c.again = to != ""
	if err := t.free(); err != nil {
		return err
	}
	if _, err := t.row(`SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1`, nil, &c.seq, &c.hash); err != nil {
		return err
	}
	_, err = t.exec(`UPDATE identity SET gone_to = ?, gone_by = ?`, c.place, c.token)
	return err
}

// stay takes the mark back where this copy has set it.
func (c *copier) stay(t *tx) error {
	_, err := t.exec(`UPDATE identity SET gone_to = '', gone_by = '' WHERE gone_by = ?`, c.token)
	return err
}

// mine tells by its error that another copy has taken over.
func (c *copier) mine(t *tx) error {
	_, by, err := t.gone()
	if err == nil && by != c.token {
		return fmt.Errorf("%w: it is being copied", ErrInUse)
	}
	return err
}

// arrived tells whether the server has this ledger: its journal goes on from ours. It waits for a copy that was
// cut off, whose end the server may not have heard of yet. The error is ErrUnsure.
func (c *copier) arrived(ctx context.Context) (there bool, err error) {
	err = c.target.do(ctx, func(t *tx) error {
		if _, err := t.exec(`LOCK TABLE campaign IN ROW SHARE MODE`); err != nil {
			return err
		}
		var hash []byte
		found, err := t.row(`SELECT hash FROM journal WHERE seq = ?`, []any{c.seq}, &hash)
		there = found && bytes.Equal(hash, c.hash)
		return err
	})
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrUnsure, err)
	}
	return there, err
}

// settled is what became of a copy that ended in an error. Where the server surely has nothing the file goes on.
func (c *copier) settled(why error) error {
	ctx := context.WithoutCancel(c.ctx)
	if c.again || c.committing {
		there, err := c.arrived(ctx)
		if err != nil {
			return err
		}
		if there && c.committing {
			return nil
		}
		if there {
			return &GoneError{c.place}
		}
	}
	return errors.Join(why, c.home.part(ctx, c.stay))
}
