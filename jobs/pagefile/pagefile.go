// Package pagefile writes messages for the operator's own members' page into signed files, which the page's
// server fetches.
//
// A member must not find the same message twice, nor none. So which messages a file has is fixed in the ledger
// before its first byte; whoever finds a file that was begun makes it again, under the same name and to the same
// bytes, and it gets its name when it is whole. The signature comes last: a file without it is none yet. Only when
// that is on the disk are the messages sent, all at once. What an operator stops before is given back.
package pagefile

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"oshirase/jobs/compose"
	"oshirase/jobs/disk"
	"oshirase/jobs/faults"
	"oshirase/jobs/ledger"
	"oshirase/jobs/members"
	"oshirase/jobs/office"
)

// Endings of a file's parts, in the order in which they are put into place: the messages, a line for each member
// number; their SHA-256, for sha256sum -c; and the Ed25519 signature of that, 64 bytes.
const (
	LinesEnding     = ".jsonl"
	sumsEnding      = ".sha256"
	signatureEnding = ".sha256.sig"
)

// Parts are the names of a file's parts, the signature last: with it the file is whole.
func Parts(name string) []string {
	return []string{name + LinesEnding, name + sumsEnding, name + signatureEnding}
}

// term is for how long a killed process keeps others from writing what it was writing. It is renewed while files
// are made; two that write side by side after all write the same bytes.
const term = 15 * time.Second

// Place is where files go, and what signs them.
type Place struct {
	Dir    string
	Signer *members.Signer // nil: this process has no key
}

// Writer writes files.
type Writer struct {
	Place
	Ledger  *ledger.Ledger
	Offices *office.Offices
	Holder  string
}

// errStopped says that an operator has stopped the batch before the file was in place.
var errStopped = errors.New("stopped by an operator")

// errBlocked says that messages have left the file: they cannot be made.
var errBlocked = errors.New("a message left the file")

// Write writes all messages of a batch that are ready, after what was begun. Another process that does so leaves
// it nothing to do.
func (w *Writer) Write(ctx context.Context, batch int64) error {
	held, release, err := w.Ledger.Keep(ctx, ledger.Keeping{
		Lease: fmt.Sprintf("page/%d", batch), Holder: w.Holder, Term: faults.Duration("BIND", term),
	})
	if err != nil || release == nil {
		return err
	}
	defer release()
	for {
		f, err := w.next(held, batch)
		if err != nil || f == nil {
			return ledger.KeptFrom(held, err)
		}
		if err := w.finish(held, *f); err != nil {
			return ledger.KeptFrom(held, err)
		}
	}
}

// next is a file that was begun, or a new one; nil where nothing is left.
func (w *Writer) next(ctx context.Context, batch int64) (*ledger.PageFile, error) {
	begun, err := w.Ledger.PageFilesBegun(ctx, batch)
	if err != nil {
		return nil, err
	}
	if len(begun) > 0 {
		return &begun[0], nil
	}
	id, err := w.Ledger.CampaignOf(ctx, batch)
	if err != nil {
		return nil, err
	}
	o, err := w.Offices.Get(ctx, id)
	if err != nil || o.Page.InFile == 0 {
		return nil, err
	}
	return w.Ledger.FixPageFile(ctx, batch, o.Page.InFile)
}

// finish makes a file until it is in place, or none.
func (w *Writer) finish(ctx context.Context, f ledger.PageFile) error {
	for {
		claims, err := w.Ledger.PageFileClaims(ctx, f)
		if err != nil {
			return err
		}
		if len(claims) == 0 {
			return w.Ledger.DropPageFile(ctx, f)
		}
		job := &writing{Writer: w, file: &f, claims: claims, set: disk.Set{Dir: w.Dir, Name: f.Name}}
		switch err := job.write(ctx); {
		case errors.Is(err, errBlocked):
			continue
		case errors.Is(err, errStopped):
			return w.giveUp(ctx, f)
		case err != nil:
			return err
		}
		done, err := w.Ledger.PageFileWritten(ctx, f, job.lines)
		if err != nil || done {
			return err
		}
	}
}

// giveUp forgets a file that is not whole, with what is there of it.
func (w *Writer) giveUp(ctx context.Context, f ledger.PageFile) error {
	for _, name := range Parts(f.Name) {
		if err := os.Remove(filepath.Join(w.Dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return w.Ledger.DropPageFile(ctx, f)
}

// writing is one file in the making.
type writing struct {
	*Writer
	file   *ledger.PageFile
	claims []ledger.Claim
	lines  []ledger.PageLine
	set    disk.Set
}

func (j *writing) write(ctx context.Context) error {
	if err := disk.MakeDir(j.Dir); err != nil {
		return err
	}
	paths, err := disk.Paths(j.Dir, Parts(j.file.Name)...)
	if err != nil {
		return err
	}
	if err := j.Ledger.KeepFiles(ctx, j.file.Campaign, paths...); err != nil {
		return err
	}
	if err := j.set.Sweep(); err != nil {
		return err
	}
	err = j.set.Put(LinesEnding, func(w io.Writer) error { return j.messages(ctx, w) },
		func(string) error { return j.still(ctx) })
	if err != nil {
		return err
	}
	j.file.SHA256 = j.set.Parts[0].SHA256
	var sums bytes.Buffer
	if err := j.set.Sums(&sums); err != nil {
		return err
	}
	if err := j.put(sumsEnding, sums.Bytes()); err != nil {
		return err
	}
	faults.At("page sums")
	if err := j.put(signatureEnding, j.Signer.Sign(sums.Bytes())); err != nil {
		return err
	}
	faults.At("page signed")
	return nil
}

func (j *writing) put(ending string, text []byte) error {
	return j.set.Put(ending, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}, nil)
}

// still makes sure that nobody has stopped the batch, as long as nobody can have taken the file.
func (j *writing) still(ctx context.Context) error {
	faults.At("page written")
	stopped, err := j.Ledger.PageFileStopped(ctx, *j.file)
	if err != nil || !stopped {
		return err
	}
	if _, err := os.Stat(filepath.Join(j.Dir, j.file.Name+signatureEnding)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return errStopped
}

// messages writes the lines. Those that cannot be made are blocked.
func (j *writing) messages(ctx context.Context, to io.Writer) error {
	out := bufio.NewWriter(to)
	var text []byte
	blocked := false
	for i := range j.claims {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		var no *compose.BlockedError
		text, err = j.message(ctx, text[:0], &j.claims[i])
		if errors.As(err, &no) {
			blocked = true
			err = j.Ledger.Blocked(ctx, &j.claims[i], no.Reason)
		}
		if err != nil {
			return err
		}
		if _, err := out.Write(text); err != nil {
			return err
		}
	}
	if blocked {
		return errBlocked
	}
	return out.Flush()
}

// message appends the lines of one message.
func (j *writing) message(ctx context.Context, b []byte, c *ledger.Claim) ([]byte, error) {
	o, err := j.Offices.At(ctx, c.Campaign, c.Revision)
	if err != nil {
		return b, err
	}
	person, err := o.Case(c)
	if err != nil {
		return b, err
	}
	m, err := o.Book.Page(person, o.Key)
	if err != nil {
		return b, err
	}
	if b, err = members.AppendLines(b, m); err != nil {
		return b, fmt.Errorf("delivery %d: %w", c.Delivery, err)
	}
	j.lines = append(j.lines, ledger.PageLine{
		Delivery: c.Delivery, MessageID: m.Data.ID, SHA256: sha256.Sum256(b),
	})
	return b, nil
}
