package e2e

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"oshirase/jobs/email/emailtest"
)

// points are the named ones between claim and settle.
var points = []string{"claimed", "rendered", "dot", "replied", "settled"}

// processFaults are those of the program's own processes and their clock.
func processFaults() []fault {
	rows := []fault{randomKills()}
	for _, point := range points {
		rows = append(rows, stopAt(point))
	}
	for _, point := range points {
		rows = append(rows, killAt(point))
	}
	for _, point := range points[:2] {
		rows = append(rows, panicAt(point))
	}
	for _, point := range points[2:] {
		rows = append(rows, panicBehind(point))
	}
	return append(rows,
		fault{name: "kill -9 of the feeder, another at work", most: tally{uncertain: connections},
			run: func(s *site, start starter) {
				feeder := start()
				s.underWay(20)
				s.startWorker()
				s.underWay(60)
				feeder.kill()
			}},
		fault{name: "kill -9, then a reboot", most: tally{uncertain: inFlight},
			run: func(s *site, start starter) {
				p := start()
				s.underWay(60)
				p.kill()
				s.startWorker("OSHIRASE_FAULT_BOOT_ID=another")
			}},
		fault{name: "SIGTERM under load",
			run: func(s *site, start starter) {
				for i := range 3 {
					p := start()
					s.underWay(60 * (i + 1))
					p.stops()
				}
				s.startWorker()
			}},
		twice(),
		clock("1h"), clock("-1h"),
		fault{name: "none", run: func(s *site, start starter) { start() }},
	)
}

// randomKills kills one worker after the other, each in the middle of its work.
func randomKills() fault {
	return fault{
		name: "kill -9 at random moments", scale: manyPeople, most: tally{uncertain: kills * connections},
		run: func(s *site, start starter) {
			for i := range kills {
				p := start()
				s.underWay(killEvery * (i + 1))
				time.Sleep(rand.N(100 * time.Millisecond))
				p.kill()
			}
			s.startWorker()
		},
	}
}

// killAt kills the first worker at a named point; a second one finishes.
func killAt(point string) fault {
	return fault{
		name: "kill -9 at " + point, most: tally{uncertain: connections},
		env: []string{"OSHIRASE_FAULT=" + point + ":kill:60"},
		run: func(s *site, start starter) {
			start().dies()
			s.startWorker()
		},
	}
}

// panicAt lets the program panic before a message is on its way: that one is blocked, the worker goes on, and
// the message goes when it is asked for again.
func panicAt(point string) fault {
	return fault{
		name: "panic at " + point, env: []string{"OSHIRASE_FAULT=" + point + ":panic:60"}, proof: panicked,
		run: func(s *site, start starter) {
			start()
			s.until("blocked", rowPatience, func(st status) bool { return st.Channels["email"]["blocked"] == 1 })
			s.until("done", rowPatience, done)
			s.do("retry", s.id, "--state=blocked", "--confirm="+s.id+":1")
		},
	}
}

// panicBehind lets it panic at a final dot or behind one: nobody knows of that message.
func panicBehind(point string) fault {
	return fault{
		name: "panic at " + point, most: tally{uncertain: 1}, env: []string{"OSHIRASE_FAULT=" + point + ":panic:60"},
		run: func(_ *site, start starter) { start() }, proof: panicked,
	}
}

func panicked(s *site) {
	log := s.log()
	if strings.Count(log, "internal error") != 1 || !strings.Contains(log, "oshirase/jobs.(*Crew).") {
		s.t.Errorf("no panic in the log:\n%s", log)
	}
	if strings.Contains(log, "@") {
		s.t.Errorf("an address in the log:\n%s", log)
	}
}

// stopAt freezes the first worker at a named point until its claims were given up.
func stopAt(point string) fault {
	return fault{
		name: "SIGSTOP at " + point, most: tally{uncertain: connections},
		env: []string{"OSHIRASE_FAULT=" + point + ":stop:60"},
		run: func(s *site, start starter) {
			frozen := start()
			frozen.freezes()
			s.startWorker()
			time.Sleep(frozenFor)
			frozen.signal(syscall.SIGCONT)
		},
	}
}

// twice asks a worker to stop and does not wait for it: what is at a dot then is uncertain.
func twice() fault {
	return fault{
		name: "SIGTERM twice under load", most: tally{uncertain: connections},
		mail: emailtest.Options{Script: func(e emailtest.Event) emailtest.Action {
			if e.Stage == emailtest.Dot {
				return emailtest.Action{Delay: 20 * time.Millisecond}
			}
			return emailtest.Action{}
		}},
		run: func(s *site, start starter) {
			p := start()
			s.underWay(60)
			for range 2 {
				p.signal(syscall.SIGTERM)
				time.Sleep(5 * time.Millisecond) // a signal that waits swallows another of its kind
			}
			p.ends()
			s.startWorker()
		},
	}
}

// clock steps the system's clock in the middle of a run.
func clock(by string) fault {
	return fault{
		name: "clock stepped by " + by, most: tally{uncertain: connections},
		run: func(s *site, start starter) {
			start()
			s.underWay(60)
			s.must(os.WriteFile(filepath.Join(s.dir, "clock"), []byte(by), 0o600))
		},
	}
}
