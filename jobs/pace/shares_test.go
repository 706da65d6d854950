package pace

import (
	"testing"
	"time"
)

// TestASlowProviderNeverStarvesTheRest plays a queue worked off first come, first served by twenty
// connections, with a provider that takes a minute for each delivery and one that takes a hundredth of a
// second.
func TestASlowProviderNeverStarvesTheRest(t *testing.T) {
	t.Parallel()
	const connections, tick = 20, 100 * time.Millisecond
	takes := map[string]time.Duration{"slow": time.Minute, "fast": 10 * time.Millisecond}
	var queue []string
	free := make([]time.Time, connections) // when each connection is
	held, done := map[string]int{}, map[string]int{}
	type end struct {
		name string
		at   time.Time
	}
	var running []end
	s := NewShares(connections)
	start := noon
	for now := start; now.Before(start.Add(30 * time.Second)); now = now.Add(tick) {
		if s.Due(now) {
			s.Measure(held, now)
		}
		for _, name := range []string{"slow", "fast"} {
			for range min(s.Room(name, 2), 500) {
				queue = append(queue, name)
				held[name]++
				s.Fed(name, 1)
			}
		}
		for i := range free { // each connection works through this tick
			free[i] = later(free[i], now)
			for len(queue) > 0 && free[i].Before(now.Add(tick)) {
				free[i] = free[i].Add(takes[queue[0]])
				running = append(running, end{queue[0], free[i]})
				queue = queue[1:]
			}
		}
		kept := running[:0]
		for _, r := range running {
			if r.at.After(now.Add(tick)) {
				kept = append(kept, r)
				continue
			}
			held[r.name]--
			done[r.name]++
		}
		running = kept
	}
	// Half of the connections are left to the fast one: 1,000 a second once its share has grown.
	if done["fast"] < 15_000 || held["slow"] > connections/2 {
		t.Errorf("done %v, held %v", done, held)
	}
	if n := s.Room("slow", 1); n != Unlimited {
		t.Errorf("alone it may have %d", n)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func TestACapLeavesWhatIsNotUnderWay(t *testing.T) {
	t.Parallel()
	s := NewShares(20)
	s.Measure(map[string]int{"docomo": 3}, noon)
	s.Fed("docomo", 2)
	if n := s.Left("docomo", 8); n != 3 {
		t.Errorf("%d left of 8", n)
	}
	if n := s.Left("docomo", 0); n != Unlimited {
		t.Errorf("%d left without a cap", n)
	}
}

func TestAManifestMovesDomainsToOtherProviders(t *testing.T) {
	t.Parallel()
	shipped := Shipped()
	p := shipped.With(map[string]string{"example.jp": "example", "mopera.net": "mopera"})
	for domain, want := range map[string]string{
		"mail.example.jp": "example", "mopera.net": "mopera", "docomo.ne.jp": "docomo",
	} {
		if got := p.Of(domain); got != want {
			t.Errorf("%q belongs to %q, want %q", domain, got, want)
		}
	}
	if shipped.Of("mopera.net") != "docomo" {
		t.Error("the shipped table was changed")
	}
}
