package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"oshirase/jobs/ledger"
	"oshirase/jobs/plan"
	"oshirase/jobs/seal"
)

// purging is what purge is told on the command line.
type purging struct {
	accept int
	consent
}

func (p *program) purgeCommand() *cobra.Command {
	var o purging
	c := &cobra.Command{
		Use: "purge ID", Short: "Make a campaign's people unreadable for good, and keep the proof",
		Long: `Make a campaign's people unreadable, for good. Its key is overwritten and removed; what is sealed in the
ledger is emptied; the files with personal data that were written here are overwritten and removed: print
files and their indexes, what was handed over into a directory, letters looked up, lists. Counts, deliveries,
attempts, hashes and the journal stay, and so do status and report. What it cannot reach is named: other
machines, the mail house, backups, the folder the people came from.

The campaign must be finished or cancelled. E-mails of which nobody knows whether they arrived, and letters
that were bound and not handed over, are accepted by their number: --accept-unsettled 3. It asks for the
campaign and the number of its people, or takes them as --confirm. After a break, do the same again; on
another machine it takes the files there.

The ledger's data was unreadable from the moment the key was gone, in its copies too, for as long as there is
no copy of the key. The file is written anew where no worker runs, so that nothing is left in its gaps.

With --json:
  {"campaign":"ts-2013-09","purged_at":"2014-03-31T01:00:00Z","people":97,"key_destroyed":true,
   "ledger_rewritten":true,"destroyed":["/srv/print/ts-2013-09-002-01.pdf"],"missing":[],
   "failed":[{"path":"…","why":"…"}],"elsewhere":[{"host":"worker2","path":"…"}],"left":["…"]}
Of --dry-run "purged_at" is missing, and "destroyed" is what would be.

` + exitHelp,
		Args: p.one("a campaign id"),
		RunE: func(c *cobra.Command, args []string) error { return p.purge(c.Context(), args[0], o) },
	}
	c.Flags().IntVar(&o.accept, "accept-unsettled", 0, "give this `NUMBER` of uncertain e-mails and unsent letters up")
	o.flags(c, "only say what would be destroyed, and what would be left", "people who become unreadable")
	p.jsonFlag(c)
	p.whyFlag(c)
	return c
}

// purged is what has become of a campaign's data.
type purged struct {
	Campaign  string    `json:"campaign"`
	At        time.Time `json:"purged_at,omitzero"`
	People    int       `json:"people"`
	Key       bool      `json:"key_destroyed"`    // there was one here
	Rewritten bool      `json:"ledger_rewritten"` // so that nothing is left in its gaps
	Destroyed []string  `json:"destroyed"`
	Missing   []string  `json:"missing"` // written here, and not there any more
	Failed    []unwiped `json:"failed"`
	Elsewhere []faraway `json:"elsewhere"`
	Left      []string  `json:"left"` // in words: what no program reaches

	files []ledger.PersonalFile // that are here
}

type unwiped struct {
	Path string `json:"path"`
	Why  string `json:"why"`
}

type faraway struct {
	Host string `json:"host"`
	Path string `json:"path"`
}

func (p *program) purge(ctx context.Context, id string, o purging) error {
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	counts, err := l.Counts(ctx, id)
	if err != nil {
		return err
	}
	out, err := p.survey(ctx, l, counts)
	if err != nil {
		return err
	}
	if o.dry {
		for _, f := range out.files {
			out.Destroyed = append(out.Destroyed, f.Path)
		}
		return p.showPurged(out, "would be destroyed")
	}
	if counts.Campaign.Purged.IsZero() {
		if err := p.begin(ctx, l, counts, o); err != nil {
			return err
		}
	}
	p.goOn = "finish it with: oshirase purge " + id
	if err := p.destroy(ctx, l, out); err != nil {
		return interrupted(ctx, err)
	}
	if err := p.showPurged(out, "destroyed"); err != nil || len(out.Failed) == 0 {
		return err
	}
	return failed("%s could not be destroyed", plural(len(out.Failed), "file", "files")).
		hint("see who owns them and their mode, then do the same again")
}

// begin asks, and then marks the campaign: from there on there is no way back.
func (p *program) begin(ctx context.Context, l *ledger.Ledger, c ledger.Counts, o purging) error {
	id, people := c.Campaign.ID, plural(c.People.Affected, "person", "people")
	if err := c.Unfinished(o.accept); err != nil {
		return unfinished(err)
	}
	err := p.agree(ctx, o.confirm, plan.Confirm(id, c.People.Affected), question{
		note: "this makes " + people + " of campaign " + id + " unreadable for good; nothing brings them back",
		need: people + " of campaign " + id + " would be unreadable for good: this needs a confirmation",
	})
	if err != nil {
		return err
	}
	return unfinished(l.Purge(ctx, id, o.accept, p.operator()))
}

func unfinished(err error) error {
	var e *ledger.UnfinishedError
	if !errors.As(err, &e) {
		return err
	}
	f := failed("").because(err)
	if e.Open > 0 {
		return f.hint("let it end, or take back what was not sent: oshirase cancel %s", e.Campaign).
			hint("what is at the relay is settled by its worker, or a minute after that has died")
	}
	return f.hint("find out about them first: oshirase resolve %s; oshirase handover %s", e.Campaign, e.Campaign).
		hint("to give them up: --accept-unsettled %d", e.Unsettled)
}

// destroy does all that can be done again.
func (p *program) destroy(ctx context.Context, l *ledger.Ledger, out *purged) error {
	c, err := l.Campaign(ctx, out.Campaign)
	if err != nil {
		return err
	}
	out.At = c.Purged
	if out.Key, err = p.keys().Destroy(out.Campaign); err != nil {
		return err
	}
	err = l.Erase(ctx, out.Campaign, func(n int) { p.progress(n, out.People, "people erased") })
	if err != nil {
		return err
	}
	for _, f := range out.files {
		if err := wipe(ctx, l, f, out); err != nil {
			return err
		}
	}
	if out.Rewritten, err = l.Rewrite(ctx); err != nil {
		p.warning("%v: what is in its gaps is sealed, and the key is gone", err)
	}
	what := fmt.Sprintf("files destroyed; %d not, %d elsewhere", len(out.Failed)+len(out.Missing), len(out.Elsewhere))
	return l.Note(ctx, out.Campaign, p.operator(), "purge", what, len(out.Destroyed))
}

// wipe destroys one file. One that is not there is not forgotten: it may be on a disk that is not in place.
func wipe(ctx context.Context, l *ledger.Ledger, f ledger.PersonalFile, out *purged) error {
	err := seal.Wipe(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		out.Missing = append(out.Missing, f.Path)
		return nil
	case errors.Is(err, seal.ErrNoFile):
		out.Failed = append(out.Failed, unwiped{f.Path, seal.ErrNoFile.Error()})
		return nil
	case err != nil:
		out.Failed = append(out.Failed, unwiped{f.Path, bare(err).Error()})
		return nil
	}
	out.Destroyed = append(out.Destroyed, f.Path)
	return l.ForgetFile(ctx, f)
}

// survey says what there is to destroy, here and elsewhere, while it can still be read.
func (p *program) survey(ctx context.Context, l *ledger.Ledger, c ledger.Counts) (*purged, error) {
	id := c.Campaign.ID
	out := &purged{
		Campaign: id, At: c.Campaign.Purged, People: c.People.Affected, Destroyed: []string{}, Missing: []string{},
		Failed: []unwiped{}, Elsewhere: []faraway{}, Left: []string{},
	}
	files, err := l.PersonalFiles(ctx, id)
	if err != nil {
		return nil, err
	}
	here, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if f.Host == here || f.Host == "" {
			out.files = append(out.files, f)
		} else {
			out.Elsewhere = append(out.Elsewhere, faraway(f))
		}
	}
	out.Left, err = p.leftBehind(ctx, l, c)
	return out, err
}

// showPurged says what became of what.
func (p *program) showPurged(out *purged, done string) error {
	if p.asJSON {
		return p.json(out)
	}
	p.print("campaign %s: %s\n", out.Campaign, plural(out.People, "person", "people"))
	key := []string{done, "key " + filepath.Join(p.settings.Keys, "campaign-"+out.Campaign+".key")}
	if !out.Key && !out.At.IsZero() {
		key[0] = "not there"
	}
	p.table(append([][]string{key}, out.rows(done)...))
	p.hintPurged(out)
	return nil
}

func (out *purged) rows(done string) (rows [][]string) {
	for _, path := range out.Destroyed {
		rows = append(rows, []string{done, path})
	}
	for _, path := range out.Missing {
		rows = append(rows, []string{"not there", path})
	}
	for _, f := range out.Failed {
		rows = append(rows, []string{"still there", f.Path + ": " + f.Why})
	}
	for _, f := range out.Elsewhere {
		rows = append(rows, []string{"on " + f.Host, f.Path})
	}
	for _, words := range out.Left {
		rows = append(rows, []string{"left to you", words})
	}
	return rows
}

func (p *program) hintPurged(out *purged) {
	if out.At.IsZero() {
		return
	}
	if len(out.Elsewhere) > 0 {
		p.hint("on each of the other machines, for the files there: oshirase purge %s", out.Campaign)
	}
	if !out.Rewritten && !ledger.IsServer(p.settings.Ledger) {
		p.hint("workers run: when they have stopped, do the same again, and the ledger's file is written anew")
	}
	p.note("campaign %s is purged; its numbers: oshirase status %s", out.Campaign, out.Campaign)
}
