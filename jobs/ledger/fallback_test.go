package ledger_test

import (
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

func TestALetterTakesTheFailedEmailsPlaceUntilTheEmailIsSent(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		gone := ledger.Attempt{Code: 550, Letter: true}
		must(t, f.Refused(ctx, claim(t, f, feed(t, f)[0]), gone))
		if s := states(t, f); s[ledger.Refused] != 1 || s[ledger.Ready] != 1 {
			t.Fatalf("states %v", s)
		}
		refused := ledger.Failed{Campaign: "test", States: []ledger.State{ledger.Refused}}
		retry := func() []ledger.Task {
			if n, err := f.Retry(ctx, refused, ledgertest.By); n != 1 || err != nil {
				t.Fatalf("retried %d, %v", n, err)
			}
			var email []ledger.Task
			for _, k := range feed(t, f) {
				if k.Channel == ledger.Email {
					email = append(email, k)
				}
			}
			return email
		}
		must(t, f.Refused(ctx, claim(t, f, retry()[0]), gone)) // a second failure: no second letter
		if s := states(t, f); s[ledger.Queued] != 1 || s[ledger.Refused] != 1 {
			t.Fatalf("states %v", s)
		}
		must(t, f.Sent(ctx, claim(t, f, retry()[0]), ledger.Attempt{Code: 250}))
		if s := states(t, f); s[ledger.Cancelled] != 1 || s[ledger.Sent] != 1 {
			t.Errorf("states %v", s)
		}
	})
}

func TestNoLetterIsMadeWhereAnEmailThatWasThoughtLostIsSentAgain(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		c := claim(t, f, feed(t, f)[0])
		if n, err := f.LoseWorkers(ctx, -time.Hour); n != 1 || err != nil {
			t.Fatalf("%d lost, %v", n, err)
		}
		must(t, f.Expired(ctx, c, ledger.Attempt{Code: 451, Letter: true}))
		if s := states(t, f); s[ledger.Ready] != 1 || len(s) != 1 {
			t.Errorf("states %v", s)
		}
	})
}
