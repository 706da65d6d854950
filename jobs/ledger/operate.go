package ledger

import (
	"context"
	"fmt"
)

// An empty batch name means the whole campaign in all of an operator's moves.

// Hold stops a batch, or the campaign: from the commit on no claim of it succeeds.
func (l *Ledger) Hold(ctx context.Context, campaign, batch string, by Operator) error {
	return l.flag(ctx, campaign, batch, by, "hold", "held = 1", "held = 1")
}

// Resume lets a held or halted batch, or the campaign, go on.
// The members' page goes on with the campaign, where its endpoint had stopped it.
func (l *Ledger) Resume(ctx context.Context, campaign, batch string, by Operator) error {
	defer l.gate.forget()
	return l.concern(ctx, campaign, func(t *tx, c campaignRow) error {
		err := t.flag(c, campaign, batch, by, "resume", "held = 0",
			"may_halt = CASE WHEN halted = 1 THEN 0 ELSE may_halt END, held = 0, halted = 0")
		if err != nil || batch != "" {
			return err
		}
		return t.restartPage(c.num)
	})
}

// Release opens a batch, or all of them, at once: neither start nor order count any more.
func (l *Ledger) Release(ctx context.Context, campaign, batch string, by Operator) error {
	return l.flag(ctx, campaign, batch, by, "release", "", "released = 1")
}

// flag sets columns of the campaign or of a batch and writes the journal. Of a whole campaign,
// batches are changed where whole is empty.
func (l *Ledger) flag(ctx context.Context, campaign, batch string, by Operator,
	verb, whole, one string) error {
	return l.concern(ctx, campaign, func(t *tx, c campaignRow) error {
		return t.flag(c, campaign, batch, by, verb, whole, one)
	})
}

// concern does an operator's move on a campaign, alone among those that stop something.
func (l *Ledger) concern(ctx context.Context, campaign string, move func(*tx, campaignRow) error) error {
	return l.do(ctx, func(t *tx) error {
		if err := t.alone(lockStops); err != nil {
			return err
		}
		c, found, err := t.campaign(campaign)
		if err != nil {
			return err
		}
		if !found {
			return ErrNoCampaign
		}
		return move(t, c)
	})
}

func (t *tx) flag(c campaignRow, campaign, batch string, by Operator, verb, whole, one string) error {
	concerned, err := t.concerned(c.num, batch)
	if err != nil {
		return err
	}
	if batch == "" && whole != "" {
		if _, err := t.exec(`UPDATE campaign SET `+whole+` WHERE num = ?`, c.num); err != nil {
			return err
		}
		return t.journal(campaign, by, verb, "all", concerned)
	}
	n, err := t.exec(`UPDATE batch SET `+one+` WHERE campaign = ? AND (name = ? OR ? = '')`,
		c.num, batch, batch)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrNoBatch
	}
	return t.journal(campaign, by, verb, what(batch), concerned)
}

// concerned counts the deliveries that an operator's move reaches, of a batch or of the campaign: what
// has work to be done and is not at the relay at this moment.
func (t *tx) concerned(num int64, batch string) (n int, err error) {
	_, err = t.row(`SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM counter
		WHERE state IN `+oneOf(moveCancel.From...)+` AND batch IN
			(SELECT id FROM batch WHERE campaign = ? AND (name = ? OR ? = ''))`, []any{num, batch, batch}, &n)
	return n, err
}

func what(batch string) string {
	if batch == "" {
		return "all"
	}
	return "batch " + batch
}

// operateMost bounds the rows of one transaction of a long move.
const operateMost = 2000

// Cancel takes back all that was not sent, of a batch or of the campaign, for good. It says how many.
func (l *Ledger) Cancel(ctx context.Context, campaign, batch string, by Operator) (int, error) {
	if err := l.flag(ctx, campaign, batch, by, "cancel", "cancelled = 1", "cancelled = 1"); err != nil {
		return 0, err
	}
	total := 0
	for {
		var n int
		err := l.do(ctx, func(t *tx) error {
			rs, err := t.rows(`state IN `+oneOf(moveCancel.From...)+` AND batch IN (`+batchesOf+`)
				LIMIT ?`, campaign, batch, batch, operateMost)
			if err != nil {
				return err
			}
			n, err = t.shiftAll(rs, moveCancel, "tried = 1")
			return err
		})
		total += n
		if err != nil || n == 0 {
			return total, err
		}
	}
}

// itsFactsInForce is factsInForce where the person is not joined.
const itsFactsInForce = `EXISTS (SELECT 1 FROM person p WHERE p.id = d.person AND ` + factsInForce + `)`

// endCancelled ends those of some deliveries, now of a state, whose batch was cancelled while they were at the
// relay: nothing of them went out, and nothing is to. A cancel that comes at the same time waits for this
// transaction, and then takes them itself.
func (t *tx) endCancelled(rs []row, state State) error {
	if len(rs) == 0 {
		return nil
	}
	if err := t.together(lockStops); err != nil {
		return err
	}
	back, err := t.rows(`state = ? AND id `+t.among()+` AND EXISTS (SELECT 1 FROM batch b
		JOIN campaign c ON c.num = b.campaign WHERE b.id = d.batch AND b.cancelled + c.cancelled > 0)
		ORDER BY id`, string(state), t.set(idsOf(rs)))
	if err != nil {
		return err
	}
	_, err = t.shiftAll(back, moveCancel, "tried = 1, next_at = 0")
	return err
}

const batchesOf = `SELECT b.id FROM batch b JOIN campaign c ON c.num = b.campaign
	WHERE c.id = ? AND c.complete = 1 AND c.purged_at = 0 AND (b.name = ? OR ? = '')`

// Failed selects failed deliveries for a retry. Empty fields select all.
type Failed struct {
	Campaign string
	Batch    string
	States   []State // of those that retry may move; empty: all of them
	Lane     string  // provider
	Domain   [16]byte
	Delivery int64
}

// where is the condition for the selection. The index of failed deliveries serves it.
func (f Failed) where() (string, []any, error) {
	states := f.States
	if len(states) == 0 {
		states = moveRetry.From
	}
	for _, s := range states {
		if !s.Failed() {
			return "", nil, fmt.Errorf("state %q cannot be retried", s)
		}
	}
	// The list of the partial index, word for word, lets SQLite use it.
	cond := `state IN ('refused', 'bounced', 'expired', 'blocked', 'uncertain') AND state IN ` +
		oneOf(states...) + ` AND batch IN (` + batchesOf + `) AND ` + itsFactsInForce
	args := []any{f.Campaign, f.Batch, f.Batch}
	if f.Lane != "" {
		cond, args = cond+` AND lane = ?`, append(args, f.Lane)
	}
	if f.Domain != ([16]byte{}) {
		cond, args = cond+` AND domain = ?`, append(args, f.Domain[:8])
	}
	if f.Delivery != 0 {
		cond, args = cond+` AND id = ?`, append(args, f.Delivery)
	}
	return cond, args, nil
}

// Count says how many deliveries a retry would make sendable.
func (l *Ledger) Count(ctx context.Context, f Failed) (int, error) {
	cond, args, err := f.where()
	if err != nil {
		return 0, err
	}
	var n int
	err = l.read.QueryRowContext(ctx, `SELECT count(*) FROM delivery d WHERE `+cond, args...).Scan(&n)
	return n, wrapRead(err)
}

// Retry makes failed deliveries ready again, and only those. It says how many. The clock of giving up
// starts anew.
func (l *Ledger) Retry(ctx context.Context, f Failed, by Operator) (int, error) {
	cond, args, err := f.where()
	if err != nil {
		return 0, err
	}
	begin, total := ms(l.now()), 0
	for {
		var n int
		err := l.do(ctx, func(t *tx) error {
			rs, err := t.rows(cond+` AND moved_at <= ? ORDER BY id LIMIT ?`,
				append(append([]any{}, args...), begin, operateMost)...)
			if err != nil {
				return err
			}
			n, err = t.shiftAll(rs, moveRetry, "clock_at = ?, next_at = 0, reason = ''", ms(t.now))
			if err != nil || n == 0 {
				return err
			}
			return t.journal(f.Campaign, by, "retry", what(f.Batch), n)
		})
		total += n
		if err != nil || n < operateMost {
			return total, err
		}
	}
}

// acceptJoined notes that people were accepted who may be several.
func (t *tx) acceptJoined(campaign string, by Operator, counts ImportCounts) error {
	if counts.Joined == 0 {
		return nil
	}
	return t.journal(campaign, by, "accept joined", "all", counts.Joined)
}

// AcceptNames lets names that look like links pass, from now on.
func (l *Ledger) AcceptNames(ctx context.Context, campaign string, n int, by Operator) error {
	return l.do(ctx, func(t *tx) error {
		done, err := t.exec(`UPDATE revision SET names_ok = 1 WHERE (campaign, number) IN
			(SELECT num, revision FROM campaign WHERE id = ? AND complete = 1)`, campaign)
		if err != nil {
			return err
		}
		if done == 0 {
			return ErrNoCampaign
		}
		return t.journal(campaign, by, "accept names", "all", n)
	})
}
