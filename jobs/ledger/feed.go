package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Task is what Redis is told of a delivery: which, and the attempt and feed number for which it is
// meant. Anything older is void.
type Task struct {
	Delivery      int64
	Attempt, Feed int
	Channel       string
}

// Policy is how the batches of a campaign open and stop.
type Policy struct {
	Parallel    int     // batches open at once
	HaltRefused float64 // share of what has come to an end that may be refused or bounce; 0 for no limit
	HaltAfter   int     // ended before the share counts
}

// Advance opens the batches whose turn and time have come, releases the messages for members' pages of open
// batches, brings due deferred ones back, and halts batches that are refused too often. It is the feeder's
// clock; each of its transactions is short, and more says that there is work left.
func (l *Ledger) Advance(ctx context.Context, campaign string, p Policy) (more bool, err error) {
	err = l.do(ctx, func(t *tx) error {
		c, found, err := t.campaign(campaign)
		if err != nil || !found || c.held || c.cancelled || c.switching != 0 {
			more = false
			return err
		}
		if err := t.alone(lockBatches); err != nil { // a feeder that was thought dead may still advance
			return err
		}
		if err := t.report(c.num); err != nil {
			return err
		}
		if err := t.open(c.num, p.Parallel); err != nil {
			return err
		}
		if err := t.halt(campaign, c.num, p); err != nil {
			return err
		}
		more, err = t.release(c.num)
		return err
	})
	return more, err
}

type campaignRow struct {
	num             int64
	switching       int  // see Campaign
	held, cancelled bool // nothing of a purged one goes out any more, as if it were cancelled
}

func (t *tx) campaign(id string) (c campaignRow, found bool, err error) {
	found, err = t.row(`SELECT num, switching, held, cancelled = 1 OR purged_at > 0 FROM campaign WHERE id = ? AND complete = 1`,
		[]any{id}, &c.num, &c.switching, &c.held, &c.cancelled)
	return c, found, err
}

// ids reads a column of ids.
func (t *tx) ids(query string, args ...any) ([]int64, error) {
	rows, err := t.query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// open opens batches, in order: those that an operator released, and the next ones whose start has
// come while fewer than parallel are in their first attempts. A batch that is held, halted or cancelled
// is set aside, and so is one whose report has not gone, and so are the deliveries to a provider that rests: the
// others go on.
func (t *tx) open(num int64, parallel int) error {
	_, err := t.exec(`UPDATE batch SET opened_at = ? WHERE campaign = ? AND opened_at = 0
		AND released = 1 AND held = 0 AND cancelled = 0 AND `+reported(), ms(t.now), num)
	if err != nil {
		return err
	}
	busy, err := t.ids(`SELECT id FROM batch b WHERE campaign = ? AND opened_at > 0
		AND held = 0 AND halted = 0 AND cancelled = 0
		AND EXISTS (SELECT 1 FROM lane l WHERE l.batch = b.id
			AND (EXISTS (SELECT 1 FROM waiting_block w WHERE w.batch = l.batch AND w.channel = l.channel
				AND w.lane = l.lane)
				OR EXISTS (SELECT 1 FROM delivery d WHERE d.batch = l.batch AND d.channel = l.channel
				AND d.lane = l.lane AND d.tried = 0))
			AND NOT EXISTS (SELECT 1 FROM breaker k WHERE k.campaign = b.campaign AND k.lane = l.lane
				AND l.channel <> 'letter' AND k.state <> 'closed'))`, num)
	if err != nil {
		return err
	}
	for free := max(parallel, 1) - len(busy); free > 0; free-- {
		next, err := t.ids(`SELECT id FROM batch WHERE campaign = ? AND opened_at = 0
			AND held = 0 AND cancelled = 0 AND `+reported()+` ORDER BY ordinal LIMIT 1`, num)
		if err != nil || len(next) == 0 {
			return err
		}
		n, err := t.exec(`UPDATE batch SET opened_at = ? WHERE id = ? AND start_at <= ?`,
			ms(t.now), next[0], ms(t.now))
		if err != nil || n == 0 {
			return err
		}
	}
	return nil
}

// halt stops batches whose share of refusals has passed the limit, of those that have come to an end. What is
// deferred has not, and may only have been put off without a word to any relay: three hundred at a slow domain say
// nothing of the hundred that were answered. A relay that takes everything refuses by
// reports: what bounced counts like what was refused, as long as there are e-mails left to be kept back. A
// millionth of a delivery makes up for what binary fractions lack: 29 of 100 are not above 29 %.
func (t *tx) halt(campaign string, num int64, p Policy) error {
	if p.HaltRefused <= 0 {
		return nil
	}
	ended := `CAST(sum(CASE WHEN c.state IN ` + oneOf(Sent, Bounced, Refused, Uncertain, Expired) +
		` THEN n ELSE 0 END) AS DOUBLE PRECISION)`
	share := func(states ...State) string {
		return `sum(CASE WHEN c.state IN ` + oneOf(states...) + ` THEN n ELSE 0 END) >
			CAST(? AS DOUBLE PRECISION) * ` + ended + ` + 0.000001`
	}
	halted, err := t.ids(`SELECT b.id FROM batch b JOIN counter c ON c.batch = b.id AND c.channel = 'email'
		WHERE b.campaign = ? AND b.halted = 0 AND b.may_halt = 1 AND b.opened_at > 0 AND b.cancelled = 0
		GROUP BY b.id HAVING `+ended+` >= ? AND (`+share(Refused)+` OR `+share(Refused, Bounced)+`
			AND sum(CASE WHEN c.state IN `+oneOf(Waiting, Ready, Queued, Deferred)+` THEN n ELSE 0 END) > 0)`,
		num, max(p.HaltAfter, 1), p.HaltRefused, p.HaltRefused)
	if err != nil {
		return err
	}
	for _, id := range halted {
		var name string
		_, err := t.row(`UPDATE batch SET halted = 1 WHERE id = ? RETURNING name`, []any{id}, &name)
		if err != nil {
			return err
		}
		by := Operator{Who: "oshirase", Why: fmt.Sprintf("more than %g %% refused or bounced", p.HaltRefused*100)}
		if err := t.journal(campaign, by, "halt", "batch "+name, 0); err != nil {
			return err
		}
	}
	return nil
}

// releaseMost is how many rows one transaction releases, up to a block more: well below 200 ms.
const releaseMost = 2000

func (t *tx) release(num int64) (more bool, err error) {
	open, err := t.ids(`SELECT id FROM batch WHERE campaign = ? AND opened_at > 0 AND cancelled = 0
		AND held = 0 AND halted = 0 ORDER BY ordinal`, num)
	if err != nil {
		return false, err
	}
	left := releaseMost
	for _, id := range open {
		n, err := t.releasePages(id, left)
		if err != nil {
			return false, err
		}
		if left -= n; left <= 0 {
			return true, nil
		}
	}
	lo, hi := num<<idBits, (num+1)<<idBits
	rs, err := t.rows(`state = 'deferred' AND next_at <= ? AND id BETWEEN ? AND ? ORDER BY next_at LIMIT ?`,
		ms(t.now), lo, hi-1, left)
	if err != nil {
		return false, err
	}
	n, err := t.shiftAll(rs, moveDue, "")
	return n >= left, err
}

// releasePages makes messages for the members' page ready, where they wait on the list of their batch: a file takes
// all of them together.
func (t *tx) releasePages(batch int64, most int) (int, error) {
	rs, err := t.takeWaiting(Lane{batch, Page, PageLane}, most)
	if err != nil {
		return 0, err
	}
	return t.shiftAll(rs, moveRelease, released)
}

// Lane is a channel and provider of one batch that has deliveries to feed.
type Lane struct {
	Batch   int64
	Channel string
	Lane    string
}

// Lanes returns the lanes of the open batches of a campaign that have something to feed, in order of
// release, and before them those of the batches that are not open and have their reports ready.
func (l *Ledger) Lanes(ctx context.Context, campaign string) ([]Lane, error) {
	rows, err := l.read.QueryContext(ctx, `SELECT l.batch, l.channel, l.lane
		FROM lane l JOIN batch b ON b.id = l.batch JOIN campaign c ON c.num = b.campaign
		WHERE c.id = ? AND c.complete = 1 AND c.held = 0 AND c.cancelled = 0 AND c.switching = 0
		AND (b.opened_at > 0 OR b.reporting = 1) AND b.held = 0 AND b.halted = 0 AND b.cancelled = 0
		AND (EXISTS (SELECT 1 FROM delivery d WHERE d.batch = l.batch AND d.channel = l.channel
				AND d.lane = l.lane AND d.state = 'ready')
			OR b.opened_at > 0 AND EXISTS (SELECT 1 FROM waiting_block w WHERE w.batch = l.batch
				AND w.channel = l.channel AND w.lane = l.lane))
		ORDER BY b.opened_at > 0, b.ordinal, l.channel, l.lane`, campaign)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []Lane
	for rows.Next() {
		var lane Lane
		if err := rows.Scan(&lane.Batch, &lane.Channel, &lane.Lane); err != nil {
			return nil, wrapRead(err)
		}
		out = append(out, lane)
	}
	return out, wrapRead(rows.Err())
}

// Feed moves up to n deliveries of a lane to queued, those that are ready and then those that wait in an open
// batch, raising their feed numbers, and returns the tasks to enqueue. The batch is looked at again in the same transaction.
func (l *Ledger) Feed(ctx context.Context, lane Lane, n int) ([]Task, error) {
	var tasks []Task
	err := l.do(ctx, func(t *tx) error {
		tasks = tasks[:0]
		if stopped, err := t.stopped(lane.Batch); err != nil || stopped {
			return err
		}
		rs, err := t.rows(`batch = ? AND channel = ? AND lane = ? AND state = 'ready' ORDER BY id LIMIT ?`,
			lane.Batch, lane.Channel, lane.Lane, n)
		if err != nil {
			return err
		}
		if _, err = t.shiftAll(rs, moveFeed, "feed = feed + 1"); err != nil {
			return err
		}
		fresh, err := t.feedWaiting(lane, n-len(rs))
		for _, r := range slices.Concat(rs, fresh) {
			tasks = append(tasks, Task{r.id, r.attempt, r.feed + 1, r.channel})
		}
		return err
	})
	return tasks, err
}

func (t *tx) feedWaiting(lane Lane, n int) ([]row, error) {
	if n <= 0 || lane.Channel == Page {
		return nil, nil
	}
	rs, err := t.takeWaiting(lane, n)
	if err == nil {
		_, err = t.shiftAll(rs, moveFeed, released+", feed = feed + 1")
	}
	return rs, err
}

const (
	stoppedColumn = `b.held + b.halted + b.cancelled + c.held + c.cancelled > 0 OR c.complete = 0
		OR c.switching <> 0`
	stoppedQuery = `SELECT ` + stoppedColumn + `
	FROM batch b JOIN campaign c ON c.num = b.campaign WHERE b.id = ?`
)

// stopped tells whether nothing of a batch may be sent now. Whoever stops something waits for the
// transactions that have asked before it, so that nothing goes on once it is stopped.
func (t *tx) stopped(batch int64) (bool, error) {
	if err := t.together(lockStops); err != nil {
		return false, err
	}
	var stop bool
	found, err := t.row(stoppedQuery, []any{batch}, &stop)
	return stop || !found, err
}

// Stopped tells whether an operator has stopped the batch of a claim meanwhile, its hours have ended, or
// its provider rests.
func (l *Ledger) Stopped(ctx context.Context, c *Claim) (bool, error) {
	var stop bool
	err := l.read.QueryRowContext(ctx, stoppedQuery, c.batch).Scan(&stop)
	if err != nil || stop || c.Channel != Email {
		return stop, wrapRead(err)
	}
	if err := l.lookAtGate(ctx); err != nil {
		return false, err
	}
	return l.gate.of(c.Delivery>>idBits).stops(c.Lane, l.now()), nil
}

// Queued returns tasks that have been queued since before a moment, oldest first, for the sweeper to
// look for.
func (l *Ledger) Queued(ctx context.Context, before time.Time, n int) ([]Task, error) {
	rows, err := l.read.QueryContext(ctx, `SELECT id, attempt, feed, channel FROM delivery
		WHERE state = 'queued' AND moved_at <= ? ORDER BY moved_at LIMIT ?`, ms(before), n)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []Task
	for rows.Next() {
		var k Task
		if err := rows.Scan(&k.Delivery, &k.Attempt, &k.Feed, &k.Channel); err != nil {
			return nil, wrapRead(err)
		}
		out = append(out, k)
	}
	return out, wrapRead(rows.Err())
}

// InQueue is how many deliveries of each campaign have a task, by channel, by the counters.
func (l *Ledger) InQueue(ctx context.Context) (map[string]map[string]int, error) {
	rows, err := l.read.QueryContext(ctx, `SELECT c.id, k.channel, sum(k.n) FROM counter k
		JOIN batch b ON b.id = k.batch JOIN campaign c ON c.num = b.campaign
		WHERE k.state = 'queued' AND k.n > 0 GROUP BY c.id, k.channel`)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	queued := map[string]map[string]int{}
	for rows.Next() {
		var campaign, channel string
		var n int
		if err := rows.Scan(&campaign, &channel, &n); err != nil {
			return nil, wrapRead(err)
		}
		if queued[campaign] == nil {
			queued[campaign] = map[string]int{}
		}
		queued[campaign][channel] = n
	}
	return queued, wrapRead(rows.Err())
}

// Unfeed gives tasks that are in no queue back to ready, where they are still queued under the same
// numbers.
func (l *Ledger) Unfeed(ctx context.Context, tasks []Task) (int, error) {
	var n int
	err := l.do(ctx, func(t *tx) error {
		ids := make([]int64, len(tasks))
		for i, k := range tasks {
			ids[i] = k.Delivery
		}
		rows, err := t.rowsOf(ids)
		if err != nil {
			return err
		}
		var back []row
		for _, k := range tasks {
			if r, found := rows[k.Delivery]; found && r.attempt == k.Attempt && r.feed == k.Feed {
				back = append(back, r)
			}
		}
		n, err = t.shiftAll(back, moveUnfeed, "")
		return err
	})
	return n, err
}

func wrapRead(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("read ledger: %w", plain(err))
}
