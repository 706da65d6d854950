package relay

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"oshirase/jobs/email"
	"oshirase/jobs/email/emailtest"
)

// slowRelay takes as long as the test likes for the dots of one domain's messages.
type slowRelay struct {
	*emailtest.Server
	pool *Pool
	door sync.RWMutex // locked: they wait
}

const slowDomain = "slow.example.com"

func newSlowRelay(t *testing.T, conns int) *slowRelay {
	s := &slowRelay{}
	server, r := relayServer(t, emailtest.Options{Script: func(e emailtest.Event) emailtest.Action {
		if e.Stage == emailtest.Dot && strings.HasSuffix(e.Recipient, slowDomain) {
			s.door.RLock()
			defer s.door.RUnlock()
		}
		return emailtest.Action{}
	}})
	s.Server, s.pool = server, newTestRelays(t, conns, r)
	s.pool.guests.after, s.pool.guests.memory = 50*time.Millisecond, time.Hour
	if err := s.pool.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *slowRelay) send(t *testing.T, to string) error {
	out, err := s.pool.Send(t.Context(), email.Envelope{ReturnPath: "b@example.com", Recipient: to}, notice, Guard{Still: open})
	if err == nil && out.Class != email.Accepted {
		t.Errorf("outcome %+v", out)
	}
	return err
}

// crowd sends n messages to the slow domain at once, and passes on what became of each.
func (s *slowRelay) crowd(t *testing.T, n int) <-chan error {
	out := make(chan error, n)
	for i := range n {
		go func() { out <- s.send(t, fmt.Sprintf("p%d@%s", i, slowDomain)) }()
	}
	return out
}

// putOff takes n errors, which all say that it is not their turn.
func putOff(t *testing.T, from <-chan error, n int) {
	t.Helper()
	for range n {
		var slow *SlowError
		if err := <-from; !errors.As(err, &slow) {
			t.Fatalf("error %v", err)
		}
		if wait := time.Until(slow.Again()); wait <= 0 || wait > latest {
			t.Errorf("its turn comes in %v", wait)
		}
	}
}

func sent(t *testing.T, from <-chan error, n int) {
	t.Helper()
	for range n {
		if err := <-from; err != nil {
			t.Fatal(err)
		}
	}
}

func TestASlowDomainGetsAPartOfTheConnectionsAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	s := newSlowRelay(t, 8)
	for i := range 20 {
		if err := s.send(t, fmt.Sprintf("first%d@example.jp", i)); err != nil {
			t.Fatal(err)
		}
	}
	s.door.Lock()
	first := s.crowd(t, 100)
	putOff(t, first, 92) // those who wait for a connection; eight have one
	s.door.Unlock()
	sent(t, first, 8)

	s.door.Lock()
	second := s.crowd(t, 100)
	putOff(t, second, 96) // half of the connections are for it now
	for i := range 200 {
		if err := s.send(t, fmt.Sprintf("p%d@example.jp", i)); err != nil {
			t.Fatal(err)
		}
	}
	s.door.Unlock()
	sent(t, second, 4)
	if s.Count() != 20+8+200+4 {
		t.Errorf("%d taken", s.Count())
	}
}

func TestNobodyIsPutOffWhereThereIsNobodyElse(t *testing.T) {
	t.Parallel()
	s := newSlowRelay(t, 4)
	s.door.Lock()
	all := s.crowd(t, 40)
	time.Sleep(4 * s.pool.guests.after) // it would have been called slow by now
	s.door.Unlock()
	sent(t, all, 40)
}

func TestARelayThatStandsStillMakesNoDomainSlow(t *testing.T) {
	t.Parallel()
	g, now := newGuests(4, slog.New(slog.DiscardHandler)), time.Now()
	g.looked = now
	for domain, n := range map[string]int{"big.example.jp": 14, "small.example.jp": 6, "one.example.jp": 1} {
		d := underWay(domain, now.Add(-time.Minute), n)
		d.past = taken{float64(n), 0.1 * float64(n)}
		g.known[domain], g.all = d, g.all.plus(d.past)
	}
	if g.look(); len(g.slow) != 0 {
		t.Errorf("%d slow ones", len(g.slow))
	}
	g.known[slowDomain] = underWay(slowDomain, now.Add(-time.Hour), 3)
	if g.look(); len(g.slow) != 1 || !g.known[slowDomain].slow {
		t.Errorf("%d slow ones", len(g.slow))
	}
}

func TestOneMessageThatIsStuckMakesNoDomainSlow(t *testing.T) {
	t.Parallel()
	g, now := newGuests(4, slog.New(slog.DiscardHandler)), time.Now()
	d := underWay("example.jp", now.Add(-time.Minute), 3)
	g.known["example.jp"], g.looked = d, now
	d.past, g.all = taken{500, 50}, taken{1000, 100}
	if g.look(); d.slow {
		t.Error("slow for one of hundreds")
	}
}

func underWay(domain string, since time.Time, n int) *guest {
	d := &guest{name: domain, here: n, full: make(chan struct{})}
	for range n {
		d.underWay = append(d.underWay, &visit{to: d, began: since})
	}
	return d
}

func TestTurnsComeFasterThanADomainTakesThem(t *testing.T) {
	t.Parallel()
	g := newGuests(4, slog.New(slog.DiscardHandler))
	d := underWay(slowDomain, time.Now(), 3)
	d.slow, d.takes, g.slow = true, 16*time.Second, []*guest{d}
	var last time.Time
	for range 2000 {
		var slow *SlowError
		if !errors.As(g.turnAway(d), &slow) {
			t.Fatal("not put off")
		}
		wait := time.Until(slow.Until)
		if wait > latest {
			t.Fatalf("a turn after %v", wait)
		}
		if wait < latest/2-time.Second && !last.IsZero() && slow.Until.Sub(last) != time.Second {
			t.Fatalf("a turn %v after the one before", slow.Until.Sub(last))
		}
		last = slow.Until
	}
}

func TestDomainsThatAreNothingSpecialAreForgotten(t *testing.T) {
	t.Parallel()
	_, r := relayServer(t, emailtest.Options{})
	p := newTestRelays(t, 4, r)
	deliver(t, p, 20)
	if n := len(p.guests.known); n != 0 {
		t.Errorf("%d domains are remembered", n)
	}
}
