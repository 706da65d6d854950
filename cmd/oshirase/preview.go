package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oshirase/jobs/compose"
	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/plan"
	"oshirase/jobs/seal"
	"oshirase/letters"
)

func (p *program) previewCommand() *cobra.Command {
	var of subject
	var to showing
	c := &cobra.Command{
		Use:   "preview FOLDER|ID --person REF",
		Short: "Show exactly what one person, or one company, gets: text, HTML and PDF",
		Long: `Show exactly what one person gets. Of a folder, REF is a row, such as recipients/ap-a.csv:17 (data rows
from 1), or a reference; of a campaign in the ledger it is a reference. Without --out the text is printed;
with it the e-mail (.eml), its text and HTML, the letter (.pdf), and the message for the members' page
(.json) are written there. --proof adds the
letter with a layer that shows the envelope's window, how far the sheet moves behind it, and the folds.
One-use codes are shown as XXXX-XXXX-XXXX.

With --company instead of --person it is the report to a company, without the list of its people.`,
		Args: p.one("a campaign folder or id"),
		RunE: func(c *cobra.Command, args []string) error {
			return p.preview(c.Context(), args[0], of, to)
		},
	}
	c.Flags().StringVar(&of.person, "person", "", "the person: `FILE:ROW` or reference")
	c.Flags().StringVar(&of.company, "company", "", "the company of this `NAME`, which is reported to")
	c.Flags().StringVar(&to.out, "out", "", "write all forms into this `DIR`")
	c.Flags().BoolVar(&to.proof, "proof", false, "with --out: also the letter behind its envelope's window")
	return c
}

// subject is whose preview it is.
type subject struct{ person, company string }

// showing is where a preview goes and what belongs to it.
type showing struct {
	out   string // a directory; empty: the terminal
	proof bool
	apart bool                 // on the terminal, an empty line before each piece
	keep  func([]output) error // notes what is written for purge; nil where there is no campaign yet
}

// piece is what can be shown of one delivery.
type piece struct {
	book    *compose.Book
	cases   compose.Case
	channel string
	signer  signer
	stem    string // of the files' names
}

type signer interface {
	MAC(purpose string, data []byte) []byte
}

func (p *program) preview(ctx context.Context, source string, of subject, to showing) error {
	if (of.person == "") == (of.company == "") {
		return usage("preview is of one person, or of one company").
			hint("--person FILE:ROW (data rows from 1), --person REFERENCE, or --company NAME")
	}
	if to.proof && to.out == "" {
		return usage("a proof is a file, and there is nowhere to write it").hint("add --out DIR")
	}
	find := p.piecesOfFolder
	if info, err := os.Stat(source); err != nil || !info.IsDir() {
		find = p.piecesOfLedger
		to.keep = func(files []output) error { return p.keepShown(ctx, source, to.out, files) }
	}
	pieces, err := find(ctx, source, of)
	if err != nil {
		return err
	}
	if len(pieces) == 0 {
		p.note("this person cannot be reached: there is no usable e-mail address and no postal address")
		return nil
	}
	return p.showPieces(pieces, to)
}

func (p *program) showPieces(pieces []piece, to showing) error {
	for _, x := range pieces {
		if to.apart {
			p.print("\n")
		}
		if err := p.showPiece(x, to); err != nil {
			return err
		}
	}
	if len(pieces) > 0 && pieces[0].cases.Code != (compose.Code{}) {
		p.note("the code %s is a placeholder: a person's own code is never shown", pieces[0].cases.Code.Code)
	}
	return nil
}

func (p *program) piecesOfFolder(ctx context.Context, folder string, of subject) ([]piece, error) {
	found, err := plan.Read(ctx, folder, plan.Options{Now: p.now(), Fonts: letters.Embedded()})
	if err != nil {
		return nil, folderFault(folder, err)
	}
	if found.Invalid() {
		p.problems(found.Problems)
		return nil, quiet(exitInvalid)
	}
	if of.company != "" {
		report, channel, err := found.ReportTo(ctx, of.company)
		if err == nil && report == nil {
			err = noReport(of.company)
		}
		if err != nil {
			return nil, err
		}
		return []piece{{found.Book, *report, channel, noKey{}, report.Ref}}, nil
	}
	entry, err := found.Find(ctx, found.Match(of.person))
	if err != nil {
		return nil, err
	}
	if entry == nil {
		return nil, noPerson(of.person)
	}
	var out []piece
	for _, channel := range entry.Channels {
		// Not in the ledger yet: no delivery, no key. Both only make addresses for machines.
		of := found.CaseOf(*entry)
		out = append(out, piece{found.Book, of, channel, noKey{}, of.Ref})
	}
	return out, nil
}

// noKey signs a preview's addresses, which are never used.
type noKey struct{}

func (noKey) MAC(string, []byte) []byte { return make([]byte, 32) }

func noReport(company string) error {
	return failed("nobody is reported to about the company %q", company).
		hint("the manifest says batches: {report: …}, and the contact is in the companies file")
}

func noPerson(ref string) error {
	return failed("no affected person is %q", ref).
		hint("name a row, such as recipients/ap-a.csv:17, or a reference such as 7K2-9QX-M3D")
}

func (p *program) piecesOfLedger(ctx context.Context, id string, of subject) ([]piece, error) {
	l, err := p.open(ctx, id)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	row, err := rowOf(ctx, l.Ledger, id, of, l.Key)
	if err != nil {
		return nil, err
	}
	return p.piecesOf(ctx, l.offices, id, *row)
}

// rowOf finds a person, or the contact of a company, in the ledger.
func rowOf(ctx context.Context, l *ledger.Ledger, id string, of subject, key *seal.Key) (*ledger.PersonRow, error) {
	if of.company != "" {
		row, err := l.ContactOf(ctx, id, of.company, key)
		if err == nil && row == nil {
			err = noReport(of.company)
		}
		return row, err
	}
	ref := of.person
	if right, ok := plan.ParseReference(ref); ok {
		ref = right
	}
	row, err := l.PersonByRef(ctx, id, ref, key)
	if err == nil && row == nil {
		row, err = l.ContactByRef(ctx, id, ref, key) // who quotes the number of their report
	}
	if err == nil && row == nil {
		err = noPerson(ref)
	}
	return row, err
}

// piecesOf makes again what a person of the ledger was or will be sent, each as its revision promised, with a
// placeholder for a one-use code: who looks on could use the real one.
func (p *program) piecesOf(ctx context.Context, offices *office.Offices, id string, row ledger.PersonRow) (
	[]piece, error) {
	var out []piece
	for _, d := range row.Deliveries {
		office, err := offices.At(ctx, id, d.Revision)
		if err != nil {
			return nil, err
		}
		person, err := addressee(row, d)
		if err != nil {
			return nil, err
		}
		date := d.FirstAt
		if date.IsZero() {
			date = p.now().UTC().Truncate(time.Second)
		}
		out = append(out, piece{office.Book, compose.Case{
			Person: person, Ref: row.Ref, Notice: d.Notice, Locale: d.Locale, Batch: d.Batch,
			Delivery: d.ID, Date: date, Purpose: d.Purpose, NamesOK: true,
			Code: office.Book.Placeholder(person),
		}, d.Channel, office.Key, stemOf(row, d)})
	}
	return out, nil
}

// stemOf names the files of a delivery. Who was written to more than once has those of each time side by side.
func stemOf(row ledger.PersonRow, d ledger.DeliveryRow) string {
	first := row.Deliveries[0]
	if !slices.ContainsFunc(row.Deliveries, func(x ledger.DeliveryRow) bool {
		return x.Revision != first.Revision || x.Purpose != first.Purpose || x.Round != first.Round
	}) {
		return row.Ref
	}
	stem := fmt.Sprintf("%s-r%d-%s", row.Ref, d.Revision, d.Purpose)
	if d.Round > 1 {
		stem += fmt.Sprintf("-%d", d.Round)
	}
	return stem
}

func (p *program) showPiece(x piece, to showing) error {
	switch x.channel {
	case ledger.Letter:
		return p.showLetter(x, to)
	case ledger.Page:
		return p.showPage(x, to)
	}
	m, _, err := x.book.Email(x.cases, x.signer)
	if err != nil {
		return blockedFault(err)
	}
	if to.out == "" {
		p.print("To: %s\nSubject: %s\n\n%s\n", m.To, m.Subject, m.Text)
		return nil
	}
	raw, err := m.Bytes()
	if err != nil {
		return err
	}
	return p.writeShown(to, []output{
		{x.stem + ".eml", raw}, {x.stem + ".txt", []byte(m.Text)},
		{x.stem + ".html", []byte(m.HTML)},
	})
}

// showPage shows a message for the members' page: the very bytes, where they go to a file.
func (p *program) showPage(x piece, to showing) error {
	m, err := x.book.Page(x.cases, x.signer)
	if err != nil {
		return blockedFault(err)
	}
	if to.out == "" {
		p.print("Members: %s\nSubject: %s\n\n%s\n", strings.Join(m.Data.Members, ", "), m.Data.Subject, m.Data.Text)
		return nil
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return p.writeShown(to, []output{{x.stem + ".json", raw}})
}

func (p *program) writeShown(to showing, files []output) error {
	if to.keep != nil {
		if err := to.keep(files); err != nil {
			return err
		}
	}
	return p.writeAll(to.out, files)
}

func (p *program) keepShown(ctx context.Context, id, dir string, files []output) error {
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	return keepOutputs(ctx, l, id, dir, files)
}

// keepOutputs notes files of personal data for purge, before they are written.
func keepOutputs(ctx context.Context, l *ledger.Ledger, id, dir string, files []output) error {
	whole, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	var paths []string
	for _, f := range files {
		paths = append(paths, filepath.Join(whole, f.name))
	}
	return l.KeepFiles(ctx, id, paths...)
}

func blockedFault(err error) error {
	var blocked *compose.BlockedError
	if errors.As(err, &blocked) {
		return &fault{code: exitFailures, what: "this delivery would be blocked: " + blocked.Reason}
	}
	return err
}

func (p *program) showLetter(x piece, to showing) error {
	letter, set, err := x.book.Typeset(x.cases)
	if err != nil {
		return blockedFault(err)
	}
	press, err := x.book.Press()
	if err != nil {
		return err
	}
	if to.out == "" {
		// What Typeset took has a block; --out has the pages.
		block, err := press.Block(letter)
		p.print("letter %s, %s\n\n%s\n\n%s\n%s\n", letter.Piece, plural(set.Pages, "page", "pages"),
			strings.Join(block, "\n"), letter.Date, letter.Document.Title)
		return err
	}
	var pdf, proof bytes.Buffer
	err = press.Bind(&pdf, letters.Job{Title: x.cases.Ref, Created: x.cases.Date}, single(letter), nothing)
	if err != nil {
		return err
	}
	files := []output{{x.stem + ".pdf", pdf.Bytes()}}
	if to.proof {
		if err := press.Proof(&proof, x.cases.Ref, x.cases.Date, letter); err != nil {
			return err
		}
		files = append(files, output{x.stem + ".proof.pdf", proof.Bytes()})
	}
	return p.writeShown(to, files)
}

func single(l letters.Letter) iter.Seq2[letters.Letter, error] {
	return func(yield func(letters.Letter, error) bool) { yield(l, nil) }
}

type output struct {
	name string
	data []byte
}

// writeAll writes files of personal data: for their owner only.
func (p *program) writeAll(dir string, files []output) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make %q: %w", dir, bare(err))
	}
	for _, f := range files {
		path := filepath.Join(dir, f.name)
		if err := writeOwn(path, func(w io.Writer) error { _, err := w.Write(f.data); return err }); err != nil {
			return err
		}
		p.print("%s\n", path)
	}
	return nil
}
