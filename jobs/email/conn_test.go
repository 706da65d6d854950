package email

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"oshirase/jobs/email/emailtest"
	"oshirase/jobs/jobstest"
)

const recipient = "taro.yamada@example.jp"

var body = []byte("Message-ID: <1@example.jp>\r\nSubject: x\r\n\r\nfirst\r\nlast\r\n")

// soon is how long a silent server is waited for: long enough for one that is only busy.
const soon = time.Second

func serve(t testing.TB, o emailtest.Options) *emailtest.Server {
	t.Helper()
	s, err := emailtest.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func relayTo(t testing.TB, s *emailtest.Server) Relay {
	t.Helper()
	r, err := ParseRelay(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	if s.CA() != nil {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(s.CA())
		r.Config = &tls.Config{RootCAs: roots}
	}
	return r
}

func connTo(t testing.TB, s *emailtest.Server) *Conn {
	t.Helper()
	c := relayTo(t, s).Conn()
	t.Cleanup(func() { c.Close() })
	return c
}

func send(t testing.TB, c *Conn, to string) Outcome {
	t.Helper()
	return c.Send(t.Context(), Envelope{"bounce+1@example.com", to}, body)
}

func mustSend(t testing.TB, c *Conn, to string) {
	t.Helper()
	if out := send(t, c, to); out.Class != Accepted {
		t.Fatalf("not accepted: %+v", out)
	}
}

// once makes a script that acts at one stage of the first message of the first connection.
func once(stage emailtest.Stage, a emailtest.Action) func(emailtest.Event) emailtest.Action {
	return func(e emailtest.Event) emailtest.Action {
		if e.Conn == 1 && e.Message <= 1 && e.Stage == stage {
			return a
		}
		return emailtest.Action{}
	}
}

func TestRelayThatCannotBeReachedIsDown(t *testing.T) {
	addr, letGo, err := jobstest.Nobody()
	if err != nil {
		t.Fatal(err)
	}
	defer letGo()
	host, port, _ := net.SplitHostPort(addr)
	c := Relay{Host: host, Port: port, TLS: NoTLS}.Conn()
	out := send(t, c, recipient)
	if out.Class != Deferred || out.Stage != StageDial || !out.Down || out.Line == "" {
		t.Errorf("outcome %+v", out)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestMessageArrivesByteForByte(t *testing.T) {
	message := []byte("Message-ID: <1@example.jp>\r\n\r\n.\r\n..\r\n.x\r\n\r\nx.\r\n.\r\n")
	for _, noPipelining := range []bool{false, true} {
		s := serve(t, emailtest.Options{NoPipelining: noPipelining})
		c := connTo(t, s)
		e := Envelope{"bounce+1@example.com", `"foo..bar"@docomo.example.jp`}
		if out := c.Send(t.Context(), e, message); out.Class != Accepted {
			t.Fatalf("outcome %+v", out)
		}
		got := s.Received()[0]
		if string(got.Data) != string(message) {
			t.Errorf("arrived as %q", got.Data)
		}
		if got.ReturnPath != e.ReturnPath || !slices.Equal(got.Recipients, []string{e.Recipient}) {
			t.Errorf("envelope %q %q", got.ReturnPath, got.Recipients)
		}
		if got.MessageID != "1@example.jp" {
			t.Errorf("message id %q", got.MessageID)
		}
	}
}

func TestWhatCannotBeSentIsRefusedWithoutAConnection(t *testing.T) {
	s := serve(t, emailtest.Options{})
	c := connTo(t, s)
	good := Envelope{"b@example.com", recipient}
	for name, f := range map[string]struct {
		e       Envelope
		message string
		stage   Stage
	}{
		"bare line feed":        {good, "a\nb\r\n", StageBody},
		"bare carriage return":  {good, "a\rb\r\n", StageBody},
		"smuggled end":          {good, "a\n.\nMAIL FROM:<x>\r\n", StageBody},
		"last line open":        {good, "a\r\nb", StageBody},
		"nothing":               {good, "", StageBody},
		"raw form":              {Envelope{"b@example.com", "a..b@example.jp"}, "a\r\n", StageRcpt},
		"command in recipient":  {Envelope{"b@example.com", "a@b.jp>\r\nDATA"}, "a\r\n", StageRcpt},
		"command in the sender": {Envelope{"a@b.jp>\r\nDATA", recipient}, "a\r\n", StageMail},
		"no return path":        {Envelope{"", recipient}, "a\r\n", StageMail},
	} {
		out := c.Send(t.Context(), f.e, []byte(f.message))
		if out.Class != Refused || out.Stage != f.stage || out.Code != 0 {
			t.Errorf("%s: %+v", name, out)
		}
	}
	if s.Connections() != 0 {
		t.Error("a connection was made")
	}
}

func TestOneConnectionTakesManyMessages(t *testing.T) {
	var commands sync.Map
	s := serve(t, emailtest.Options{Script: func(e emailtest.Event) emailtest.Action {
		commands.Store(e.Stage, true)
		return emailtest.Action{}
	}})
	c := connTo(t, s)
	for i := range 100 {
		mustSend(t, c, fmt.Sprintf("a%d@example.jp", i))
	}
	if s.Connections() != 1 || s.Count() != 100 {
		t.Errorf("%d connections, %d messages", s.Connections(), s.Count())
	}
	if _, ok := commands.Load(emailtest.Reset); ok {
		t.Error("RSET between messages")
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if _, ok := commands.Load(emailtest.Quit); !ok {
		t.Error("no QUIT at the end")
	}
}

func TestConnectionGoesOnAfterRefusals(t *testing.T) {
	for _, noPipelining := range []bool{false, true} {
		s := serve(t, emailtest.Options{
			NoPipelining: noPipelining,
			Reply: func(rcpt string, n int) emailtest.Reply {
				switch {
				case strings.HasPrefix(rcpt, "gone"):
					return emailtest.Reply{Code: 550, Text: "5.1.1 unknown"}
				case strings.HasPrefix(rcpt, "later") && n == 1:
					return emailtest.Reply{At: emailtest.Dot, Code: 451, Text: "4.3.0 later"}
				}
				return emailtest.Reply{}
			},
		})
		c := connTo(t, s)
		for range 3 {
			out := send(t, c, "gone@example.jp")
			if out.Class != Refused || out.Enhanced != "5.1.1" {
				t.Errorf("outcome %+v", out)
			}
			mustSend(t, c, "a@example.jp")
		}
		if out := send(t, c, "later@example.jp"); out.Class != Deferred || out.Enhanced != "4.3.0" {
			t.Errorf("outcome %+v", out)
		}
		mustSend(t, c, "later@example.jp")
		if s.Connections() != 1 || s.Count() != 4 {
			t.Errorf("%d connections, %d messages", s.Connections(), s.Count())
		}
	}
}

// Some servers begin DATA though they took no recipient (RFC 2920 3.1). A dot, or a QUIT, might
// make them send an empty message to somebody.
func TestDataBegunWithoutARecipientIsNeverCompleted(t *testing.T) {
	s := serve(t, emailtest.Options{Script: once(emailtest.Rcpt, emailtest.Action{
		Line: "550 5.1.1 no", Begin: true,
	})})
	c := connTo(t, s)
	if out := send(t, c, recipient); out.Class != Refused || out.Stage != StageRcpt {
		t.Errorf("outcome %+v", out)
	}
	mustSend(t, c, "next@example.jp")
	if s.Count() != 1 || s.Connections() != 2 {
		t.Errorf("%d messages, %d connections", s.Count(), s.Connections())
	}
}

func TestKeptConnectionThatTheServerClosedIsDialledAgainUnnoticed(t *testing.T) {
	for _, farewell := range []emailtest.Action{
		bye("250 2.0.0 ok"),
		{Line: "250 2.0.0 ok", Unasked: "421 4.4.2 idle too long", Close: true},
	} {
		s := serve(t, emailtest.Options{Script: once(emailtest.Dot, farewell)})
		c := connTo(t, s)
		mustSend(t, c, "a@example.jp")
		mustSend(t, c, "b@example.jp")
		if s.Connections() != 2 || s.Count() != 2 {
			t.Errorf("%d connections, %d messages", s.Connections(), s.Count())
		}
	}
	s := serve(t, emailtest.Options{Script: func(e emailtest.Event) emailtest.Action {
		if e.Stage == emailtest.Mail && e.Message == 3 {
			return bye("421 4.7.0 two messages are enough")
		}
		return emailtest.Action{}
	}})
	c := connTo(t, s)
	for range 6 {
		mustSend(t, c, "a@example.jp")
	}
	if s.Connections() != 3 {
		t.Errorf("%d connections", s.Connections())
	}
}

func TestHookBeforeTheDotCanStillStopTheMessage(t *testing.T) {
	s := serve(t, emailtest.Options{})
	c := connTo(t, s)
	called := 0
	c.BeforeDot = func() error { called++; return nil }
	mustSend(t, c, "a@example.jp")
	c.BeforeDot = func() error { called++; return errors.New("no heartbeat") }
	out := send(t, c, "b@example.jp")
	if out.Class != Deferred || out.Stage != StageBody || called != 2 {
		t.Errorf("outcome %+v, called %d times", out, called)
	}
	c.BeforeDot = nil
	mustSend(t, c, "c@example.jp")
	if s.Count() != 2 || s.Connections() != 2 {
		t.Errorf("%d messages, %d connections", s.Count(), s.Connections())
	}
}

func TestCancelBeforeTheDotIsDeferredAndAfterItUncertain(t *testing.T) {
	for _, f := range []struct {
		at    emailtest.Stage
		class Class
		stage Stage
	}{
		{emailtest.EHLO, Deferred, StageEHLO},
		{emailtest.Rcpt, Deferred, StageRcpt},
		{emailtest.Dot, Uncertain, StageDot},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		s := serve(t, emailtest.Options{
			NoPipelining: true,
			Script: func(e emailtest.Event) emailtest.Action {
				if e.Stage != f.at {
					return emailtest.Action{}
				}
				cancel()
				return emailtest.Action{Delay: time.Minute}
			},
		})
		out := connTo(t, s).Send(ctx, Envelope{"b@example.com", recipient}, body)
		if out.Class != f.class || out.Stage != f.stage || out.Down {
			t.Errorf("%s: outcome %+v", f.at, out)
		}
	}
}

func TestEndedContextLeavesTheConnectionAlone(t *testing.T) {
	s := serve(t, emailtest.Options{})
	c := connTo(t, s)
	mustSend(t, c, recipient)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out := c.Send(ctx, Envelope{"b@example.com", recipient}, body)
	if out.Class != Deferred || out.Down {
		t.Errorf("outcome %+v", out)
	}
	mustSend(t, c, recipient)
	if s.Connections() != 1 || s.Count() != 2 {
		t.Errorf("%d connections, %d messages", s.Connections(), s.Count())
	}
}

func TestCloseDoesNotWaitForAServerThatNeverAnswersQUIT(t *testing.T) {
	s := serve(t, emailtest.Options{Script: once(emailtest.Quit, cutNow)})
	c := connTo(t, s)
	mustSend(t, c, recipient)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	mustSend(t, c, recipient)
}

func TestManyConnectionsDeliverEachMessageOnce(t *testing.T) {
	const conns, each = 10, 500
	s := serve(t, emailtest.Options{Forget: true, Script: func(e emailtest.Event) emailtest.Action {
		if e.Stage == emailtest.Mail && e.Message == 200 {
			return bye("421 enough")
		}
		return emailtest.Action{}
	}})
	relay := relayTo(t, s)
	var work sync.WaitGroup
	for i := range conns {
		work.Go(func() {
			c := relay.Conn()
			defer c.Close()
			for j := range each {
				id := fmt.Sprintf("%d.%d", i, j)
				e := Envelope{"bounce+" + id + "@example.com", "to" + id + "@example.jp"}
				message := "Message-ID: <" + id + "@example.jp>\r\n\r\nx\r\n"
				if out := c.Send(context.Background(), e, []byte(message)); out.Class != Accepted {
					t.Errorf("outcome %+v", out)
				}
			}
		})
	}
	work.Wait()
	seen := map[string]bool{}
	for _, m := range s.Received() {
		_, id, _ := strings.Cut(strings.TrimSuffix(m.Recipients[0], "@example.jp"), "to")
		if seen[id] || m.MessageID != id+"@example.jp" || m.Data != nil {
			t.Fatalf("message %+v", m)
		}
		seen[id] = true
	}
	if len(seen) != conns*each {
		t.Errorf("%d messages", len(seen))
	}
}

func BenchmarkSend(b *testing.B) {
	for _, noPipelining := range []bool{false, true} {
		b.Run(fmt.Sprintf("pipelining=%v", !noPipelining), func(b *testing.B) {
			s := serve(b, emailtest.Options{Forget: true, NoPipelining: noPipelining})
			relay := relayTo(b, s)
			b.ReportAllocs()
			b.SetParallelism(10)
			b.RunParallel(func(pb *testing.PB) {
				c := relay.Conn()
				defer c.Close()
				for pb.Next() {
					if out := send(b, c, recipient); out.Class != Accepted {
						b.Errorf("outcome %+v", out)
					}
				}
			})
		})
	}
}
