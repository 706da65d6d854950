package ledger

import (
	"context"
	"time"
)

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

// settling is the outcome of a claim.
type settling struct {
	claim   *Claim
	move    Move
	reason  string
	next    time.Time // when it may be tried again
	attempt Attempt
	piece   *Piece // of a letter that was laid out
	stop    bool   // no message for the members' page can go until somebody has looked

	row    row       // as it stands
	to     Move      // what it comes to; none: the claim was taken away, and stays as it was decided
	due    time.Time // when it is tried again
	paced  bool      // a breaker has changed by it
	halted bool      // it stopped the members' page, which was not stopped before
}

// Sent settles a claim: the relay has the message.
func (l *Ledger) Sent(ctx context.Context, c *Claim, a Attempt) error {
	_, err := l.settle(ctx, &settling{claim: c, attempt: a, move: moveSent})
	return err
}

// Refused settles a claim: the relay will never take the message.
func (l *Ledger) Refused(ctx context.Context, c *Claim, a Attempt) error {
	_, err := l.settle(ctx, &settling{claim: c, attempt: a, move: moveRefuse})
	return err
}

// RefusedOrSpared settles a claim that the relay refused. Where the provider's breaker takes it for part
// of a block, it is deferred instead, to next or until the provider has rested; spared says so.
func (l *Ledger) RefusedOrSpared(ctx context.Context, c *Claim, a Attempt, next time.Time) (spared bool,
	err error) {
	state, err := l.settle(ctx, &settling{claim: c, attempt: a, move: moveRefuse, next: next})
	return state == Deferred, err
}

// Uncertain settles a claim: nobody can know whether the relay has the message.
func (l *Ledger) Uncertain(ctx context.Context, c *Claim, a Attempt) error {
	_, err := l.settle(ctx, &settling{
		claim: c, attempt: a, move: moveDoubt, reason: "no reply after the final dot",
	})
	return err
}

// Deferred settles a claim: to be tried again at next.
func (l *Ledger) Deferred(ctx context.Context, c *Claim, a Attempt, next time.Time) error {
	_, err := l.settle(ctx, &settling{claim: c, attempt: a, move: moveDefer, next: next})
	return err
}

// Expired settles a claim: deferred for so long that it is given up.
func (l *Ledger) Expired(ctx context.Context, c *Claim, a Attempt) error {
	_, err := l.settle(ctx, &settling{
		claim: c, attempt: a, move: moveExpire, reason: "deferred until giving up",
	})
	return err
}

// Blocked settles a claim: the notice cannot be made. The reason holds no personal data.
func (l *Ledger) Blocked(ctx context.Context, c *Claim, reason string) error {
	_, err := l.settle(ctx, &settling{claim: c, move: moveBlock, reason: reason})
	if err == nil && len(c.SealedCode) == 0 {
		err = l.regive(ctx, c)
	}
	return err
}

// Typeset settles a letter's claim: its pages were laid out and checked.
func (l *Ledger) Typeset(ctx context.Context, c *Claim, p Piece) error {
	_, err := l.settle(ctx, &settling{claim: c, move: moveTypeset, piece: &p})
	return err
}

// Unsent gives a claim back before the first byte of it was sent.
func (l *Ledger) Unsent(ctx context.Context, c *Claim) error {
	return l.do(ctx, func(t *tx) error { return t.unsent(c) })
}

func (t *tx) unsent(c *Claim) error {
	r, found, err := t.load(c.Delivery)
	if err != nil || !found || !c.holds(r) {
		return err
	}
	if _, err = t.shift(r, orFound(r, moveUnsent), giveBack); err != nil {
		return err
	}
	return t.endCancelled([]row{r}, Ready)
}

// PutOff is Unsent for a claim that would only come back at once: it is not tried again before a moment, and
// no longer keeps the next batch from opening.
func (l *Ledger) PutOff(ctx context.Context, c *Claim, until time.Time) error {
	return l.do(ctx, func(t *tx) error {
		r, found, err := t.load(c.Delivery)
		if err != nil || !found || !c.holds(r) {
			return err
		}
		m := orFound(r, moveDefer)
		if _, err = t.shift(r, m, giveBack+", tried = 1, next_at = ?", ms(until)); err != nil {
			return err
		}
		return t.endCancelled([]row{r}, m.To)
	})
}

// giveBack is what a claim leaves of itself that nothing was sent of.
const giveBack = "attempt = attempt - 1, worker = '', reason = ''"

// settle writes an outcome, and says what it came to once the provider's breaker had seen it.
func (l *Ledger) settle(ctx context.Context, s *settling) (State, error) {
	if err := l.lookAtGate(ctx); err != nil {
		return "", err
	}
	if err := l.submit(ctx, &job{settle: s}); err != nil {
		return "", err
	}
	if s.paced {
		l.gate.forget()
	}
	return s.to.To, nil
}

// settleAll writes the outcomes of a transaction. Those that no breaker cares about go together, with a
// few statements for all of them; each of the others may change what becomes of the next.
func (t *tx) settleAll(ss []*settling) error {
	if len(ss) == 0 {
		return nil
	}
	rows, err := t.settled(ss)
	if err != nil {
		return err
	}
	var quiet []*settling
	for _, s := range ss {
		s.to, s.due, s.paced, s.halted = Move{}, time.Time{}, false, false
		r, found := rows[s.claim.Delivery]
		if !found || !s.claim.holds(r) {
			continue
		}
		delete(rows, r.id) // settled once
		s.row = r
		heard, err := t.judge(s)
		if err != nil {
			return err
		}
		if !heard {
			quiet = append(quiet, s)
		} else if err := t.writeOutcomes([]*settling{s}); err != nil {
			return err
		}
	}
	return t.writeOutcomes(quiet)
}

// settled gives the rows of claims. Of several, they are taken to be as they were when they were claimed:
// the move makes sure, and where one has changed, each outcome is written again alone, after a look.
func (t *tx) settled(ss []*settling) (map[int64]row, error) {
	ids, rows := make([]int64, len(ss)), make(map[int64]row, len(ss))
	look := len(ss) == 1
	for i, s := range ss {
		c := s.claim
		ids[i] = c.Delivery
		look = look || c.batch == 0
		rows[c.Delivery] = row{
			id: c.Delivery, batch: c.batch, person: c.PersonID, channel: c.Channel, purpose: c.Purpose,
			state: c.state(), attempt: c.Attempt, feed: c.Feed, revision: c.Revision,
			worker: c.Worker,
		}
	}
	if !look {
		return rows, nil
	}
	return t.rowsOf(ids)
}

// state is that of a claimed delivery: a letter stays queued.
func (c *Claim) state() State {
	if c.Channel == Letter {
		return Queued
	}
	return Sending
}

// holds tells whether a claim still stands, or was lost with its worker and nobody has decided on it
// since. r is its row.
func (c *Claim) holds(r row) bool {
	if r.attempt != c.Attempt || r.feed != c.Feed {
		return false
	}
	if c.Channel != Letter && r.state == Uncertain {
		return r.worker != "" && r.worker == c.Worker
	}
	return r.state == c.state()
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

// ending is what outcomes have in common that are written with one statement.
type ending struct {
	move      string
	next      int64
	code      int
	enhanced  string
	reason    string
	firstAt   int64 // of a letter
	uncertain bool  // the rows were
	letter    bool  // one is made where the e-mail is given up
	attempt   int
	feed      int
}

func (s *settling) ending() ending {
	e := ending{
		move: s.to.Name, next: ms(s.due), code: s.attempt.Code, enhanced: tidy(s.attempt.Enhanced),
		reason: tidy(s.reason), uncertain: s.row.state == Uncertain, letter: s.attempt.Letter,
		attempt: s.row.attempt, feed: s.row.feed,
	}
	if s.piece != nil {
		e.firstAt = ms(s.claim.FirstAt)
	}
	return e
}

// writeOutcomes writes outcomes that have been judged.
func (t *tx) writeOutcomes(ss []*settling) error {
	alike := map[ending][]*settling{}
	for _, s := range ss {
		alike[s.ending()] = append(alike[s.ending()], s)
	}
	for e, same := range alike {
		if err := t.end(e, same); err != nil {
			return err
		}
	}
	if err := t.keepPieces(ss); err != nil {
		return err
	}
	return t.keepAttempts(ss)
}

func (t *tx) end(e ending, same []*settling) error {
	rs := make([]row, len(same))
	for i, s := range same {
		rs[i] = s.row
	}
	m := orFound(rs[0], same[0].to)
	c := change{
		set:  "tried = 1, worker = '', next_at = ?, code = ?, enhanced = ?, reason = ?",
		args: []any{e.next, e.code, e.enhanced, e.reason},
		only: "attempt = ? AND feed = ?", of: []any{e.attempt, e.feed},
	}
	if same[0].piece != nil {
		c.set, c.args = "tried = 1, attempt = attempt + 1, first_at = ?, reason = ''", []any{e.firstAt}
	}
	_, err := t.shiftOnly(rs, m, c)
	if err == nil && m.To == Deferred {
		err = t.endCancelled(rs, Deferred)
	}
	if err != nil || rs[0].channel == Letter {
		return err
	}
	return t.fallback(rs, m.To, e.letter)
}

func (t *tx) keepPieces(ss []*settling) error {
	var values []any
	for _, s := range ss {
		if p := s.piece; p != nil {
			values = append(values, s.row.id, p.Number, p.Pages, p.Sheets, p.Digest[:])
		}
	}
	return t.insert(`piece (delivery, number, pages, sheets, digest)`, 5, values,
		`ON CONFLICT (delivery) DO UPDATE SET pages = excluded.pages, sheets = excluded.sheets,
		digest = excluded.digest`)
}

func (t *tx) keepAttempts(ss []*settling) error {
	var rows []attemptRow
	for _, s := range ss {
		if c := s.claim; c.Channel != Letter {
			rows = append(rows, attemptRow{c.Delivery, c.Attempt, c.Worker, c.At, string(s.to.To), s.attempt})
		}
	}
	return t.attempts(rows)
}

// attemptRow is a row of the attempt table.
type attemptRow struct {
	delivery int64
	number   int
	worker   string
	at       time.Time // of the claim
	outcome  string
	Attempt
}

const attemptColumns = 13

// attempts keeps what is known of tries. What is there of them already is written over.
func (t *tx) attempts(rows []attemptRow) error {
	values := make([]any, 0, attemptColumns*len(rows))
	for _, a := range rows {
		values = append(values, a.delivery, a.number, a.worker, a.Relay, ms(a.at), ms(t.now), a.outcome,
			a.Stage, a.Code, tidy(a.Enhanced), tidy(a.Line), a.SHA256[:], tidy(a.MessageID))
	}
	return t.insert(`attempt (delivery, number, worker, relay, claimed_at, settled_at, outcome, stage, code,
			enhanced, line, sha256, message_id)`, attemptColumns, values,
		`ON CONFLICT (delivery, number) DO UPDATE SET worker = excluded.worker, relay = excluded.relay,
		settled_at = excluded.settled_at, outcome = excluded.outcome, stage = excluded.stage,
		code = excluded.code, enhanced = excluded.enhanced, line = excluded.line,
		sha256 = excluded.sha256, message_id = excluded.message_id`)
}
