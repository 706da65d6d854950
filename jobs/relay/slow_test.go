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
	s.pool.guests.after, s.pool.guests.heard = 50*time.Millisecond, time.Hour
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
	if err := s.send(t, "first@example.jp"); err != nil {
		t.Fatal(err)
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
	if s.Count() != 1+8+200+4 {
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

func TestTurnsComeFasterThanADomainTakesThem(t *testing.T) {
	t.Parallel()
	g := newGuests(4, slog.New(slog.DiscardHandler))
	now := time.Now()
	g.fair, g.last, g.at = time.Millisecond, "example.jp", now
	d := &guest{name: slowDomain, took: 16 * time.Second, underWay: []time.Time{now, now}}
	g.known[d.name] = d
	for i := range 3 {
		var slow *SlowError
		if !errors.As(g.turnAway(d, now), &slow) {
			t.Fatal("not put off")
		}
		if want := now.Add(soonest + time.Duration(i+1)*time.Second); !slow.Until.Equal(want) {
			t.Errorf("turn %d after %v, want %v", i, slow.Until.Sub(now), want.Sub(now))
		}
	}
	for range 2000 {
		var slow *SlowError
		if errors.As(g.turnAway(d, now), &slow); slow.Until.Sub(now) > latest {
			t.Fatalf("a turn after %v", slow.Until.Sub(now))
		}
	}
	if g.turnAway(d, now.Add(othersFor)) != nil {
		t.Error("put off though nobody else is heard of")
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
