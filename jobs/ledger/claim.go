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
	Lane     string    // provider of an e-mail
	purpose  string
	batch    int64
}

// Claim takes a delivery for a worker: the row must be queued under the task's own numbers, and its
// batch may not be stopped. An e-mail is then sending, on disk, before this returns; a letter stays
// queued, for laying it out twice harms nobody. A nil Claim means that there is nothing to do; a stopped
// one was given back.
func (l *Ledger) Claim(ctx context.Context, k Task, worker string) (*Claim, error) {
	if err := l.lookAtGate(ctx); err != nil {
		return nil, err
	}
	var claim *Claim
	var paced bool
	err := l.do(ctx, func(t *tx) (err error) {
		claim, paced, err = t.claim(k, worker)
		return err
	})
	if paced {
		l.gate.forget()
	}
	return claim, err
}

// claim also says whether a breaker has counted the claim.
func (t *tx) claim(k Task, worker string) (c *Claim, paced bool, err error) {
	r, found, err := t.load(k.Delivery)
	if err != nil || !found || r.state != Queued || r.attempt != k.Attempt || r.feed != k.Feed {
		return nil, false, err
	}
	stopped, err := t.stopped(r.batch)
	if err != nil {
		return nil, false, err
	}
	if c, err = t.claimed(r, worker); err != nil {
		return nil, false, err
	}
	ok := !stopped
	if ok {
		ok, paced, err = t.admitted(c)
	}
	if err != nil {
		return nil, false, err
	}
	if !ok {
		_, err := t.shift(r, moveUnfeed, "")
		return nil, paced, err
	}
	c, err = t.take(c, r)
	return c, paced, err
}

// take makes an e-mail sending; a letter stays queued.
func (t *tx) take(c *Claim, r row) (*Claim, error) {
	if r.channel == Letter {
		return c, nil
	}
	c.Attempt++
	_, err := t.shift(r, moveClaim, "attempt = attempt + 1, worker = ?, first_at = ?, clock_at = ?",
		c.Worker, ms(c.FirstAt), ms(c.ClockAt))
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
			d.first_at, d.clock_at, d.lane
		FROM delivery d JOIN person p ON p.id = d.person JOIN batch b ON b.id = d.batch
		JOIN campaign c ON c.num = b.campaign
		JOIN revision v ON v.campaign = c.num AND v.number = d.revision WHERE d.id = ?`, []any{r.id},
		&c.Campaign, &c.Revision, &c.NamesOK, &c.Batch, &c.Ref, &c.Locale, &c.Notice, &c.Sealed,
		&first, &clock, &c.Lane)
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
	Letter    bool // one is made where the e-mail is given up
}

// Sent settles a claim: the relay has the message.
func (l *Ledger) Sent(ctx context.Context, c *Claim, a Attempt) error {
	return l.settle(ctx, c, a, moveSent, "")
}

// Refused settles a claim: the relay will never take the message.
func (l *Ledger) Refused(ctx context.Context, c *Claim, a Attempt) error {
	return l.settle(ctx, c, a, moveRefuse, "")
}

// RefusedOrSpared settles a claim that the relay refused. Where the provider's breaker takes it for part
// of a block, it is deferred instead, to next or until the provider has rested; spared says so.
func (l *Ledger) RefusedOrSpared(ctx context.Context, c *Claim, a Attempt, next time.Time) (spared bool,
	err error) {
	state, err := l.outcome(ctx, c, a, moveRefuse, "", next)
	return state == Deferred, err
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
		_, err = t.shift(r, orFound(r, moveUnsent), "attempt = attempt - 1, worker = '', reason = ''")
		return err
	})
}

// orFound is the move for a claim that was thought lost with its worker, and whose fate that worker
// knows after all: from its flight log, or because it was only stopped.
func orFound(r row, m Move) Move {
	if r.state != Uncertain {
		return m
	}
	switch m.To {
	case Sent:
		return moveFoundSent
	case Refused:
		return moveFoundRefused
	case Ready, Deferred, Expired, Blocked:
		return moveFoundUnsent
	}
	return m
}

// Blocked settles a claim: the notice cannot be made. The reason holds no personal data.
func (l *Ledger) Blocked(ctx context.Context, c *Claim, reason string) error {
	return l.settle(ctx, c, Attempt{}, moveBlock, reason)
}

// settle writes the outcome of a claim that this worker still holds. A claim that was taken away (a
// worker thought lost) stays as it was decided.
func (l *Ledger) settle(ctx context.Context, c *Claim, a Attempt, m Move, reason string,
	next ...time.Time) error {
	var due time.Time
	if len(next) == 1 {
		due = next[0]
	}
	_, err := l.outcome(ctx, c, a, m, reason, due)
	return err
}

// outcome settles, and says what the outcome came to once the provider's breaker had seen it.
func (l *Ledger) outcome(ctx context.Context, c *Claim, a Attempt, m Move, reason string,
	next time.Time) (became State, err error) {
	if err := l.lookAtGate(ctx); err != nil {
		return "", err
	}
	var paced bool
	err = l.do(ctx, func(t *tx) error {
		became, paced = "", false
		r, ok, err := t.held(c)
		if err != nil || !ok {
			return err
		}
		m, due, changed, err := t.judged(c, m, a.Code, next)
		if err != nil {
			return err
		}
		became, paced = m.To, changed
		_, err = t.shift(r, orFound(r, m), "tried = 1, worker = '', next_at = ?, code = ?, enhanced = ?, reason = ?",
			ms(due), a.Code, tidy(a.Enhanced), tidy(reason))
		if err != nil || c.Channel == Letter {
			return err
		}
		if err := t.fallback(r, m.To, a.Letter); err != nil {
			return err
		}
		return t.attempt(c.Delivery, c.Attempt, c.Worker, c.At, string(m.To), a)
	})
	if paced {
		l.gate.forget()
	}
	return became, err
}

// held reads the row of a claim where the claim still stands, or was lost with its worker and nobody
// has decided on it since.
func (t *tx) held(c *Claim) (row, bool, error) {
	r, found, err := t.load(c.Delivery)
	if err != nil || !found || r.attempt != c.Attempt || r.feed != c.Feed {
		return r, false, err
	}
	if c.Channel == Letter {
		return r, r.state == Queued, nil
	}
	if r.state == Uncertain {
		return r, r.worker != "" && r.worker == c.Worker, nil
	}
	return r, r.state == Sending, nil
}

// ClaimsOf returns the e-mails that a worker holds, or held when it was thought lost.
func (l *Ledger) ClaimsOf(ctx context.Context, worker string) ([]Claim, error) {
	rows, err := l.read.QueryContext(ctx, `SELECT id, attempt, feed, channel, moved_at FROM delivery
		WHERE state IN ('sending', 'uncertain') AND worker = ?`, worker)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []Claim
	for rows.Next() {
		c := Claim{Worker: worker}
		var moved int64
		if err := rows.Scan(&c.Delivery, &c.Attempt, &c.Feed, &c.Channel, &moved); err != nil {
			return nil, wrapRead(err)
		}
		c.At = at(moved)
		out = append(out, c)
	}
	return out, wrapRead(rows.Err())
}

func (t *tx) attempt(delivery int64, n int, worker string, at time.Time, outcome string, a Attempt) error {
	_, err := t.exec(`INSERT INTO attempt (delivery, number, worker, relay, claimed_at, settled_at,
		outcome, stage, code, enhanced, line, sha256, message_id) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (delivery, number) DO UPDATE SET worker = excluded.worker, relay = excluded.relay,
		settled_at = excluded.settled_at, outcome = excluded.outcome, stage = excluded.stage,
		code = excluded.code, enhanced = excluded.enhanced, line = excluded.line,
		sha256 = excluded.sha256, message_id = excluded.message_id`,
		delivery, n, worker, a.Relay, ms(at), ms(t.now), outcome, a.Stage, a.Code, tidy(a.Enhanced), tidy(a.Line),
		a.SHA256[:], tidy(a.MessageID))
	return err
}
