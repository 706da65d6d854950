package ledger_test

import (
	"errors"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// doubts makes a campaign of n deliveries, all of them uncertain, claimed at the fixture's time.
func doubts(t *testing.T, f *ledgertest.Fixture, n int) []ledger.Doubt {
	t.Helper()
	f.Import(t, ledgertest.Batch{Name: "a", People: n})
	var claims []*ledger.Claim
	for _, k := range feed(t, f) {
		claims = append(claims, claim(t, f, k))
	}
	f.Clock.T = f.Clock.T.Add(3 * time.Second)
	for _, c := range claims {
		must(t, f.Uncertain(ctx, c, ledger.Attempt{Relay: "mx1:25", Stage: "dot", MessageID: "m"}))
	}
	return listDoubts(t, f)
}

func listDoubts(t *testing.T, f *ledgertest.Fixture) []ledger.Doubt {
	t.Helper()
	ds, err := f.Doubts(ctx, "test")
	must(t, err)
	return ds
}

func foundOf(d ledger.Doubt, s ledger.State) ledger.Found {
	return ledger.Found{Delivery: d.Delivery, Attempt: d.Attempt, State: s, Evidence: "seen"}
}

func TestUncertainDeliveriesAreListedWithTheirAttempt(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		claimed := f.Clock.T
		ds := doubts(t, f, 2)
		if len(ds) != 2 {
			t.Fatalf("%d doubts", len(ds))
		}
		d := ds[0]
		if d.Person != "REF-001" || d.Batch != "a" || d.Attempt != 1 || d.Worker != "w1" || d.Relay != "mx1:25" ||
			d.Reason == "" || d.Revision != 1 {
			t.Errorf("%+v", d)
		}
		if !d.Earliest.Equal(claimed) || !d.Latest.Equal(claimed) || !d.Since.Equal(f.Clock.T) {
			t.Errorf("claimed %v: %+v", claimed, d)
		}
		if _, err := f.Doubts(ctx, "other"); !errors.Is(err, ledger.ErrNoCampaign) {
			t.Errorf("error %v", err)
		}
	})
}

func TestAClaimThatWaitedLongMayHaveBeenAtTheDotMuchLater(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		c := claim(t, f, feed(t, f)[0])
		f.Clock.T = f.Clock.T.Add(14 * time.Minute)
		must(t, f.Uncertain(ctx, c, ledger.Attempt{Relay: "mx1:25"}))
		if d := listDoubts(t, f)[0]; d.Latest.Sub(d.Earliest) != 4*time.Minute {
			t.Errorf("%+v", d)
		}
	})
}

func TestTheDotOfADeadWorkersClaimMayHaveComeUntilItWasLost(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		claimed := f.Clock.T
		claim(t, f, feed(t, f)[0])
		f.Clock.T = f.Clock.T.Add(14 * time.Minute)
		held, err := f.ClaimsOf(ctx, "w1")
		must(t, err)
		must(t, f.Uncertain(ctx, &held[0], ledger.Attempt{})) // its flight log has a dot and no reply
		if d := listDoubts(t, f)[0]; !d.Earliest.Equal(claimed) || !d.Latest.Equal(f.Clock.T) {
			t.Errorf("%+v", d)
		}
	})
}

func TestTheClaimOfALostWorkerIsKnownWithinBounds(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		must(t, f.Heartbeat(ctx, "w1"))
		c := claim(t, f, feed(t, f)[0])
		must(t, f.Deferred(ctx, c, ledger.Attempt{Relay: "mx1:25"}, f.Clock.T))
		before := f.Clock.T
		f.Clock.T = f.Clock.T.Add(time.Second)
		claim(t, f, feed(t, f)[0])
		f.Clock.T = f.Clock.T.Add(5 * time.Minute)
		if _, err := f.LoseWorkers(ctx, ledger.Lost); err != nil {
			t.Fatal(err)
		}
		d := listDoubts(t, f)[0]
		if !d.Earliest.Equal(before) || !d.Latest.Equal(f.Clock.T) || d.Relay != "" || d.Worker != "w1" ||
			d.Attempt != 2 {
			t.Errorf("%+v", d)
		}
	})
}

func TestWhatWasFoundOutSettlesUncertainDeliveriesAndIsJournalled(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		ds := doubts(t, f, 4)
		f.Clock.T = f.Clock.T.Add(time.Hour)
		n, err := f.Resolve(ctx, "test", []ledger.Found{foundOf(ds[0], ledger.Sent),
			foundOf(ds[1], ledger.Ready), foundOf(ds[2], ledger.Refused)}, ledgertest.By)
		must(t, err)
		s := states(t, f)
		if n != 3 || s[ledger.Sent] != 1 || s[ledger.Ready] != 1 || s[ledger.Refused] != 1 || s[ledger.Uncertain] != 1 {
			t.Errorf("%d settled: %v", n, s)
		}
		counts, err := f.Counts(ctx, "test")
		must(t, err)
		if want := (ledger.People{Affected: 4, Told: 1, Untold: 2, Uncertain: 1}); counts.People != want {
			t.Errorf("people %+v, want %+v", counts.People, want)
		}
		rows, err := f.Journal(ctx, "test")
		must(t, err)
		var said []string
		for _, r := range rows {
			if r.Verb == "resolve" && r.N == 1 && r.Why == "test" {
				said = append(said, r.What)
			}
		}
		if len(said) != 3 || said[0] != "as sent" || said[1] != "as ready" || said[2] != "as refused" {
			t.Errorf("journal %q", said)
		}
		if left := listDoubts(t, f); len(left) != 1 || left[0].Delivery != ds[3].Delivery {
			t.Errorf("left %+v", left)
		}
	})
}

func TestADeliveryFoundUnsentIsSentInANewAttempt(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		d := doubts(t, f, 1)[0]
		f.Clock.T = f.Clock.T.Add(100 * time.Hour)
		_, err := f.Resolve(ctx, "test", []ledger.Found{foundOf(d, ledger.Ready)}, ledgertest.By)
		must(t, err)
		c := claim(t, f, feed(t, f)[0])
		if c.Attempt != 2 || !c.ClockAt.Equal(f.Clock.T) {
			t.Errorf("claim %+v", c)
		}
		must(t, f.Sent(ctx, c, ledger.Attempt{Relay: "mx1:25", Code: 250}))
		if s := states(t, f); s[ledger.Sent] != 1 {
			t.Errorf("states %v", s)
		}
	})
}

func TestEvidenceOfAnotherAttemptCampaignOrStateChangesNothing(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		d := doubts(t, f, 1)[0]
		old, other := foundOf(d, ledger.Ready), foundOf(d, ledger.Sent)
		old.Attempt++
		other.Delivery++
		n, err := f.Resolve(ctx, "test", []ledger.Found{old, other}, ledgertest.By)
		must(t, err)
		if s := states(t, f); n != 0 || s[ledger.Uncertain] != 1 {
			t.Errorf("%d settled: %v", n, s)
		}
		if _, err := f.Resolve(ctx, "test", []ledger.Found{foundOf(d, ledger.Expired)}, ledgertest.By); err == nil {
			t.Error("an uncertain delivery became expired")
		}
		_, err = f.Resolve(ctx, "other", []ledger.Found{foundOf(d, ledger.Sent)}, ledgertest.By)
		if !errors.Is(err, ledger.ErrNoCampaign) {
			t.Errorf("error %v", err)
		}
		for range 2 {
			if n, err = f.Resolve(ctx, "test", []ledger.Found{foundOf(d, ledger.Sent)}, ledgertest.By); err != nil {
				t.Fatal(err)
			}
		}
		if s := states(t, f); n != 0 || s[ledger.Sent] != 1 {
			t.Errorf("settled again: %d, %v", n, s)
		}
	})
}

func TestAWorkerThatComesBackDoesNotUndoWhatWasFoundOut(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		must(t, f.Heartbeat(ctx, "w1"))
		c := claim(t, f, feed(t, f)[0])
		f.Clock.T = f.Clock.T.Add(5 * time.Minute)
		if _, err := f.LoseWorkers(ctx, ledger.Lost); err != nil {
			t.Fatal(err)
		}
		_, err := f.Resolve(ctx, "test", []ledger.Found{foundOf(listDoubts(t, f)[0], ledger.Sent)}, ledgertest.By)
		must(t, err)
		must(t, f.Deferred(ctx, c, ledger.Attempt{}, f.Clock.T))
		if s := states(t, f); s[ledger.Sent] != 1 {
			t.Errorf("states %v", s)
		}
	})
}

func TestUncertainDeliveriesAreResentOnceAfterAPauseAndCounted(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		doubts(t, f, 2)
		resend := func(want int) {
			t.Helper()
			n, err := f.Resend(ctx, "test", 15*time.Minute, 72*time.Hour)
			must(t, err)
			if n != want {
				t.Errorf("%d resent, want %d", n, want)
			}
		}
		resend(0)
		f.Clock.T = f.Clock.T.Add(15 * time.Minute)
		resend(2)
		resend(0)
		if s := states(t, f); s[ledger.Ready] != 2 {
			t.Errorf("states %v", s)
		}
		for _, k := range feed(t, f) {
			c := claim(t, f, k)
			if c.Attempt != 2 {
				t.Errorf("claim %+v", c)
			}
			must(t, f.Uncertain(ctx, c, ledger.Attempt{Relay: "mx1:25"}))
		}
		f.Clock.T = f.Clock.T.Add(time.Hour)
		resend(0)
		if n, err := f.Resent(ctx, "test"); err != nil || n != 2 {
			t.Errorf("%d counted, %v", n, err)
		}

		found := foundOf(listDoubts(t, f)[0], ledger.Ready) // the second attempt did not go out: that was no doubt
		_, err := f.Resolve(ctx, "test", []ledger.Found{found}, ledgertest.By)
		must(t, err)
		for _, k := range feed(t, f) {
			must(t, f.Uncertain(ctx, claim(t, f, k), ledger.Attempt{Relay: "mx1:25"}))
		}
		f.Clock.T = f.Clock.T.Add(time.Hour)
		resend(0)
	})
}

func TestUncertainDeliveriesAreNotResentForEverNorWhenCancelled(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		doubts(t, f, 1)
		f.Clock.T = f.Clock.T.Add(73 * time.Hour)
		if n, err := f.Resend(ctx, "test", 15*time.Minute, 72*time.Hour); n != 0 || err != nil {
			t.Errorf("%d resent after giving up, %v", n, err)
		}
		if _, err := f.Cancel(ctx, "test", "a", ledgertest.By); err != nil {
			t.Fatal(err)
		}
		if n, err := f.Resend(ctx, "test", 15*time.Minute, 720*time.Hour); n != 0 || err != nil {
			t.Errorf("%d resent of a cancelled batch, %v", n, err)
		}
	})
}

func TestWhatIsFoundUnsentOfACancelledBatchIsCancelled(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		d := doubts(t, f, 1)[0]
		if _, err := f.Cancel(ctx, "test", "a", ledgertest.By); err != nil {
			t.Fatal(err)
		}
		_, err := f.Resolve(ctx, "test", []ledger.Found{foundOf(d, ledger.Ready)}, ledgertest.By)
		must(t, err)
		if s := states(t, f); s[ledger.Cancelled] != 1 {
			t.Errorf("states %v", s)
		}
	})
}

func TestOneFoundRefusedBecomesALetterWhereThatIsWanted(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		ds := doubts(t, f, 2)
		with, without := foundOf(ds[0], ledger.Refused), foundOf(ds[1], ledger.Refused)
		with.Letter = true
		_, err := f.Resolve(ctx, "test", []ledger.Found{with, without}, ledgertest.By)
		must(t, err)
		states(t, f)
		counts, err := f.Counts(ctx, "test")
		must(t, err)
		if n := counts.Channels[ledger.Letter][ledger.Ready]; n != 1 {
			t.Errorf("%d letters: %v", n, counts.Channels)
		}
	})
}
