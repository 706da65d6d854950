package ledger

import (
	"context"
	"encoding/json"
)

// closeBatches takes back, before there is no way back, what operators said of the batches in the revision before: each
// opens again when its turn comes. What they say from then on holds for the new one; so does a cancel of which
// who brings the revision in did not know. A hold stays.
func (t *tx) closeBatches(num int64, list []NewBatch, cancelled []int64) error {
	anew := `UPDATE batch SET opened_at = 0, released = 0, halted = 0, may_halt = 1, reporting = 0,
		cancelled = CASE WHEN id ` + t.among() + ` THEN 0 ELSE cancelled END WHERE campaign = ? AND `
	known := t.set(cancelled)
	for _, b := range list {
		if _, err := t.exec(anew+`name = ?`, known, num, b.Name); err != nil {
			return err
		}
	}
	_, err := t.exec(anew+`EXISTS (SELECT 1 FROM waiting_block WHERE batch = batch.id)`, known, num)
	return err
}

// layOut adds the batches that the campaign did not have.
func (a *amending) layOut(t *tx) error {
	list, err := a.plan(t)
	if err != nil {
		return err
	}
	for i, b := range list {
		_, err := t.exec(`INSERT INTO batch (campaign, name, ordinal, start_at) VALUES (?,?,?,?)
			ON CONFLICT (campaign, name) DO NOTHING`, a.num, b.Name, i+1, ms(b.Start))
		if err != nil {
			return err
		}
	}
	if err := a.find(t); err != nil {
		return err
	}
	a.listed = nil
	for _, b := range list {
		if b.terms().Listed {
			a.listed = append(a.listed, a.batches[b.Name])
		}
	}
	return nil
}

// find finds the batches by their names.
func (a *amending) find(t *tx) error {
	rows, err := t.query(`SELECT id, name FROM batch WHERE campaign = ?`, a.num)
	if err != nil {
		return err
	}
	defer rows.Close()
	for a.batches = map[string]int64{}; rows.Next(); {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return err
		}
		a.batches[name] = id
	}
	return rows.Err()
}

// listMost is how many people one transaction looks at.
const listMost = 5000

// list notes the people of the batches whose contacts get lists: of those who are new, and of those of whom nothing
// has changed but that.
func (a *amending) list(ctx context.Context, im *Import) error {
	if len(a.listed) == 0 {
		return nil
	}
	for at, end := a.num<<idBits, int64(0); ; at = end + 1 {
		var more bool
		err := im.step(ctx, func(t *tx) (err error) {
			more, err = t.row(`SELECT max(id) FROM (SELECT id FROM person WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?) x
				HAVING max(id) IS NOT NULL`, []any{at, (a.num+1)<<idBits - 1, listMost}, &end)
			if err != nil || !more {
				return err
			}
			_, err = t.exec(`INSERT INTO membership (batch, person, own) SELECT batch, id, 1 FROM person
				WHERE id BETWEEN ? AND ? AND contact = 0 AND batch `+t.among()+` ON CONFLICT DO NOTHING`,
				at, end, t.set(a.listed))
			return err
		})
		if err != nil || !more {
			return err
		}
	}
}

// plan is the revision's order of release.
func (a *amending) plan(t *tx) (list []NewBatch, err error) {
	var text []byte
	_, err = t.row(`SELECT batches FROM revision WHERE campaign = ? AND number = ?`,
		[]any{a.num, a.revision}, &text)
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	return list, err
}

// order lays the batches out as the revision says. Batches that it lacks, and that have something to send, come
// after the others, at once.
func (a *amending) order(t *tx) error {
	list, err := a.plan(t)
	if err != nil {
		return err
	}
	for i, b := range list {
		r := b.terms()
		_, err := t.exec(`UPDATE batch SET ordinal = ?, start_at = ?, report_at = ?, acknowledge = ?,
				contact = CASE WHEN CAST(? AS INTEGER) = 1 THEN contact ELSE 0 END
			WHERE campaign = ? AND name = ?`,
			i+1, ms(b.Start), ms(r.At), flagged(r.Acknowledge), flagged(b.Report != nil), a.num, b.Name)
		if err != nil {
			return err
		}
	}
	others, err := t.ids(`SELECT id FROM batch b WHERE campaign = ? ORDER BY ordinal, id`, a.num)
	if err != nil {
		return err
	}
	listed := make(map[int64]bool, len(list))
	for _, b := range list {
		listed[a.batches[b.Name]] = true
	}
	ordinal := len(list)
	for _, id := range others {
		if listed[id] {
			continue
		}
		ordinal++
		_, err := t.exec(`UPDATE batch SET ordinal = ? WHERE id = ?`, ordinal, id)
		if err == nil {
			_, err = t.exec(`UPDATE batch SET start_at = 0 WHERE id = ?
				AND EXISTS (SELECT 1 FROM waiting_block WHERE batch = batch.id)`, id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// endCancelled ends some of what was made in batches that an operator cancelled meanwhile.
func (a *amending) endCancelled(t *tx) (more bool, err error) {
	cancelled, err := t.ids(`SELECT b.id FROM batch b JOIN campaign c ON c.num = b.campaign
		WHERE c.num = ? AND b.cancelled + c.cancelled > 0`, a.num)
	if err != nil || len(cancelled) == 0 {
		return false, err
	}
	rs, err := t.rows(`state IN `+oneOf(moveCancel.From...)+` AND batch `+t.among()+` LIMIT ?`, t.set(cancelled),
		operateMost)
	if err != nil {
		return false, err
	}
	n, err := t.shiftAll(rs, moveCancel, "tried = 1")
	return n > 0, err
}
