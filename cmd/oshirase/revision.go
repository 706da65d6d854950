package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"oshirase/config/campaign"
	"oshirase/jobs/ledger"
	"oshirase/jobs/plan"
	"oshirase/jobs/report"
	"oshirase/jobs/revision"
)

// earlier is the ledger that a further revision is compared with.
type earlier struct{ l *ledger.Ledger }

func (e *earlier) close() {
	if e.l != nil {
		e.l.Close()
	}
}

// earlier opens what people were told in the revision before; nil where there is none. sending lets a revision
// that somebody began to put in force be finished first.
func (p *program) earlier(ctx context.Context, m campaign.Manifest, from *earlier, sending bool) (
	*plan.Earlier, error) {
	if m.Revision == 1 {
		return nil, nil
	}
	c, err := p.before(ctx, m.ID, from, sending)
	if err != nil {
		return nil, err
	}
	if c == nil && !sending {
		p.sayUncompared(m)
	}
	if c == nil || c.Revision >= m.Revision {
		return nil, nil
	}
	if c.Switching < 0 {
		return nil, ledger.ErrSwitching
	}
	if next := c.Revision + 1; m.Revision > next {
		p.warning("revision %d of this folder follows revision %d: no later one can have a number between", m.Revision,
			c.Revision)
		p.hint("what comes next is usually revision: %d", next)
	}
	if err := p.checkKey(c); err != nil {
		return nil, err
	}
	if err := p.warnUnhanded(ctx, from.l, m.ID); err != nil {
		return nil, err
	}
	key, err := p.keys().Campaign(m.ID)
	if err != nil {
		return nil, err
	}
	past, err := revision.New(ctx, from.l, m.ID, key)
	if err != nil {
		return nil, err
	}
	codes, err := from.l.CodeCounts(ctx, m.ID)
	return &plan.Earlier{Comparison: past, Key: key, Lots: codes.Lots}, err
}

// warnUnhanded tells of letters in print files that the mail house does not have. Nobody knows that they will not be
// posted, so they count; what takes one of them back may arrive first.
func (p *program) warnUnhanded(ctx context.Context, l *ledger.Ledger, id string) error {
	files, err := l.Handovers(ctx, id)
	if err != nil {
		return err
	}
	letters := 0
	for _, f := range files {
		if f.At.IsZero() {
			letters += f.Pieces
		}
	}
	if letters > 0 {
		p.warning("%s of %s printed and not handed over: their people count as told",
			plural(letters, "letter", "letters"), id)
		p.hint("hand them over before an update or a withdrawal goes out: oshirase handover %s --to PLACE", id)
	}
	return nil
}

// sayUncompared says why a further revision of a campaign that the ledger does not have is held against nothing.
func (p *program) sayUncompared(m campaign.Manifest) {
	p.warning("revision %d is not compared with what people were told: the ledger %s does not have %s", m.Revision,
		ledger.Name(p.settings.Ledger), m.ID)
	p.hint("OSHIRASE_LEDGER names another ledger")
}

// taken says where the ledger has the number of this revision already, or a later one: then nothing is to be sent.
// Where it cannot be read there is nothing to say: who only looks at a folder may have none.
func (p *program) taken(ctx context.Context, f *plan.Plan) bool {
	l, err := ledger.Open(ctx, p.settings.Ledger, false, p.now)
	if err != nil {
		return false
	}
	defer l.Close()
	m := f.Folder.Manifest
	c, err := l.Campaign(ctx, m.ID)
	if err != nil || c.Revision < m.Revision {
		return false
	}
	if c.Revision == m.Revision && c.Digest == f.Digest {
		p.note("campaign %s revision %d is in the ledger already: nothing is to be sent", m.ID, m.Revision)
		return true
	}
	other := ""
	if c.Revision == m.Revision {
		other = " with other content"
	}
	p.warning("%s is in the ledger at revision %d%s: revision %d of this folder cannot follow it", m.ID, c.Revision,
		other, m.Revision)
	p.hint("what comes next is revision %d", c.Revision+1)
	return true
}

// before is the campaign as the ledger has it; nil where it does not.
func (p *program) before(ctx context.Context, id string, from *earlier, sending bool) (c *ledger.Campaign,
	err error) {
	from.l, err = ledger.Open(ctx, p.settings.Ledger, false, p.now)
	if errors.Is(err, fs.ErrNotExist) {
		from.l = nil
		return nil, nil
	}
	if err == nil {
		err = from.l.Here(ctx)
	}
	if err != nil {
		return nil, err
	}
	c, err = from.l.Campaign(ctx, id)
	if errors.Is(err, ledger.ErrNoCampaign) {
		return nil, nil
	}
	if err == nil {
		err = c.Readable()
	}
	if err != nil || c.Switching >= 0 || !sending {
		return c, err
	}
	if err := from.l.FinishRevision(ctx, id, p.id()); err != nil {
		return nil, err
	}
	return from.l.Campaign(ctx, id)
}

// abandon takes back what a process that died has brought in of a further revision. The one in force goes on as its
// operator left it.
func (p *program) abandon(ctx context.Context, l *ledger.Ledger, c ledger.Campaign) error {
	if err := l.Abandon(ctx, c.ID, p.id()); err != nil {
		return err
	}
	p.note("revision %d of %s, which was not whole, was taken back; revision %d goes on", c.Switching, c.ID, c.Revision)
	return nil
}

// saySwitching says that a further revision is on its way, and what can be done where nobody brings it any more.
func (p *program) saySwitching(s report.Status) {
	switch {
	case s.Switching > 0:
		p.print("revision %d is being brought in: nothing is sent\n", s.Switching)
		p.hint("where that was cut off, enqueue its folder again, or go on without it: oshirase resume %s", s.Campaign)
	case s.Switching < 0:
		p.print("revision %d is being put in force: nothing is sent\n", -s.Switching)
		p.hint("where that was cut off, a worker goes on with it within a minute, and so does enqueue of its folder")
	}
}

// showPurposes says what a further revision has to tell, and whom.
func (p *program) showPurposes(f *plan.Plan) {
	if f.Purposes == nil {
		return
	}
	paged := f.Folder.Manifest.Channels.Feed != nil
	rows := [][]string{{fmt.Sprintf("SINCE REVISION %d", f.Purposes.Before), "PEOPLE", "E-MAIL", "LETTER"}}
	if paged {
		rows[0] = append(rows[0], "FEED")
	}
	for _, x := range []struct {
		what string
		plan.Purpose
	}{
		{purposeWords(ledger.First), f.Purposes.First}, {"update", f.Purposes.Update},
		{"withdrawal", f.Purposes.Withdrawal}, {"nothing new", f.Purposes.Nothing},
	} {
		row := []string{x.what, thousands(x.People), thousands(x.Channels[ledger.Email]),
			thousands(x.Channels[ledger.Letter])}
		if paged {
			row = append(row, thousands(x.Channels[ledger.Page]))
		}
		rows = append(rows, row)
	}
	p.print("\n")
	p.table(rows)
	if x := f.Purposes; x.Gone > 0 {
		p.print("of %s told before, no longer affected: %s (%.1f%%)\n",
			plural(x.Told, "person", "people"),
			thousands(x.Gone), 100*float64(x.Gone)/float64(x.Told))
	}
}
