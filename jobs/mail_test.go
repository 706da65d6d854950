package jobs_test

import (
	"sync/atomic"
	"testing"

	"oshirase/jobs/email/emailtest"
	"oshirase/jobs/ledger"
)

func TestARelayThatTakesNoneOfOurMailRefusesNobody(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"550 5.7.1 sender not allowed", "421 4.7.0 later", "452 4.3.1 full"} {
		t.Run(line[:3], func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int64
			f := newOfficeOf(t, emailtest.Options{Script: func(e emailtest.Event) emailtest.Action {
				if e.Stage == emailtest.Mail && asked.Add(1) <= 4 {
					return emailtest.Action{Line: line, Close: line[:3] == "421"}
				}
				return emailtest.Action{}
			}}, sample{scale: 0.001, now: clock, changes: []string{"when: no-email", "when: on-failure"}})
			states := f.run(finished).Channels[ledger.Email]
			if states[ledger.Sent] == 0 || states[ledger.Sent] != f.mail.Count() || states[ledger.Refused] != 0 {
				t.Errorf("%d taken, states %v", f.mail.Count(), states)
			}
			if n := asked.Load() - int64(f.mail.Count()); n > 4 {
				t.Errorf("%d asked in vain", n)
			}
		})
	}
}
