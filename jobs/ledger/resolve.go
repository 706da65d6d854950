package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Doubt is an uncertain delivery and what is known of the attempt that left it so.
type Doubt struct {
	Delivery int64
	Person   string // reference
	Batch    string
	Revision int
	Attempt  int
	Worker   string
	Relay    string // host:port; empty where the worker was lost and took that with it
	Reason   string
	Since    time.Time // when it became uncertain
	// Earliest and Latest bound the moment of the claim. Where the worker lived to settle it they are
	// the claim, and the last moment at which the final dot may still have had a reply to come. Of a worker
	// that was lost, the dot may have come at any time until then.
	Earliest, Latest time.Time
}

// dotWait is how long a worker waits for the reply to a final dot (RFC 5321 section 4.5.3.2.6).
const dotWait = 10 * time.Minute

// The attempt tells when the claim was, where its worker lived to settle it or its flight log was found.
// The row of a worker that was thought lost is written at that moment: then the claim lies between the
// first claim, or the attempt before, and that.
const doubtQuery = `SELECT d.id, p.ref, b.name, d.revision, d.attempt,
		coalesce(a.worker, d.worker), coalesce(a.relay, ''), d.reason, d.moved_at, d.first_at,
		coalesce(a.claimed_at, 0), coalesce(o.settled_at, 0)
	FROM delivery d JOIN person p ON p.id = d.person JOIN batch b ON b.id = d.batch
	JOIN campaign c ON c.num = b.campaign
	LEFT JOIN attempt a ON a.delivery = d.id AND a.number = d.attempt
		AND a.outcome = 'uncertain' AND a.settled_at = d.moved_at
	LEFT JOIN attempt o ON o.delivery = d.id AND o.number = d.attempt - 1
	WHERE c.id = ? AND c.complete = 1 AND d.state = 'uncertain'
		AND d.state IN ('refused', 'bounced', 'expired', 'blocked', 'uncertain')
	ORDER BY d.id`

// Doubts lists the uncertain deliveries of a campaign.
func (l *Ledger) Doubts(ctx context.Context, campaign string) ([]Doubt, error) {
	if _, err := l.Campaign(ctx, campaign); err != nil {
		return nil, err
	}
	rows, err := l.read.QueryContext(ctx, doubtQuery, campaign)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []Doubt
	for rows.Next() {
		d, err := scanDoubt(rows)
		if err != nil {
			return nil, wrapRead(err)
		}
		out = append(out, d)
	}
	return out, wrapRead(rows.Err())
}

// UncertainFirst gives the numbers of a campaign's first uncertain deliveries.
func (l *Ledger) UncertainFirst(ctx context.Context, campaign string, most int) (numbers []int64, err error) {
	rows, err := l.read.QueryContext(ctx, `SELECT d.id FROM delivery d
		WHERE d.batch IN (SELECT b.id FROM batch b JOIN campaign c ON c.num = b.campaign WHERE c.id = ?)
		AND d.state IN ('refused', 'bounced', 'expired', 'blocked', 'uncertain') AND d.state = 'uncertain'
		ORDER BY d.id LIMIT ?`, campaign, most)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, wrapRead(err)
		}
		numbers = append(numbers, n)
	}
	return numbers, wrapRead(rows.Err())
}

func scanDoubt(rows *sql.Rows) (Doubt, error) {
	var d Doubt
	var since, first, claimed, before int64
	err := rows.Scan(&d.Delivery, &d.Person, &d.Batch, &d.Revision, &d.Attempt, &d.Worker, &d.Relay,
		&d.Reason, &since, &first, &claimed, &before)
	d.Since = at(since)
	d.Earliest, d.Latest = at(claimed), d.Since
	if claimed == 0 || claimed == since {
		d.Earliest = at(max(first, before))
	} else if d.Relay != "" {
		d.Latest = later(d.Earliest, d.Since.Add(-dotWait))
	}
	return d, err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Found is what was found out about an uncertain delivery: sent, refused, or ready because it was
// not sent. It holds for one attempt.
type Found struct {
	Delivery int64
	Attempt  int
	State    State
	Evidence string // in words, without personal data
	Letter   bool   // where it is refused, the person gets a letter instead
}

func (f Found) move() (Move, error) {
	for _, m := range []Move{moveFoundSent, moveFoundUnsent, moveFoundRefused} {
		if m.To == f.State {
			return m, nil
		}
	}
	return Move{}, fmt.Errorf("uncertain delivery %d cannot become %q", f.Delivery, f.State)
}

// resolveMost bounds the deliveries of one transaction.
const resolveMost = 500

// Resolve settles uncertain deliveries of a campaign by what was found out, and says how many. One that
// is no longer uncertain, or has had another attempt since, stays as it is. A delivery that becomes
// ready has the whole time until giving up before it again.
func (l *Ledger) Resolve(ctx context.Context, campaign string, found []Found, by Operator) (int, error) {
	total := 0
	for len(found) > 0 {
		part := found[:min(len(found), resolveMost)]
		found = found[len(part):]
		var n int
		err := l.do(ctx, func(t *tx) (err error) {
			n, err = t.resolve(campaign, part, by)
			return err
		})
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

func (t *tx) resolve(campaign string, found []Found, by Operator) (int, error) {
	c, ok, err := t.campaign(campaign)
	if err != nil || !ok {
		return 0, errors.Join(err, noCampaign(ok))
	}
	counts, total := map[State]int{}, 0
	for _, f := range found {
		ok, err := t.resolveOne(c, f)
		if err != nil {
			return 0, err
		}
		if ok {
			counts[f.State]++
			total++
		}
	}
	for _, s := range []State{Sent, Ready, Refused} {
		if counts[s] == 0 {
			continue
		}
		if err := t.journal(campaign, by, "resolve", "as "+string(s), counts[s]); err != nil {
			return 0, err
		}
	}
	return total, nil
}

func noCampaign(ok bool) error {
	if ok {
		return nil
	}
	return ErrNoCampaign
}

func (t *tx) resolveOne(c campaignRow, f Found) (bool, error) {
	m, err := f.move()
	if err != nil {
		return false, err
	}
	r, ok, err := t.load(f.Delivery)
	if err != nil || !ok || r.attempt != f.Attempt {
		return false, err
	}
	cancelled, ok, err := t.cancelledIn(c, r.batch)
	if err != nil || !ok {
		return false, err
	}
	set, args := "tried = 1, worker = '', next_at = 0, reason = ?", []any{f.Evidence}
	if m.To == Ready {
		set, args = set+", clock_at = ?", append(args, ms(t.now))
	}
	ok, err = t.shift(r, m, set, args...)
	if err != nil || !ok {
		return false, err
	}
	if m.To == Ready {
		r.state = Ready
		if err := t.takeBack(r, cancelled); err != nil {
			return false, err
		}
	}
	if err := t.fallback([]row{r}, m.To, f.Letter && !cancelled); err != nil {
		return false, err
	}
	outcome := string(f.State)
	if f.State == Ready {
		outcome = "unsent"
	}
	return true, t.conclude(r, outcome)
}

// takeBack ends what was not sent and is not to be: of a batch that was cancelled, or with facts that are no
// longer in force.
func (t *tx) takeBack(r row, cancelled bool) error {
	if cancelled {
		_, err := t.shift(r, moveCancel, "")
		return err
	}
	p, err := t.stood([]int64{r.person})
	if err == nil && len(p) == 1 && r.revision < p[0].since {
		_, err = t.shift(r, moveSupersede, "tried = 1, reason = ?", outdated)
	}
	return err
}

// cancelledIn tells whether a batch of a campaign, or all of it, was cancelled; ok is false for a batch of
// another.
func (t *tx) cancelledIn(c campaignRow, batch int64) (cancelled, ok bool, err error) {
	found, err := t.row(`SELECT cancelled = 1 FROM batch WHERE id = ? AND campaign = ?`,
		[]any{batch, c.num}, &cancelled)
	return cancelled || c.cancelled, found, err
}

// conclude writes the end of an attempt. What the relay said, and when it was asked, stays; an attempt
// of a lost worker gets its row here.
func (t *tx) conclude(r row, outcome string) error {
	n, err := t.exec(`UPDATE attempt SET outcome = ? WHERE delivery = ? AND number = ?`,
		outcome, r.id, r.attempt)
	if err != nil || n > 0 {
		return err
	}
	return t.attempts([]attemptRow{{r.id, r.attempt, r.worker, t.now, outcome, Attempt{}}})
}
