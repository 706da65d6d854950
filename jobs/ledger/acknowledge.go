package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Why a report cannot be acknowledged.
var (
	ErrNoReport     = errors.New("nobody is reported to about that batch")
	ErrNotAsked     = errors.New("no acknowledgement is asked for")
	ErrNotReported  = errors.New("the report has not been sent")
	ErrAcknowledged = errors.New("the report was acknowledged already")
)

// Acknowledge notes that a company has acknowledged the report about its people, and who of it has; its batch may
// open when its time comes. The error is ErrNoBatch, or one of those above, where there is nothing to
// acknowledge.
func (l *Ledger) Acknowledge(ctx context.Context, campaign, batch, name string, by Operator) error {
	return l.concern(ctx, campaign, func(t *tx, c campaignRow) error {
		var id, contact int64
		var asked, done, since int
		found, err := t.row(`SELECT id, contact, acknowledge, acknowledged FROM batch
			WHERE campaign = ? AND name = ?`+t.lock(), []any{c.num, batch}, &id, &contact, &asked, &done)
		switch {
		case err != nil:
			return err
		case !found:
			return ErrNoBatch
		case contact == 0:
			return ErrNoReport
		case asked == 0:
			return ErrNotAsked
		}
		told, err := t.row(`SELECT since FROM person WHERE id = ? AND standing = 'told'`, []any{contact}, &since)
		switch {
		case err != nil:
			return err
		case !told:
			return ErrNotReported
		case done >= since:
			return ErrAcknowledged
		}
		if _, err := t.exec(`UPDATE batch SET acknowledged = ? WHERE id = ?`, since, id); err != nil {
			return err
		}
		return t.journal(campaign, by, "acknowledge", fmt.Sprintf("batch %s, by %s", batch, name), 1)
	})
}

// ReportCounts is how far the report to the company of a batch is.
type ReportCounts struct {
	Channel      string
	State        State // of its last delivery, or of the one that reached the contact
	Code         int   // what a relay said
	Enhanced     string
	Reason       string
	Due          time.Time // from when it goes; zero: at once
	Reached      bool      // sent, or handed to the mail house
	Acknowledge  bool      // that is asked for
	Acknowledged bool
}

// addReports reads how far the reports of a campaign's batches are.
func addReports(ctx context.Context, tx *snapshot, num int64, of map[int64]*BatchCounts) error {
	rows, err := tx.QueryContext(ctx, `SELECT b.id, b.report_at, b.acknowledge, b.acknowledged >= p.since,
			p.standing = 'told', d.channel, d.state, d.code, d.enhanced, d.reason
		FROM batch b JOIN person p ON p.id = b.contact JOIN delivery d ON d.person = p.id AND d.revision >= p.since
		WHERE b.campaign = ? AND b.contact > 0 ORDER BY d.round, d.id`, num)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, due int64
		var r ReportCounts
		err := rows.Scan(&id, &due, &r.Acknowledge, &r.Acknowledged, &r.Reached, &r.Channel, &r.State, &r.Code,
			&r.Enhanced, &r.Reason)
		if err != nil {
			return err
		}
		r.Due = at(due)
		if before := of[id].Report; before == nil || !before.State.reaches() {
			of[id].Report = &r
		}
	}
	return rows.Err()
}
