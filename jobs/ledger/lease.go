package ledger

import (
	"context"
	"time"
)

// Lost is how long a worker may be silent before its claims become uncertain.
const Lost = 60 * time.Second

// Lease takes or renews a lease for a while, and answers whether the holder has it. There is one
// holder at a time; another takes over when the time has run out.
func (l *Ledger) Lease(ctx context.Context, name, holder string, d time.Duration) (bool, error) {
	var ok bool
	err := l.do(ctx, func(t *tx) (err error) {
		ok, err = t.lease(name, holder, d)
		return err
	})
	return ok, err
}

func (t *tx) lease(name, holder string, d time.Duration) (bool, error) {
	n, err := t.exec(`INSERT INTO lease (name, holder, until) VALUES (?,?,?)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
		WHERE lease.holder = excluded.holder OR lease.until < ?`,
		name, holder, ms(t.now.Add(d)), ms(t.now))
	return n == 1, err
}

// Unlease gives a lease back.
func (l *Ledger) Unlease(ctx context.Context, name, holder string) error {
	return l.do(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM lease WHERE name = ? AND holder = ?`, name, holder)
		return err
	})
}

// Heartbeat says that a worker lives.
func (l *Ledger) Heartbeat(ctx context.Context, worker string) error {
	return l.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO worker (id, started_at, heard_at) VALUES (?,?,?)
			ON CONFLICT (id) DO UPDATE SET heard_at = excluded.heard_at`,
			worker, ms(t.now), ms(t.now))
		return err
	})
}

// Leave says that a worker has ended and holds no claims.
func (l *Ledger) Leave(ctx context.Context, worker string) error {
	return l.do(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM worker WHERE id = ?
			AND NOT EXISTS (SELECT 1 FROM delivery WHERE state = 'sending' AND worker = ?)`, worker, worker)
		return err
	})
}

// OtherWorkers counts the workers heard of within Lost, one excluded.
func (l *Ledger) OtherWorkers(ctx context.Context, except string) (int, error) {
	var n int
	err := l.read.QueryRowContext(ctx, `SELECT count(*) FROM worker WHERE id <> ? AND heard_at >= ?`,
		except, ms(l.now().Add(-Lost))).Scan(&n)
	return n, wrapRead(err)
}

// LoseWorkers makes the claims of silent workers uncertain: they may have been at the final dot. It
// says how many it changed, at most a thousand at a time.
func (l *Ledger) LoseWorkers(ctx context.Context, silence time.Duration) (int, error) {
	var n int
	err := l.do(ctx, func(t *tx) error {
		rs, err := t.rows(`state IN ('sending', 'uncertain') AND state = 'sending' AND worker NOT IN
			(SELECT id FROM worker WHERE heard_at >= ?) LIMIT 1000`, ms(t.now.Add(-silence)))
		if err != nil {
			return err
		}
		n, err = t.shiftAll(rs, moveDoubt, "tried = 1, reason = 'its worker was lost'")
		if err != nil {
			return err
		}
		tries := make([]attemptRow, len(rs))
		for i, r := range rs {
			tries[i] = attemptRow{r.id, r.attempt, r.worker, t.now, string(Uncertain), Attempt{}}
		}
		return t.attempts(tries)
	})
	return n, err
}

// Dead returns the workers that have been silent for too long and did not take their leave.
func (l *Ledger) Dead(ctx context.Context, silence time.Duration) ([]string, error) {
	return l.column(ctx, `SELECT id FROM worker WHERE heard_at < ? ORDER BY id`,
		ms(l.now().Add(-silence)))
}
