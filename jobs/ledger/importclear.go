package ledger

import "context"

// undoing returns what is told, step by step, how many more of so many rows are gone.
func (im *Import) undoing(of int) (gone func(rows int)) {
	done := 0
	return func(rows int) {
		done = min(done+rows, of) // a parcel may have been written of which nobody has heard
		if im.Undoing != nil {
			im.Undoing(done, of)
		}
	}
}

// written is how many people and deliveries are in the ledger, when the import has stopped.
func (im *Import) written() int {
	if im.line == nil {
		return 0
	}
	return int(im.line.people + im.line.delivered)
}

// clear removes what an import left behind, a chunk a time. It needs the lease.
func (im *Import) clear(ctx context.Context, gone func(rows int)) error {
	for {
		var left bool
		var rows int
		err := im.step(ctx, func(t *tx) error {
			var num int64
			found, err := t.row(`SELECT num FROM campaign WHERE id = ? AND complete = 0`,
				[]any{im.c.ID}, &num)
			left = found
			if err != nil || !found {
				return err
			}
			rows, left, err = t.clearChunk(num)
			return err
		})
		if err != nil || !left {
			return err
		}
		gone(rows)
	}
}

// clearMost is how many rows of a table one transaction deletes.
const clearMost = 5000

// clearChunk deletes some rows of an incomplete campaign, and says how many of them were people and deliveries; more is
// false when it is gone.
func (t *tx) clearChunk(num int64) (gone int, more bool, err error) {
	lo, hi := num<<idBits, (num+1)<<idBits-1
	for _, step := range []struct {
		query string
		args  []any
		tells int // 1: its rows are told of
	}{
		{`DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE id BETWEEN ? AND ? LIMIT ?)`,
			[]any{lo, hi, clearMost}, 1},
		{`DELETE FROM membership WHERE (batch, person) IN (SELECT m.batch, m.person FROM batch b
			JOIN membership m ON m.batch = b.id WHERE b.campaign = ? LIMIT ?)`, []any{num, clearMost}, 0},
		{`DELETE FROM person WHERE id IN (SELECT id FROM person WHERE id BETWEEN ? AND ? LIMIT ?)`,
			[]any{lo, hi, clearMost}, 1},
		{`DELETE FROM blind_block WHERE (campaign, run, first) IN (SELECT campaign, run, first
			FROM blind_block WHERE campaign = ? LIMIT ?)`, []any{num, clearMost}, 0},
		{`DELETE FROM waiting_block WHERE (batch, channel, lane, seq) IN (SELECT w.batch, w.channel, w.lane, w.seq FROM batch b
			JOIN waiting_block w ON w.batch = b.id WHERE b.campaign = ? LIMIT ?)`, []any{num, clearMost}, 0},
		{`DELETE FROM code_holder WHERE person IN (SELECT person FROM code_holder WHERE person BETWEEN ? AND ?
			LIMIT ?)`, []any{lo, hi, clearMost}, 0},
		{`DELETE FROM code WHERE id IN (SELECT id FROM code WHERE id BETWEEN ? AND ? LIMIT ?)`,
			[]any{lo, hi, clearMost}, 0},
	} {
		n, err := t.exec(step.query, step.args...)
		if err != nil || n > 0 { // one table a time: one transaction is not to be long
			return int(n) * step.tells, true, err
		}
	}
	for _, step := range []string{
		`DELETE FROM code_lot WHERE campaign = ?`,
		`DELETE FROM lane WHERE batch IN (SELECT id FROM batch WHERE campaign = ?)`,
		`DELETE FROM counter WHERE batch IN (SELECT id FROM batch WHERE campaign = ?)`,
		`DELETE FROM standing WHERE batch IN (SELECT id FROM batch WHERE campaign = ?)`,
		`DELETE FROM batch WHERE campaign = ?`,
		`DELETE FROM revision WHERE campaign = ?`,
		`DELETE FROM campaign WHERE num = ?`,
	} {
		if _, err := t.exec(step, num); err != nil {
			return 0, false, err
		}
	}
	return 0, false, nil
}
