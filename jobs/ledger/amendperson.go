package ledger

import (
	"errors"
	"fmt"
)

// change makes the row of a person. was is where a former one stood.
func (a *amending) change(t *tx, d draft, was person) error {
	if d.Coded {
		_, err := t.exec(`INSERT INTO code_holder (person, round, code) SELECT CAST(? AS BIGINT), 1, 0
			WHERE NOT EXISTS (SELECT 1 FROM code_holder WHERE person = ?)`, d.person, d.person)
		if err != nil {
			return err
		}
	}
	batch, known := a.batches[d.Batch]
	switch {
	case d.New && !known:
		return fmt.Errorf("person of batch %q: %w", d.Batch, ErrNoBatch)
	case d.New:
		return a.enter(t, d, batch)
	case !known || d.Change == BeWithdrawn:
		batch = was.batch
	}
	if err := a.keep(t, d.person); err != nil {
		return err
	}
	if len(d.sealed) > 0 {
		if err := a.replace(t, d); err != nil {
			return err
		}
	}
	if err := a.rejoin(t, d); err != nil {
		return err
	}
	return a.stand(t, d, was, batch)
}

// standing is where a person stands once the draft is in force and nothing was sent.
func (d *draft) standing() Standing {
	switch {
	case d.Change == BeMerged:
		return Merged
	case d.Change == BeCleared, d.Change == BeWithdrawn:
		return Cleared
	case !d.Reachable:
		return StandUnreachable
	}
	return Untold
}

func (a *amending) enter(t *tx, d draft, batch int64) error {
	_, err := t.exec(`INSERT INTO person (id, ref, batch, standing, locale, notice, sealed, since, contact)
		VALUES (?,?,?,?,?,?,?,?,?)`, d.person, d.Ref, batch, string(d.standing()), d.Locale, d.Notice, d.sealed,
		a.revision, flagged(d.Change == BeReported))
	if err != nil {
		return err
	}
	if d.Change == BeReported {
		_, err := t.exec(`UPDATE batch SET contact = ? WHERE id = ?`, d.person, batch)
		return err
	}
	t.stand(batch, d.standing(), 1)
	return a.belong(t, d)
}

// keep keeps what a person's row held, where something was made of it.
func (a *amending) keep(t *tx, person int64) error {
	_, err := t.exec(`INSERT INTO past (person, revision, since, locale, notice, sealed)
		SELECT id, CAST(? AS BIGINT), since, locale, notice, sealed FROM person WHERE id = ?
			AND EXISTS (SELECT 1 FROM delivery WHERE person = person.id AND attempt > 0)
		ON CONFLICT (person, revision) DO NOTHING`, a.before, person)
	return err
}

func (a *amending) replace(t *tx, d draft) error {
	_, err := t.exec(`UPDATE person SET locale = ?, notice = ?, sealed = ? WHERE id = ?`,
		d.Locale, d.Notice, d.sealed, d.person)
	return err
}

// rejoin notes the further batches anew: who is no longer affected has none.
func (a *amending) rejoin(t *tx, d draft) error {
	if _, err := t.exec(`DELETE FROM membership WHERE person = ?`, d.person); err != nil {
		return err
	}
	return a.belong(t, d)
}

// belong notes the further batches in whose numbers a person counts.
func (a *amending) belong(t *tx, d draft) error {
	for _, name := range d.Also {
		also, known := a.batches[name]
		if !known {
			return fmt.Errorf("person of batch %q: %w", name, ErrNoBatch)
		}
		_, err := t.exec(`INSERT INTO membership (batch, person) VALUES (?,?) ON CONFLICT DO NOTHING`,
			also, d.person)
		if err != nil {
			return err
		}
	}
	return nil
}

// stand puts a person into a batch, and where they stand in it.
func (a *amending) stand(t *tx, d draft, was person, batch int64) error {
	since, moved, standing, err := a.revision, 0, d.standing(), error(nil)
	if d.quiet() {
		since, moved = d.Since, a.revision
		standing, err = t.heardSince(d.person, since)
	}
	if err != nil {
		return err
	}
	n, err := t.exec(`UPDATE person SET batch = ?, standing = ?, since = ?, moved = ? WHERE id = ?`,
		batch, string(standing), since, moved, d.person)
	if err == nil && n == 0 {
		err = errors.New("a person of the draft is gone")
	}
	if !was.contact {
		t.stand(was.batch, was.standing, -1)
		t.stand(batch, standing, 1)
	}
	return err
}

// heardSince is where a person stands by what they were sent from a revision on.
func (t *tx) heardSince(person int64, since int) (Standing, error) {
	states, err := t.statesOf([]int64{person}, map[int64]int{person: since})
	return best(states[person]), err
}
