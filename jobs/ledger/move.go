package ledger

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// row is what a move needs to know of a delivery.
type row struct {
	id, batch, person int64
	channel, purpose  string
	state             State
	attempt, feed     int
	revision          int
	worker            string
}

const rowColumns = `d.id, d.batch, d.person, d.channel, d.purpose, d.state, d.attempt, d.feed, d.revision, d.worker`

func (r *row) fields() []any {
	return []any{
		&r.id, &r.batch, &r.person, &r.channel, &r.purpose, &r.state, &r.attempt, &r.feed, &r.revision,
		&r.worker,
	}
}

// load reads a delivery as it stands in this transaction.
func (t *tx) load(id int64) (row, bool, error) {
	var r row
	found, err := t.row(`SELECT `+rowColumns+` FROM delivery d WHERE id = ?`+t.lock(), []any{id},
		r.fields()...)
	return r, found, err
}

// rows reads deliveries by a condition on the delivery table, for a change.
func (t *tx) rows(where string, args ...any) ([]row, error) {
	rows, err := t.query(`SELECT `+rowColumns+` FROM delivery d WHERE `+where+t.lock(), args...)
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

// rowsOf reads deliveries by their ids, for a change. All processes lock them in the same order.
func (t *tx) rowsOf(ids []int64) (map[int64]row, error) {
	rs, err := t.rowsIn(ids)
	out := make(map[int64]row, len(rs))
	for _, r := range rs {
		out[r.id] = r
	}
	return out, err
}

// rowsIn is rowsOf in the order of the ids.
func (t *tx) rowsIn(ids []int64) ([]row, error) {
	return t.rows(`id `+t.among()+` ORDER BY id`, t.set(ids))
}

// shift makes a move on one row: see shiftAll.
func (t *tx) shift(r row, m Move, set string, args ...any) (bool, error) {
	n, err := t.shiftAll([]row{r}, m, set, args...)
	return n == 1, err
}

// shiftAll makes a move on those of some rows that are in a state it starts from, keeps the counters and
// the people's standings, and says how many it changed. set names further columns to change, as
// "column = ?, …". The rows were read, and so locked, in this transaction.
func (t *tx) shiftAll(rs []row, m Move, set string, args ...any) (int, error) {
	return t.shiftOnly(rs, m, change{set: set, args: args})
}

// change is what a move does besides, and what it asks.
type change struct {
	set  string // "column = ?, …"
	args []any  // of set
	only string // "column = ? AND …": a row of which it is not so is an error
	of   []any  // of only
}

func (t *tx) shiftOnly(rs []row, m Move, c change) (int, error) {
	rs = movable(rs, m)
	if len(rs) == 0 {
		return 0, nil
	}
	if c.set != "" {
		c.set = ", " + c.set
	}
	if c.only != "" {
		c.only = " AND " + c.only
	}
	args := slices.Concat([]any{m.To, ms(t.now)}, c.args, []any{t.set(idsOf(rs))}, c.of)
	n, err := t.exec(`UPDATE delivery SET state = ?, moved_at = ?`+c.set+` WHERE id `+t.among()+
		` AND state IN `+oneOf(m.From...)+c.only, args...)
	if err != nil {
		return 0, err
	}
	if int(n) != len(rs) {
		return 0, fmt.Errorf("%d of %d deliveries could %s", n, len(rs), m.Name)
	}
	for _, r := range rs {
		t.count(counterKey{r.batch, r.channel, r.purpose, r.state}, -1)
		t.count(counterKey{r.batch, r.channel, r.purpose, m.To}, 1)
	}
	return len(rs), t.restand(rs, m.To)
}

// movable leaves the rows that a move may start from, each once.
func movable(rs []row, m Move) []row {
	if len(rs) == 1 && slices.Contains(m.From, rs[0].state) {
		return rs
	}
	seen := make(map[int64]bool, len(rs))
	return slices.DeleteFunc(slices.Clone(rs), func(r row) bool {
		skip := seen[r.id] || !slices.Contains(m.From, r.state)
		seen[r.id] = true
		return skip
	})
}

func idsOf(rs []row) []int64 {
	ids := make([]int64, len(rs))
	for i, r := range rs {
		ids[i] = r.id
	}
	return ids
}

func touchesStanding(s State) bool { return s.reaches() || s == Uncertain }

// restand computes the standings again of the people whose deliveries have moved. The people are locked
// first: where another process moves another of their deliveries, the second sees what the first did.
func (t *tx) restand(rs []row, to State) error {
	rs, err := t.telling(rs)
	if err != nil {
		return err
	}
	revisions := map[int64]int{} // the newest that has moved, of each person
	for _, r := range rs {
		if touchesStanding(r.state) || touchesStanding(to) {
			revisions[r.person] = max(revisions[r.person], r.revision)
		}
	}
	if len(revisions) == 0 {
		return nil
	}
	stood, err := t.stood(slices.Collect(maps.Keys(revisions)))
	if err != nil {
		return err
	}
	become := map[int64]Standing{}
	var others []person
	for _, p := range stood {
		if p.standing == Cleared || p.standing == Merged {
			become[p.id] = p.standing // whatever they hear of it
		} else if to.reaches() && revisions[p.id] >= p.since {
			become[p.id] = Told // whatever else the person has
		} else {
			others = append(others, p)
		}
	}
	if err := t.look(others, become); err != nil {
		return err
	}
	return t.standAs(stood, become)
}

// person is where somebody stands before a change.
type person struct {
	id, batch int64
	since     int // the first revision with the facts in force
	standing  Standing
	contact   bool // of a company, and not one of the people
}

func (t *tx) stood(people []int64) ([]person, error) {
	rows, err := t.query(`SELECT id, batch, since, standing, contact FROM person WHERE id `+t.among()+` ORDER BY id`+
		t.lock(), t.set(people))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []person
	for rows.Next() {
		var p person
		if err := rows.Scan(&p.id, &p.batch, &p.since, &p.standing, &p.contact); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// look computes where people stand from all of their deliveries that speak of the facts in force.
func (t *tx) look(people []person, become map[int64]Standing) error {
	if len(people) == 0 {
		return nil
	}
	ids, since := make([]int64, len(people)), make(map[int64]int, len(people))
	for i, p := range people {
		ids[i], since[p.id] = p.id, p.since
	}
	states, err := t.statesOf(ids, since)
	for _, id := range ids {
		become[id] = best(states[id])
	}
	return err
}

// statesOf are the states of people's deliveries, each from a revision on.
func (t *tx) statesOf(people []int64, since map[int64]int) (map[int64][]State, error) {
	rows, err := t.query(`SELECT person, revision, state FROM delivery WHERE person `+t.among()+` AND `+
		tellingDeliveries, t.set(people))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	states := map[int64][]State{}
	for rows.Next() {
		var person int64
		var revision int
		var s State
		if err := rows.Scan(&person, &revision, &s); err != nil {
			return nil, err
		}
		if revision >= since[person] {
			states[person] = append(states[person], s)
		}
	}
	return states, rows.Err()
}

// standAs writes the standings that differ from what they were.
func (t *tx) standAs(stood []person, become map[int64]Standing) error {
	changed := map[Standing][]int64{}
	for _, p := range stood {
		now := become[p.id]
		if now == p.standing {
			continue
		}
		if !p.contact {
			t.stand(p.batch, p.standing, -1)
			t.stand(p.batch, now, 1)
		}
		changed[now] = append(changed[now], p.id)
	}
	for now, ids := range changed {
		_, err := t.exec(`UPDATE person SET standing = ? WHERE id `+t.among(), now, t.set(ids))
		if err != nil {
			return err
		}
	}
	return nil
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
