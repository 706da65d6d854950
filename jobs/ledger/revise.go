package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"oshirase/jobs/seal"
)

// Bringing in a further revision has two halves. In the first, what it makes of each person is laid down as
// drafts, beside the people as they are; nothing is sent meanwhile, so that what they were told stays what it
// was compared with. It can be given up, and one that died is begun again. The second puts the drafts in force,
// some hundred people a transaction, and takes each away in the transaction that does so: whoever finds it
// unfinished goes on.

// Change is what a revision makes of one person.
type Change string

// The changes. The first three are also the purposes of the notices that follow from them.
const (
	BeFirst     Change = First
	BeUpdated   Change = Update
	BeWithdrawn Change = Withdrawal
	BeCleared   Change = "cleared"  // no longer affected, and was told nothing
	BeMerged    Change = "merged"   // into another of the people
	BeAsBefore  Change = "restored" // to what they were told earlier, and need not be told again
	BeMoved     Change = "moved"    // to another batch, or other contact points: what they were told is in force
	BeReported  Change = Report     // a company's report contact, who gets a report
)

// Amendment is what a revision makes of one person. NewPerson is for all changes but BeCleared and BeMerged; the
// reference and data of a former one who is withdrawn from are those they had. The deliveries of BeMoved and
// BeAsBefore say where they are to be written to: they are made only in place of what comes to be sent again.
type Amendment struct {
	Change Change
	Former int64 // 0: a new person
	Since  int   // of BeAsBefore and BeMoved: the revision that first told them so
	Coded  bool  // is to have a one-use code
	NewPerson
}

// Verdicts are people by what a revision has to tell them.
type Verdicts struct {
	First      int `json:"first"`
	Update     int `json:"update"`
	Withdrawal int `json:"withdrawal"`
	Nothing    int `json:"nothing"`
}

// ErrSwitching says that a further revision of the campaign is on its way into the ledger.
var ErrSwitching = errors.New("a further revision of the campaign is being brought in")

// ErrCancelled says that the campaign was cancelled, for good.
var ErrCancelled = errors.New("the campaign was cancelled")

// Revising brings in a further revision. It belongs to one goroutine, and must end in Commit or Abort.
type Revising struct {
	*Import
	rows  *bulk
	found []blindEntry
	run   int
	last  int64 // number of the last person
	sends int   // deliveries

	drafts int // laid down

	cancelled []int64 // batches that were when this began
}

// Revise begins. From its return on nothing of the campaign is sent, and nothing is at a relay. The error is
// SameError or ConflictError where the ledger has this revision or a later one.
func (l *Ledger) Revise(ctx context.Context, c NewCampaign, key *seal.Key, holder string) (*Revising, error) {
	r := &Revising{Import: &Import{l: l, key: key, c: c, holder: holder}, rows: newDrafts()}
	mine, err := l.Lease(ctx, r.lease(), holder, importLease)
	if err == nil && !mine {
		err = ErrImporting
	}
	if err != nil {
		return nil, err
	}
	if err = r.begin(ctx); err == nil {
		return r, nil
	}
	return nil, errors.Join(err, r.Abort(context.WithoutCancel(ctx)))
}

func newDrafts() *bulk {
	return &bulk{table: "draft", columns: []string{"person", "change", "sealed"}}
}

func (r *Revising) begin(ctx context.Context) error {
	have, err := r.l.Campaign(ctx, r.c.ID)
	switch {
	case err != nil:
		return err
	case have.Revision == r.c.Revision && have.Digest == r.c.Digest:
		return &SameError{have.ID, have.Revision}
	case have.Revision >= r.c.Revision:
		return &ConflictError{have.ID, have.Revision, r.c.Revision}
	case have.Cancelled:
		return ErrCancelled
	case have.Switching < 0:
		return ErrSwitching
	}
	r.num = have.num
	if err := r.clearDrafts(ctx, func(int) {}); err != nil {
		return err
	}
	if err := r.stop(ctx); err != nil {
		return err
	}
	for sum, bytes := range r.c.Assets {
		if err := r.step(ctx, func(t *tx) error { return t.asset(sum, bytes) }); err != nil {
			return err
		}
	}
	return r.step(ctx, r.create)
}

// stop stops the campaign, and waits until nothing of it is at a relay.
func (r *Revising) stop(ctx context.Context) error {
	err := r.step(ctx, func(t *tx) error {
		if err := t.alone(lockStops); err != nil {
			return err
		}
		_, err := t.exec(`UPDATE campaign SET switching = ? WHERE num = ?`, r.c.Revision, r.num)
		if err == nil {
			r.cancelled, err = t.ids(`SELECT id FROM batch WHERE campaign = ? AND cancelled = 1`, r.num)
		}
		return err
	})
	for {
		sending := 1
		if err == nil {
			sending, err = r.sending(ctx)
		}
		if err != nil || sending == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(away):
		}
	}
}

// sending counts what is at a relay, or in a file that is being made. What a lost worker held is none of it.
func (r *Revising) sending(ctx context.Context) (n int, err error) {
	if _, err := r.l.LoseWorkers(ctx, Lost); err != nil {
		return 0, err
	}
	err = r.step(ctx, func(t *tx) error {
		_, err := t.row(`SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM counter WHERE state = 'sending'
			AND batch IN (SELECT id FROM batch WHERE campaign = ?)`, []any{r.num}, &n)
		return err
	})
	if err == nil && n > 0 {
		err = r.l.pageFileWaits(ctx, r.num)
	}
	return n, err
}

func (r *Revising) create(t *tx) error {
	batches, err := json.Marshal(r.c.Batches)
	if err != nil {
		return fmt.Errorf("batches of revision %d: %w", r.c.Revision, err)
	}
	_, err = t.row(`SELECT coalesce(max(run) + 1, 0) FROM blind_block WHERE campaign = ?`, []any{r.num}, &r.run)
	if err != nil {
		return err
	}
	lo, hi := r.num<<idBits, (r.num+1)<<idBits
	_, err = t.row(`SELECT coalesce(max(id), CAST(? AS BIGINT)) FROM person WHERE id >= ? AND id < ?`,
		[]any{lo, lo, hi}, &r.last)
	r.last -= lo
	if err != nil {
		return err
	}
	sealed := r.key.Seal(snapshotPlace(r.c.ID, r.c.Revision), r.c.Snapshot)
	_, err = t.exec(`INSERT INTO revision (campaign, number, digest, snapshot, names_ok, zone, created_at, first_run,
		batches) VALUES (?,?,?,?,?,?,?,?,?)`, r.num, r.c.Revision, r.c.Digest[:], sealed, flagged(r.c.NamesOK),
		r.c.Zone, ms(t.now), r.run, string(batches))
	return err
}

// draft is what the table keeps of an amendment, in words of the ledger's own.
type draft struct {
	person     int64
	sealed     []byte
	purpose    string // of its deliveries
	Change     Change
	New        bool   `json:",omitempty"`
	Since      int    `json:",omitempty"`
	Coded      bool   `json:",omitempty"`
	Ref        string `json:",omitempty"`
	Batch      string
	Also       []string `json:",omitempty"`
	Locale     string
	Notice     string
	Deliveries []NewDelivery `json:",omitempty"`
	Reachable  bool          `json:",omitempty"` // one of them may make the person told
}

// draftsMost is how many drafts one transaction writes.
const draftsMost = 1000

// Add takes what becomes of a person. They are written some hundred at a time: an error may be that of an
// earlier one.
func (r *Revising) Add(ctx context.Context, a Amendment) error {
	d := draft{person: a.Former, Change: a.Change, New: a.Former == 0, Since: a.Since, Coded: a.Coded, Ref: a.Ref,
		Batch: a.Batch, Also: a.Also, Locale: a.Locale, Notice: a.Notice, Deliveries: a.Deliveries, Reachable: r.c.reaches(a.NewPerson),
		sealed: []byte{}}
	if d.New {
		if r.last++; r.last >= 1<<idBits {
			return fmt.Errorf("campaign %q has more than %d people", r.c.ID, 1<<idBits)
		}
		d.person = r.num<<idBits + r.last
	}
	if a.Data != nil {
		d.sealed = r.key.Seal(personPlace(d.person), a.Data)
	}
	if a.Change != BeReported { // whom nobody looks up
		if err := r.find(a, uint32(d.person&(1<<idBits-1))); err != nil {
			return err
		}
	}
	text, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("draft: %w", err)
	}
	r.rows.add(d.person, string(text), d.sealed)
	if !d.quiet() { // whose deliveries take the place of others
		r.sends += len(d.Deliveries)
	}
	if r.rows.len() < draftsMost {
		return nil
	}
	return r.flush(ctx)
}

// find notes what the person is found by from now on, besides what they were found by before.
func (r *Revising) find(a Amendment, number uint32) error {
	if a.Former == 0 {
		ref, err := referenceValue(a.Ref)
		if err != nil {
			return err
		}
		r.found = append(r.found, newBlindEntry(ref, number))
	}
	for _, value := range a.Blind {
		if value != ([valueSize]byte{}) {
			r.found = append(r.found, newBlindEntry(value, number))
		}
	}
	return nil
}

func (r *Revising) flush(ctx context.Context) error {
	rows := r.rows
	r.rows = newDrafts()
	if err := r.step(ctx, func(t *tx) error { return t.write(rows) }); err != nil {
		return err
	}
	r.drafts += rows.len()
	if len(r.found) < blindRun {
		return nil
	}
	return r.sort(ctx)
}

func (r *Revising) sort(ctx context.Context) error {
	blocks := blindRows(r.num, r.run, r.found)
	r.run, r.found = r.run+1, r.found[:0]
	return r.pour(ctx, blocks)
}

// Commit puts the revision in force, with its row in the journal. Once it has begun to, there is no way back. The
// error is ErrCancelled where the campaign was cancelled meanwhile.
func (r *Revising) Commit(ctx context.Context, counts ImportCounts, v Verdicts, by Operator) error {
	if err := r.flush(ctx); err != nil {
		return err
	}
	if err := r.sort(ctx); err != nil {
		return err
	}
	verdicts, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("verdicts: %w", err)
	}
	defer r.l.gate.forget()
	err = r.step(ctx, func(t *tx) error {
		err := r.goAhead(t)
		if err == nil {
			err = t.keepCounts(r.num, r.c.Revision, counts)
		}
		if err == nil {
			_, err = t.exec(`UPDATE revision SET verdicts = ? WHERE campaign = ? AND number = ?`, string(verdicts),
				r.num, r.c.Revision)
		}
		if err == nil {
			_, err = t.exec(`UPDATE campaign SET switching = ?, page_tells = ? WHERE num = ?`, -r.c.Revision,
				flagged(r.c.PageTells), r.num)
		}
		if err == nil {
			err = t.restartPage(r.num) // it may be elsewhere now
		}
		if err == nil {
			err = t.acceptJoined(r.c.ID, by, counts)
		}
		if err != nil {
			return err
		}
		what := fmt.Sprintf("revision %d: first %d, update %d, withdrawal %d, nothing %d", r.c.Revision, v.First,
			v.Update, v.Withdrawal, v.Nothing)
		return t.journal(r.c.ID, by, "enqueue", what, r.sends)
	})
	if err != nil {
		return err
	}
	return r.l.FinishRevision(ctx, r.c.ID, r.holder)
}

// goAhead is the last moment to find the campaign cancelled; from then on an operator's order is about this revision.
func (r *Revising) goAhead(t *tx) error {
	if err := t.alone(lockStops); err != nil {
		return err
	}
	c, _, err := t.campaign(r.c.ID)
	if err == nil && c.cancelled {
		err = ErrCancelled
	}
	if err != nil {
		return err
	}
	return t.closeBatches(r.num, r.c.Batches, r.cancelled)
}
