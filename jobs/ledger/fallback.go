package ledger

import (
	"maps"
	"slices"
)

// fallbackBit marks the id of a letter that was made because an e-mail failed: the e-mail's own id with
// this bit. So it is made once, however often the e-mail fails.
const fallbackBit = 1 << (idBits - 1)

// openEmail are the states of an e-mail that may still be sent.
var openEmail = []State{Waiting, Ready, Queued, Sending, Deferred}

// fallback makes people's letters when their e-mails are given up, in the same batch and transaction, and
// takes them back when the e-mails are sent after all before the letters were bound. So they are bound late: when no
// e-mail of the batch may still go, or an operator asks.
func (t *tx) fallback(emails []row, to State, letter bool) error {
	switch {
	case to == Sent:
		return t.spareLetters(emails)
	case !letter || to != Refused && to != Expired:
		return nil
	}
	wanted, err := t.replaceable(idsOf(emails))
	if err != nil {
		return err
	}
	for _, r := range emails {
		if !slices.Contains(wanted, r.id) {
			continue
		}
		if _, err := t.makeLetter(r); err != nil {
			return err
		}
	}
	return nil
}

// replaceable are those of some e-mails that letters may take the place of: not of a batch that was cancelled while
// they were at the relay, nor with facts that are no longer in force. A cancel that comes at the same time waits for
// this transaction, and then takes the letters itself.
func (t *tx) replaceable(emails []int64) ([]int64, error) {
	if err := t.together(lockStops); err != nil {
		return nil, err
	}
	return t.ids(`SELECT d.id FROM delivery d JOIN batch b ON b.id = d.batch
		JOIN campaign c ON c.num = b.campaign WHERE d.id `+t.among()+` AND b.cancelled + c.cancelled = 0
		AND `+itsFactsInForce+` ORDER BY d.id`, t.set(emails))
}

// makeLetter says whether a letter was made, or is wanted again.
func (t *tx) makeLetter(email row) (bool, error) {
	n, err := t.exec(`INSERT INTO delivery (id, batch, person, channel, revision, purpose, round, state,
			moved_at, reason)
		SELECT id + CAST(? AS BIGINT), batch, person, 'letter', revision, purpose, round, 'ready',
			CAST(? AS BIGINT), 'the e-mail failed'
		FROM delivery WHERE id = ? ON CONFLICT DO NOTHING`,
		fallbackBit, ms(t.now), email.id)
	if err != nil {
		return false, err
	}
	if n == 0 {
		return t.reinstate(email.id + fallbackBit)
	}
	t.count(counterKey{email.batch, Letter, email.purpose, Ready}, 1)
	_, err = t.exec(`INSERT INTO lane (batch, channel, lane) VALUES (?,?,?) ON CONFLICT DO NOTHING`,
		email.batch, Letter, "")
	return true, err
}

// spared is why a letter was taken back. What was cancelled for another reason stays so.
const spared = "the e-mail was sent after all"

// reinstate wants a letter again that was taken back because its e-mail had been sent: it came back.
func (t *tx) reinstate(letter int64) (bool, error) {
	r, found, err := t.load(letter)
	if err != nil || !found || r.state != Cancelled {
		return false, err
	}
	var reason string
	_, err = t.row(`SELECT reason FROM delivery WHERE id = ?`, []any{letter}, &reason)
	if err != nil || reason != spared {
		return false, err
	}
	return t.shift(r, moveReinstate, "reason = ?", "the e-mail came back")
}

func (t *tx) spareLetters(emails []row) error {
	ids := idsOf(slices.DeleteFunc(slices.Clone(emails), neverFailed))
	if len(ids) == 0 {
		return nil
	}
	for i := range ids {
		ids[i] += fallbackBit
	}
	letters, err := t.rowsOf(ids)
	if err != nil || len(letters) == 0 {
		return err
	}
	_, err = t.shiftAll(slices.Collect(maps.Values(letters)), moveCancel, "tried = 1, reason = ?", spared)
	return err
}

// neverFailed tells of an e-mail that is in its first attempt: there is no letter in its place.
func neverFailed(email row) bool { return email.state == Sending && email.attempt == 1 }
