package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// tx is a write transaction with the counter changes it has gathered.
type tx struct {
	w      *writer
	ctx    context.Context
	now    time.Time
	counts map[counterKey]int
	people map[standingKey]int
	notes  []*JournalRow // for the journal, without number and hash
	shared map[int]bool  // locks that are shared already
	held   map[held]int  // e-mails under way, where a cap was asked
}

type counterKey struct {
	batch            int64
	channel, purpose string
	state            State
}

type standingKey struct {
	batch    int64
	standing Standing
}

// rollback ends a failed transaction; the database may have ended it by itself.
func (t *tx) rollback() { _, _ = t.w.conn.ExecContext(t.ctx, "ROLLBACK") }

// lock is put behind a SELECT of rows that are about to be changed.
func (t *tx) lock() string { return t.w.l.d.lock }

// lockOf is lock for one of the tables of a join.
func (t *tx) lockOf(table string) string {
	if t.lock() == "" {
		return ""
	}
	return t.lock() + " OF " + table
}

// among is put behind a column that is to be one of a set of ids: see set.
func (t *tx) among() string { return t.w.l.d.among }

// set writes ids as one value, so that a statement is the same for any number of them.
func (t *tx) set(ids []int64) string { return t.w.l.d.idSet(ids) }

func (d *dialect) idSet(ids []int64) string {
	text := make([]byte, 0, 2+20*len(ids))
	text = append(text, d.set[0]...)
	for i, id := range ids {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, id, 10)
	}
	return string(append(text, d.set[1]...))
}

// byteSet writes a set of bytes as one value, for amongBytes.
func (d *dialect) byteSet(all [][]byte) string {
	text := []byte(d.set[0])
	for i, b := range all {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(text, d.bytes[0]...)
		text = hex.AppendEncode(text, b)
		text = append(text, d.bytes[1]...)
	}
	return string(append(text, d.set[1]...))
}

// insert writes rows of so many columns, many with one statement. conflict is what follows them.
func (t *tx) insert(into string, columns int, values []any, conflict string) error {
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", columns), ",") + ")"
	for len(values) > 0 {
		n := 64 // few sizes, for each is a statement
		for n*columns > len(values) {
			n /= 4
		}
		_, err := t.exec(`INSERT INTO `+into+` VALUES `+strings.Repeat(one+",", n-1)+one+` `+conflict,
			values[:n*columns]...)
		if err != nil {
			return err
		}
		values = values[n*columns:]
	}
	return nil
}

// refreshStatistics lets the database plan for the rows that have come in: it would notice by itself
// only minutes later.
func (t *tx) refreshStatistics() error {
	if t.w.l.d.statistics == "" {
		return nil
	}
	_, err := t.exec(t.w.l.d.statistics)
	return err
}

// stmt prepares a statement once for the life of the writing connection.
func (t *tx) stmt(query string) (*sql.Stmt, error) {
	if s, ok := t.w.stmts[query]; ok {
		return s, nil
	}
	s, err := t.w.conn.PrepareContext(t.ctx, t.w.l.d.bind(query))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", firstWords(query), err)
	}
	t.w.stmts[query] = s
	return s, nil
}

func (t *tx) exec(query string, args ...any) (int64, error) {
	s, err := t.stmt(query)
	if err != nil {
		return 0, err
	}
	res, err := s.ExecContext(t.ctx, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", firstWords(query), err)
	}
	return res.RowsAffected()
}

func (t *tx) query(query string, args ...any) (*sql.Rows, error) {
	s, err := t.stmt(query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(t.ctx, args...)
}

// row scans one row; found is false where there is none.
func (t *tx) row(query string, args []any, into ...any) (found bool, err error) {
	s, err := t.stmt(query)
	if err != nil {
		return false, err
	}
	err = s.QueryRowContext(t.ctx, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func firstWords(query string) string {
	const n = 40
	if len(query) > n {
		return query[:n] + "…"
	}
	return query
}

// count notes a change of how many deliveries are in a state.
func (t *tx) count(k counterKey, n int) {
	if t.counts == nil {
		t.counts = map[counterKey]int{}
	}
	t.counts[k] += n
}

// stand notes a change of how many people have a standing.
func (t *tx) stand(batch int64, s Standing, n int) {
	if t.people == nil {
		t.people = map[standingKey]int{}
	}
	t.people[standingKey{batch, s}] += n
}

// flush writes what all members of the transaction have in common, one row each: the counters, and the
// journal. They come last and in order, because every process wants these rows: nobody who holds one
// waits for anything but the next.
func (t *tx) flush() error {
	for _, k := range slices.SortedFunc(maps.Keys(t.counts), counterKey.compare) {
		if t.counts[k] == 0 {
			continue
		}
		_, err := t.exec(`INSERT INTO counter (batch, channel, purpose, state, n) VALUES (?,?,?,?,?)
			ON CONFLICT (batch, channel, purpose, state) DO UPDATE SET n = counter.n + excluded.n`,
			k.batch, k.channel, k.purpose, k.state, t.counts[k])
		if err != nil {
			return err
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(t.people), standingKey.compare) {
		if t.people[k] == 0 {
			continue
		}
		_, err := t.exec(`INSERT INTO standing (batch, standing, n) VALUES (?,?,?)
			ON CONFLICT (batch, standing) DO UPDATE SET n = standing.n + excluded.n`,
			k.batch, k.standing, t.people[k])
		if err != nil {
			return err
		}
	}
	return t.chain()
}

func (k counterKey) compare(o counterKey) int {
	return cmp.Or(cmp.Compare(k.batch, o.batch), cmp.Compare(k.channel, o.channel),
		cmp.Compare(k.purpose, o.purpose), cmp.Compare(k.state, o.state))
}

func (k standingKey) compare(o standingKey) int {
	return cmp.Or(cmp.Compare(k.batch, o.batch), cmp.Compare(k.standing, o.standing))
}
