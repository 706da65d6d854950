package ledger

import (
	"context"
	"errors"
	"sync"
	"time"
)

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

// Keeping is how a lease is kept for as long as a piece of work takes.
type Keeping struct {
	Lease, Holder string
	Term          time.Duration // for how long a killed process keeps others from the work; it is renewed
	Wait          time.Duration // for another process that has it; 0: leave it to that one
}

// ErrKept says that another process took the work over.
var ErrKept = errors.New("another process has taken the work over")

// Keep takes a lease and renews it until release is called; without it release is nil. The context ends
// where the lease is lost: see KeptFrom.
func (l *Ledger) Keep(ctx context.Context, k Keeping) (context.Context, func(), error) {
	for begin := time.Now(); ; {
		mine, err := l.Lease(ctx, k.Lease, k.Holder, k.Term)
		if err != nil {
			return ctx, nil, err
		}
		if mine {
			break
		}
		if time.Since(begin) >= k.Wait {
			return ctx, nil, nil
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return ctx, nil, err
		}
	}
	held, cancel := context.WithCancelCause(ctx)
	var keeper sync.WaitGroup
	keeper.Go(func() {
		for pause(held, k.Term/5) == nil {
			if mine, err := l.Lease(held, k.Lease, k.Holder, k.Term); err == nil && !mine {
				cancel(ErrKept)
			}
		}
	})
	return held, func() {
		cancel(nil)
		keeper.Wait()
		_ = l.Unlease(context.WithoutCancel(ctx), k.Lease, k.Holder)
	}, nil
}

// KeptFrom is why the context of a lease ended, where that is the error.
func KeptFrom(held context.Context, err error) error {
	if errors.Is(err, context.Canceled) && errors.Is(context.Cause(held), ErrKept) {
		return ErrKept
	}
	return err
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// LoseWorkers makes the claims of silent workers uncertain: they may have been at the final dot. Messages for
// the members' page are given back: there they may go twice. What a file holds stays its own. It says how many
// it changed, at most a thousand at a time.
func (l *Ledger) LoseWorkers(ctx context.Context, silence time.Duration) (int, error) {
	var n int
	err := l.do(ctx, func(t *tx) error {
		rs, err := t.rows(`state IN ('sending', 'uncertain') AND state = 'sending' AND worker NOT IN
			(SELECT id FROM worker WHERE heard_at >= ?) AND worker NOT IN
			(SELECT name FROM page_file WHERE written_at = 0) LIMIT 1000`, ms(t.now.Add(-silence)))
		if err != nil {
			return err
		}
		rs, err = t.giveBackPages(rs)
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
