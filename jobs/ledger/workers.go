package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Lost is how long a worker may be silent before its claims become uncertain.
const Lost = 60 * time.Second

// Silence is how long a worker goes on after its last heartbeat, well below Lost. One that has been
// silent for longer writes to no relay until it is heard again: it does not count as living.
const Silence = 20 * time.Second

// Worker is a process that lives, by its last heartbeat.
type Worker struct {
	ID           string
	Since, Heard time.Time
	Resting      []RelayRest
}

// RelayRest is a relay that a worker leaves alone for a while, because it was not let in.
type RelayRest struct {
	Relay string    `json:"relay"`          // host:port
	Until time.Time `json:"until,omitzero"` // zero: it is being asked again
	Stage string    `json:"stage"`          // of the conversation that failed
	Code  int       `json:"code,omitempty"` // of the reply; 0: there was none

	Sender string `json:"sender,omitempty"` // the domain whose mail alone it does not take
}

// Heartbeat says that a worker lives, and which relays it leaves alone.
func (l *Ledger) Heartbeat(ctx context.Context, worker string, resting ...RelayRest) error {
	text, err := json.Marshal(append([]RelayRest{}, resting...))
	if err != nil {
		return fmt.Errorf("resting relays: %w", err)
	}
	return l.do(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO worker (id, started_at, heard_at, resting) VALUES (?,?,?,?)
			ON CONFLICT (id) DO UPDATE SET heard_at = excluded.heard_at, resting = excluded.resting`,
			worker, ms(t.now), ms(t.now), string(text))
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

// Workers are those that live: heard of within Silence, the oldest first.
func (l *Ledger) Workers(ctx context.Context) (living []Worker, err error) {
	now := l.now()
	rows, err := l.read.QueryContext(ctx, `SELECT id, started_at, heard_at, resting FROM worker
		WHERE heard_at >= ? ORDER BY started_at, id`, ms(now.Add(-Silence)))
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	for rows.Next() {
		var w Worker
		var since, heard int64
		var text []byte
		if err := rows.Scan(&w.ID, &since, &heard, &text); err != nil {
			return nil, wrapRead(err)
		}
		w.Since, w.Heard = at(since), at(heard)
		if w.Resting, err = readRests(text, now); err != nil {
			return nil, fmt.Errorf("resting relays of worker %q: %w", w.ID, err)
		}
		living = append(living, w)
	}
	return living, wrapRead(rows.Err())
}

func readRests(text []byte, now time.Time) (rests []RelayRest, err error) {
	err = json.Unmarshal(text, &rests)
	for i := range rests {
		if !rests[i].Until.After(now) {
			rests[i].Until = time.Time{}
		}
	}
	return rests, err
}
