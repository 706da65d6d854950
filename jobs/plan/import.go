package plan

import (
	"context"
	"errors"

	"oshirase/jobs/ledger"
	"oshirase/jobs/pace"
	"oshirase/jobs/seal"
	"oshirase/jobs/table"
)

// Enlist says how a plan goes into the ledger.
type Enlist struct {
	Key      *seal.Key
	Holder   string // names this process
	NamesOK  bool   // names that look like links were accepted
	Joined   int    // people of unlike rows who were accepted as one each; see Plan.Unlike
	By       ledger.Operator
	Progress func(people int) // how many are in the ledger, now and then and at the end; may be nil

	// Undoing hears, where the import is undone, now and then how many of its rows are gone. It may be nil.
	Undoing func(done, of int)

	// Settle has the last word on people who were counted while they were imported: its error undoes all.
	Settle func() error
}

// Import brings the campaign into the ledger, whole or not at all. The error is ErrChanged where
// the files are not those that were counted.
func (p *Plan) Import(ctx context.Context, l *ledger.Ledger, e Enlist) error {
	c, err := p.newCampaign(e.NamesOK)
	if err != nil {
		return err
	}
	if p.earlier != nil {
		return p.revise(ctx, l, c, e)
	}
	im, err := l.Begin(ctx, c, e.Key, e.Holder)
	if err != nil {
		return err
	}
	im.Progress, im.Undoing = e.Progress, e.Undoing
	if err = p.fill(ctx, im, e); err == nil {
		return nil
	}
	// The context may be done: what was imported goes all the same.
	return errors.Join(err, im.Abort(context.WithoutCancel(ctx)))
}

func (p *Plan) newCampaign(namesOK bool) (ledger.NewCampaign, error) {
	snapshot, fonts, err := p.Book.Snapshot()
	c := ledger.NewCampaign{
		ID: p.Folder.Manifest.ID, Revision: p.Folder.Manifest.Revision, Digest: p.Digest,
		Snapshot: snapshot, Assets: fonts, NamesOK: namesOK,
		Zone: p.Folder.Location.String(),
	}
	if f := p.Folder.Manifest.Channels.Feed; f != nil {
		c.PageTells = f.Tells
	} else if p.earlier != nil {
		c.PageTells = p.earlier.PageTells()
	}
	for _, b := range p.Batches {
		c.Batches = append(c.Batches, ledger.NewBatch{Name: b.Name, Start: b.Start, Report: b.terms})
	}
	return c, err
}

func (p *Plan) fill(ctx context.Context, im *ledger.Import, e Enlist) error {
	r := roll{im: im, key: e.Key, home: p.Folder.Manifest.Controller.Country}
	r.providers = pace.Shipped().With(p.Folder.Manifest.Providers)
	var people uint32
	var coded []uint32
	enter := func(e *Entry) error {
		if people++; p.entitled(*e) {
			coded = append(coded, people)
		}
		return r.add(ctx, e)
	}
	if err := p.enter(ctx, enter, e.Settle); err != nil {
		return err
	}
	if err := p.enterReports(ctx, &r); err != nil {
		return err
	}
	if err := p.enterCodes(ctx, im, coded); err != nil {
		return err
	}
	return im.Commit(ctx, p.importCounts(e), e.By)
}

func (p *Plan) importCounts(e Enlist) ledger.ImportCounts {
	return ledger.ImportCounts{
		Rows: p.Rows, Rejects: p.Rejects, Unaffected: p.Unaffected, LinkNames: p.LinkNames,
		Joined: e.Joined, Tally: p.peopleTally(),
	}
}

// enter walks the people in. They must be those who were counted; where nobody was, they are counted on the
// way.
func (p *Plan) enter(ctx context.Context, each func(*Entry) error, settle func() error) error {
	if !p.counted {
		err := p.countPeople(ctx, Options{Later: true}, each)
		if errors.Is(err, table.ErrChanged) {
			err = ErrChanged
		}
		if err != nil {
			return err
		}
		return settle()
	}
	counted := p.newCensus()
	err := p.again(ctx, func(e *Entry) error {
		counted.add(p, *e)
		return each(e)
	})
	if err == nil && !counted.equal(p.census) {
		err = ErrChanged
	}
	return err
}
