package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"oshirase/config/campaign"
	"oshirase/jobs/codes"
	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/plan"
)

// pool is what the command line says of a file of codes. What it does not say is as in the manifest.
type pool struct {
	file, encoding, column string
	starts, term, enrollBy string
	prefix                 string // of its flags
}

func (x *pool) flags(c *cobra.Command, prefix string) {
	f := c.Flags()
	x.prefix = prefix
	f.StringVar(&x.column, prefix+"column", "", "the heading of the codes; unset: as in the manifest")
	f.StringVar(&x.starts, prefix+"starts", "", "first `DAY` of their term; unset: as in the manifest")
	f.StringVar(&x.term, prefix+"term", "", "their `TERM`, such as 2y or 90d; unset: as in the manifest")
	f.StringVar(&x.enrollBy, prefix+"enroll-by", "", "last `DAY` on which they can be used")
}

// lot reads a file of codes for a campaign. They must be of use still.
func (x *pool) lot(o *office.Office, now time.Time) (ledger.Lot, *plan.Pool, error) {
	m := o.Book.Folder.Manifest.Codes
	if m == nil {
		return ledger.Lot{}, nil, failed("campaign %s has no codes", o.ID).
			hint("a campaign that gives codes says so in its manifest: codes: {file: …}")
	}
	terms, err := x.terms(m)
	if err == nil {
		err = x.over(o, terms, now)
	}
	if err != nil {
		return ledger.Lot{}, nil, err
	}
	f, err := os.Open(x.file)
	if err != nil {
		return ledger.Lot{}, nil, err
	}
	defer f.Close()
	found, faults, err := plan.ReadPool(f, filepath.Base(x.file), codes.Options{
		Encoding: x.encoding, Code: cmp.Or(x.column, m.Column),
	})
	if err != nil {
		return ledger.Lot{}, nil, codesFault(x.file, err)
	}
	if len(faults) > 0 {
		return ledger.Lot{}, nil, rowsFault(x.file, faults)
	}
	return found.Lot(terms), found, nil
}

func (x *pool) terms(m *campaign.Codes) (campaign.Terms, error) {
	if x.starts == "" && x.term == "" && x.enrollBy == "" {
		return m.Terms, nil
	}
	terms, bad := campaign.ParseTerms(cmp.Or(x.starts, m.Starts), cmp.Or(x.term, m.Term), x.enrollBy)
	if len(bad) == 0 {
		return terms, nil
	}
	f := usage("%s", bad[0].What)
	for _, b := range bad {
		f.hint("%s", b.Do)
	}
	return terms, f
}

// over refuses codes that are of no use any more, unless the campaign says that it sends such.
func (x *pool) over(o *office.Office, t campaign.Terms, now time.Time) error {
	f := o.Book.Folder
	today := now.In(f.Location)
	if f.Manifest.Codes.TakesEnded() || !t.Ended(today) {
		return nil
	}
	return failed("%s: the codes are of no use after %s, and today is %s", x.file, t.Last().Format(time.DateOnly),
		today.Format(time.DateOnly)).
		hint("give the term that they have, with --%sstarts, --%[1]sterm and --%[1]senroll-by; nothing was done", x.prefix)
}

// codesFault says what to do about a file of codes that cannot be read.
func codesFault(path string, err error) error {
	if errors.Is(err, codes.ErrColumn) {
		return failed("%s", path).because(err).hint("name the heading with --column; nothing was done")
	}
	return tableFault(path, err)
}

// rowsFault says what is wrong with the rows of a file of which nothing is taken.
func rowsFault(path string, faults []codes.Fault) error {
	f := failed("%s:%d: %s", path, faults[0].Line, faults[0].Why)
	if more := len(faults) - 1; more > 0 {
		f.what += fmt.Sprintf("; and %s", plural(more, "row more", "rows more"))
	}
	return f.hint("a file of codes is taken whole: ask its issuer; nothing was done")
}

func (p *program) codesAddCommand() *cobra.Command {
	var x pool
	var confirm string
	c := &cobra.Command{
		Use: "add ID FILE", Short: "Add codes, and give them to those who have none",
		Long: `Add codes to a campaign, and give them, in the order of the file, to the people who are to have one and have
none. What was blocked for want of one becomes ready: it asks for the campaign and that number, or takes
them as --confirm. Codes that are not needed are kept for later.

The file is taken whole or not at all: a code that stands in it twice, or is in the campaign already, is
named by its row, never by itself. The same file again adds nothing, and goes on where it was broken off.
Codes of which the last day has passed are not taken, unless the manifest says codes: {ended: accepted}.

With --json: {"campaign":"delta-2018","added":20,"given":20,"deliveries":23,"left":0,"missing":0}

` + exitHelp,
		Args: p.idAndFile(&x.file),
		RunE: func(c *cobra.Command, args []string) error { return p.codesAdd(c.Context(), args[0], x, confirm) },
	}
	x.flags(c, "")
	c.Flags().StringVar(&x.encoding, "encoding", "auto", "`NAME`: utf-8, utf-8-bom, cp932, or auto to find it out")
	c.Flags().StringVar(&confirm, "confirm", "", "`ID:COUNT` of the "+sendable)
	p.jsonFlag(c)
	p.whyFlag(c)
	return c
}

// idAndFile takes a campaign and a file.
func (p *program) idAndFile(file *string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != 2 {
			return usage("%s takes a campaign id and a file; %d given", c.Name(), len(args)).
				hint("see: %s --help", c.CommandPath())
		}
		p.subject, *file = args[0], args[1]
		return nil
	}
}

func (p *program) codesAdd(ctx context.Context, id string, x pool, confirm string) error {
	l, err := p.open(ctx, id)
	if err != nil {
		return err
	}
	defer l.Close()
	lot, read, err := x.lot(l.Office, p.now())
	if err != nil {
		return err
	}
	p.warnAlike(x.file, read)
	if err := l.CodesKnown(ctx, id, lot, l.Key); err != nil {
		return knownFault(x.file, read, err)
	}
	free, err := codesWith(ctx, l.Ledger, id, lot)
	if err != nil {
		return err
	}
	_, deliveries, err := l.ToSupply(ctx, id, free)
	if err != nil {
		return err
	}
	if deliveries > 0 {
		if err := p.confirm(ctx, confirm, plan.Confirm(id, deliveries), deliveries); err != nil {
			return err
		}
	}
	_, fresh, err := l.AddCodes(ctx, id, lot, l.Key, p.operator())
	if err != nil {
		return knownFault(x.file, read, err)
	}
	given, err := l.Supply(ctx, id, p.operator())
	if err != nil {
		return err
	}
	return p.showAdded(ctx, l.Ledger, id, lot, fresh, given)
}

// warnAlike warns of codes that differ by small and capital letters alone.
func (p *program) warnAlike(path string, read *plan.Pool) {
	if what := read.Alike(); what != "" {
		p.warning("%s: %s", path, what)
		p.hint(plan.AlikeHint)
	}
}

// codesWith is how many codes nobody has, once a file is there; its codes count once.
func codesWith(ctx context.Context, l *ledger.Ledger, id string, lot ledger.Lot) (int, error) {
	have, err := l.CodeCounts(ctx, id)
	free := len(lot.Codes)
	for _, x := range have.Lots {
		if free += x.Left; x.Sum == lot.Sum {
			free -= len(lot.Codes)
		}
	}
	return free, err
}

func (p *program) showAdded(ctx context.Context, l *ledger.Ledger, id string, lot ledger.Lot, fresh bool,
	given ledger.Supplied) error {
	added := len(lot.Codes)
	if !fresh {
		added = 0
		p.note("%s is in the ledger already; none of its codes was added again", lot.Name)
	}
	after, err := countCodes(ctx, l, id)
	if err != nil {
		return err
	}
	if p.asJSON {
		return p.json(map[string]any{
			"campaign": id, "added": added, "given": given.People, "deliveries": given.Deliveries,
			"left": after.Left, "missing": after.Missing,
		})
	}
	p.print("%s added, %s given one, %s ready, %s left\n", plural(added, "code", "codes"),
		plural(given.People, "person", "people"), plural(given.Deliveries, "delivery", "deliveries"),
		thousands(after.Left))
	p.sayMissing(after)
	return nil
}

// knownFault names the rows of codes that are in the ledger already.
func knownFault(path string, read *plan.Pool, err error) error {
	var known *ledger.KnownCodesError
	if !errors.As(err, &known) {
		return err
	}
	return failed("%s:%d: the code is in the campaign already", path, read.Line(known.Index[0])).
		hint("a code is given once: ask its issuer for a file of new ones; nothing was added")
}
