package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"oshirase/jobs/pace"
	"oshirase/jobs/seal"
)

// Campaign is a campaign as the ledger knows it.
type Campaign struct {
	num                       int64
	ID                        string
	Revision                  int
	Digest                    [32]byte
	KeyCheck                  [16]byte
	NamesOK                   bool
	Held, Cancelled           bool
	Switching                 int // to this revision, which is being brought in, or put in force where below 0; 0: no
	Created                   time.Time
	Purged                    time.Time // its people were made unreadable; zero: they were not
	Zone                      string    // IANA name; empty: not known
	LinkNames                 int       // people whose names look like web or mail addresses; -1: not known
	Rows, Rejects, Unaffected int
	Verdicts                  Verdicts // people by what the revision had to tell them; zero of a first one
	sealedSnapshot            []byte
}

// Campaigns returns the ids of the whole campaigns, oldest first.
func (l *Ledger) Campaigns(ctx context.Context) ([]string, error) {
	return l.column(ctx, `SELECT id FROM campaign WHERE complete = 1 ORDER BY num`)
}

// column reads a column of texts.
func (l *Ledger) column(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := l.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, wrapRead(err)
		}
		out = append(out, text)
	}
	return out, wrapRead(rows.Err())
}

// Identity is the id of the ledger itself, whatever path or address leads to it.
func (l *Ledger) Identity(ctx context.Context) (id string, err error) {
	err = l.read.QueryRowContext(ctx, `SELECT id FROM identity`).Scan(&id)
	return id, wrapRead(err)
}

// Empty tells whether the ledger has no campaign, not even one half imported.
func (l *Ledger) Empty(ctx context.Context) (bool, error) {
	var n int
	err := l.read.QueryRowContext(ctx, `SELECT count(*) FROM campaign`).Scan(&n)
	return n == 0, wrapRead(err)
}

// Campaign reads a campaign in the revision in force. The error is ErrNoCampaign where there is none.
func (l *Ledger) Campaign(ctx context.Context, id string) (*Campaign, error) {
	return l.CampaignAt(ctx, id, inForce)
}

// inForce stands for the number of the revision in force.
const inForce = 0

// RevisionOf is the number of a campaign's revision in force.
func (l *Ledger) RevisionOf(ctx context.Context, id string) (revision int, err error) {
	err = l.read.QueryRowContext(ctx, `SELECT revision FROM campaign WHERE id = ? AND complete = 1`,
		id).Scan(&revision)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, ErrNoCampaign
	}
	return revision, wrapRead(err)
}

// CampaignAt reads a campaign as it was promised in one of its revisions.
func (l *Ledger) CampaignAt(ctx context.Context, id string, revision int) (*Campaign, error) {
	c := &Campaign{ID: id}
	var created, purged int64
	var digest, check, verdicts []byte
	err := l.read.QueryRowContext(ctx, `SELECT c.num, v.number, v.digest, c.key_check, v.names_ok,
			c.held, c.cancelled, c.switching, c.created_at, c.purged_at, v.zone, v.link_names, v.row_count, v.rejects,
			v.unaffected, v.snapshot, v.verdicts
		FROM campaign c JOIN revision v ON v.campaign = c.num
			AND v.number = CASE WHEN CAST(? AS BIGINT) = 0 THEN c.revision ELSE ? END
		WHERE c.id = ? AND c.complete = 1`, revision, revision, id).Scan(&c.num, &c.Revision, &digest, &check, &c.NamesOK,
		&c.Held, &c.Cancelled, &c.Switching, &created, &purged, &c.Zone, &c.LinkNames,
		&c.Rows, &c.Rejects, &c.Unaffected, &c.sealedSnapshot, &verdicts)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNoCampaign
	}
	if err != nil {
		return nil, wrapRead(err)
	}
	c.Created, c.Purged, c.Digest = at(created), at(purged), hash32(digest)
	copy(c.KeyCheck[:], check)
	if err := json.Unmarshal(verdicts, &c.Verdicts); err != nil {
		return nil, fmt.Errorf("verdicts of campaign %q: %w", id, err)
	}
	return c, nil
}

// Snapshot opens what was promised in the revision that was read.
func (c *Campaign) Snapshot(key *seal.Key) ([]byte, error) {
	return key.Open(snapshotPlace(c.ID, c.Revision), c.sealedSnapshot)
}

// Asset returns a stored font.
func (l *Ledger) Asset(ctx context.Context, sum [32]byte) ([]byte, error) {
	var b []byte
	err := l.read.QueryRowContext(ctx, `SELECT bytes FROM asset WHERE sha256 = ?`, sum[:]).Scan(&b)
	if err != nil {
		return nil, fmt.Errorf("read asset %x: %w", sum[:4], err)
	}
	return b, nil
}

// Counts is a campaign in numbers, from the counters alone.
type Counts struct {
	At       time.Time
	Campaign Campaign
	People   People
	Channels map[string]map[State]int
	Batches  []BatchCounts

	// PageStopped is the answer for which the members' page gets nothing until an operator resumes the
	// campaign; 0: it is not stopped.
	PageStopped int
}

// People says how many stand where. Those after Affected add up to it, except Cleared: they are no longer
// affected.
type People struct{ Affected, Told, Untold, Uncertain, Unreachable, Cleared int }

// BatchCounts is one batch in numbers.
type BatchCounts struct {
	Name                              string
	Start, Opened                     time.Time
	Released, Held, Halted, Cancelled bool
	People                            People
	Members                           int // people of this company who belong to another batch
	Channels                          map[string]map[State]int
	Report                            *ReportCounts // nil: none goes to its company
	Behind                            []int         // batches, by their places, whose reports keep this one closed
	id                                int64
}

// Open is how many deliveries of a batch still have work to be done.
func (b BatchCounts) Open() int { return openCount(b.Channels) }

// Open is how many deliveries still have work to be done.
func (c Counts) Open() int { return openCount(c.Channels) }

func openCount(channels map[string]map[State]int) int {
	n := 0
	for _, states := range channels {
		for s, k := range states {
			if s.Open() {
				n += k
			}
		}
	}
	return n
}

// Counts reads the numbers of a campaign at one moment.
func (l *Ledger) Counts(ctx context.Context, campaign string) (Counts, error) {
	var out Counts
	c, err := l.Campaign(ctx, campaign)
	if err != nil {
		return out, err
	}
	tx, err := l.read.snapshot(ctx)
	if err != nil {
		return out, wrapRead(err)
	}
	defer tx.Rollback()
	out.Campaign, out.At = *c, l.now()
	if out.Batches, err = batchRows(ctx, tx, c.num); err != nil {
		return out, wrapRead(err)
	}
	batches := make(map[int64]*BatchCounts, len(out.Batches))
	for i := range out.Batches {
		batches[out.Batches[i].id] = &out.Batches[i]
	}
	err = tx.QueryRowContext(ctx, `SELECT coalesce(max(code), 0) FROM breaker WHERE campaign = ? AND state = ?`,
		c.num, string(pace.Stopped)).Scan(&out.PageStopped)
	if err != nil {
		return out, wrapRead(err)
	}
	if err := addCounters(ctx, tx, &out, batches); err != nil {
		return out, wrapRead(err)
	}
	if err := addReports(ctx, tx, c.num, batches); err != nil {
		return out, wrapRead(err)
	}
	if err := addBehind(ctx, tx, &out); err != nil {
		return out, wrapRead(err)
	}
	return out, wrapRead(addStandings(ctx, tx, &out, batches))
}

func batchRows(ctx context.Context, tx *snapshot, num int64) ([]BatchCounts, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, name, start_at, opened_at, released, held, halted,
			cancelled, (SELECT count(*) FROM membership WHERE batch = batch.id AND own = 0)
		FROM batch WHERE campaign = ? ORDER BY ordinal`, num)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []BatchCounts
	for rows.Next() {
		b := BatchCounts{Channels: map[string]map[State]int{}}
		var start, opened int64
		err := rows.Scan(&b.id, &b.Name, &start, &opened, &b.Released, &b.Held, &b.Halted,
			&b.Cancelled, &b.Members)
		if err != nil {
			return nil, err
		}
		b.Start, b.Opened = at(start), at(opened)
		out = append(out, b)
	}
	return out, rows.Err()
}

func addCounters(ctx context.Context, tx *snapshot, out *Counts, of map[int64]*BatchCounts) error {
	out.Channels = map[string]map[State]int{}
	rows, err := tx.QueryContext(ctx, `SELECT batch, channel, state, n FROM counter
		WHERE batch IN (SELECT id FROM batch WHERE campaign = ?) AND n <> 0`, out.Campaign.num)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var batch int64
		var channel string
		var state State
		var n int
		if err := rows.Scan(&batch, &channel, &state, &n); err != nil {
			return err
		}
		add(out.Channels, channel, state, n)
		add(of[batch].Channels, channel, state, n)
	}
	return rows.Err()
}

func add(m map[string]map[State]int, channel string, s State, n int) {
	if m[channel] == nil {
		m[channel] = map[State]int{}
	}
	m[channel][s] += n
}

func addStandings(ctx context.Context, tx *snapshot, out *Counts, of map[int64]*BatchCounts) error {
	rows, err := tx.QueryContext(ctx, `SELECT batch, standing, n FROM standing
		WHERE batch IN (SELECT id FROM batch WHERE campaign = ?)`, out.Campaign.num)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var batch int64
		var s Standing
		var n int
		if err := rows.Scan(&batch, &s, &n); err != nil {
			return err
		}
		out.People.add(s, n)
		of[batch].People.add(s, n)
	}
	return rows.Err()
}

func (p *People) add(s Standing, n int) {
	switch s {
	case Merged:
		return
	case Cleared:
		p.Cleared += n
		return
	}
	p.Affected += n
	switch s {
	case Told:
		p.Told += n
	case Untold:
		p.Untold += n
	case StandUncertain:
		p.Uncertain += n
	case StandUnreachable:
		p.Unreachable += n
	}
}
