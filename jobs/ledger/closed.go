package ledger

import (
	"context"
	"slices"
)

// A batch is kept closed by the report to its own company and by those to the further companies of its people: see
// reported.

// Closed tells whether people of the batch are still to be told, and cannot be for want of a report.
func (b BatchCounts) Closed() bool {
	return len(b.Behind) > 0 && b.Opened.IsZero() && !b.Cancelled && b.Open() > 0
}

// Closes tells whether the people of the company may not be told yet.
func (r *ReportCounts) Closes() bool {
	return r != nil && (!r.Reached || r.Acknowledge && !r.Acknowledged)
}

// Moves tells whether the report is on its way, and nobody need do anything for it.
func (r *ReportCounts) Moves() bool {
	return r != nil && !r.Reached && r.State.Open()
}

// moves is that, where nobody holds the batch either, and its report with it.
func (b BatchCounts) moves() bool { return b.Report.Moves() && !b.Held && !b.Halted }

// Missed tells whether the batch is open although its company knows nothing: the report came back after it had been
// sent.
func (b BatchCounts) Missed() bool {
	r := b.Report
	return r != nil && (r.State == Returned || r.State == Bounced) && !b.Opened.IsZero() && !b.Cancelled
}

// Stands tells whether the i-th batch is closed, and stays so until somebody sees to a report.
func (c Counts) Stands(i int) bool {
	b := c.Batches[i]
	return b.Closed() && !b.moves() &&
		slices.ContainsFunc(b.Behind, func(n int) bool { return !c.Batches[n].moves() })
}

// Asking are the batches whose reports keep people from being told, of their own company or another, or did not
// arrive after all, until somebody sees to it. They are in order.
func (c Counts) Asking() []int {
	asks := map[int]bool{}
	for i, b := range c.Batches {
		asks[i] = asks[i] || b.Missed()
		if !b.Closed() {
			continue
		}
		for _, n := range b.Behind {
			asks[n] = asks[n] || !c.Batches[n].moves()
		}
	}
	var out []int
	for i := range c.Batches {
		if asks[i] {
			out = append(out, i)
		}
	}
	return out
}

// addBehind notes behind whose reports the batches are closed.
func addBehind(ctx context.Context, tx *snapshot, out *Counts) error {
	at, closing := map[int64]int{}, false
	for i := range out.Batches {
		b := &out.Batches[i]
		at[b.id] = i
		if b.Report.Closes() && !b.Cancelled {
			b.Behind, closing = []int{i}, true
		}
	}
	if !closing {
		return nil
	}
	rows, err := tx.QueryContext(ctx, `SELECT DISTINCT o.id, q.batch FROM batch o
		JOIN membership m ON m.batch = o.id AND m.own = 0 JOIN person q ON q.id = m.person
		WHERE o.campaign = ? AND o.contact > 0 AND o.cancelled = 0 AND q.batch <> o.id AND NOT `+reportedTo("o"),
		out.Campaign.num)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var of, batch int64
		if err := rows.Scan(&of, &batch); err != nil {
			return err
		}
		b := &out.Batches[at[batch]]
		b.Behind = append(b.Behind, at[of])
		slices.Sort(b.Behind)
	}
	return rows.Err()
}
