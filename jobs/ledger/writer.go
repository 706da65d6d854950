package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"time"
)

// The writer carries many callers' changes in one transaction. A synced commit costs a disk flush;
// with hundreds of connections waiting, one flush serves them all. It waits a little for company and
// never delays a caller that comes alone by more than gather.
const (
	gather    = 2 * time.Millisecond
	groupMost = 256
)

type writer struct {
	l     *Ledger
	conn  *sql.Conn
	stmts map[string]*sql.Stmt // of conn; only the loop uses them
	jobs  chan *job
	quit  chan struct{}
	done  chan struct{}
}

// job is one caller's change. fn may run more than once: it must set its results, not add to them.
type job struct {
	ctx context.Context
	fn  func(*tx) error
	err chan error
}

func newWriter(ctx context.Context, l *Ledger) (*writer, error) {
	conn, err := l.write.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{
		l: l, conn: conn, stmts: map[string]*sql.Stmt{},
		jobs: make(chan *job), quit: make(chan struct{}), done: make(chan struct{}),
	}
	go w.loop()
	return w, nil
}

func (w *writer) stop() error {
	close(w.quit)
	<-w.done
	return w.conn.Close()
}

// do runs fn in a transaction and returns when it is on disk. A domain's "no" is a result of fn, not
// an error: an error undoes the change.
func (l *Ledger) do(ctx context.Context, fn func(*tx) error) error {
	j := &job{ctx: ctx, fn: fn, err: make(chan error, 1)}
	select {
	case l.writer.jobs <- j:
		return <-j.err // always answered: a change whose fate is unknown must not be guessed
	case <-l.writer.quit:
		return errors.New("ledger closed")
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) loop() {
	defer close(w.done)
	for {
		select {
		case j := <-w.jobs:
			w.run(w.gather(j))
		case <-w.quit:
			return
		}
	}
}

func (w *writer) gather(first *job) []*job {
	group := []*job{first}
	runtime.Gosched()
	wait := time.NewTimer(gather)
	defer wait.Stop()
	for len(group) < groupMost {
		select {
		case j := <-w.jobs:
			group = append(group, j)
		case <-wait.C:
			return group
		}
	}
	return group
}

// run commits the group. Where one member fails, each is done again alone, so that only the one at
// fault hears of it.
func (w *writer) run(group []*job) {
	err := w.l.transact(group)
	if err != nil && len(group) > 1 {
		for _, j := range group {
			j.err <- w.l.transact([]*job{j})
		}
		return
	}
	for _, j := range group {
		j.err <- err
	}
}

// transact waits out other processes' locks for Patience.
func (l *Ledger) transact(group []*job) error {
	deadline := time.Now().Add(Patience)
	for {
		err := l.once(group)
		if !isBusy(err) {
			return wrapped(err)
		}
		if time.Now().After(deadline) {
			return ErrBusy
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func wrapped(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("write ledger: %w", plain(err))
}

// once runs the group in one transaction on the writing connection.
func (l *Ledger) once(group []*job) error {
	ctx := context.Background() // a commit is not torn by one caller who leaves
	t := &tx{w: l.writer, ctx: ctx, now: l.now().UTC()}
	if _, err := t.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, j := range group {
		if err := j.fn(t); err != nil {
			t.rollback()
			return err
		}
	}
	if err := t.flush(); err != nil {
		t.rollback()
		return err
	}
	if _, err := t.exec("COMMIT"); err != nil {
		t.rollback()
		return err
	}
	return nil
}

// tx is a write transaction with the counter changes it has gathered.
type tx struct {
	w      *writer
	ctx    context.Context
	now    time.Time
	counts map[counterKey]int
	people map[standingKey]int
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

// rollback ends a failed transaction; SQLite may have ended it by itself.
func (t *tx) rollback() { _, _ = t.w.conn.ExecContext(t.ctx, "ROLLBACK") }

// stmt prepares a statement once for the life of the writing connection.
func (t *tx) stmt(query string) (*sql.Stmt, error) {
	if s, ok := t.w.stmts[query]; ok {
		return s, nil
	}
	s, err := t.w.conn.PrepareContext(t.ctx, query)
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

// flush writes the counter changes of the whole transaction, one row each.
func (t *tx) flush() error {
	for k, n := range t.counts {
		if n == 0 {
			continue
		}
		_, err := t.exec(`INSERT INTO counter (batch, channel, purpose, state, n) VALUES (?,?,?,?,?)
			ON CONFLICT (batch, channel, purpose, state) DO UPDATE SET n = counter.n + excluded.n`,
			k.batch, k.channel, k.purpose, k.state, n)
		if err != nil {
			return err
		}
	}
	for k, n := range t.people {
		if n == 0 {
			continue
		}
		_, err := t.exec(`INSERT INTO standing (batch, standing, n) VALUES (?,?,?)
			ON CONFLICT (batch, standing) DO UPDATE SET n = standing.n + excluded.n`,
			k.batch, k.standing, n)
		if err != nil {
			return err
		}
	}
	return nil
}
