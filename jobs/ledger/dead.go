package ledger

import (
	"context"
	"time"
)

// Dead returns the workers that have been silent for too long and did not take their leave.
func (l *Ledger) Dead(ctx context.Context, silence time.Duration) ([]string, error) {
	rows, err := l.read.QueryContext(ctx, `SELECT id FROM worker WHERE heard_at < ? ORDER BY id`,
		ms(l.now().Add(-silence)))
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, wrapRead(err)
		}
		out = append(out, id)
	}
	return out, wrapRead(rows.Err())
}
