package e2e

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"oshirase/jobs/email/emailtest"
)

// relayFaults are those of a relay that lets nobody in until it is mended.
func relayFaults() []fault {
	return []fault{
		refusedConnection(),
		broken("greeting 554", emailtest.Options{}, emailtest.Greeting,
			emailtest.Action{Line: "554 5.3.2 go away", Close: true}),
		broken("STARTTLS missing", emailtest.Options{STARTTLS: true}, emailtest.EHLO,
			emailtest.Action{Line: "250-emailtest\r\n250 8BITMIME"}),
		badCertificate(),
		refusedLogin(),
		oneOfTwoRefuses(),
		broken("tarpit", emailtest.Options{}, "", emailtest.Action{Split: true, Drip: drip}),
	}
}

// ailing is a time from the first question on.
func ailing() func() bool {
	began := sync.OnceValue(time.Now)
	return func() bool { return time.Since(began()) < brokenFor }
}

// broken is a relay that does something else at a stage, or at all of them, until it is mended.
func broken(name string, o emailtest.Options, stage emailtest.Stage, action emailtest.Action) fault {
	ill := ailing()
	f := scripted(name, func(e emailtest.Event) emailtest.Action {
		if (stage == "" || e.Stage == stage) && ill() {
			return action
		}
		return emailtest.Action{}
	})
	o.Script = f.mail.Script
	f.mail = o
	return f
}

// refusedConnection has nobody listen at the relay's port, at first and once more in the middle.
func refusedConnection() fault {
	return fault{
		name: "connection refused", most: tally{uncertain: connections},
		run: func(s *site, start starter) {
			c := s.wire(s.mail.Addr())
			c.cut()
			start("OSHIRASE_SMTP=" + c.through(s.smtp))
			time.Sleep(brokenFor)
			c.mend()
			s.underWay(60)
			c.cut()
			time.Sleep(brokenFor)
			c.mend()
		},
	}
}

func badCertificate() fault {
	var shown atomic.Int32
	ill := ailing()
	return fault{
		name: "certificate that nobody vouches for",
		mail: emailtest.Options{STARTTLS: true, Strange: func() bool {
			if !ill() {
				return false
			}
			shown.Add(1)
			return true
		}},
		run: func(s *site, start starter) { start() },
		proof: func(s *site) {
			if shown.Load() == 0 {
				s.t.Error("the certificate was not shown")
			}
		},
	}
}

// account is what a relay wants to know.
func account() emailtest.Options {
	return emailtest.Options{User: "oshirase", Password: "correct horse"}
}

// refusedLogin has a relay that lets nobody log in and is not asked again and again.
func refusedLogin() fault {
	var refused atomic.Int32
	ill := ailing()
	o := account()
	o.Script = func(e emailtest.Event) emailtest.Action {
		if e.Stage == emailtest.AUTH && ill() {
			refused.Add(1)
			return emailtest.Action{Line: "535 5.7.8 no"}
		}
		return emailtest.Action{}
	}
	return fault{
		name: "AUTH refused", mail: o,
		run:   func(s *site, start starter) { start() },
		proof: func(s *site) { s.fewLogins(int(refused.Load()), brokenFor) },
	}
}

// fewLogins checks that a relay was rested longer each time: a second, two, four.
func (s *site) fewLogins(n int, during time.Duration) {
	s.t.Helper()
	most := 1
	for rest := time.Second; during > 0; during, rest = during-rest, 2*rest {
		most++
	}
	if n == 0 || n > most {
		s.t.Errorf("%d logins were refused, want 1 to %d", n, most)
	}
}

// oneOfTwoRefuses has a second relay that never lets anybody log in: the other takes all.
func oneOfTwoRefuses() fault {
	var refusing *emailtest.Server
	var began time.Time
	return fault{
		name: "AUTH refused by one of two relays",
		run: func(s *site, start starter) {
			o := account()
			o.Script = func(e emailtest.Event) emailtest.Action {
				if e.Stage == emailtest.AUTH {
					return emailtest.Action{Line: "535 5.7.8 no"}
				}
				return emailtest.Action{}
			}
			var err error
			refusing, err = emailtest.NewServer(o)
			s.must(err)
			s.t.Cleanup(func() { refusing.Close() })
			began = time.Now()
			start("OSHIRASE_SMTP=" + strings.Join([]string{refusing.URL(), s.smtp}, " "))
		},
		proof: func(s *site) { s.fewLogins(refusing.Connections(), time.Since(began)) },
	}
}
