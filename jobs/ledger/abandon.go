package ledger

import (
	"context"
	"errors"
)

// Abort takes back what was laid down, and lets the revision in force go on. One that is being put in force
// already is left to FinishRevision.
func (r *Revising) Abort(ctx context.Context) error {
	err := errors.Join(r.clearDrafts(ctx, r.undoing(r.drafts)), r.l.Unlease(ctx, r.lease(), r.holder))
	if errors.Is(err, ErrImporting) {
		return nil
	}
	return err
}

// Abandon takes back what a process that died has laid down of a further revision.
func (l *Ledger) Abandon(ctx context.Context, campaign, holder string) error {
	c, err := l.Campaign(ctx, campaign)
	if err != nil || c.Switching <= 0 {
		return err
	}
	r := &Revising{Import: &Import{l: l, c: NewCampaign{ID: campaign}, holder: holder, num: c.num}}
	mine, err := l.Lease(ctx, r.lease(), holder, importLease)
	if err == nil && !mine {
		err = ErrImporting
	}
	if err != nil {
		return err
	}
	return r.Abort(ctx)
}

// clearDrafts removes what was laid down, a chunk a time, and then lets the campaign go on.
func (r *Revising) clearDrafts(ctx context.Context, gone func(rows int)) error {
	if r.num == 0 {
		return nil
	}
	for {
		var rows int
		var more bool
		err := r.step(ctx, func(t *tx) (err error) {
			rows, more, err = t.clearDrafts(r.num)
			return err
		})
		if err != nil || !more {
			return err
		}
		gone(rows)
	}
}

// clearDrafts says how many of the rows that it has deleted were drafts.
func (t *tx) clearDrafts(num int64) (drafts int, more bool, err error) {
	var switching int
	_, err = t.row(`SELECT switching FROM campaign WHERE num = ?`, []any{num}, &switching)
	if err != nil || switching <= 0 {
		return 0, false, err
	}
	lo, hi := num<<idBits, (num+1)<<idBits-1
	n, err := t.exec(`DELETE FROM draft WHERE person IN (SELECT person FROM draft WHERE person BETWEEN ? AND ?
		LIMIT ?)`, lo, hi, draftsMost)
	if err != nil || n > 0 {
		return int(n), true, err
	}
	n, err = t.exec(`DELETE FROM blind_block WHERE (campaign, run, first) IN (SELECT campaign, run, first
		FROM blind_block WHERE campaign = ? AND run >= (SELECT first_run FROM revision
			WHERE campaign = ? AND number = ?) LIMIT ?)`, num, num, switching, clearMost)
	if err != nil || n > 0 {
		return 0, true, err
	}
	if _, err := t.exec(`DELETE FROM revision WHERE campaign = ? AND number = ?`, num, switching); err != nil {
		return 0, false, err
	}
	_, err = t.exec(`UPDATE campaign SET switching = 0 WHERE num = ?`, num)
	return 0, false, err
}
