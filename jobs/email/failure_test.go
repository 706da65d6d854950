package email

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/email/emailtest"
)

var cutNow = emailtest.Action{Close: true}

func say(line string) emailtest.Action { return emailtest.Action{Line: line} }
func bye(line string) emailtest.Action { return emailtest.Action{Line: line, Close: true} }

func raw(bytes string) emailtest.Action { return emailtest.Action{Line: bytes, Raw: true} }

func andThen(line string) emailtest.Action { return emailtest.Action{Unasked: line} }

// endless is more of one reply than anybody should read.
func endless(code int) string { return strings.Repeat(fmt.Sprintf("%d-x\r\n", code), 60_000) }

// failures is every stage at which a server can fail, with every way in which it can.
var failures = []struct {
	name  string
	at    emailtest.Stage
	does  emailtest.Action
	class Class
	stage Stage
	code  int
	down  bool
	kept  int // messages of the first attempt that the server keeps
	conns int // after a second message has been sent
}{
	{
		"greeting 554", emailtest.Greeting, say("554 no"),
		Deferred, StageGreeting, 554, true, 0, 2,
	},
	{
		"greeting 421", emailtest.Greeting, bye("421 busy"),
		Deferred, StageGreeting, 421, true, 0, 2,
	},
	{
		"greeting never ends", emailtest.Greeting, say(endless(220)),
		Deferred, StageGreeting, 0, true, 0, 2,
	},
	{
		"greeting without a line end", emailtest.Greeting, raw(strings.Repeat("2", 600_000)),
		Deferred, StageGreeting, 0, true, 0, 2,
	},
	{"cut at greeting", emailtest.Greeting, cutNow, Deferred, StageGreeting, 0, true, 0, 2},
	{
		"EHLO and HELO refused", emailtest.EHLO, say("550 no"),
		Deferred, StageEHLO, 550, true, 0, 2,
	},
	{"cut at EHLO", emailtest.EHLO, cutNow, Deferred, StageEHLO, 0, true, 0, 2},

	{
		"MAIL 4xx", emailtest.Mail, say("451 4.3.0 later"),
		Deferred, StageMail, 451, false, 0, 1,
	},
	{"MAIL 5xx", emailtest.Mail, say("550 5.7.1 no"), Deferred, StageMail, 550, false, 0, 1},
	{"MAIL 552", emailtest.Mail, say("552 too big"), Refused, StageMail, 552, false, 0, 1},
	{"MAIL too big", emailtest.Mail, say("554 5.3.4 too big"), Refused, StageMail, 554, false, 0, 1},
	{
		"MAIL 421", emailtest.Mail, bye("421 4.3.2 closing"),
		Deferred, StageMail, 421, false, 0, 2,
	},
	{
		"MAIL answered with 354", emailtest.Mail, say("354 what"),
		Deferred, StageMail, 354, false, 0, 2,
	},
	{
		"MAIL answered with noise", emailtest.Mail, say("\x00\xff"),
		Deferred, StageMail, 0, false, 0, 2,
	},
	{"cut at MAIL", emailtest.Mail, cutNow, Deferred, StageMail, 0, false, 0, 2},

	{
		"RCPT 4xx", emailtest.Rcpt, say("450 4.2.1 later"),
		Deferred, StageRcpt, 450, false, 0, 1,
	},
	{
		"RCPT 5xx", emailtest.Rcpt, say("550 5.1.1 <" + recipient + "> unknown"),
		Refused, StageRcpt, 550, false, 0, 1,
	},
	{
		"RCPT 5xx in lines", emailtest.Rcpt, say("550-5.1.1 no\r\n550 5.1.1 such user"),
		Refused, StageRcpt, 550, false, 0, 1,
	},
	{
		"RCPT 5xx and cut", emailtest.Rcpt, bye("550 5.1.1 unknown"),
		Refused, StageRcpt, 550, false, 0, 2,
	},
	{
		"RCPT 251", emailtest.Rcpt, say("251 will forward"),
		Accepted, StageDot, 250, false, 1, 1,
	},
	{"RCPT 421", emailtest.Rcpt, bye("421 closing"), Deferred, StageRcpt, 421, false, 0, 2},
	{
		"RCPT answered in two codes", emailtest.Rcpt, say("250-a\r\n550 b"),
		Deferred, StageRcpt, 0, false, 0, 2,
	},
	{"cut at RCPT", emailtest.Rcpt, cutNow, Deferred, StageRcpt, 0, false, 0, 2},

	{"DATA 4xx", emailtest.Data, say("451 later"), Deferred, StageData, 451, false, 0, 1},
	{"DATA 5xx", emailtest.Data, say("554 no"), Refused, StageData, 554, false, 0, 1},
	{"DATA 421", emailtest.Data, bye("421 closing"), Deferred, StageData, 421, false, 0, 2},
	{
		"DATA answered with 250", emailtest.Data, say("250 ok"),
		Deferred, StageData, 250, false, 0, 2,
	},
	{
		"a reply too many", emailtest.Data, andThen("250 ok"),
		Deferred, StageData, 0, false, 0, 2,
	},
	{"cut at DATA", emailtest.Data, cutNow, Deferred, StageData, 0, false, 0, 2},

	{"dot 4xx", emailtest.Dot, say("451 4.3.0 later"), Deferred, StageDot, 451, false, 0, 1},
	{"dot 421", emailtest.Dot, bye("421 closing"), Deferred, StageDot, 421, false, 0, 2},
	{"dot 5xx", emailtest.Dot, say("554 5.7.1 no"), Refused, StageDot, 554, false, 0, 1},
	{"dot 552", emailtest.Dot, say("552 5.3.4 too big"), Refused, StageDot, 552, false, 0, 1},
	{
		"dot answered with 354", emailtest.Dot, say("354 more"),
		Uncertain, StageDot, 354, false, 1, 2,
	},
	{
		"dot answered with noise", emailtest.Dot, say("2xx ok"),
		Uncertain, StageDot, 0, false, 1, 2,
	},
	{
		"dot answered endlessly", emailtest.Dot, say(endless(250)),
		Uncertain, StageDot, 0, false, 1, 2,
	},
	{
		"dot answered by half", emailtest.Dot,
		emailtest.Action{Line: "250 o", Raw: true, Close: true},
		Uncertain, StageDot, 0, false, 1, 2,
	},
	{"cut after the dot", emailtest.Dot, cutNow, Uncertain, StageDot, 0, false, 1, 2},
	{
		"cut after the dot, not kept", emailtest.Dot, emailtest.Action{Close: true, Discard: true},
		Uncertain, StageDot, 0, false, 0, 2,
	},
	{
		"dot answered in pieces", emailtest.Dot,
		emailtest.Action{Line: "250-2.0.0 a\r\n250 2.0.0 b", Split: true},
		Accepted, StageDot, 250, false, 1, 1,
	},
	{
		"two replies to the dot", emailtest.Dot, andThen("250 ok"),
		Accepted, StageDot, 250, false, 1, 2,
	},
	{
		"cut after accepting", emailtest.Dot, bye("250 2.0.0 ok"),
		Accepted, StageDot, 250, false, 1, 2,
	},
}

func TestEveryFailureHasItsClassAndStage(t *testing.T) {
	for _, f := range failures {
		for _, noPipelining := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/pipelining=%v", f.name, !noPipelining), func(t *testing.T) {
				t.Parallel()
				s := serve(t, emailtest.Options{
					Script: once(f.at, f.does), NoPipelining: noPipelining,
				})
				c := connTo(t, s)
				out := send(t, c, recipient)
				if out.Class != f.class || out.Stage != f.stage {
					t.Errorf("outcome %+v", out)
				}
				if out.Code != f.code || out.Down != f.down {
					t.Errorf("outcome %+v", out)
				}
				if out.Relay != s.Addr() || out.Line == "" || strings.Contains(out.Line, "@") {
					t.Errorf("relay %q, line %q", out.Relay, out.Line)
				}
				if s.Count() != f.kept {
					t.Errorf("server keeps %d messages", s.Count())
				}
				mustSend(t, c, "next@example.jp")
				if got := s.Received(); len(got) != f.kept+1 {
					t.Errorf("server has %d messages", len(got))
				} else if to := got[f.kept].Recipients[0]; to != "next@example.jp" {
					t.Errorf("the last is to %q", to)
				}
				if s.Connections() != f.conns {
					t.Errorf("%d connections", s.Connections())
				}
			})
		}
	}
}

func TestSilentServerIsGivenUpAtEachStage(t *testing.T) {
	for _, f := range []struct {
		at    emailtest.Stage
		class Class
		stage Stage
		down  bool
	}{
		{emailtest.Greeting, Deferred, StageGreeting, true},
		{emailtest.EHLO, Deferred, StageEHLO, true},
		{emailtest.Mail, Deferred, StageMail, false},
		{emailtest.Rcpt, Deferred, StageRcpt, false},
		{emailtest.Data, Deferred, StageData, false},
		{emailtest.Dot, Uncertain, StageDot, false},
	} {
		t.Run(string(f.at), func(t *testing.T) {
			t.Parallel()
			s := serve(t, emailtest.Options{
				Script: once(f.at, emailtest.Action{Delay: time.Minute, Close: true}),
			})
			r := relayTo(t, s)
			r.Deadlines = Deadlines{Greeting: soon, Command: soon, Dot: soon}
			c := r.Conn()
			defer c.Close()
			out := send(t, c, recipient)
			if out.Class != f.class || out.Stage != f.stage || out.Down != f.down ||
				out.Line != "timeout" {
				t.Errorf("outcome %+v", out)
			}
		})
	}
}

func TestConnectionLostInsideTheBodyIsDeferred(t *testing.T) {
	long := slices.Concat(body, []byte(strings.Repeat(strings.Repeat("x", 70)+"\r\n", 200_000)))
	for _, f := range []struct {
		name  string
		does  emailtest.Action
		class Class
	}{
		{"at its start", emailtest.Action{Close: true}, Deferred},
		{"in its middle", emailtest.Action{Close: true, After: 100_000}, Deferred},
	} {
		s := serve(t, emailtest.Options{Script: once(emailtest.Body, f.does)})
		c := connTo(t, s)
		out := c.Send(t.Context(), Envelope{"b@example.com", recipient}, long)
		if out.Class != f.class || out.Stage != StageBody {
			t.Errorf("%s: outcome %+v", f.name, out)
		}
		if s.Count() != 0 {
			t.Errorf("%s: a truncated message was kept", f.name)
		}
		out = c.Send(t.Context(), Envelope{"b@example.com", recipient}, long)
		if out.Class != Accepted {
			t.Errorf("%s: second attempt %+v", f.name, out)
		}
	}
}
