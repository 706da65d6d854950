package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// PurgedError says that the people of a campaign were made unreadable.
type PurgedError struct {
	Campaign string
	At       time.Time
}

func (e *PurgedError) Error() string {
	return fmt.Sprintf("campaign %q was purged on %s: its people cannot be read", e.Campaign, e.At.Format(time.DateOnly))
}

// Readable is a PurgedError where the campaign's people were made unreadable.
func (c *Campaign) Readable() error {
	if c.Purged.IsZero() {
		return nil
	}
	return &PurgedError{c.ID, c.Purged}
}

// UnfinishedError says that a campaign cannot be purged: somebody is still to be told, or may have been.
type UnfinishedError struct {
	Campaign  string
	Open      int // deliveries with work to be done, those at the relay included
	Unsettled int // whose fate is unknown, or whose letters were not handed over; not the number accepted
}

func (e *UnfinishedError) Error() string {
	if e.Open > 0 {
		return fmt.Sprintf("campaign %q is not finished: %d deliveries are open", e.Campaign, e.Open)
	}
	return fmt.Sprintf("campaign %q has %d deliveries that are uncertain or not handed over", e.Campaign, e.Unsettled)
}

// unsettled are the states of what is over only if an operator says so: where purging ends the search for
// what became of it.
func unsettled(s State) bool { return s == Uncertain || s == Bound }

// Unfinished counts what keeps a campaign from being purged; nil where nothing does, the number of unsettled
// deliveries that is accepted considered.
func (c Counts) Unfinished(accepted int) error {
	e := &UnfinishedError{Campaign: c.Campaign.ID}
	for _, states := range c.Channels {
		for s, n := range states {
			switch {
			case s.Open():
				e.Open += n
			case unsettled(s):
				e.Unsettled += n
			}
		}
	}
	if e.Open == 0 && e.Unsettled == accepted {
		return nil
	}
	return e
}

// Purge marks a campaign as purged, for good: from the commit on nothing of it can be sent, and nobody
// reads its people. The error is UnfinishedError where something is open, or where there are not as many
// unsettled deliveries as were accepted. The key is the caller's to destroy, and Erase is to follow; a
// campaign that is marked already is no error.
func (l *Ledger) Purge(ctx context.Context, campaign string, accepted int, by Operator) error {
	return l.do(ctx, func(t *tx) error {
		if err := t.alone(lockStops); err != nil {
			return err
		}
		var num, purged, switching int64
		found, err := t.row(`SELECT num, purged_at, switching FROM campaign WHERE id = ? AND complete = 1`,
			[]any{campaign}, &num, &purged, &switching)
		if err != nil || !found || purged > 0 {
			return orNoCampaign(err, found)
		}
		if switching != 0 {
			return ErrSwitching
		}
		counts, err := t.stateCounts(campaign, num)
		if err != nil {
			return err
		}
		if err := counts.Unfinished(accepted); err != nil {
			return err
		}
		if _, err := t.exec(`UPDATE campaign SET purged_at = ? WHERE num = ?`, ms(t.now), num); err != nil {
			return err
		}
		var people int
		_, err = t.row(`SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM standing
			WHERE batch IN (SELECT id FROM batch WHERE campaign = ?)`, []any{num}, &people)
		if err != nil {
			return err
		}
		return t.journal(campaign, by, "purge", "people", people)
	})
}

func orNoCampaign(err error, found bool) error {
	if err != nil {
		return err
	}
	return noCampaign(found)
}

// stateCounts are a campaign's counters, as this transaction sees them.
func (t *tx) stateCounts(campaign string, num int64) (Counts, error) {
	out := Counts{Campaign: Campaign{ID: campaign}, Channels: map[string]map[State]int{}}
	rows, err := t.query(`SELECT channel, state, CAST(sum(n) AS BIGINT) FROM counter
		WHERE batch IN (SELECT id FROM batch WHERE campaign = ?) GROUP BY channel, state`, num)
	if err != nil {
		return out, err
	}
	defer rows.Close()
	for rows.Next() {
		var channel string
		var state State
		var n int
		if err := rows.Scan(&channel, &state, &n); err != nil {
			return out, err
		}
		add(out.Channels, channel, state, n)
	}
	return out, rows.Err()
}

// eraseMost bounds the rows of one transaction of an erasure.
const eraseMost = 2000

// Erase empties what is sealed of a purged campaign, in transactions of some milliseconds: people as they are
// and were, corrected addresses, one-use codes, snapshots, and the indexes that people are looked up by. Counts, deliveries,
// attempts, hashes and the journal stay. It may be broken off and done again. progress hears how many
// people have gone.
//
// What is erased was unreadable already, without its key; this is the second lock. A ledger in a file
// overwrites what it gives up, but not what lies in the gaps of its pages from before: see Rewrite. A server
// keeps old versions of rows until its vacuum, and in its log and its backups.
func (l *Ledger) Erase(ctx context.Context, campaign string, progress func(people int)) error {
	c, err := l.Campaign(ctx, campaign)
	if err != nil {
		return err
	}
	if c.Purged.IsZero() {
		return fmt.Errorf("erase campaign %q: it is not purged", campaign)
	}
	x := &erasure{l: l, ctx: ctx, num: c.num, progress: progress}
	for _, part := range []func() error{x.snapshots, x.people, x.past, x.addresses, x.codes, x.indexes} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

type erasure struct {
	l        *Ledger
	ctx      context.Context
	num      int64
	progress func(people int)
}

// do is a transaction that leaves nothing behind in the file.
func (x *erasure) do(fn func(*tx) error) error {
	if err := x.ctx.Err(); err != nil {
		return err
	}
	return x.l.do(x.ctx, func(t *tx) error {
		if t.w.l.d.overwrite != "" {
			if _, err := t.exec(t.w.l.d.overwrite); err != nil {
				return err
			}
		}
		return fn(t)
	})
}

func (x *erasure) snapshots() error {
	return x.do(func(t *tx) error {
		_, err := t.exec(`UPDATE revision SET snapshot = ? WHERE campaign = ?`, []byte{}, x.num)
		return err
	})
}

func (x *erasure) people() error {
	return x.walk(`SELECT id FROM person WHERE id > ? AND id <= ? ORDER BY id LIMIT ?`,
		func(t *tx, ids []int64) error {
			_, err := t.exec(`UPDATE person SET sealed = ? WHERE id BETWEEN ? AND ?`, []byte{}, ids[0], ids[len(ids)-1])
			return err
		}, x.progress)
}

func (x *erasure) past() error {
	return x.walk(`SELECT DISTINCT person FROM past WHERE person > ? AND person <= ? ORDER BY person LIMIT ?`,
		func(t *tx, ids []int64) error {
			_, err := t.exec(`UPDATE past SET sealed = ? WHERE person BETWEEN ? AND ?`, []byte{}, ids[0],
				ids[len(ids)-1])
			return err
		}, func(int) {})
}

func (x *erasure) addresses() error {
	return x.walk(`SELECT delivery FROM readdress WHERE delivery > ? AND delivery <= ? ORDER BY delivery LIMIT ?`,
		func(t *tx, ids []int64) error {
			_, err := t.exec(`DELETE FROM readdress WHERE delivery BETWEEN ? AND ?`, ids[0], ids[len(ids)-1])
			return err
		}, func(int) {})
}

func (x *erasure) codes() error {
	return x.walk(`SELECT id FROM code WHERE id > ? AND id <= ? ORDER BY id LIMIT ?`,
		func(t *tx, ids []int64) error {
			_, err := t.exec(`UPDATE code SET sealed = ?, value = ? WHERE id BETWEEN ? AND ?`,
				[]byte{}, []byte{}, ids[0], ids[len(ids)-1])
			return err
		}, func(int) {})
}

// walk goes through the campaign's ids in order.
func (x *erasure) walk(query string, each func(*tx, []int64) error, progress func(int)) error {
	at, end, total := x.num<<idBits-1, (x.num+1)<<idBits-1, 0
	for {
		var ids []int64
		err := x.do(func(t *tx) (err error) {
			if ids, err = t.ids(query, at, end, eraseMost); err != nil || len(ids) == 0 {
				return err
			}
			return each(t, ids)
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		at, total = ids[len(ids)-1], total+len(ids)
		progress(total)
	}
}

// indexes deletes what people are found by, references included: some kilobytes a row.
func (x *erasure) indexes() error {
	for {
		var n int64
		err := x.do(func(t *tx) (err error) {
			n, err = t.exec(`DELETE FROM blind_block WHERE (campaign, run, first) IN
				(SELECT campaign, run, first FROM blind_block WHERE campaign = ? LIMIT ?)`, x.num, eraseMost/4)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// Rewrite writes a ledger's file anew, so that nothing is left in its gaps or in its log of what it gave up.
// It answers false where it did not: on a server, or while workers live, who would have to wait for as
// long as it takes; that is some seconds for a million people. It needs room for a second file.
func (l *Ledger) Rewrite(ctx context.Context) (bool, error) {
	if l.d.fleet {
		return false, nil
	}
	if n, err := l.OtherWorkers(ctx, ""); err != nil || n > 0 {
		return false, err
	}
	db, err := sql.Open("sqlite", dsn(l.path, "immediate", "temp_store(file)"))
	if err != nil {
		return false, wrapRead(err)
	}
	defer db.Close()
	for _, step := range []string{"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		if _, err := db.ExecContext(ctx, step); err != nil {
			return false, fmt.Errorf("rewrite ledger: %w", plain(err))
		}
	}
	return true, nil
}

// rewriteEmpty writes the file of a ledger without campaigns anew, which takes a moment.
func (l *Ledger) rewriteEmpty(ctx context.Context) error {
	some, err := l.column(ctx, `SELECT id FROM campaign LIMIT 1`) // one that is being imported is a campaign
	if err == nil && len(some) == 0 {
		_, err = l.Rewrite(ctx)
	}
	return err
}
