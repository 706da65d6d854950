package ledger

import (
	"context"
	"time"
)

// Claim is a delivery that a worker has taken, with what it needs to make it.
type Claim struct {
	Task
	Worker   string
	Campaign string
	Revision int
	NamesOK  bool
	Batch    string
	PersonID int64
	Ref      string
	Locale   string
	Notice   string
	Sealed   []byte    // of the person
	FirstAt  time.Time // of the first claim: the date of the message
	ClockAt  time.Time // from when giving up is counted
	At       time.Time // of this claim
	purpose  string
	batch    int64
}

// Claim takes a delivery for a worker: the row must be queued under the task's own numbers, and its
// batch may not be stopped. An e-mail is then sending, on disk, before this returns; a letter stays
// queued, for laying it out twice harms nobody. A nil Claim means that there is nothing to do; a stopped
// one was given back.
func (l *Ledger) Claim(ctx context.Context, k Task, worker string) (*Claim, error) {
	var claim *Claim
	err := l.do(ctx, func(t *tx) (err error) {
		claim, err = t.claim(k, worker)
		return err
	})
	return claim, err
}

func (t *tx) claim(k Task, worker string) (*Claim, error) {
	r, found, err := t.load(k.Delivery)
	if err != nil || !found || r.state != Queued || r.attempt != k.Attempt || r.feed != k.Feed {
		return nil, err
	}
	stopped, err := t.stopped(r.batch)
	if err != nil {
		return nil, err
	}
	if stopped {
		_, err := t.shift(r, moveUnfeed, "")
		return nil, err
	}
	c, err := t.claimed(r, worker)
	if err != nil || r.channel == Letter {
		return c, err
	}
	c.Attempt++
	_, err = t.shift(r, moveClaim, "attempt = attempt + 1, worker = ?, first_at = ?, clock_at = ?",
		worker, ms(c.FirstAt), ms(c.ClockAt))
	return c, err
}

// claimed reads what a worker needs.
func (t *tx) claimed(r row, worker string) (*Claim, error) {
	c := &Claim{
		Task: Task{r.id, r.attempt, r.feed, r.channel}, Worker: worker, PersonID: r.person,
		At: t.now, purpose: r.purpose, batch: r.batch,
	}
	var first, clock int64
	_, err := t.row(`SELECT c.id, d.revision, v.names_ok, b.name, p.ref, p.locale, p.notice, p.sealed,
			d.first_at, d.clock_at
		FROM delivery d JOIN person p ON p.id = d.person JOIN batch b ON b.id = d.batch
		JOIN campaign c ON c.num = b.campaign
		JOIN revision v ON v.campaign = c.num AND v.number = d.revision WHERE d.id = ?`, []any{r.id},
		&c.Campaign, &c.Revision, &c.NamesOK, &c.Batch, &c.Ref, &c.Locale, &c.Notice, &c.Sealed,
		&first, &clock)
	c.FirstAt, c.ClockAt = orNow(first, t.now), orNow(clock, t.now)
	return c, err
}

// orNow keeps whole seconds: the date of a message has no finer ones.
func orNow(stored int64, now time.Time) time.Time {
	if stored != 0 {
		return at(stored)
	}
	return now.Truncate(time.Second)
}

// Attempt is what is kept of one try. It holds no personal data.
type Attempt struct {
	Relay     string
	Stage     string
	Code      int
	Enhanced  string
	Line      string
	SHA256    [32]byte // of the exact bytes
	MessageID string
}

// Sent settles a claim: the relay has the message.
func (l *Ledger) Sent(ctx context.Context, c *Claim, a Attempt) error {
	return l.settle(ctx, c, a, moveSent, "")
}

// Refused settles a claim: the relay will never take the message.
func (l *Ledger) Refused(ctx context.Context, c *Claim, a Attempt) error {
	return l.settle(ctx, c, a, moveRefuse, "")
}

// Uncertain settles a claim: nobody can know whether the relay has the message.
func (l *Ledger) Uncertain(ctx context.Context, c *Claim, a Attempt) error {
	return l.settle(ctx, c, a, moveDoubt, "no reply after the final dot")
}

// Deferred settles a claim: to be tried again at next.
func (l *Ledger) Deferred(ctx context.Context, c *Claim, a Attempt, next time.Time) error {
	return l.settle(ctx, c, a, moveDefer, "", next)
}

// Expired settles a claim: deferred for so long that it is given up.
func (l *Ledger) Expired(ctx context.Context, c *Claim, a Attempt) error {
	return l.settle(ctx, c, a, moveExpire, "deferred until giving up")
}

// Unsent gives a claim back before the first byte of it was sent.
func (l *Ledger) Unsent(ctx context.Context, c *Claim) error {
	return l.do(ctx, func(t *tx) error {
		r, ok, err := t.held(c)
		if err != nil || !ok {
			return err
		}
		_, err = t.shift(r, moveUnsent, "attempt = attempt - 1, worker = ''")
		return err
	})
}

// Blocked settles a claim: the notice cannot be made. The reason holds no personal data.
func (l *Ledger) Blocked(ctx context.Context, c *Claim, reason string) error {
	return l.settle(ctx, c, Attempt{}, moveBlock, reason)
}

// settle writes the outcome of a claim that this worker still holds. A claim that was taken away (a
// worker thought lost) stays as it was decided.
func (l *Ledger) settle(ctx context.Context, c *Claim, a Attempt, m Move, reason string,
	next ...time.Time) error {
	return l.do(ctx, func(t *tx) error {
		r, ok, err := t.held(c)
		if err != nil || !ok {
			return err
		}
		var due int64
		if len(next) == 1 {
			due = ms(next[0])
		}
		_, err = t.shift(r, m, "tried = 1, worker = '', next_at = ?, code = ?, enhanced = ?, reason = ?",
			due, a.Code, a.Enhanced, reason)
		if err != nil || c.Channel == Letter {
			return err
		}
		return t.attempt(c.Delivery, c.Attempt, c.Worker, c.At, string(m.To), a)
	})
}

// held reads the row of a claim where the claim still stands.
func (t *tx) held(c *Claim) (row, bool, error) {
	r, found, err := t.load(c.Delivery)
	want := Sending
	if c.Channel == Letter {
		want = Queued
	}
	ok := found && r.state == want && r.attempt == c.Attempt && r.feed == c.Feed
	return r, ok, err
}

func (t *tx) attempt(delivery int64, n int, worker string, at time.Time, outcome string, a Attempt) error {
	_, err := t.exec(`INSERT INTO attempt (delivery, number, worker, relay, claimed_at, settled_at,
		outcome, stage, code, enhanced, line, sha256, message_id) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (delivery, number) DO UPDATE SET outcome = excluded.outcome`,
		delivery, n, worker, a.Relay, ms(at), ms(t.now), outcome, a.Stage, a.Code, a.Enhanced, a.Line,
		a.SHA256[:], a.MessageID)
	return err
}
