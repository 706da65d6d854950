package ledger_test

import (
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// claimed takes everything of the open batches.
func claimed(t *testing.T, f *ledgertest.Fixture) (claims []*ledger.Claim) {
	t.Helper()
	for _, k := range feed(t, f) {
		claims = append(claims, claim(t, f, k))
	}
	return claims
}

// A worker that ends, or dies, gives back what it held; what it held of a batch that was cancelled meanwhile must
// not wait there for ever.
func TestWhatComesBackToACancelledBatchEndsCancelled(t *testing.T) {
	t.Parallel()
	for what, back := range map[string]func(*ledgertest.Fixture, *ledger.Claim) error{
		"not sent": func(f *ledgertest.Fixture, c *ledger.Claim) error { return f.Unsent(ctx, c) },
		"deferred": func(f *ledgertest.Fixture, c *ledger.Claim) error {
			return f.Deferred(ctx, c, ledger.Attempt{Code: 450}, f.Clock.T.Add(time.Hour))
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
				f.Import(t, ledgertest.Batch{Name: "a", People: 2}, ledgertest.Batch{Name: "b", People: 1})
				must(t, f.Release(ctx, "test", "", ledgertest.By))
				claims := claimed(t, f)
				if n, err := f.Cancel(ctx, "test", "a", ledgertest.By); n != 0 || err != nil {
					t.Fatalf("%d cancelled at the relay, %v", n, err)
				}
				for _, c := range claims {
					must(t, back(f, c))
				}
				s := states(t, f)
				if s[ledger.Cancelled] != 2 || s[ledger.Ready]+s[ledger.Deferred] != 1 {
					t.Errorf("%v", s)
				}
				if n, err := f.Cancel(ctx, "test", "a", ledgertest.By); n != 0 || err != nil {
					t.Errorf("a second cancel took %d more, %v", n, err)
				}
			})
		})
	}
}

func TestWhatWasSentWhileItsCampaignWasCancelledIsSent(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		claims := claimed(t, f)
		_, err := f.Cancel(ctx, "test", "", ledgertest.By)
		must(t, err)
		must(t, f.Sent(ctx, claims[0], ledger.Attempt{Code: 250}))
		if s := states(t, f); s[ledger.Sent] != 1 || s[ledger.Cancelled] != 0 {
			t.Errorf("%v", s)
		}
	})
}

func TestAnEmailRefusedWhileItsBatchIsCancelledMakesNoLetter(t *testing.T) {
	t.Parallel()
	for what, end := range map[string]func(*ledgertest.Fixture, *ledger.Claim, ledger.Attempt) error{
		"refused": func(f *ledgertest.Fixture, c *ledger.Claim, a ledger.Attempt) error { return f.Refused(ctx, c, a) },
		"expired": func(f *ledgertest.Fixture, c *ledger.Claim, a ledger.Attempt) error { return f.Expired(ctx, c, a) },
	} {
		for _, batch := range []string{"a", ""} {
			t.Run(what+" "+batch, func(t *testing.T) {
				t.Parallel()
				ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
					f.Import(t, ledgertest.Batch{Name: "a", People: 2}, ledgertest.Batch{Name: "b", People: 2})
					must(t, f.Release(ctx, "test", "", ledgertest.By))
					claims := claimed(t, f)
					_, err := f.Cancel(ctx, "test", batch, ledgertest.By)
					must(t, err)
					for _, c := range claims {
						must(t, end(f, c, ledger.Attempt{Code: 552, Letter: true}))
					}
					c, err := f.Counts(ctx, "test")
					must(t, err)
					if want := 2 * len(batch); c.Open() != want || c.Channels[ledger.Letter][ledger.Ready] != want {
						t.Errorf("%v, want %d letters", c.Channels, want)
					}
				})
			})
		}
	}
}

func TestMessagesOfALostWorkerInACancelledCampaignEndCancelled(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		paged(t, f, false, 2, 0)
		for _, k := range byLane(t, f)[ledger.PageLane] {
			claim(t, f, k)
		}
		_, err := f.Cancel(ctx, "test", "", ledgertest.By)
		must(t, err)
		f.Clock.T = f.Clock.T.Add(2 * ledger.Lost)
		_, err = f.LoseWorkers(ctx, ledger.Lost)
		must(t, err)
		if s := pageStates(t, f); s[ledger.Cancelled] != 2 || len(s) != 1 {
			t.Errorf("%v", s)
		}
	})
}
