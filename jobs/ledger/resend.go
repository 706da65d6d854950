package ledger

import (
	"context"
	"time"
)

// Resend makes uncertain deliveries of a campaign ready again that have been so for a pause, for those who
// prefer a double to a hold. It says how many. Where somebody finds out in the pause, that counts. One that
// was uncertain before stays so: a relay that takes every message and never says so would have a person get it
// four times an hour. So does one whose time until giving up is over, and one of a cancelled batch.
func (l *Ledger) Resend(ctx context.Context, campaign string, pause, giveUp time.Duration) (int, error) {
	const due = `state IN ('refused', 'bounced', 'expired', 'blocked', 'uncertain') AND state = 'uncertain'
		AND batch IN (SELECT b.id FROM batch b JOIN campaign c ON c.num = b.campaign
			WHERE c.id = ? AND c.complete = 1 AND c.cancelled = 0 AND b.cancelled = 0)
		AND moved_at <= ? AND clock_at > ? AND (SELECT count(*) FROM attempt a
			WHERE a.delivery = d.id AND a.outcome = 'uncertain') < 2 AND ` + itsFactsInForce
	args := []any{campaign, ms(l.now().Add(-pause)), ms(l.now().Add(-giveUp))}
	var n int
	err := l.read.QueryRowContext(ctx, `SELECT count(*) FROM delivery d WHERE `+due, args...).Scan(&n)
	if err != nil || n == 0 {
		return 0, wrapRead(err)
	}
	err = l.do(ctx, func(t *tx) error {
		rs, err := t.rows(due+` ORDER BY id LIMIT ?`, append(args, operateMost)...)
		if err != nil {
			return err
		}
		n, err = t.shiftAll(rs, moveResend, "worker = '', next_at = 0, reason = ''")
		if err != nil || n == 0 {
			return err
		}
		by := Operator{Who: "oshirase", Why: "uncertain: resend"}
		return t.journal(campaign, by, moveResend.Name, "uncertain deliveries", n)
	})
	return n, err
}

// Resent is how often deliveries of a campaign were sent again although they may have arrived. The journal
// has the number; its index names the verb, and so does the query.
func (l *Ledger) Resent(ctx context.Context, campaign string) (int, error) {
	var n int
	err := l.read.QueryRowContext(ctx, `SELECT coalesce(sum(n), 0) FROM journal
		WHERE campaign = ? AND verb = 'resend'`, campaign).Scan(&n)
	return n, wrapRead(err)
}
