package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"oshirase/jobs/pace"
)

// breaker reads a provider's breaker as it stands in this transaction.
func (t *tx) breaker(num int64, lane string) (pace.Breaker, error) {
	var b pace.Breaker
	fields, done := breakerFields(&b)
	_, err := t.row(`SELECT `+breakerColumns+` FROM breaker WHERE campaign = ? AND lane = ?`+t.lock(),
		[]any{num, lane}, fields...)
	done()
	return b, err
}

func (t *tx) saveBreaker(num int64, lane string, b pace.Breaker) error {
	if b.IsClosed() {
		b.State = pace.Closed
	}
	_, err := t.exec(`INSERT INTO breaker (campaign, lane, `+breakerColumns+`)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (campaign, lane) DO UPDATE SET
		state = excluded.state, until = excluded.until, since = excluded.since,
		rested = excluded.rested, step = excluded.step, admitted = excluded.admitted,
		good = excluded.good, busy = excluded.busy, blocked = excluded.blocked, code = excluded.code`,
		num, lane, string(b.State), ms(b.Until), ms(b.Since), b.Rested, b.Step, b.Out, b.Good, b.Busy,
		b.Blocked, b.Code)
	return err
}

// SetRules says what the claims of a campaign ask. The feeder does when it opens one: a worker claims
// nothing that was not fed.
func (l *Ledger) SetRules(ctx context.Context, campaign string, r pace.Rules) error {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("rules of pace: %w", err)
	}
	err = l.do(ctx, func(t *tx) error {
		c, found, err := t.campaign(campaign)
		if err != nil || !found {
			return err
		}
		_, err = t.exec(`INSERT INTO pacing (campaign, rules) VALUES (?,?)
			ON CONFLICT (campaign) DO UPDATE SET rules = excluded.rules`, c.num, string(text))
		return err
	})
	l.gate.forget()
	return err
}

// admitted asks hold, hours, cap and breaker for a delivery that is about to be claimed.
func (t *tx) admitted(c *claiming, f *claimable) (bool, error) {
	num, lane := f.id>>idBits, f.claim.Lane
	g := t.w.l.gate.of(num)
	if f.stopped || f.channel == Letter || g == nil {
		return !f.stopped, nil
	}
	if f.channel == Email {
		if ok, err := t.mayMail(g, held{num, lane}); err != nil || !ok {
			return false, err
		}
	}
	if g.breakers[lane].IsClosed() {
		return true, nil
	}
	old, err := t.breaker(num, lane)
	if err != nil {
		return false, err
	}
	b, ok := g.rules.Temper.Admit(old, t.now)
	if b == old {
		return ok, nil
	}
	c.paced = true
	return ok, t.saveBreaker(num, lane, b)
}

// mayMail asks hours and cap for an e-mail.
func (t *tx) mayMail(g *regime, k held) (bool, error) {
	if open, _ := g.opened(t.now); !open {
		return false, nil
	}
	if most := g.rules.Caps[k.lane]; most > 0 {
		return t.hasRoom(k, most)
	}
	return true, nil
}

// held is a provider's e-mails of one campaign.
type held struct {
	campaign int64
	lane     string
}

// hasRoom takes one of the places that a cap gives, where there is one. A place that is not used is free
// again for the next transaction.
func (t *tx) hasRoom(k held, most int) (bool, error) {
	n, known := t.held[k]
	if !known {
		var err error
		if n, err = t.underWay(k.campaign, k.lane); err != nil {
			return false, err
		}
		if t.held == nil {
			t.held = map[held]int{}
		}
	}
	t.held[k] = min(n+1, most)
	return n < most, nil
}

// underWay counts a provider's claims. The index of held rows serves it: some hundreds.
func (t *tx) underWay(num int64, lane string) (n int, err error) {
	// One at a time, or two processes would each see room for one and take two.
	_, err = t.row(`SELECT campaign FROM pacing WHERE campaign = ?`+t.lock(), []any{num}, new(int64))
	if err != nil {
		return 0, err
	}
	// The campaign as an expression: a range of ids would be read instead of the index.
	_, err = t.row(`SELECT count(*) FROM delivery WHERE state IN ('sending', 'uncertain')
		AND state = 'sending' AND lane = ? AND (id >> CAST(? AS INTEGER)) = CAST(? AS BIGINT)`,
		[]any{lane, idBits, num}, &n)
	return n, err
}

// stageMail is that of an attempt which the relay's reply to MAIL has ended.
const stageMail = "mail"

// judge lets a provider's breaker see an outcome, and says what the outcome comes to: a refusal that may
// be a block is deferred where the caller gives a time for it. heard is false where the outcome is none of
// the breaker's business.
func (t *tx) judge(s *settling) (heard bool, err error) {
	s.to, s.due = s.move, s.next
	if s.to.To == Refused {
		s.due = time.Time{}
	}
	if s.claim.Channel == Page {
		return t.judgePage(s)
	}
	num, lane := s.claim.Delivery>>idBits, s.claim.Lane
	sign := pace.Silent
	if s.attempt.Stage != stageMail { // what a relay says of the sender is not the provider's word
		sign = pace.SignOf(s.to.To == Sent, s.attempt.Code)
	}
	g := t.w.l.gate.of(num)
	if g == nil || sign == pace.Silent || !pace.Breaks(lane) ||
		sign == pace.Good && g.breakers[lane].IsClean() {
		return false, nil
	}
	old, err := t.breaker(num, lane)
	if err != nil {
		return true, err
	}
	b, verdict := g.rules.Temper.Observe(old, sign, s.attempt.Code, t.now)
	if s.paced = b != old; s.paced {
		err = t.saveBreaker(num, lane, b)
	}
	if err == nil && !verdict.Recall.IsZero() {
		err = t.recall(num, lane, verdict.Recall, b.Until)
	}
	if verdict.Spare && s.to.To == Refused && !s.next.IsZero() {
		s.to, s.due = moveDefer, s.next
		if b.Until.After(s.due) && b.State == pace.Open {
			s.due = b.Until
		}
	}
	return true, err
}

// recall defers what was refused in the run of refusals that turned out to be a block. A letter that was
// made for one of them meanwhile is not bound while the e-mail may still go, and taken back when it is sent.
func (t *tx) recall(num int64, lane string, since, next time.Time) error {
	rs, err := t.rows(`state IN ('refused', 'bounced', 'expired', 'blocked', 'uncertain')
		AND state = 'refused' AND channel = 'email' AND lane = ? AND code IN (550, 553, 554)
		AND moved_at >= ? AND batch IN (SELECT id FROM batch WHERE campaign = ?)`,
		lane, ms(since), num)
	if err != nil {
		return err
	}
	_, err = t.shiftAll(rs, moveSpare, "next_at = ?", ms(next))
	return err
}

// Pacing is what the feeder asks of a campaign at one moment.
type Pacing struct {
	g   *regime
	now time.Time
}

// Pacing reads what rests.
func (l *Ledger) Pacing(ctx context.Context, campaign string) (Pacing, error) {
	g, err := l.regimeOf(ctx, campaign)
	return Pacing{g, l.now()}, err
}

func (l *Ledger) regimeOf(ctx context.Context, campaign string) (*regime, error) {
	if err := l.lookAtGate(ctx); err != nil {
		return nil, err
	}
	var num int64
	err := l.read.QueryRowContext(ctx, `SELECT num FROM campaign WHERE id = ?`, campaign).Scan(&num)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, wrapRead(err)
	}
	return l.gate.of(num), nil
}

// Room is how many e-mails for a provider the claims would let through now.
func (p Pacing) Room(lane string) int {
	if p.g == nil {
		return pace.Unlimited
	}
	if open, _ := p.g.opened(p.now); !open {
		return 0
	}
	return p.g.rules.Temper.Room(p.g.breakers[lane], p.now)
}

// Eased tells whether a provider is being let through by number: its answers are waited for.
func (p Pacing) Eased(lane string) bool { return p.g != nil && !p.g.breakers[lane].IsClosed() }

// Cap is how many e-mails for a provider may be under way at once; 0: any number.
func (p Pacing) Cap(lane string) int {
	if p.g == nil {
		return 0
	}
	return p.g.rules.Caps[lane]
}

// Rests is what of a campaign is not going at full speed.
type Rests struct {
	Providers []pace.Rest // by name
	Shut      bool        // outside the hours
	Opens     time.Time   // where it is shut; zero: never again
}

// Rests reads what of a campaign is not going at full speed.
func (l *Ledger) Rests(ctx context.Context, campaign string) (out Rests, err error) {
	g, err := l.regimeOf(ctx, campaign)
	if err != nil || g == nil {
		return out, err
	}
	if open, until := g.opened(l.now()); !open {
		out.Shut, out.Opens = true, until
	}
	for _, lane := range slices.Sorted(maps.Keys(g.breakers)) {
		if b := g.breakers[lane]; !b.IsClosed() {
			out.Providers = append(out.Providers, pace.Rest{
				Provider: lane, State: b.State, Until: b.Until, Code: b.Code,
			})
		}
	}
	return out, nil
}

// Providers are those to whom a campaign has e-mail, by name.
func (l *Ledger) Providers(ctx context.Context, campaign string) (names []string, err error) {
	rows, err := l.read.QueryContext(ctx, `SELECT DISTINCT l.lane FROM lane l
		JOIN batch b ON b.id = l.batch JOIN campaign c ON c.num = b.campaign
		WHERE c.id = ? AND l.channel = 'email' ORDER BY l.lane`, campaign)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, wrapRead(err)
		}
		names = append(names, name)
	}
	return names, wrapRead(rows.Err())
}

// Stream is a campaign's e-mail to one provider.
type Stream struct{ Campaign, Lane string }

// UnderWay counts the e-mails that are queued or sending.
func (l *Ledger) UnderWay(ctx context.Context) (map[Stream]int, error) {
	rows, err := l.read.QueryContext(ctx, `SELECT c.id, held.lane, held.n FROM (
		SELECT num, lane, count(*) AS n FROM (
			SELECT id >> CAST(? AS INTEGER) AS num, lane FROM delivery WHERE state = 'queued' AND channel = 'email'
			UNION ALL SELECT id >> CAST(? AS INTEGER), lane FROM delivery
			WHERE state IN ('sending', 'uncertain') AND state = 'sending') one
		GROUP BY num, lane) held JOIN campaign c ON c.num = held.num`, idBits, idBits)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	held := map[Stream]int{}
	for rows.Next() {
		var of Stream
		var n int
		if err := rows.Scan(&of.Campaign, &of.Lane, &n); err != nil {
			return nil, wrapRead(err)
		}
		held[of] = n
	}
	return held, wrapRead(rows.Err())
}
