package e2e

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"oshirase/jobs/email/emailtest"
)

// replyFaults are those of one conversation with a relay that otherwise works.
func replyFaults() []fault {
	rows := []fault{
		// Nobody waits for a greeting on the other connections, so it is the first.
		scripted("no greeting", func(e emailtest.Event) emailtest.Action {
			if e.Stage == emailtest.Greeting && e.Conn == 1 {
				return never
			}
			return emailtest.Action{}
		}).within(deadlines),
		silentAt(emailtest.Dot, silences), // taken all the same
		silentAt(emailtest.Rcpt, 0),
		scripted("reply to the dot after "+slowDot.String(), func(e emailtest.Event) emailtest.Action {
			if e.Stage == emailtest.Dot && e.Message == 7 {
				return emailtest.Action{Delay: slowDot}
			}
			return emailtest.Action{}
		}),
		quitUnanswered(),
		resentAfterKill(), resentAfterLoss(),
		scripted("replies in pieces", func(e emailtest.Event) emailtest.Action {
			return emailtest.Action{Split: e.Message%3 == 0}
		}),
		lostAt("connection lost before DATA", emailtest.Data, 0),
		// What we have written of the dot may be in a buffer when the connection dies: honest doubt.
		lostAt("connection lost in the body", emailtest.Body, 10),
		lostAt("connection lost after the dot", emailtest.Dot, 10),
		atTimes(10, "421 between messages", emailtest.Mail,
			emailtest.Action{Line: "421 4.3.2 going down", Close: true}),
	}
	for _, stage := range []emailtest.Stage{emailtest.Mail, emailtest.Rcpt, emailtest.Data, emailtest.Dot} {
		rows = append(rows, answeredAt(stage, "451 4.3.0 not now"), answeredAt(stage, "554 5.6.0 no"))
	}
	return rows
}

// never is no answer while the server is up.
var never = emailtest.Action{Delay: 1000 * time.Hour}

// scripted lets the mail server behave by a script, which must have its say at least once.
func scripted(name string, script func(emailtest.Event) emailtest.Action) fault {
	var said atomic.Int32
	return fault{
		name: name,
		mail: emailtest.Options{Script: func(e emailtest.Event) emailtest.Action {
			a := script(e)
			if a != (emailtest.Action{}) {
				said.Add(1)
			}
			return a
		}},
		run: func(s *site, start starter) { start() },
		proof: func(s *site) {
			if said.Load() == 0 {
				s.t.Error("the mail server never did anything out of the ordinary")
			}
		},
	}
}

// atTimes lets something happen at a stage: every twentieth time, but no more often than most.
func atTimes(most int, name string, stage emailtest.Stage, action emailtest.Action) fault {
	var n atomic.Int32
	return scripted(name, func(e emailtest.Event) emailtest.Action {
		if e.Stage != stage {
			return emailtest.Action{}
		}
		if k := int(n.Add(1)); k%20 == 0 && k <= 20*most {
			return action
		}
		return emailtest.Action{}
	})
}

// within gives the program settings.
func (f fault) within(settings string) fault {
	f.settings = settings
	return f
}

func lostAt(name string, stage emailtest.Stage, uncertain int) fault {
	f := atTimes(10, name, stage, emailtest.Action{Close: true, After: 100})
	f.most.uncertain = uncertain
	return f
}

func silentAt(stage emailtest.Stage, uncertain int) fault {
	f := atTimes(silences, fmt.Sprintf("no reply at %s", strings.ToUpper(string(stage))), stage, never)
	f.settings, f.most.uncertain = deadlines, uncertain
	return f
}

// answeredAt has some refused or deferred. Who is refused is told so by the ledger, and is not lost. At MAIL
// nobody is: the reply is about who sends.
func answeredAt(stage emailtest.Stage, line string) fault {
	const times = 10
	f := atTimes(times, fmt.Sprintf("%s at %s", line[:3], strings.ToUpper(string(stage))), stage,
		emailtest.Action{Line: line})
	if line[0] == '5' && stage != emailtest.Mail {
		f.most.refused = times
	}
	return f
}

// quitUnanswered stops a worker whose farewell nobody answers.
func quitUnanswered() fault {
	f := scripted("QUIT never answered", func(e emailtest.Event) emailtest.Action {
		if e.Stage == emailtest.Quit {
			return never
		}
		return emailtest.Action{}
	})
	f.run = func(s *site, start starter) {
		p := start()
		s.until("done", rowPatience, done) // in the middle of a run there may be nobody to say farewell to
		p.stops()
	}
	return f
}

// resend is a campaign that prefers a double to a doubt.
const resend = "    uncertain: resend\n"

func resentAfterKill() fault {
	f := killAt("dot")
	f.name, f.email, f.most = "uncertain: resend, kill -9 at dot", resend, tally{resent: connections}
	return f
}

func resentAfterLoss() fault {
	f := lostAt("uncertain: resend, connection lost after the dot", emailtest.Dot, 0)
	f.email, f.most = resend, tally{resent: 10}
	return f
}
