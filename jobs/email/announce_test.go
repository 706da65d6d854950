package email

import (
	"errors"
	"testing"

	"oshirase/jobs/email/emailtest"
)

// announcing lets a connection know the message that comes next.
func announcing(c *Conn, next string) {
	c.Next = func() (Envelope, bool) { return Envelope{"bounce+1@example.com", next}, next != "" }
}

func TestTheNextEnvelopeGoesBehindTheDotOfTheMessageBefore(t *testing.T) {
	t.Parallel()
	var heard []emailtest.Stage
	s := serve(t, emailtest.Options{Script: func(e emailtest.Event) emailtest.Action {
		heard = append(heard, e.Stage)
		return emailtest.Action{}
	}})
	c := connTo(t, s)
	announcing(c, "b@example.jp")
	mustSend(t, c, "a@example.jp")
	if c.live.announced == nil {
		t.Error("nothing was announced")
	}
	announcing(c, "")
	mustSend(t, c, "b@example.jp")
	mustSend(t, c, "c@example.jp")
	if s.Count() != 3 || s.Connections() != 1 {
		t.Errorf("%d messages, %d connections", s.Count(), s.Connections())
	}
	for i, r := range s.Received() {
		if want := string("abc"[i]) + "@example.jp"; r.Recipients[0] != want {
			t.Errorf("message %d went to another", i)
		}
	}
}

func TestAConnectionLostBehindTheDotLeavesOnlyTheMessageAtItsDotUncertain(t *testing.T) {
	t.Parallel()
	for _, kept := range []bool{true, false} {
		s := serve(t, emailtest.Options{Script: func(e emailtest.Event) emailtest.Action {
			if e.Stage == emailtest.Dot && e.Conn == 1 {
				return emailtest.Action{Close: true, Discard: !kept}
			}
			return emailtest.Action{}
		}})
		c := connTo(t, s)
		announcing(c, "b@example.jp")
		if out := send(t, c, "a@example.jp"); out.Class != Uncertain || out.Stage != StageDot {
			t.Errorf("outcome %+v", out)
		}
		announcing(c, "")
		mustSend(t, c, "b@example.jp")
		if n := len(s.Received()); kept && n != 2 || !kept && n != 1 {
			t.Errorf("%d messages, the first kept: %v", n, kept)
		}
	}
}

func TestAnAnnouncedMessageThatIsRefusedLeavesTheConnectionInStep(t *testing.T) {
	t.Parallel()
	s := serve(t, emailtest.Options{Reply: func(recipient string, _ int) emailtest.Reply {
		if recipient == "b@example.jp" {
			return emailtest.Reply{Code: 550, Text: "5.1.1 unknown"}
		}
		return emailtest.Reply{}
	}})
	c := connTo(t, s)
	announcing(c, "b@example.jp")
	mustSend(t, c, "a@example.jp")
	announcing(c, "c@example.jp") // not asked for: there is no dot
	if out := send(t, c, "b@example.jp"); out.Class != Refused || out.Stage != StageRcpt || out.Code != 550 {
		t.Errorf("outcome %+v", out)
	}
	mustSend(t, c, "c@example.jp")
	if s.Count() != 2 || s.Connections() != 1 {
		t.Errorf("%d messages, %d connections", s.Count(), s.Connections())
	}
}

func TestAnAnnouncedMessageThatDoesNotComeLeavesNothingAtTheServer(t *testing.T) {
	t.Parallel()
	s := serve(t, emailtest.Options{})
	c := connTo(t, s)
	announcing(c, "b@example.jp")
	mustSend(t, c, "a@example.jp")
	announcing(c, "")
	mustSend(t, c, "c@example.jp") // another
	announcing(c, "b@example.jp")
	mustSend(t, c, "d@example.jp")
	c.BeforeDot = func() error { return errors.New("no heartbeat") }
	if out := send(t, c, "b@example.jp"); out.Class != Deferred {
		t.Errorf("outcome %+v", out)
	}
	c.BeforeDot = nil
	mustSend(t, c, "e@example.jp")
	announcing(c, "b@example.jp")
	mustSend(t, c, "f@example.jp")
	if err := c.Close(); err != nil || c.Live() {
		t.Errorf("close: %v", err)
	}
	for _, r := range s.Received() {
		if r.Recipients[0] == "b@example.jp" {
			t.Error("what was only announced is at the server")
		}
	}
	if s.Count() != 5 || s.Connections() != 4 {
		t.Errorf("%d messages, %d connections", s.Count(), s.Connections())
	}
}

func TestNothingIsAnnouncedToAServerWithoutPipeliningOrBeforeTheLastMessageOfAConnection(t *testing.T) {
	t.Parallel()
	asked := false
	next := func() (Envelope, bool) { asked = true; return Envelope{"bounce+1@example.com", "b@example.jp"}, true }
	slow := serve(t, emailtest.Options{NoPipelining: true})
	c := connTo(t, slow)
	c.Next = next
	mustSend(t, c, "a@example.jp")
	few := connTo(t, serve(t, emailtest.Options{}))
	few.relay.Messages = 1
	few.Next = next
	mustSend(t, few, "a@example.jp")
	if asked {
		t.Error("asked for the next message")
	}
}
