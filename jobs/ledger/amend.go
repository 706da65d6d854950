package ledger

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// amendMost is how many people one transaction puts a revision in force for.
const amendMost = 250

// FinishRevisions is FinishRevision of every campaign that needs it and that no other process is at.
func (l *Ledger) FinishRevisions(ctx context.Context, holder string) error {
	rows, err := l.read.QueryContext(ctx, `SELECT id FROM campaign WHERE switching < 0 ORDER BY num`)
	if err != nil {
		return wrapRead(err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return wrapRead(err)
		}
		ids = append(ids, id)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return wrapRead(err)
	}
	for _, id := range ids {
		if err := l.FinishRevision(ctx, id, holder); err != nil && !errors.Is(err, ErrImporting) {
			return err
		}
	}
	return nil
}

// FinishRevision goes on putting a campaign's further revision in force, where a process has begun to; otherwise
// it does nothing. It needs no key.
func (l *Ledger) FinishRevision(ctx context.Context, campaign, holder string) error {
	c, err := l.Campaign(ctx, campaign)
	if err != nil || c.Switching >= 0 {
		return err
	}
	im := &Import{l: l, c: NewCampaign{ID: campaign}, holder: holder, num: c.num}
	mine, err := l.Lease(ctx, im.lease(), holder, importLease)
	if err == nil && !mine {
		err = ErrImporting
	}
	if err != nil {
		return err
	}
	a := &amending{num: c.num, before: c.Revision, revision: -c.Switching}
	if err := im.step(ctx, a.layOut); err != nil {
		return err
	}
	if err := im.untilDone(ctx, a.some); err != nil {
		return err
	}
	if err := a.list(ctx, im); err != nil {
		return err
	}
	if err := im.step(ctx, a.order); err != nil {
		return err
	}
	if err := im.untilDone(ctx, a.endCancelled); err != nil {
		return err
	}
	// Those who are new among the people have no codes yet: they get theirs before anything can be blocked for
	// want of one.
	by := Operator{Who: "oshirase", Why: fmt.Sprintf("revision %d", a.revision)}
	if _, err := l.Supply(ctx, campaign, by); err != nil {
		return err
	}
	return im.step(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE campaign SET revision = ?, switching = 0 WHERE num = ?`, a.revision, a.num)
		if err != nil {
			return err
		}
		if _, err := t.exec(`DELETE FROM lease WHERE name = ?`, im.lease()); err != nil {
			return err
		}
		return t.refreshStatistics()
	})
}

// untilDone runs a step again and again while there is more to be done.
func (im *Import) untilDone(ctx context.Context, step func(*tx) (more bool, err error)) error {
	for more := true; more; {
		err := im.step(ctx, func(t *tx) (err error) {
			more, err = step(t)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// outdated is the reason of what was superseded.
const outdated = "a later revision took its place"

// amending puts a revision in force.
type amending struct {
	num              int64
	before, revision int
	batches          map[string]int64
	listed           []int64 // batches whose contacts get lists of their people
}

// some puts some drafts in force, and takes them away.
func (a *amending) some(t *tx) (more bool, err error) {
	drafts, err := t.drafts(a.num)
	if err != nil || len(drafts) == 0 {
		return false, err
	}
	ids := make([]int64, len(drafts))
	for i, d := range drafts {
		ids[i] = d.person
	}
	formers, err := t.stood(ids)
	if err != nil {
		return false, err
	}
	stood := make(map[int64]person, len(formers))
	for _, p := range formers {
		stood[p.id] = p
	}
	ended, err := a.supersede(t, ids)
	if err != nil {
		return false, err
	}
	for _, d := range drafts {
		if err := a.change(t, d, stood[d.person]); err != nil {
			return false, err
		}
	}
	later := map[int64][]NewDelivery{}
	for i := range drafts {
		later[drafts[i].person] = drafts[i].replaceOpen(ended)
	}
	if err := t.forwardTo(later); err != nil {
		return false, err
	}
	if err := a.deliver(t, drafts); err != nil {
		return false, err
	}
	_, err = t.exec(`DELETE FROM draft WHERE person `+t.among(), t.set(ids))
	return true, err
}

func (t *tx) drafts(num int64) (out []draft, err error) {
	rows, err := t.query(`SELECT person, change, sealed FROM draft WHERE person BETWEEN ? AND ? ORDER BY person
		LIMIT ?`, num<<idBits, (num+1)<<idBits-1, amendMost)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d draft
		var text []byte
		err := rows.Scan(&d.person, &text, &d.sealed)
		if err == nil {
			err = json.Unmarshal(text, &d)
			d.purpose = string(d.Change)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// supersede ends what people were still to be sent: the revision says something else to them, or nothing, or it has
// another batch or address for them. It returns the purposes of what it ended.
func (a *amending) supersede(t *tx, people []int64) (map[openKey]string, error) {
	rs, err := t.rows(`person `+t.among()+` AND state IN `+oneOf(moveSupersede.From...)+` ORDER BY id`,
		t.set(people))
	if err != nil {
		return nil, err
	}
	ended := make(map[openKey]string, len(rs))
	for _, r := range rs {
		ended[openKey{r.person, r.channel}] = r.purpose
	}
	_, err = t.shiftAll(rs, moveSupersede, "tried = 1, next_at = 0, reason = ?", outdated)
	return ended, err
}

// openKey is what somebody was still to be sent, by a channel.
type openKey struct {
	person  int64
	channel string
}

// quiet tells of who is told nothing: what they were told is in force.
func (d *draft) quiet() bool { return d.Change == BeMoved || d.Change == BeAsBefore }

// replaceOpen leaves one who is told nothing the deliveries that take the place of what was ended; what they were told
// before is not to be said again, so that nothing does of who has got earlier facts back. It returns the others.
func (d *draft) replaceOpen(ended map[openKey]string) (rest []NewDelivery) {
	if !d.quiet() {
		return nil
	}
	d.Deliveries = slices.DeleteFunc(d.Deliveries, func(x NewDelivery) bool {
		purpose, was := ended[openKey{d.person, x.Channel}]
		if was && d.Change == BeMoved {
			d.purpose = purpose
			return false
		}
		rest = append(rest, x)
		return true
	})
	return rest
}

// deliver makes the deliveries of drafts.
func (a *amending) deliver(t *tx, drafts []draft) error {
	var people []int64
	for _, d := range drafts {
		people = append(people, d.person)
	}
	rounds, err := t.codeRounds(people)
	if err != nil {
		return err
	}
	var list []making
	for _, d := range drafts {
		for _, x := range d.Deliveries {
			list = append(list, making{
				person: d.person, batch: a.batches[d.Batch], purpose: d.purpose, revision: a.revision,
				round: max(rounds[d.person], 1), NewDelivery: x,
			})
		}
	}
	_, err = t.makeAll(a.num, list)
	return err
}

// making is a delivery to be made.
type making struct {
	person, batch   int64
	purpose         string
	revision, round int
	NewDelivery
}

// makeAll makes deliveries of a campaign, and returns their ids. They wait for the release of their batches.
func (t *tx) makeAll(num int64, list []making) (ids []int64, err error) {
	id, err := t.nextLetter(num)
	if err != nil {
		return nil, err
	}
	rows := &bulk{
		table: "delivery",
		columns: []string{"id", "batch", "person", "channel", "purpose", "round", "lane", "domain",
			"revision", "state", "tried", "moved_at"},
		same: []any{string(Waiting), unreleased, ms(t.now)},
	}
	lists, lanes := map[laneKey][]byte{}, map[laneKey]bool{} // lists are of waiting_block
	for _, x := range list {
		rows.add(id, x.batch, x.person, x.Channel, x.purpose, x.round, x.Lane, x.Domain[:8], x.revision)
		lane := laneKey{x.batch, x.Channel, x.Lane}
		if x.purpose != Report { // which does not wait for its batch
			lists[lane] = binary.BigEndian.AppendUint32(lists[lane], uint32(id&(1<<idBits-1)))
		}
		t.count(counterKey{x.batch, x.Channel, x.purpose, Waiting}, 1)
		lanes[lane] = true
		ids = append(ids, id)
		id++
	}
	if err := t.write(rows); err != nil {
		return nil, err
	}
	var values []any
	for k := range lanes {
		values = append(values, k.batch, k.channel, k.lane)
	}
	if err := t.insert("lane (batch, channel, lane)", 3, values, "ON CONFLICT DO NOTHING"); err != nil {
		return nil, err
	}
	return ids, t.appendWaiting(lists)
}

// appendWaiting puts deliveries at the end of their lanes' lists.
func (t *tx) appendWaiting(lists map[laneKey][]byte) error {
	for k, numbers := range lists {
		_, err := t.exec(`INSERT INTO waiting_block (batch, channel, lane, seq, numbers)
			SELECT CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), coalesce(max(seq) + 1, 0),
				CAST(? AS `+t.w.l.d.blob+`)
			FROM waiting_block WHERE batch = ? AND channel = ? AND lane = ?`,
			k.batch, k.channel, k.lane, numbers, k.batch, k.channel, k.lane)
		if err != nil {
			return err
		}
	}
	return nil
}

// codeRounds are the rounds in which people got the codes that they have now, of those who got further ones: what
// is sent to them prints these and not the first.
func (t *tx) codeRounds(people []int64) (map[int64]int, error) {
	rows, err := t.query(`SELECT person, max(round) FROM code_holder WHERE code > 0 AND person `+t.among()+
		` GROUP BY person`, t.set(people))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64]int{}
	for rows.Next() {
		var person int64
		var round int
		if err := rows.Scan(&person, &round); err != nil {
			return nil, err
		}
		out[person] = round
	}
	return out, rows.Err()
}
