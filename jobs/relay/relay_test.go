package relay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oshirase/jobs/email"
	"oshirase/jobs/email/emailtest"
)

var errHeld = errors.New("held")

var notice = []byte("Message-ID: <1@example.jp>\r\nSubject: x\r\n\r\ntext\r\n")

func relayServer(t *testing.T, o emailtest.Options) (*emailtest.Server, email.Relay) {
	t.Helper()
	o.Forget = true
	s, err := emailtest.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	r, err := email.ParseRelay(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	return s, r
}

func newTestRelays(t *testing.T, conns int, list ...email.Relay) *Pool {
	t.Helper()
	p := New(list, conns, slog.New(slog.NewTextHandler(io.Discard, nil)))
	t.Cleanup(func() { p.stop(); p.Close() })
	return p
}

func open() error { return nil }

// deliver sends n messages from as many goroutines as there are connections, each again until a relay
// has taken it: an error says that nothing was sent.
func deliver(t *testing.T, p *Pool, n int) {
	t.Helper()
	var next atomic.Int64
	var group sync.WaitGroup
	for range cap(p.slots) {
		group.Go(func() {
			for i := next.Add(1); i <= int64(n); {
				if err := p.Ready(t.Context()); err != nil {
					t.Errorf("ready: %v", err)
					return
				}
				to := email.Envelope{ReturnPath: "b@example.com", Recipient: fmt.Sprintf("p%d@example.jp", i)}
				out, err := p.Send(t.Context(), to, notice, Guard{Still: open})
				if err == nil && out.Class != email.Accepted {
					t.Errorf("outcome %+v", out)
				}
				if err == nil {
					i = next.Add(1)
				}
			}
		})
	}
	group.Wait()
}

func TestOneDeadRelayOfTwoCostsNoMessageAndIsAskedAFewTimesOnly(t *testing.T) {
	t.Parallel()
	always := func(stage emailtest.Stage, line string) func(emailtest.Event) emailtest.Action {
		return func(e emailtest.Event) emailtest.Action {
			if e.Stage == stage {
				return emailtest.Action{Line: line, Close: true}
			}
			return emailtest.Action{}
		}
	}
	for name, o := range map[string]emailtest.Options{
		"greeting 554": {Script: always(emailtest.Greeting, "554 5.7.1 Go away")},
		"greeting 421": {Script: always(emailtest.Greeting, "421 4.7.0 Later")},
		"AUTH refused": {User: "u", Password: "p", Script: always(emailtest.AUTH, "535 5.7.8 No")},
		"no STARTTLS":  {STARTTLS: true, Script: always(emailtest.STARTTLS, "454 4.7.0 No")},
		"tarpit at EHLO": {Script: func(e emailtest.Event) emailtest.Action {
			if e.Stage == emailtest.EHLO {
				return emailtest.Action{Delay: time.Hour}
			}
			return emailtest.Action{}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dead, down := relayServer(t, o)
			live, up := relayServer(t, emailtest.Options{})
			p := newTestRelays(t, 8, down, up)
			deliver(t, p, 500)
			if live.Count() != 500 || dead.Count() != 0 {
				t.Errorf("%d and %d taken", live.Count(), dead.Count())
			}
			if n := dead.Connections(); n == 0 || n > 3 {
				t.Errorf("the dead relay was asked %d times", n)
			}
		})
	}
}

func TestARelayThatDiesInTheMiddleLeavesItsShareToTheOther(t *testing.T) {
	t.Parallel()
	var dead atomic.Bool
	first, a := relayServer(t, emailtest.Options{Script: func(e emailtest.Event) emailtest.Action {
		if dead.Load() && e.Stage == emailtest.Greeting {
			return emailtest.Action{Line: "554 5.3.2 Down", Close: true}
		}
		return emailtest.Action{Close: dead.Load() && e.Stage == emailtest.Quit}
	}})
	second, b := relayServer(t, emailtest.Options{})
	a.Messages = 10 // so that new connections are needed
	p := newTestRelays(t, 6, a, b)
	deliver(t, p, 300)
	if first.Count() == 0 || second.Count() == 0 {
		t.Fatalf("%d and %d taken while both were up", first.Count(), second.Count())
	}
	dead.Store(true)
	deliver(t, p, 300)
	if n := first.Count() + second.Count(); n != 600 {
		t.Errorf("%d taken", n)
	}
	resting := p.Resting()
	if len(resting) != 1 || resting[0].Code != 554 || resting[0].Stage != email.StageGreeting {
		t.Fatalf("resting %+v", resting)
	}
	dead.Store(false)
	before := first.Count()
	for first.Count() == before {
		deliver(t, p, 20)
		time.Sleep(10 * time.Millisecond)
	}
	if len(p.Resting()) != 0 {
		t.Errorf("still resting %+v", p.Resting())
	}
}

func TestConnectionsAreSharedOutByWeight(t *testing.T) {
	t.Parallel()
	slow := func() emailtest.Options { return emailtest.Options{Delay: 2 * time.Millisecond} }
	heavy, a := relayServer(t, slow())
	light, b := relayServer(t, slow())
	a.Weight = 3
	for _, conns := range []int{1, 8} {
		p := newTestRelays(t, conns, a, b)
		for up := 0; up < 2; up = p.countUp() {
			p.look()
			time.Sleep(time.Millisecond)
		}
		h, l := heavy.Count(), light.Count()
		deliver(t, p, 200)
		if h, l = heavy.Count()-h, light.Count()-l; h < 120 || l < 30 {
			t.Errorf("%d connections: %d and %d, want some 150 and 50", conns, h, l)
		}
	}
	if n := heavy.Connections() + light.Connections(); n > 1+8+2*2 {
		t.Errorf("%d connections", n)
	}
}

func (p *Pool) countUp() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.all {
		if r.up {
			n++
		}
	}
	return n
}

func TestNothingIsClaimedWhileAllRelaysRest(t *testing.T) {
	t.Parallel()
	a, down := relayServer(t, emailtest.Options{Script: func(emailtest.Event) emailtest.Action {
		return emailtest.Action{Line: "421 4.3.2 Down", Close: true}
	}})
	p := newTestRelays(t, 20, down, down)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	var ready sync.WaitGroup
	for range 50 {
		ready.Go(func() {
			if p.Ready(ctx) == nil {
				t.Error("ready, with all relays down")
			}
		})
	}
	ready.Wait()
	if a.Connections() != 2 || len(p.Resting()) != 2 {
		t.Errorf("%d connections, resting %+v", a.Connections(), p.Resting())
	}
	if _, err := p.Send(t.Context(), email.Envelope{}, notice, Guard{Still: open}); err != ErrResting {
		t.Errorf("send: %v", err)
	}
}

func TestRestsGrowUntilAMessageHasGone(t *testing.T) {
	t.Parallel()
	_, up := relayServer(t, emailtest.Options{})
	p := newTestRelays(t, 1, up)
	r := p.all[0]
	var pauses []time.Duration
	for range 9 {
		p.rest(r, email.Outcome{Down: true})
		pauses = append(pauses, time.Until(r.until).Round(time.Second))
	}
	want := []time.Duration{1, 2, 4, 8, 16, 32, 64, 120, 120}
	for i := range want {
		if pauses[i] != want[i]*time.Second {
			t.Fatalf("pauses %v", pauses)
		}
	}
	r.until = time.Now()
	deliver(t, p, 1)
	if r.rested != 0 || !r.up {
		t.Errorf("after a message: %+v", r)
	}
}

func TestAStoppedMessageLeavesItsConnectionToTheNext(t *testing.T) {
	t.Parallel()
	s, up := relayServer(t, emailtest.Options{})
	p := newTestRelays(t, 1, up)
	deliver(t, p, 1)
	to := email.Envelope{ReturnPath: "b@example.com", Recipient: "p@example.jp"}
	if _, err := p.Send(t.Context(), to, notice, Guard{Still: func() error { return errHeld }}); err != errHeld {
		t.Errorf("send: %v", err)
	}
	called := 0
	g := Guard{Still: open, BeforeDot: func() error { called++; return nil }}
	if out, err := p.Send(t.Context(), to, notice, g); err != nil || out.Class != email.Accepted || called != 1 {
		t.Errorf("%+v, %v, asked %d times", out, err, called)
	}
	deliver(t, p, 1)
	if called != 1 || s.Connections() != 1 || s.Count() != 3 {
		t.Errorf("asked %d times, %d connections, %d taken", called, s.Connections(), s.Count())
	}
}

func TestARelayThatLetsInNoMoreIsUsedWithTheConnectionsItHas(t *testing.T) {
	t.Parallel()
	s, r := relayServer(t, emailtest.Options{Most: 3, Delay: time.Millisecond})
	p := newTestRelays(t, 12, r)
	deliver(t, p, 300)
	if s.Count() != 300 || len(p.Resting()) != 0 {
		t.Errorf("%d taken, resting %+v", s.Count(), p.Resting())
	}
	if n := s.Connections(); n > 12 {
		t.Errorf("%d connections were tried", n)
	}
}

// panics sends a message whose sender panics on the way.
func panics(t *testing.T, p *Pool, g Guard) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Error("nobody panicked")
		}
	}()
	to := email.Envelope{ReturnPath: "b@example.com", Recipient: "panics@example.jp"}
	_, _ = p.Send(t.Context(), to, notice, g)
}

func TestAPanicOnTheWayCostsNeitherASlotNorAConnection(t *testing.T) {
	t.Parallel()
	s, r := relayServer(t, emailtest.Options{})
	p := newTestRelays(t, 2, r)
	trip := func() error { panic("on the way") }
	deliver(t, p, 2)
	for range 3 {
		panics(t, p, Guard{Still: trip})
		panics(t, p, Guard{Still: open, BeforeDot: trip})
	}
	if len(p.slots) != 0 || p.all[0].busy != 0 {
		t.Errorf("%d slots and %d connections are still taken", len(p.slots), p.all[0].busy)
	}
	deliver(t, p, 20)
	if n := s.Count(); n != 22 {
		t.Errorf("%d taken, want 22: what panicked before the dot must not have come through", n)
	}
}
