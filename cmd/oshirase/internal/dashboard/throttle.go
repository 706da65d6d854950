package dashboard

import (
	"sync"
	"time"
)

// throttle bounds how often something is tried, per key: burst times at once, then once in every. For
// each key it keeps one time, the one at which the key is fresh again.
type throttle struct {
	burst int
	every time.Duration
	now   func() time.Time

	mu    sync.Mutex
	fresh map[string]time.Time
}

// throttleMost bounds the keys that are remembered. Those beyond share one: whoever invents keys gets
// slower, not faster.
const throttleMost = 4096

func newThrottle(burst int, every time.Duration, now func() time.Time) *throttle {
	return &throttle{burst: burst, every: every, now: now, fresh: map[string]time.Time{}}
}

// take spends a try. Where there is none left it says how long until the next.
func (t *throttle) take(key string) (wait time.Duration, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	key = t.slot(key, now)
	at := t.fresh[key]
	if at.Before(now) {
		at = now
	}
	at = at.Add(t.every)
	if wait = at.Sub(now) - time.Duration(t.burst)*t.every; wait > 0 {
		return wait, false
	}
	t.fresh[key] = at
	return 0, true
}

// giveBack returns a try that did no harm.
func (t *throttle) giveBack(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if at, there := t.fresh[key]; there {
		t.fresh[key] = at.Add(-t.every)
	}
}

// slot is the key under which a key is remembered.
func (t *throttle) slot(key string, now time.Time) string {
	if _, there := t.fresh[key]; there || len(t.fresh) < throttleMost {
		return key
	}
	for k, at := range t.fresh {
		if !at.After(now) {
			delete(t.fresh, k)
		}
	}
	if len(t.fresh) < throttleMost {
		return key
	}
	return ""
}
