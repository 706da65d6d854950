package ledger

import (
	"context"
	"errors"
)

// Notification is what a server reports of an e-mail after the relay had taken it (RFC 3464).
type Notification struct {
	Delivery int64
	Failed   bool     // for good; otherwise it is only looked up
	Digest   [32]byte // of the report
	Code     int      // of SMTP; 0 where none was named
	Enhanced string   // RFC 3463
	Line     string   // the server's, without personal data
	Letter   bool     // where it failed, the person gets a letter instead
}

// Effect is what a notification did.
type Effect string

// The effects.
const (
	EffectBounced Effect = "bounced" // the delivery was sent, or uncertain, and is bounced now
	EffectKnown   Effect = "known"   // this report was read before, or another of the same attempt
	EffectNone    Effect = "none"    // it says nothing of a failure
	EffectUnsent  Effect = "unsent"  // the delivery does not stand as sent: nothing was changed or kept
	EffectStray   Effect = "stray"   // no e-mail of this campaign
)

// Notified is what became of a notification.
type Notified struct {
	Effect Effect
	Lane   string // provider; empty for a stray one
	Letter bool   // one was made, or the one that was taken back is wanted again
}

// notifyMost bounds the notifications of one transaction.
const notifyMost = 500

// Notify keeps what servers report of deliveries after the relay had taken them. A failure makes the delivery
// bounced, its person untold again unless they were told otherwise, and where that is wanted a letter. It is
// evidence that the relay had the message: so it settles an uncertain one too.
//
// Its attempt cannot be read from a report: all attempts have the same bytes and the same return path. So
// a report counts once for good, and the one that an operator's retry has answered does not count again
// when its mailbox is read once more. Another of the same attempt that is read only after a retry counts
// against the new one: nobody is called told who may not be.
//
// The answers are one for each notification, in their order; where the error is not nil, those that are
// there were kept.
func (l *Ledger) Notify(ctx context.Context, campaign string, all []Notification, by Operator) (
	[]Notified, error) {
	var out []Notified
	for len(all) > 0 {
		part := all[:min(len(all), notifyMost)]
		all = all[len(part):]
		var some []Notified
		err := l.do(ctx, func(t *tx) (err error) {
			some, err = t.notify(campaign, part, by)
			return err
		})
		if err != nil {
			return out, err
		}
		out = append(out, some...)
	}
	return out, nil
}

func (t *tx) notify(campaign string, all []Notification, by Operator) ([]Notified, error) {
	c, ok, err := t.campaign(campaign)
	if err != nil || !ok {
		return nil, errors.Join(err, noCampaign(ok))
	}
	at, err := t.notifiable(c, all)
	if err != nil {
		return nil, err
	}
	out, moved := make([]Notified, len(all)), 0
	for i, n := range all {
		out[i] = at.effect(n)
		if out[i].Effect == EffectBounced {
			moved++
		}
	}
	if err := t.bounceAll(at); err != nil {
		return nil, err
	}
	letters, err := t.insteadOf(at)
	if err != nil {
		return nil, err
	}
	for i, n := range all {
		out[i].Letter = out[i].Effect == EffectBounced && letters[n.Delivery]
	}
	if moved > 0 {
		err = t.journal(campaign, by, moveBounce.Name, "as reported", moved)
	}
	return out, err
}

// spokenOf are the e-mails that notifications speak of.
type spokenOf struct {
	rows  map[int64]row
	lanes map[int64]string
	read  map[reading]bool       // reports that were read
	moves map[int64]Notification // the deliveries that bounce, with the report that says so
	keep  []Notification         // that were not read before
}

// reading is a report that was read.
type reading struct {
	delivery int64
	digest   [32]byte
}

func (t *tx) notifiable(c campaignRow, all []Notification) (*spokenOf, error) {
	ids := make([]int64, 0, len(all))
	for _, n := range all {
		if n.Delivery>>idBits == c.num {
			ids = append(ids, n.Delivery)
		}
	}
	at := &spokenOf{lanes: map[int64]string{}, read: map[reading]bool{}, moves: map[int64]Notification{}}
	var err error
	if at.rows, err = t.rowsOf(ids); err != nil {
		return nil, err
	}
	rows, err := t.query(`SELECT id, lane FROM delivery WHERE channel = 'email' AND id `+t.among(), t.set(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var lane string
		if err := rows.Scan(&id, &lane); err != nil {
			return nil, err
		}
		at.lanes[id] = lane
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	return at, t.readBefore(at, ids)
}

func (t *tx) readBefore(at *spokenOf, ids []int64) error {
	rows, err := t.query(`SELECT delivery, report FROM bounce WHERE delivery `+t.among(), t.set(ids))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var digest []byte
		if err := rows.Scan(&id, &digest); err != nil {
			return err
		}
		at.read[reading{id, hash32(digest)}] = true
	}
	return rows.Err()
}

// effect decides on a notification, and gathers what is to be written of it.
func (at *spokenOf) effect(n Notification) Notified {
	lane, ours := at.lanes[n.Delivery]
	if !ours {
		return Notified{Effect: EffectStray}
	}
	out := Notified{Effect: EffectNone, Lane: lane}
	if !n.Failed {
		return out
	}
	state, key := at.rows[n.Delivery].state, reading{n.Delivery, n.Digest}
	_, moves := at.moves[n.Delivery]
	switch {
	case at.read[key]:
		out.Effect = EffectKnown
		return out
	case moves, state == Bounced:
		out.Effect = EffectKnown
	case state == Sent, state == Uncertain:
		out.Effect = EffectBounced
		at.moves[n.Delivery] = n
	default:
		out.Effect = EffectUnsent
		return out
	}
	at.read[key] = true
	at.keep = append(at.keep, n)
	return out
}

// bounceAll moves what bounces, those of one answer together, and keeps the reports.
func (t *tx) bounceAll(at *spokenOf) error {
	type answer struct {
		code     int
		enhanced string
	}
	alike := map[answer][]row{}
	for id, n := range at.moves {
		a := answer{n.Code, tidy(n.Enhanced)}
		alike[a] = append(alike[a], at.rows[id])
	}
	for a, rs := range alike {
		const set = "tried = 1, worker = '', next_at = 0, reason = '', code = ?, enhanced = ?"
		_, err := t.shiftAll(rs, moveBounce, set, a.code, a.enhanced)
		if err != nil {
			return err
		}
		if err := t.concludeAll(rs, Bounced); err != nil {
			return err
		}
	}
	values := make([]any, 0, 7*len(at.keep))
	for _, n := range at.keep {
		values = append(values, n.Delivery, n.Digest[:], at.rows[n.Delivery].attempt, ms(t.now), n.Code,
			tidy(n.Enhanced), tidy(n.Line))
	}
	return t.insert(`bounce (delivery, report, attempt, read_at, code, enhanced, line)`, 7, values, "")
}

// concludeAll writes the end of attempts. That of a lost worker has no row yet.
func (t *tx) concludeAll(rs []row, outcome State) error {
	var sent []int64
	for _, r := range rs {
		if r.state == Sent {
			sent = append(sent, r.id)
		} else if err := t.conclude(r, string(outcome)); err != nil {
			return err
		}
	}
	_, err := t.exec(`UPDATE attempt SET outcome = ? WHERE delivery `+t.among()+` AND number =
		(SELECT d.attempt FROM delivery d WHERE d.id = attempt.delivery)`, outcome, t.set(sent))
	return err
}

// insteadOf makes letters for those whose e-mail bounced, where that is wanted. It says for which deliveries.
func (t *tx) insteadOf(at *spokenOf) (map[int64]bool, error) {
	var wanted []int64
	for id, n := range at.moves {
		if n.Letter {
			wanted = append(wanted, id)
		}
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	ids, err := t.replaceable(wanted)
	if err != nil {
		return nil, err
	}
	made := map[int64]bool{}
	for _, id := range ids {
		if made[id], err = t.makeLetter(at.rows[id]); err != nil {
			return nil, err
		}
	}
	return made, nil
}
