package relay

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oshirase/jobs/email"
	"oshirase/jobs/email/emailtest"
)

var somebody = email.Envelope{Recipient: "p@example.jp"}

func arrived(p *Pool) *visit {
	v := new(visit)
	_ = p.guests.arrive(v, somebody) // nobody is slow
	return v
}

func TestWhoWaitsIsAnnouncedAndGetsTheConnection(t *testing.T) {
	t.Parallel()
	s, r := relayServer(t, emailtest.Options{})
	p := newTestRelays(t, 2, r)
	if err := p.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 200 {
		group.Go(func() {
			to := email.Envelope{ReturnPath: "b@example.com", Recipient: fmt.Sprintf("p%d@example.jp", i)}
			out, err := p.Send(t.Context(), to, notice, Guard{Still: open})
			if err != nil || out.Class != email.Accepted {
				t.Errorf("%+v, %v", out, err)
			}
		})
	}
	group.Wait()
	seen := map[string]bool{}
	for _, m := range s.Received() {
		seen[m.Recipients[0]] = true
	}
	if len(seen) != 200 || s.Count() != 200 || s.Connections() > 2 {
		t.Errorf("%d people, %d messages, %d connections", len(seen), s.Count(), s.Connections())
	}
	if len(p.slots) != 0 || p.all[0].busy != 0 {
		t.Errorf("%d slots and %d connections were not given back", len(p.slots), p.all[0].busy)
	}
}

func TestAnAnnouncedMessageMayLeaveBeforeTheConnectionIsPassedOn(t *testing.T) {
	t.Parallel()
	p := newTestRelays(t, 1)
	p.slots <- struct{}{} // the one before it
	defer func() { <-p.slots }()
	ctx, leave := context.WithCancel(t.Context())
	got := make(chan error, 1)
	wait := func() *waiting {
		go func() {
			_, err := p.turn(ctx, somebody, arrived(p))
			got <- err
		}()
		return <-p.waiting
	}
	if w := wait(); !w.give(lent{}) {
		t.Error("nobody waited")
	} else if err := <-got; err != nil {
		t.Error(err)
	}
	w := wait()
	leave()
	if err := <-got; !errors.Is(err, context.Canceled) {
		t.Errorf("left with %v", err)
	}
	if w.give(lent{}) {
		t.Error("a connection was passed to one who had left")
	}
}

func TestWhoWasAnnouncedBehindAMessageThatPanickedGetsItsConnectionCut(t *testing.T) {
	t.Parallel()
	_, r := relayServer(t, emailtest.Options{})
	p := newTestRelays(t, 1, r)
	if err := p.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.slots <- struct{}{}
	one := &trip{midway: true}
	one.relay, one.conn, _ = p.take(email.Envelope{})
	got := make(chan lent, 1)
	go func() {
		l, _ := p.turn(t.Context(), somebody, arrived(p))
		got <- l
	}()
	one.after = <-p.waiting
	p.end(one)
	l := <-got
	if l.conn != one.conn || l.conn.Live() {
		t.Errorf("got %+v, live: %v", l, l.conn.Live())
	}
	p.back(l)
}

func TestNobodyStarvesWhereARelayLetsInFewerThanThereAreSlots(t *testing.T) {
	t.Parallel()
	s, r := relayServer(t, emailtest.Options{Most: 2, Delay: time.Millisecond})
	p := newTestRelays(t, 8, r)
	deliver(t, p, 50) // by now the pool knows how many are let in
	var group sync.WaitGroup
	var first, last atomic.Int64 // of the messages of those who began together
	for i := range 8 {
		group.Go(func() {
			to := email.Envelope{ReturnPath: "b@example.com", Recipient: fmt.Sprintf("early%d@example.jp", i)}
			if _, err := p.Send(t.Context(), to, notice, Guard{Still: open}); err != nil {
				t.Error(err)
			}
			n := int64(s.Count())
			first.CompareAndSwap(0, n)
			last.Store(max(n, last.Load()))
		})
	}
	group.Go(func() { deliver(t, p, 400) }) // newcomers, all the while
	group.Wait()
	if last.Load()-first.Load() > 200 {
		t.Errorf("the last of those who came first waited for %d messages", last.Load()-first.Load())
	}
}
