package ledger

// fallbackBit marks the id of a letter that was made because an e-mail failed: the e-mail's own id with
// this bit. So it is made once, however often the e-mail fails.
const fallbackBit = 1 << (idBits - 1)

// fallback makes a person's letter when their e-mail is given up, in the same batch and transaction, and
// takes it back when the e-mail is sent after all before the letter was bound.
func (t *tx) fallback(r row, to State, letter bool) error {
	switch {
	case letter && (to == Refused || to == Expired):
		return t.makeLetter(r)
	case to == Sent:
		return t.spareLetter(r)
	}
	return nil
}

func (t *tx) makeLetter(email row) error {
	n, err := t.exec(`INSERT INTO delivery (id, batch, person, channel, revision, purpose, round, state,
			moved_at, reason)
		SELECT id + CAST(? AS BIGINT), batch, person, 'letter', revision, purpose, round, 'ready',
			CAST(? AS BIGINT), 'the e-mail failed'
		FROM delivery WHERE id = ? ON CONFLICT DO NOTHING`,
		fallbackBit, ms(t.now), email.id)
	if err != nil || n == 0 {
		return err
	}
	t.count(counterKey{email.batch, Letter, email.purpose, Ready}, 1)
	_, err = t.exec(`INSERT INTO lane (batch, channel, lane) VALUES (?,?,?) ON CONFLICT DO NOTHING`,
		email.batch, Letter, "")
	return err
}

func (t *tx) spareLetter(email row) error {
	letter, found, err := t.load(email.id + fallbackBit)
	if err != nil || !found || letter.channel != Letter {
		return err
	}
	_, err = t.shift(letter, moveCancel, "tried = 1, reason = ?", "the e-mail was sent after all")
	return err
}
