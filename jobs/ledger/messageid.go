package ledger

import "context"

// messagePage is how many attempts are read at a time.
const messagePage = 20_000

// ByMessageID finds the deliveries of a campaign that were sent with some Message-IDs. It reads all attempts,
// for a Message-ID is looked for rarely, and an index of them would cost each e-mail its share.
func (l *Ledger) ByMessageID(ctx context.Context, campaign string, wanted map[string]bool) (
	map[string]int64, error) {
	c, err := l.Campaign(ctx, campaign)
	if err != nil || len(wanted) == 0 {
		return nil, err
	}
	found := map[string]int64{}
	for at, more := (attemptKey{c.num << idBits, 0}), true; more; {
		if at, more, err = l.messageIDs(ctx, at, (c.num+1)<<idBits, wanted, found); err != nil {
			return nil, wrapRead(err)
		}
	}
	return found, nil
}

// attemptKey names an attempt.
type attemptKey struct {
	delivery int64
	number   int
}

// messageIDs looks at a page of attempts after one.
func (l *Ledger) messageIDs(ctx context.Context, after attemptKey, end int64, wanted map[string]bool,
	found map[string]int64) (last attemptKey, more bool, err error) {
	rows, err := l.read.QueryContext(ctx, `SELECT delivery, number, message_id FROM attempt
		WHERE (delivery, number) > (?, ?) AND delivery < ? ORDER BY delivery, number LIMIT ?`,
		after.delivery, after.number, end, messagePage)
	if err != nil {
		return last, false, err
	}
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		var id string
		if err := rows.Scan(&last.delivery, &last.number, &id); err != nil {
			return last, false, err
		}
		if wanted[id] {
			found[id] = last.delivery
		}
	}
	return last, n == messagePage, rows.Err()
}
