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

	PageTells bool // a message on the members' page makes somebody told
}

// NewBatch is a batch to be.
type NewBatch struct {
	Name   string
	Start  time.Time
	Report *ReportTerms // nil: its company is not reported to
}

// ReportTerms say how the company of a batch is reported to, before its people are told.
type ReportTerms struct {
	At          time.Time // from when the report goes; zero: at once
	Acknowledge bool      // the batch waits for that too
	Listed      bool      // the contact gets a list of the people: see Members
}

// terms are those of a batch; the zero ones where its company is not reported to.
func (b NewBatch) terms() ReportTerms {
	if b.Report == nil {
		return ReportTerms{}
	}
	return *b.Report
}

// NewPerson is a person to be, with their deliveries.
type NewPerson struct {
	Ref        string // one of the campaign's, 16 bytes at most
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
}

// ImportCounts are the totals that are stored with a revision.
type ImportCounts struct {
	Rows, Rejects, Unaffected int
	LinkNames                 int // people whose names look like web or mail addresses
	Joined                    int // people of unlike rows that the operator has accepted as one each, for the journal
	Tally                     Tally
}

// idBits is how many ids a campaign has for its people and for its deliveries; half of the latter are for
// letters that e-mails fall back to.
const idBits = 28

// importLease is renewed with every parcel; a dead import frees its campaign after it.
const importLease = 30 * time.Second

// Import brings a campaign in. Nothing of it is visible until Commit; what a dead import left behind is
// removed by the next Begin. It belongs to one goroutine.
//
// What it keeps in memory does not grow with people: parcels, two more than there are processors, of 4,096
// people with some 1.5 KB each; 24 MiB of values to sort, of which a person has three or four of 24 bytes; and
// 4 bytes for each delivery, until a thousand of its batch are together.
type Import struct {
	// Progress hears, on another goroutine, how many people are in the ledger. It may be nil, and is set before
	// the first Add.
	Progress func(people int)

	// Undoing hears from Abort, now and then, how many of the people and deliveries that were written, or of the
	// drafts that were laid down, are gone. It may be nil.
	Undoing func(done, of int)

	l       *Ledger
	key     *seal.Key
	c       NewCampaign
	holder  string
	num     int64
	batches map[string]int64
	listed  map[string]bool

	people int64 // numbered so far
	next   *parcel
	line   *line
}

// Begin starts an import. It answers SameError or ConflictError where the ledger has the campaign. It must
// end in Commit or Abort.
func (l *Ledger) Begin(ctx context.Context, c NewCampaign, key *seal.Key, holder string) (*Import, error) {
	im := &Import{l: l, key: key, c: c, holder: holder, batches: map[string]int64{}, listed: map[string]bool{}}
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
	if err := im.clear(ctx, func(int) {}); err != nil {
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

// renew keeps the lease. The error is ErrImporting where another process took it over, even if that one has
// finished: the rows are its own.
func (im *Import) renew(t *tx) error {
	n, err := t.exec(`UPDATE lease SET until = ? WHERE name = ? AND holder = ?`,
		ms(t.now.Add(importLease)), im.lease(), im.holder)
	if err == nil && n == 0 {
		err = ErrImporting
	}
	return err
}

// breath is how long an import pauses between its transactions where workers are at work with the ledger:
// SQLite lets those who wait try again every some milliseconds, and not in turn.
const breath = 10 * time.Millisecond

// step runs one of the import's many transactions.
func (im *Import) step(ctx context.Context, fn func(*tx) error) error {
	var watched bool
	err := im.l.doNow(ctx, func(t *tx) error {
		if err := im.renew(t); err != nil {
			return err
		}
		_, err := t.row(`SELECT EXISTS (SELECT 1 FROM worker WHERE heard_at >= ?)`,
			[]any{ms(t.now.Add(-Lost))}, &watched)
		if err != nil {
			return err
		}
		return fn(t)
	})
	if err == nil && watched {
		time.Sleep(breath)
	}
	return err
}

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

func (t *tx) asset(sum [32]byte, bytes []byte) error {
	_, err := t.exec(`INSERT INTO asset (sha256, bytes) VALUES (?,?) ON CONFLICT DO NOTHING`,
		sum[:], bytes)
	return err
}

func (im *Import) create(t *tx) error {
	check := im.key.Check()
	_, err := t.row(`INSERT INTO campaign (id, revision, key_check, page_tells, created_at)
		VALUES (?,?,?,?,?) RETURNING num`,
		[]any{im.c.ID, im.c.Revision, check[:], flagged(im.c.PageTells), ms(t.now)}, &im.num)
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
		r := b.terms()
		_, err := t.row(`INSERT INTO batch (campaign, name, ordinal, start_at, report_at, acknowledge)
			VALUES (?,?,?,?,?,?) RETURNING id`,
			[]any{im.num, b.Name, i + 1, ms(b.Start), ms(r.At), flagged(r.Acknowledge)}, &id)
		if err != nil {
			return err
		}
		im.batches[b.Name], im.listed[b.Name] = id, r.Listed
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

// Add takes a person. They are written some thousands at a time: an error may be that of an earlier one.
func (im *Import) Add(ctx context.Context, p NewPerson) error {
	return im.AddLater(ctx, func([]byte) (NewPerson, error) { return p, nil })
}

// readying makes a person ready. It may make the data in room, which is theirs until the next is made ready.
type readying = func(room []byte) (NewPerson, error)

// AddLater takes a person who is made ready on another goroutine, several at a time, while the caller goes on.
// They are numbered, and written, in the order of the calls.
func (im *Import) AddLater(ctx context.Context, ready readying) error {
	if im.people++; im.people >= 1<<idBits {
		return fmt.Errorf("campaign %q has more than %d people", im.c.ID, 1<<idBits)
	}
	if im.next == nil {
		im.next = &parcel{first: im.people, ready: make([]readying, 0, im.l.parcel)}
	}
	im.next.ready = append(im.next.ready, ready)
	if len(im.next.ready) < im.l.parcel {
		return nil
	}
	return im.send(ctx)
}

// Commit makes the campaign visible, whole, with its row in the journal.
func (im *Import) Commit(ctx context.Context, counts ImportCounts, by Operator) error {
	if err := im.finish(ctx); err != nil {
		return err
	}
	return im.l.do(ctx, func(t *tx) error {
		if err := im.renew(t); err != nil {
			return err
		}
		if err := t.keepCounts(im.num, im.c.Revision, counts); err != nil {
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
		if err := t.acceptJoined(im.c.ID, by, counts); err != nil {
			return err
		}
		return t.journal(im.c.ID, by, "enqueue", fmt.Sprintf("revision %d", im.c.Revision),
			im.deliveries())
	})
}

// Abort removes what was imported so far, and of a ledger with no campaign in it the room that this took as well.
// Where another process has taken the import over, what is there is that one's, and stays.
func (im *Import) Abort(ctx context.Context) error {
	_ = im.stop() // the caller has had its error
	gone := im.undoing(im.written())
	err := errors.Join(im.clear(ctx, gone), im.l.Unlease(ctx, im.lease(), im.holder))
	if errors.Is(err, ErrImporting) {
		return nil
	}
	if err == nil {
		err = im.l.rewriteEmpty(ctx)
	}
	return err
}
