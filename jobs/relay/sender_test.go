package relay

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"oshirase/jobs/email"
	"oshirase/jobs/email/emailtest"
)

// turnsAway answers MAIL with a line while it says so, and ends the connection where the line is a farewell.
func turnsAway(line string, whom func(returnPath string) bool) func(emailtest.Event) emailtest.Action {
	return func(e emailtest.Event) emailtest.Action {
		if e.Stage == emailtest.Mail && whom(e.ReturnPath) {
			return emailtest.Action{Line: line, Close: strings.HasPrefix(line, "421")}
		}
		return emailtest.Action{}
	}
}

func from(domain string, i int) email.Envelope {
	return email.Envelope{ReturnPath: "b@" + domain, Recipient: fmt.Sprintf("p%d@example.jp", i)}
}

// try sends one message once a relay is up.
func try(t *testing.T, p *Pool, e email.Envelope) (email.Outcome, error) {
	t.Helper()
	if err := p.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p.Send(t.Context(), e, notice, Guard{Still: open})
}

func TestARelayThatTakesNoMessagesRestsAndTheOtherHasThem(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"550 5.7.1 No such sender", "421 4.7.0 Later", "452 4.3.1 Full"} {
		t.Run(line[:3], func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int64
			_, bad := relayServer(t, emailtest.Options{Script: turnsAway(line, func(string) bool {
				asked.Add(1)
				return true
			})})
			live, up := relayServer(t, emailtest.Options{})
			p := newTestRelays(t, 2, bad, up)
			p.mu.Lock()
			for _, r := range p.all { // as after a probe
				r.up = true
			}
			p.mu.Unlock()
			put := 0
			for i := range 200 {
				out, err := try(t, p, from("example.com", i))
				if err != nil || out.Class != email.Accepted && !(out.Class == email.Deferred && out.Sender) {
					t.Fatalf("%v, %+v", err, out)
				}
				if out.Sender {
					put++
				}
			}
			if put > refusedMost-1 || live.Count() != 200-put {
				t.Errorf("%d tried again, %d taken", put, live.Count())
			}
			if n := asked.Load(); n > 2*refusedMost { // by another connection, where a farewell ended the first
				t.Errorf("it was asked %d times", n)
			}
			if r := p.Resting(); len(r) != 1 || r[0].Stage != email.StageMail || r[0].Sender != "" {
				t.Errorf("resting %+v", r)
			}
		})
	}
}

func TestMailOfOneSenderIsKeptBackWhileTheOthersGoesOn(t *testing.T) {
	t.Parallel()
	var away atomic.Bool
	away.Store(true)
	s, up := relayServer(t, emailtest.Options{Script: turnsAway("550 5.7.1 No such sender", func(path string) bool {
		return away.Load() && strings.HasSuffix(path, "@brand.example.jp")
	})})
	p := newTestRelays(t, 2, up)
	tried := 0
	var kept *SenderError
	for i := 0; kept == nil && i < 20; i++ {
		if out, err := try(t, p, from("example.com", i)); err != nil ||
			out.Class != email.Accepted {
			t.Fatalf("another sender's: %v, %+v", err, out)
		}
		out, err := try(t, p, from("brand.example.jp", i))
		if tried++; !errors.As(err, &kept) && (err != nil || out.Class != email.Deferred) {
			t.Fatalf("%v, %+v", err, out)
		}
	}
	if kept == nil || tried != refusedMost+1 || kept.Domain != "brand.example.jp" || kept.Rest != time.Second {
		t.Fatalf("after %d: %+v", tried, kept)
	}
	if r := p.Resting(); len(r) != 1 || r[0].Sender != "brand.example.jp" || r[0].Code != 550 {
		t.Errorf("resting %+v", r)
	}
	away.Store(false)
	time.Sleep(time.Until(kept.Until))
	out, err := try(t, p, from("brand.example.jp", 0))
	if err != nil || out.Class != email.Accepted || len(p.Resting()) != 0 || s.Count() != tried+1 {
		t.Errorf("after its rest: %v, %+v, resting %+v", err, out, p.Resting())
	}
}

func TestAMessageThatIsNeverTakenDoesNotRestItsRelay(t *testing.T) {
	t.Parallel()
	_, up := relayServer(t, emailtest.Options{Script: turnsAway("550 5.1.8 Bad sender", func(path string) bool {
		return path == "bad@example.com"
	})})
	p := newTestRelays(t, 1, up)
	for i := range 3 * refusedMost {
		bad := email.Envelope{ReturnPath: "bad@example.com", Recipient: "a@example.jp"}
		if out, err := try(t, p, bad); err != nil || !out.Sender {
			t.Fatalf("%v, %+v", err, out)
		}
		if out, err := try(t, p, from("example.com", i)); err != nil ||
			out.Class != email.Accepted {
			t.Fatalf("%v, %+v", err, out)
		}
	}
	if r := p.Resting(); len(r) != 0 {
		t.Errorf("resting %+v", r)
	}
}
