package ledger_test

import (
	"slices"
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

func wantUnmet(t *testing.T, f *ledgertest.Fixture, want int) {
	t.Helper()
	if n, err := f.Unmet(ctx, "test"); n != want || err != nil {
		t.Errorf("%d unmet, %v, want %d", n, err, want)
	}
}

// Of three people whose mails failed one is told something else by the next revision, one is no longer affected,
// and of the third there is nothing new to say.
func TestWhatALaterRevisionHasReplacedIsNotUnmet(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 4})
		claims := wantPurposes(t, f, "a first", "a first", "a first", "a first")
		sent(t, f, claims[3])
		wantUnmet(t, f, 0)
		must(t, f.Refused(ctx, claims[0], ledger.Attempt{Code: 550}))
		must(t, f.Uncertain(ctx, claims[1], ledger.Attempt{}))
		must(t, f.Expired(ctx, claims[2], ledger.Attempt{Code: 451}))
		wantUnmet(t, f, 3)
		all := formers(t, f)
		revise(t, f, 2, amended(all[0], ledger.BeFirst), amended(all[1], ledger.BeCleared))
		wantUnmet(t, f, 1)
		again := wantPurposes(t, f, "c first")
		must(t, f.Refused(ctx, again[0], ledger.Attempt{Code: 554}))
		wantUnmet(t, f, 2)
		got, err := f.Failures(ctx, "test")
		must(t, err)
		const doubt = "no reply after the final dot"
		want := []ledger.Failure{
			{State: ledger.Expired, Channel: ledger.Email, Code: 451, Reason: "deferred until giving up", N: 1, All: 1, OfState: 1},
			{State: ledger.Refused, Channel: ledger.Email, Code: 554, N: 1, All: 1, OfState: 1},
			{State: ledger.Refused, Channel: ledger.Email, Code: 550, N: 0, All: 1, OfState: 1},
			{State: ledger.Uncertain, Channel: ledger.Email, Reason: doubt, N: 0, All: 1},
		}
		if !slices.Equal(got, want) {
			t.Errorf("failures\n%+v, want\n%+v", got, want)
		}
	})
}

func TestALetterThatCameBackIsUnmetUntilItIsWrittenAgain(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Channel: ledger.Letter})
		handAll(t, f)
		answer(t, f, ledger.Answer{Delivery: letter(1), Event: ledger.EventReturned, Reason: "moved"})
		wantUnmet(t, f, 1)
		_, err := f.Remail(ctx, "test", []ledger.Remail{{Delivery: letter(1)}}, f.Key, ledgertest.By)
		must(t, err)
		wantUnmet(t, f, 0)
	})
}
