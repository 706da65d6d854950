package ledger

import (
	"context"
	"database/sql"
	"errors"
	"sync/atomic"
	"time"
)

// A server may go away at any moment: it is restarted, or the network is. What was under way in the
// writing connection is then gone with its statements, and is done again on a new one. That is safe
// where the transaction had not come to its COMMIT, and where nobody answered the COMMIT it is not:
// who does a claim again that was committed finds the row sending, believes it another's, and leaves it
// so. Therefore each transaction leaves a mark, in one row for each process, and before anything is done
// again the ledger is asked for it. The mark is part of the transaction: it is there exactly when the
// rest is, also after a crash of the server. (Asking for the fate of a transaction by its number would
// not do: after a crash the number may have been given to another.)

// noDoubt is no mark.
const noDoubt int64 = 0

// begin starts the transaction. In a fleet it leaves its mark, and reads the server's clock.
func (t *tx) begin() error {
	l := t.w.l
	if _, err := t.exec(l.d.begin); err != nil || !l.d.fleet {
		return err
	}
	t.w.mark++
	var server int64
	_, err := t.row(`INSERT INTO writer (id, mark, at) VALUES (?, ?, `+serverClock+`)
		ON CONFLICT (id) DO UPDATE SET mark = excluded.mark, at = excluded.at RETURNING at`,
		[]any{t.w.id, t.w.mark}, &server)
	if err == nil {
		l.skew.measure(at(server))
		t.now = l.now().UTC()
	}
	return err
}

const serverClock = `CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)`

// committed tells whether the transaction of a mark was. It waits for one that the server is still busy
// with: that one holds the row.
func (t *tx) committed(mark int64) (bool, error) {
	var last int64
	_, err := t.row(`SELECT mark FROM writer WHERE id = ?`+t.lock(), []any{t.w.id}, &last)
	return last == mark, err
}

// A claim whose COMMIT nobody answered for Patience is not its caller's, who was told of an error. Where it was
// committed after all, it would stay with a worker that lives and knows nothing of it. So the next transaction gives
// it back, if only the one of a heartbeat. Its own mark waits for the end of the one in doubt, and no claim that
// somebody knows of can have the same numbers: this is the process's first transaction since.

// stray keeps the claims of a group whose COMMIT was not answered.
func (w *writer) stray(group []*job) {
	for _, j := range group {
		if j.claim != nil && j.claim.claim != nil && j.claim.claim.Channel != Letter {
			w.strays = append(w.strays, j.claim.claim)
		}
	}
}

func (t *tx) giveBackStrays() error {
	for _, c := range t.w.strays {
		if err := t.unsent(c); err != nil {
			return err
		}
	}
	return nil
}

// forget takes the process's mark away, and those that dead ones left long ago. It is only tidy.
func (w *writer) forget() {
	if !w.l.d.fleet {
		return
	}
	ctx, cancel := w.l.bounded()
	defer cancel()
	_, _ = w.conn.ExecContext(ctx, w.l.d.bind(`DELETE FROM writer WHERE id = ?
		OR at < `+serverClock+` - 24 * 60 * 60 * 1000`), w.id)
}

// connect makes the writing connection where there is none.
func (w *writer) connect(ctx context.Context) (err error) {
	if w.conn != nil {
		return nil
	}
	w.conn, err = w.l.write.Conn(ctx)
	w.stmts = map[string]*sql.Stmt{}
	return err
}

// drop gives up a broken connection and all that was prepared on it.
func (w *writer) drop() {
	if w.conn == nil {
		return
	}
	discard(w.conn)
	w.conn = nil
}

// bounded is the time that one transaction may take before the server counts as away. A file is never
// away.
func (l *Ledger) bounded() (context.Context, context.CancelFunc) {
	switch {
	case !l.d.fleet:
		return context.Background(), func() {}
	case l.haste.Err() != nil:
		return context.WithTimeout(context.Background(), parting)
	}
	ctx, cancel := context.WithTimeout(context.Background(), l.patience)
	stop := context.AfterFunc(l.haste, cancel)
	return ctx, func() { stop(); cancel() }
}

// cutOff tells a transaction that came to the end of its time.
func cutOff(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// parting is the time of a transaction in haste: enough for a server that is there.
const parting = time.Second

// Hasten is for a process that ends: from a moment on its writes do not wait for a server that is away, or for other
// processes, any more. Each is still tried once.
func (l *Ledger) Hasten(from time.Time) { time.AfterFunc(time.Until(from), l.hurry) }

// skew is how far this machine's clock is behind the server's. The times in a ledger that several
// machines share (leases, heartbeats, dates) are the server's: a machine that is wrong by a minute would
// otherwise take every lease and lose every worker.
type skew struct {
	local func() time.Time
	by    atomic.Int64
}

// skewLeast is less than anybody is harmed by, and more than a round trip takes.
const skewLeast = time.Second

func (s *skew) measure(server time.Time) {
	by := time.Until(server)
	if by.Abs() < skewLeast {
		by = 0
	}
	s.by.Store(int64(by))
}

func (s *skew) now() time.Time { return s.local().Add(time.Duration(s.by.Load())) }
