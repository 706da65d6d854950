package ledger

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"oshirase/jobs/seal"
)

// SameError says that the revision is in the ledger already, with the same content.
type SameError struct {
	Campaign string
	Revision int
}

func (e *SameError) Error() string {
	return fmt.Sprintf("campaign %q revision %d is in the ledger already", e.Campaign, e.Revision)
}

// ConflictError says that the ledger has the campaign with other content or at another revision.
type ConflictError struct {
	Campaign   string
	Have, Want int // revisions; equal where the content differs
}

func (e *ConflictError) Error() string {
	if e.Have == e.Want {
		return fmt.Sprintf("campaign %q revision %d is in the ledger with other content",
			e.Campaign, e.Have)
	}
	return fmt.Sprintf("campaign %q is in the ledger at revision %d, the folder is revision %d",
		e.Campaign, e.Have, e.Want)
}

// ErrImporting says that another process is importing the campaign now.
var ErrImporting = errors.New("another process is importing this campaign")

// NewCampaign is what an import begins with.
type NewCampaign struct {
	ID       string
	Revision int
	Digest   [32]byte // of everything promised
	Snapshot []byte   // plain; sealed here
	NamesOK  bool
	Zone     string     // IANA name, in which its times are shown
	Batches  []NewBatch // in order of release
	Assets   map[[32]byte][]byte
}

// NewBatch is a batch to be.
type NewBatch struct {
	Name  string
	Start time.Time
}

// NewPerson is a person to be, with their deliveries.
type NewPerson struct {
	Ref        string
	Batch      string
	Also       []string // further batches in whose numbers the person counts
	Locale     string
	Notice     string
	Data       []byte     // plain; sealed here
	Blind      [][16]byte // blind indexes for lookup
	Deliveries []NewDelivery
}

// NewDelivery is a delivery to be, of purpose first and round 1.
type NewDelivery struct {
	Channel string
	Lane    string
	Domain  [16]byte
	Blocked string // a reason why it cannot be made; empty otherwise
}

// ImportCounts are the totals that are stored with a revision.
type ImportCounts struct {
	Rows, Rejects, Unaffected int
	LinkNames                 int // people whose names look like web or mail addresses
}

// idBits is how many ids a campaign has for its people and for its deliveries; half of the latter are for
// letters that e-mails fall back to.
const idBits = 28

// chunk is how many people one transaction of an import carries: some ten milliseconds of work, so that
// other processes are never kept waiting.
const chunk = 500

// importLease is renewed with every chunk; a dead import frees its campaign after it.
const importLease = 30 * time.Second

// Import brings a campaign in. Nothing of it is visible until Commit; what a dead import left behind is
// removed by the next Begin.
type Import struct {
	l        *Ledger
	key      *seal.Key
	c        NewCampaign
	holder   string
	num      int64
	batches  map[string]int64
	people   int64
	delivers int64
	pending  []NewPerson
}

// Begin starts an import. It answers SameError or ConflictError where the ledger has the campaign.
func (l *Ledger) Begin(ctx context.Context, c NewCampaign, key *seal.Key, holder string) (*Import, error) {
	im := &Import{l: l, key: key, c: c, holder: holder, batches: map[string]int64{}}
	if err := im.refuseKnown(ctx); err != nil {
		return nil, err
	}
	mine, err := l.Lease(ctx, im.lease(), holder, importLease)
	if err != nil {
		return nil, err
	}
	if !mine {
		return nil, ErrImporting
	}
	if err := im.clear(ctx); err != nil {
		return nil, err
	}
	for sum, bytes := range c.Assets { // each in its own transaction: a font has megabytes
		if err := l.do(ctx, func(t *tx) error { return t.asset(sum, bytes) }); err != nil {
			return nil, err
		}
	}
	return im, l.do(ctx, im.create)
}

func (im *Import) lease() string { return "import/" + im.c.ID }

func (im *Import) refuseKnown(ctx context.Context) error {
	c, err := im.l.Campaign(ctx, im.c.ID)
	if errors.Is(err, ErrNoCampaign) {
		return nil
	}
	if err != nil {
		return err
	}
	if c.Revision == im.c.Revision && c.Digest == im.c.Digest {
		return &SameError{c.ID, c.Revision}
	}
	return &ConflictError{c.ID, c.Revision, im.c.Revision}
}

// clear removes what an import that died left behind, a chunk a time.
func (im *Import) clear(ctx context.Context) error {
	for {
		var left bool
		err := im.l.do(ctx, func(t *tx) error {
			var num int64
			found, err := t.row(`SELECT num FROM campaign WHERE id = ? AND complete = 0`,
				[]any{im.c.ID}, &num)
			left = found
			if err != nil || !found {
				return err
			}
			left, err = t.clearChunk(num)
			return err
		})
		if err != nil || !left {
			return err
		}
	}
}

// clearChunk deletes some rows of an incomplete campaign; more is false when it is gone.
func (t *tx) clearChunk(num int64) (more bool, err error) {
	lo, hi := num<<idBits, (num+1)<<idBits
	for _, step := range []string{
		`DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE id BETWEEN ? AND ? LIMIT 5000)`,
		`DELETE FROM blind WHERE person IN (SELECT id FROM person WHERE id BETWEEN ? AND ? LIMIT 2000)`,
		`DELETE FROM membership WHERE person IN (SELECT id FROM person WHERE id BETWEEN ? AND ? LIMIT 2000)`,
		`DELETE FROM person WHERE id IN (SELECT id FROM person WHERE id BETWEEN ? AND ? LIMIT 2000)`,
	} {
		n, err := t.exec(step, lo, hi-1)
		if err != nil {
			return false, err
		}
		more = more || n > 0
	}
	if more {
		return true, nil
	}
	for _, step := range []string{
		`DELETE FROM lane WHERE batch IN (SELECT id FROM batch WHERE campaign = ?)`,
		`DELETE FROM counter WHERE batch IN (SELECT id FROM batch WHERE campaign = ?)`,
		`DELETE FROM standing WHERE batch IN (SELECT id FROM batch WHERE campaign = ?)`,
		`DELETE FROM batch WHERE campaign = ?`,
		`DELETE FROM revision WHERE campaign = ?`,
		`DELETE FROM campaign WHERE num = ?`,
	} {
		if _, err := t.exec(step, num); err != nil {
			return false, err
		}
	}
	return false, nil
}

func (t *tx) asset(sum [32]byte, bytes []byte) error {
	_, err := t.exec(`INSERT INTO asset (sha256, bytes) VALUES (?,?) ON CONFLICT DO NOTHING`,
		sum[:], bytes)
	return err
}

func (im *Import) create(t *tx) error {
	check := im.key.Check()
	_, err := t.row(`INSERT INTO campaign (id, revision, key_check, created_at)
		VALUES (?,?,?,?) RETURNING num`,
		[]any{im.c.ID, im.c.Revision, check[:], ms(t.now)}, &im.num)
	if err != nil {
		return err
	}
	sealed := im.key.Seal(snapshotPlace(im.c.ID, im.c.Revision), im.c.Snapshot)
	_, err = t.exec(`INSERT INTO revision (campaign, number, digest, snapshot, names_ok, zone, created_at)
		VALUES (?,?,?,?,?,?,?)`, im.num, im.c.Revision, im.c.Digest[:], sealed, flagged(im.c.NamesOK),
		im.c.Zone, ms(t.now))
	if err != nil {
		return err
	}
	for i, b := range im.c.Batches {
		var id int64
		_, err := t.row(`INSERT INTO batch (campaign, name, ordinal, start_at) VALUES (?,?,?,?) RETURNING id`,
			[]any{im.num, b.Name, i + 1, ms(b.Start)}, &id)
		if err != nil {
			return err
		}
		im.batches[b.Name] = id
	}
	return nil
}

// flagged is a flag as it is stored.
func flagged(b bool) int {
	if b {
		return 1
	}
	return 0
}

func snapshotPlace(id string, revision int) string {
	return fmt.Sprintf("snapshot %s %d", id, revision)
}

func personPlace(id int64) string { return "person " + strconv.FormatInt(id, 10) }

// Add takes a person. They are written some hundreds at a time.
func (im *Import) Add(ctx context.Context, p NewPerson) error {
	if _, ok := im.batches[p.Batch]; !ok {
		return fmt.Errorf("person of batch %q: %w", p.Batch, ErrNoBatch)
	}
	im.pending = append(im.pending, p)
	if len(im.pending) < chunk {
		return nil
	}
	return im.flush(ctx)
}

func (im *Import) flush(ctx context.Context) error {
	if (im.people + int64(len(im.pending))) >= 1<<idBits {
		return fmt.Errorf("campaign %q has more than %d people", im.c.ID, 1<<idBits)
	}
	var people, delivers int64
	err := im.l.do(ctx, func(t *tx) error {
		people, delivers = im.people, im.delivers
		mine, err := t.lease(im.lease(), im.holder, importLease)
		if err != nil {
			return err
		}
		if !mine {
			return ErrImporting
		}
		for _, p := range im.pending {
			people++
			if err := im.add(t, p, im.num<<idBits+people, &delivers); err != nil {
				return err
			}
		}
		return nil
	})
	im.people, im.delivers, im.pending = people, delivers, im.pending[:0]
	return err
}

func (im *Import) add(t *tx, p NewPerson, id int64, delivers *int64) error {
	batch := im.batches[p.Batch]
	standing := Untold
	if len(p.Deliveries) == 0 {
		standing = StandUnreachable
	}
	t.stand(batch, standing, 1)
	_, err := t.exec(`INSERT INTO person (id, ref, batch, standing, locale, notice, sealed)
		VALUES (?,?,?,?,?,?,?)`,
		id, p.Ref, batch, standing, p.Locale, p.Notice, im.key.Seal(personPlace(id), p.Data))
	if err != nil {
		return err
	}
	if err := im.addIndexes(t, p, id); err != nil {
		return err
	}
	for _, d := range p.Deliveries {
		*delivers++
		if err := im.addDelivery(t, d, batch, id, im.num<<idBits+*delivers); err != nil {
			return err
		}
	}
	return nil
}

func (im *Import) addIndexes(t *tx, p NewPerson, id int64) error {
	for _, name := range p.Also {
		_, err := t.exec(`INSERT INTO membership (batch, person) VALUES (?,?)`, im.batches[name], id)
		if err != nil {
			return err
		}
	}
	for _, b := range p.Blind {
		if b == ([16]byte{}) {
			continue
		}
		_, err := t.exec(`INSERT INTO blind (value, person) VALUES (?,?) ON CONFLICT DO NOTHING`, b[:], id)
		if err != nil {
			return err
		}
	}
	return nil
}

func (im *Import) addDelivery(t *tx, d NewDelivery, batch, person, id int64) error {
	state, tried := Waiting, 0
	if d.Blocked != "" {
		state, tried = Blocked, 1
	}
	t.count(counterKey{batch, d.Channel, First, state}, 1)
	_, err := t.exec(`INSERT INTO lane (batch, channel, lane) VALUES (?,?,?) ON CONFLICT DO NOTHING`,
		batch, d.Channel, d.Lane)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO delivery
		(id, batch, person, channel, revision, purpose, round, state, lane, domain, tried, moved_at, reason)
		VALUES (?,?,?,?,?,?,1,?,?,?,?,?,?)`,
		id, batch, person, d.Channel, im.c.Revision, First, state, d.Lane, d.Domain[:8], tried,
		ms(t.now), d.Blocked)
	return err
}

// Commit makes the campaign visible, whole, with its row in the journal.
func (im *Import) Commit(ctx context.Context, counts ImportCounts, by Operator) error {
	if err := im.flush(ctx); err != nil {
		return err
	}
	return im.l.do(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE revision SET row_count = ?, rejects = ?, unaffected = ?, link_names = ?
			WHERE campaign = ? AND number = ?`,
			counts.Rows, counts.Rejects, counts.Unaffected, counts.LinkNames, im.num, im.c.Revision)
		if err != nil {
			return err
		}
		if _, err := t.exec(`UPDATE campaign SET complete = 1 WHERE num = ?`, im.num); err != nil {
			return err
		}
		if _, err := t.exec(`DELETE FROM lease WHERE name = ?`, im.lease()); err != nil {
			return err
		}
		if err := t.refreshStatistics(); err != nil {
			return err
		}
		return t.journal(im.c.ID, by, "enqueue", fmt.Sprintf("revision %d", im.c.Revision),
			int(im.delivers))
	})
}

// Abort removes what was imported so far.
func (im *Import) Abort(ctx context.Context) error {
	return errors.Join(im.clear(ctx), im.l.Unlease(ctx, im.lease(), im.holder))
}
