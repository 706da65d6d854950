package email

import (
	"sync/atomic"
	"testing"
	"time"

	"oshirase/jobs/email/emailtest"
)

func TestConnectionIsRenewedAfterSoManyMessagesAndAfterAnIdleTime(t *testing.T) {
	for name, change := range map[string]func(*Relay){
		"messages": func(r *Relay) { r.Messages = 2 },
		"idle":     func(r *Relay) { r.Idle = time.Nanosecond },
	} {
		var quits atomic.Int64
		s := serve(t, emailtest.Options{Script: func(e emailtest.Event) emailtest.Action {
			if e.Stage == emailtest.Quit {
				quits.Add(1)
			}
			return emailtest.Action{}
		}})
		r := relayTo(t, s)
		change(&r)
		c := r.Conn()
		for range 5 {
			mustSend(t, c, recipient)
		}
		want := map[string]int{"messages": 3, "idle": 5}[name]
		if n := s.Connections(); n != want || int(quits.Load()) != want-1 {
			t.Errorf("%s: %d connections, %d QUITs, want %d", name, n, quits.Load(), want)
		}
		c.Close()
	}
}

func TestOpenSendsNothingAndTheConnectionIsUsedThen(t *testing.T) {
	s := serve(t, emailtest.Options{User: "u", Password: "p"})
	c := connTo(t, s)
	if out, ok := c.Open(t.Context()); !ok || s.Count() != 0 {
		t.Fatalf("%+v", out)
	}
	mustSend(t, c, recipient)
	if s.Connections() != 1 {
		t.Errorf("%d connections", s.Connections())
	}
	refusing := connTo(t, serve(t, emailtest.Options{Script: once(emailtest.Greeting, bye("554 5.3.2 no"))}))
	if out, ok := refusing.Open(t.Context()); ok || !out.Down || out.Code != 554 || out.Stage != StageGreeting {
		t.Errorf("refused: %v %+v", ok, out)
	}
}
