package relay

import (
	"fmt"
	"sync/atomic"
	"testing"

	"oshirase/jobs/email"
	"oshirase/jobs/email/emailtest"
)

func TestARelayThatLosesEachMessageAtItsEndRests(t *testing.T) {
	t.Parallel()
	var whole atomic.Bool
	s, r := relayServer(t, emailtest.Options{Script: func(e emailtest.Event) emailtest.Action {
		return emailtest.Action{Close: !whole.Load() && e.Stage == emailtest.Dot}
	}})
	p := newTestRelays(t, 1, r)
	send := func(i int) email.Class {
		if err := p.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		to := email.Envelope{ReturnPath: "b@example.com", Recipient: fmt.Sprintf("p%d@example.jp", i)}
		out, err := p.Send(t.Context(), to, notice, Guard{Still: open})
		if err != nil {
			t.Fatal(err)
		}
		return out.Class
	}
	for i := range doubtsMost {
		if n := len(p.Resting()); n != 0 {
			t.Fatalf("it rests after %d", i)
		}
		if c := send(i); c != email.Uncertain {
			t.Fatalf("the outcome is %v", c)
		}
	}
	if rest := p.Resting(); len(rest) != 1 || rest[0].Stage != email.StageDot {
		t.Fatalf("resting %+v", rest)
	}
	whole.Store(true)
	if c := send(9); c != email.Accepted || len(p.Resting()) != 0 || p.all[0].doubts != 0 {
		t.Errorf("the outcome is %v, resting %+v", c, p.Resting())
	}
	if s.Count() == 0 {
		t.Error("nothing arrived")
	}
}
