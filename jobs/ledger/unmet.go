package ledger

import "context"

// Unmet counts the deliveries of a campaign that ended without telling what is in force, and whose outcome nothing
// has replaced: neither a later revision, which says something else to the person or nothing, nor a letter that
// was written again. It reads each of them; the counters know no revisions.
func (l *Ledger) Unmet(ctx context.Context, campaign string) (n int, err error) {
	const of = ` AND d.batch IN (` + batchesIn + `) AND ` + itsFactsInForce
	err = l.read.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM delivery d WHERE d.state IN ('refused', 'bounced', 'expired', 'blocked', 'uncertain')`+of+`) +
		(SELECT count(*) FROM answer a JOIN delivery d ON d.id = a.delivery
			WHERE d.state = 'returned' AND `+notWrittenAgain+of+`)`,
		campaign, campaign).Scan(&n)
	return n, wrapRead(err)
}

// batchesIn are the batches of a campaign.
const batchesIn = `SELECT b.id FROM batch b JOIN campaign c ON c.num = b.campaign WHERE c.id = ? AND c.complete = 1`

// notWrittenAgain is true of a letter that has no later round.
const notWrittenAgain = `NOT EXISTS (SELECT 1 FROM delivery n WHERE n.person = d.person AND n.channel = d.channel
	AND n.revision = d.revision AND n.purpose = d.purpose AND n.round > d.round)`
