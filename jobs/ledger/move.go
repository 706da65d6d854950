package ledger

import (
	"slices"
	"strings"
)

// row is what a move needs to know of a delivery.
type row struct {
	id, batch, person int64
	channel, purpose  string
	state             State
	attempt, feed     int
	worker            string
}

const rowColumns = `id, batch, person, channel, purpose, state, attempt, feed, worker`

func (r *row) fields() []any {
	return []any{
		&r.id, &r.batch, &r.person, &r.channel, &r.purpose, &r.state, &r.attempt, &r.feed, &r.worker,
	}
}

// load reads a delivery as it stands in this transaction.
func (t *tx) load(id int64) (row, bool, error) {
	var r row
	found, err := t.row(`SELECT `+rowColumns+` FROM delivery WHERE id = ?`+t.lock(), []any{id},
		r.fields()...)
	return r, found, err
}

// shift makes a move on one row and keeps the counters and the person's standing. set names further
// columns to change, as "column = ?, …". It changes nothing and answers false where the row is not in
// a state the move starts from.
func (t *tx) shift(r row, m Move, set string, args ...any) (bool, error) {
	if !slices.Contains(m.From, r.state) {
		return false, nil
	}
	if set != "" {
		set = ", " + set
	}
	args = append([]any{m.To, ms(t.now)}, args...)
	args = append(args, r.id, r.state)
	n, err := t.exec(`UPDATE delivery SET state = ?, moved_at = ?`+set+
		` WHERE id = ? AND state = ?`, args...)
	if err != nil || n == 0 {
		return false, err
	}
	t.moved(r, m.To)
	if touchesStanding(r.state) || touchesStanding(m.To) {
		return true, t.restand(r.person)
	}
	return true, nil
}

func (t *tx) moved(r row, to State) {
	t.count(counterKey{r.batch, r.channel, r.purpose, r.state}, -1)
	t.count(counterKey{r.batch, r.channel, r.purpose, to}, 1)
}

func touchesStanding(s State) bool { return s.reaches() || s == Uncertain }

// restand computes a person's standing again from all their deliveries. The person is locked first:
// where another process moves another of their deliveries, the second sees what the first did.
func (t *tx) restand(person int64) error {
	var old Standing
	var batch int64
	found, err := t.row(`SELECT standing, batch FROM person WHERE id = ?`+t.lock(), []any{person},
		&old, &batch)
	if err != nil || !found {
		return err
	}
	states, err := t.statesOf(person)
	if err != nil {
		return err
	}
	now := best(states)
	if now == old {
		return nil
	}
	t.stand(batch, old, -1)
	t.stand(batch, now, 1)
	_, err = t.exec(`UPDATE person SET standing = ? WHERE id = ?`, now, person)
	return err
}

func (t *tx) statesOf(person int64) ([]State, error) {
	rows, err := t.query(`SELECT state FROM delivery WHERE person = ?`, person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var states []State
	for rows.Next() {
		var s State
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		states = append(states, s)
	}
	return states, rows.Err()
}

// rows reads deliveries by a condition on the delivery table, for a change.
func (t *tx) rows(where string, args ...any) ([]row, error) {
	rows, err := t.query(`SELECT `+rowColumns+` FROM delivery WHERE `+where+t.lock(), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []row
	for rows.Next() {
		var r row
		if err := rows.Scan(r.fields()...); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// shiftAll makes a move on each of some rows and says how many it changed.
func (t *tx) shiftAll(rs []row, m Move, set string, args ...any) (int, error) {
	n := 0
	for _, r := range rs {
		ok, err := t.shift(r, m, set, args...)
		if err != nil {
			return 0, err
		}
		if ok {
			n++
		}
	}
	return n, nil
}

// oneOf writes states as an SQL list. They are constants of this package, never input; written out,
// they let SQLite see that a partial index fits.
func oneOf(states ...State) string {
	quoted := make([]string, len(states))
	for i, s := range states {
		quoted[i] = "'" + string(s) + "'"
	}
	return "(" + strings.Join(quoted, ",") + ")"
}
