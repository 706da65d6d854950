package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"oshirase/jobs/pace"
)

// gateFresh is how long a process relies on what it has read of rules and breakers. Its own changes it
// knows at once, those of other processes after so long.
const gateFresh = 500 * time.Millisecond

// gate is what a process remembers of rules and breakers, so that a claim and an outcome cost nothing
// while no provider makes trouble. Where one does, the transaction reads its row again.
type gate struct {
	mu    sync.Mutex
	read  time.Time
	known map[int64]*regime // by the campaign's number; never changed, only replaced
}

// regime is one campaign's.
type regime struct {
	text     string // of the rules
	rules    pace.Rules
	open     bool      // by the hours
	until    time.Time // when that changes; zero: never
	breakers map[string]pace.Breaker
}

// opened tells whether the campaign is inside its hours.
func (g *regime) opened(now time.Time) (bool, time.Time) {
	if g.until.IsZero() || now.Before(g.until) {
		return g.open, g.until
	}
	return g.rules.Hours.Open(now)
}

// stops tells whether what was admitted before must not go now.
func (g *regime) stops(lane string, now time.Time) bool {
	if g == nil {
		return false
	}
	open, _ := g.opened(now)
	return !open || g.breakers[lane].Rests(now)
}

func (g *gate) of(num int64) *regime {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.known[num]
}

// forget lets the next one who asks read again.
func (g *gate) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.read = time.Time{}
}

// lookAtGate reads rules and breakers again where they are no longer fresh.
func (l *Ledger) lookAtGate(ctx context.Context) error {
	l.gate.mu.Lock()
	defer l.gate.mu.Unlock()
	if time.Since(l.gate.read) < gateFresh {
		return nil
	}
	begun := time.Now()
	known, err := l.regimes(ctx)
	if err != nil {
		return wrapRead(err)
	}
	l.gate.known, l.gate.read = known, begun
	return nil
}

func (l *Ledger) regimes(ctx context.Context) (map[int64]*regime, error) {
	known := map[int64]*regime{}
	rows, err := l.read.QueryContext(ctx, `SELECT campaign, rules FROM pacing`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var num int64
		g := &regime{breakers: map[string]pace.Breaker{}}
		if err := rows.Scan(&num, &g.text); err != nil {
			return nil, err
		}
		if err := g.fill(l.gate.known[num], l.now()); err != nil {
			return nil, err
		}
		known[num] = g
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return known, l.breakers(ctx, known)
}

// fill takes over from what was known before: the hours need a look at the zone files.
func (g *regime) fill(before *regime, now time.Time) error {
	if before != nil && before.text == g.text {
		g.rules = before.rules
		g.open, g.until = before.opened(now)
		return nil
	}
	if err := json.Unmarshal([]byte(g.text), &g.rules); err != nil {
		return fmt.Errorf("rules of pace: %w", err)
	}
	g.open, g.until = g.rules.Hours.Open(now)
	return nil
}

const breakerColumns = `state, until, since, rested, step, admitted, good, busy, blocked, code`

// breakerFields are where a row of the table goes; done turns the times.
func breakerFields(b *pace.Breaker) (fields []any, done func()) {
	var until, since int64
	fields = []any{&b.State, &until, &since, &b.Rested, &b.Step, &b.Out, &b.Good, &b.Busy, &b.Blocked,
		&b.Code}
	return fields, func() { b.Until, b.Since = at(until), at(since) }
}

func (l *Ledger) breakers(ctx context.Context, known map[int64]*regime) error {
	rows, err := l.read.QueryContext(ctx, `SELECT campaign, lane, `+breakerColumns+` FROM breaker`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var num int64
		var lane string
		var b pace.Breaker
		fields, done := breakerFields(&b)
		if err := rows.Scan(append([]any{&num, &lane}, fields...)...); err != nil {
			return err
		}
		done()
		if g := known[num]; g != nil {
			g.breakers[lane] = b
		}
	}
	return rows.Err()
}
