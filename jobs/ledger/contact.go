package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"oshirase/jobs/seal"
)

// A company is reported to before its people are told. Its report contact has a row among the people, so that
// the report is claimed, sealed, settled and erased as every delivery is; but they are none of the people: no
// count, no list and no lookup has them. Where they stand is what their company's batch opens by. A report is a
// delivery of that batch: who holds or cancels the batch holds or cancels its report.

// reported is the condition on the batch table under which a batch's people may be told: their company has been
// reported to, and has acknowledged the report where that is asked; and so have the further companies of its
// people. One whose batch was cancelled is not waited for.
func reported() string {
	return reportedTo("batch") + ` AND NOT EXISTS (SELECT 1 FROM batch o WHERE o.campaign = batch.campaign
		AND o.contact > 0 AND o.cancelled = 0 AND NOT ` + reportedTo("o") + `
		AND EXISTS (SELECT 1 FROM membership m JOIN person q ON q.id = m.person
			WHERE m.batch = o.id AND m.own = 0 AND q.batch = batch.id))`
}

// reportedTo is that for the company of one batch.
func reportedTo(batch string) string {
	return strings.ReplaceAll(`(b.contact = 0 OR EXISTS (SELECT 1 FROM person p WHERE p.id = b.contact
		AND p.standing = 'told' AND (b.acknowledge = 0 OR b.acknowledged >= p.since)))`, "b.", batch+".")
}

// NewContact is the report contact of a batch to be, with the report to them.
type NewContact struct {
	Batch          string // whose Report says how
	Ref            string
	Locale, Notice string
	Data           []byte // plain; sealed here
	Delivery       NewDelivery
}

// contactsMost is how many contacts one transaction writes.
const contactsMost = 500

// Contacts brings in the report contacts of batches, when all of the people have been added.
func (im *Import) Contacts(ctx context.Context, list []NewContact) error {
	if len(list) == 0 {
		return nil
	}
	if err := im.finish(ctx); err != nil {
		return err
	}
	if im.line == nil {
		return errors.New("report contacts of a campaign without people")
	}
	for part := range slices.Chunk(list, contactsMost) {
		e := contactEntry{im.num, im.c.Revision, im.num<<idBits + im.people, im.num<<idBits + im.line.delivered}
		err := im.part(ctx, func(t *tx) error {
			for i, c := range part {
				batch, ok := im.batches[c.Batch]
				if !ok {
					return fmt.Errorf("report contact of batch %q: %w", c.Batch, ErrNoBatch)
				}
				if err := e.enter(t, int64(i+1), batch, c, im.key); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		im.people += int64(len(part))
		im.line.delivered += int64(len(part))
	}
	return nil
}

// contactEntry numbers contacts and their reports behind the last of both.
type contactEntry struct {
	num              int64
	revision         int
	person, delivery int64
}

// enter writes the n-th contact. Their report waits on no list: it is released without the batch.
func (e contactEntry) enter(t *tx, n, batch int64, c NewContact, key *seal.Key) error {
	id := e.person + n
	_, err := t.exec(`INSERT INTO person (id, ref, batch, standing, locale, notice, sealed, contact)
		VALUES (?,?,?,?,?,?,?,1)`, id, c.Ref, batch, Untold, c.Locale, c.Notice, key.Seal(personPlace(id), c.Data))
	if err != nil {
		return err
	}
	if _, err = t.exec(`UPDATE batch SET contact = ? WHERE id = ?`, id, batch); err != nil {
		return err
	}
	d := c.Delivery
	_, err = t.exec(`INSERT INTO delivery (id, batch, person, channel, lane, domain, revision, purpose, round, state,
		tried, moved_at) VALUES (?,?,?,?,?,?,?,?,1,?,?,?)`, e.delivery+n, batch, id, d.Channel, d.Lane, d.Domain[:8],
		e.revision, Report, Waiting, unreleased, ms(t.now))
	if err != nil {
		return err
	}
	t.count(counterKey{batch, d.Channel, Report, Waiting}, 1)
	return t.insert("lane (batch, channel, lane)", 3, []any{batch, d.Channel, d.Lane}, "ON CONFLICT DO NOTHING")
}

// report releases the reports whose time has come. Neither the order nor the number of open batches counts for
// them.
func (t *tx) report(num int64) error {
	due, err := t.ids(`SELECT contact FROM batch WHERE campaign = ? AND contact > 0 AND reporting = 0
		AND report_at <= ? AND held = 0 AND cancelled = 0 ORDER BY ordinal LIMIT ?`, num, ms(t.now), contactsMost)
	if err != nil || len(due) == 0 {
		return err
	}
	rs, err := t.rows(`person `+t.among()+` AND state = 'waiting' ORDER BY id`, t.set(due))
	if err != nil {
		return err
	}
	if _, err := t.shiftAll(rs, moveRelease, released); err != nil {
		return err
	}
	_, err = t.exec(`UPDATE batch SET reporting = 1 WHERE campaign = ? AND contact `+t.among(), num, t.set(due))
	return err
}
