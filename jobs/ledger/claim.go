package ledger

import (
	"context"
	"time"
)

// Claim is a delivery that a worker has taken, with what it needs to make it.
type Claim struct {
	Task
	Worker     string
	Campaign   string
	Revision   int
	NamesOK    bool
	Batch      string
	PersonID   int64
	Ref        string
	Locale     string
	Notice     string
	Sealed     []byte    // of the person
	SealedCode []byte    // a one-use code; nil: there is none
	FirstAt    time.Time // of the first claim: the date of the message
	ClockAt    time.Time // from when giving up is counted
	At         time.Time // of this claim
	Lane       string    // provider of an e-mail
	Purpose    string    // first, update, withdrawal
	batch      int64     // 0: the claim was not taken here
}

// claiming is a worker's wish for the delivery of a task.
type claiming struct {
	task   Task
	worker string
	claim  *Claim // nil: there is nothing to do
	paced  bool   // a breaker has counted the claim
}

// Claim takes a delivery for a worker: the row must be queued under the task's own numbers, and its
// batch may not be stopped. An e-mail, or a message for the members' page, is then sending, on disk, before this returns; a letter stays
// queued, for laying it out twice harms nobody. A nil Claim means that there is nothing to do; a stopped
// one was given back.
func (l *Ledger) Claim(ctx context.Context, k Task, worker string) (*Claim, error) {
	if err := l.lookAtGate(ctx); err != nil {
		return nil, err
	}
	c := &claiming{task: k, worker: worker}
	if err := l.submit(ctx, &job{claim: c}); err != nil {
		return nil, err
	}
	if c.paced {
		l.gate.forget()
	}
	return c.claim, nil
}

// claimAll makes the claims of a transaction, with a few statements for all of them.
func (t *tx) claimAll(cs []*claiming) error {
	if len(cs) == 0 {
		return nil
	}
	found, err := t.claimable(cs)
	if err != nil {
		return err
	}
	var back, void, moved []row
	taken := map[string][]row{} // by worker
	for _, c := range cs {
		c.claim, c.paced = nil, false
		f := found[c.task.Delivery]
		if f == nil || f.state != Queued || f.attempt != c.task.Attempt || f.feed != c.task.Feed {
			continue
		}
		if f.void { // it came back to life after a later revision, from a doubt or by a retry
			void = append(void, f.row)
			f.state = Superseded
			continue
		}
		if f.moved && !f.stopped {
			moved = append(moved, f.row)
			f.state = Superseded
			continue
		}
		ok, err := t.admitted(c, f)
		if err != nil {
			return err
		}
		switch {
		case !ok:
			back = append(back, f.row)
			f.state = Ready
		case f.channel == Letter:
			c.take(f)
		default:
			taken[c.worker] = append(taken[c.worker], f.row)
			f.state = Sending
			c.take(f)
			c.claim.Attempt++
		}
	}
	if _, err := t.shiftAll(void, moveSupersede, "tried = 1, reason = ?", outdated); err != nil {
		return err
	}
	if err := t.follow(moved); err != nil {
		return err
	}
	return t.takeAll(taken, back)
}

// take makes what was found the worker's.
func (c *claiming) take(f *claimable) {
	c.claim = &f.claim
	c.claim.Worker = c.worker
}

// takeAll moves what was taken, and what goes back.
func (t *tx) takeAll(taken map[string][]row, back []row) error {
	for worker, rs := range taken {
		if _, err := t.claimAs(worker, rs, moveClaim); err != nil {
			return err
		}
	}
	_, err := t.shiftAll(back, moveUnfeed, "")
	return err
}

// claimAs makes deliveries a worker's, or a file's.
func (t *tx) claimAs(holder string, rs []row, m Move) (int, error) {
	first := ms(t.now.Truncate(time.Second))
	return t.shiftAll(rs, m, `attempt = attempt + 1, worker = ?,
		first_at = CASE WHEN first_at = 0 THEN CAST(? AS BIGINT) ELSE first_at END,
		clock_at = CASE WHEN clock_at = 0 THEN CAST(? AS BIGINT) ELSE clock_at END`, holder, first, first)
}

// claimable is a delivery as a worker would have it.
type claimable struct {
	row
	claim   Claim
	stopped bool // its batch or campaign
	void    bool // the person's facts have changed since
	moved   bool // the person is elsewhere since
	movedAt int64
}

func (t *tx) claimable(cs []*claiming) (map[int64]*claimable, error) {
	ids := make([]int64, len(cs))
	for i, c := range cs {
		ids[i] = c.task.Delivery
	}
	return t.claimables(ids)
}

// claimQuery reads what claimable.scan takes.
const claimQuery = `SELECT ` + rowColumns + `, c.id, d.revision, v.names_ok, b.name, p.ref, ` + localeColumn + `,
		` + noticeColumn + `, ` + sealedColumn + `, ` + codeColumn + `, d.first_at, d.clock_at, d.lane, ` + stoppedColumn + `,
		d.revision < p.since, ` + movedSince + `, d.moved_at
	FROM delivery d JOIN person p ON p.id = d.person JOIN batch b ON b.id = d.batch
	JOIN campaign c ON c.num = b.campaign
	JOIN revision v ON v.campaign = c.num AND v.number = d.revision
	`

// claimables reads what workers need to know of deliveries. Whoever stops something waits for the
// transactions that have asked before it, so that nothing goes on once it is stopped.
func (t *tx) claimables(ids []int64) (map[int64]*claimable, error) {
	if err := t.together(lockStops); err != nil {
		return nil, err
	}
	rows, err := t.query(claimQuery+`WHERE d.id `+t.among()+` ORDER BY d.id`+t.lockOf("d"), t.set(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := make(map[int64]*claimable, len(ids))
	for rows.Next() {
		f := &claimable{}
		if err := f.scan(rows.Scan, t.now); err != nil {
			return nil, err
		}
		out[f.id] = f
	}
	return out, rows.Err()
}

func (f *claimable) scan(scan func(...any) error, now time.Time) error {
	c := &f.claim
	var first, clock int64
	err := scan(append(f.fields(), &c.Campaign, &c.Revision, &c.NamesOK, &c.Batch, &c.Ref, &c.Locale,
		&c.Notice, &c.Sealed, &c.SealedCode, &first, &clock, &c.Lane, &f.stopped, &f.void, &f.moved, &f.movedAt)...)
	c.Task, c.PersonID, c.batch = Task{f.id, f.attempt, f.feed, f.channel}, f.person, f.batch
	c.Purpose = f.purpose
	c.At, c.FirstAt, c.ClockAt = now, orNow(first, now), orNow(clock, now)
	return err
}

// orNow keeps whole seconds: the date of a message has no finer ones.
func orNow(stored int64, now time.Time) time.Time {
	if stored != 0 {
		return at(stored)
	}
	return now.Truncate(time.Second)
}

// ClaimsOf returns the e-mails, and messages for members' pages, that a worker holds, or held when it was thought
// lost. At is when they were claimed, or thought lost.
func (l *Ledger) ClaimsOf(ctx context.Context, worker string) ([]Claim, error) {
	rows, err := l.read.QueryContext(ctx, claimQuery+`WHERE d.state IN ('sending', 'uncertain') AND d.worker = ?
		ORDER BY d.id`, worker)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []Claim
	for rows.Next() {
		f := &claimable{}
		if err := f.scan(rows.Scan, l.now()); err != nil {
			return nil, wrapRead(err)
		}
		c := f.claim
		c.Worker, c.At, c.batch = worker, at(f.movedAt), 0
		out = append(out, c)
	}
	return out, wrapRead(rows.Err())
}
