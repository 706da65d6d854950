package ledger_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/mishap"
)

func TestLivingWorkersAreKnownWithTheRelaysThatTheyRest(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		begin := f.Clock.T
		rest := ledger.RelayRest{
			Relay: "relay.example.com:587", Until: begin.Add(40 * time.Second), Stage: "auth", Code: 535,
		}
		must(t, f.Heartbeat(ctx, "dead"))
		f.Clock.T = begin.Add(5 * time.Second)
		must(t, f.Heartbeat(ctx, "old"))
		f.Clock.T = begin.Add(24 * time.Second)
		must(t, f.Heartbeat(ctx, "new"))
		must(t, f.Heartbeat(ctx, "old", rest))

		want := []ledger.Worker{
			{ID: "old", Since: begin.Add(5 * time.Second), Heard: f.Clock.T, Resting: []ledger.RelayRest{rest}},
			{ID: "new", Since: f.Clock.T, Heard: f.Clock.T, Resting: []ledger.RelayRest{}},
		}
		wantWorkers(t, f, want)

		f.Clock.T = begin.Add(41 * time.Second)
		want[0].Resting[0].Until = time.Time{} // its time is over
		wantWorkers(t, f, want)

		must(t, f.Heartbeat(ctx, "old"))
		want[0].Heard, want[0].Resting = f.Clock.T, []ledger.RelayRest{}
		wantWorkers(t, f, want)

		must(t, f.Leave(ctx, "old"))
		wantWorkers(t, f, want[1:])
		f.Clock.T = f.Clock.T.Add(ledger.Silence)
		wantWorkers(t, f, nil)
	})
}

func wantWorkers(t *testing.T, f *ledgertest.Fixture, want []ledger.Worker) {
	t.Helper()
	got, err := f.Workers(ctx)
	must(t, err)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("workers\n%+v\nwant\n%+v", got, want)
	}
}

func TestTheJournalCountsTheDeliveriesThatAMoveReaches(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 4}, ledgertest.Batch{Name: "b", People: 3})
		k := feed(t, f) // of both
		must(t, f.Sent(ctx, claim(t, f, k[0]), ledger.Attempt{Code: 250}))
		claim(t, f, k[1]) // at the relay: no move reaches it
		must(t, f.Hold(ctx, "test", "", ledgertest.By))
		must(t, f.Hold(ctx, "test", "a", ledgertest.By))
		must(t, f.Resume(ctx, "test", "b", ledgertest.By))
		must(t, f.Release(ctx, "test", "", ledgertest.By))
		n, err := f.Cancel(ctx, "test", "a", ledgertest.By)
		must(t, err)
		must(t, f.Resume(ctx, "test", "", ledgertest.By))

		rows, err := f.Journal(ctx, "test")
		must(t, err)
		want := []int{5, 2, 3, 5, n, 3}
		var got []int
		for _, r := range rows[1:] {
			got = append(got, r.N)
		}
		if n != 2 || !reflect.DeepEqual(got, want) {
			t.Errorf("%d cancelled; the journal counts %v, want %v", n, got, want)
		}
	})
}

func TestACampaignIsKnownWithItsTimeZoneAndItsNames(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		im, err := f.Begin(ctx, ledger.NewCampaign{ID: "zoned", Revision: 1, Zone: "Asia/Seoul"}, f.Key, "test")
		must(t, err)
		must(t, im.Commit(ctx, ledger.ImportCounts{LinkNames: 3}, ledgertest.By))
		c, err := f.Campaign(ctx, "zoned")
		must(t, err)
		if c.Zone != "Asia/Seoul" || c.LinkNames != 3 {
			t.Errorf("zone %q, %d names", c.Zone, c.LinkNames)
		}
	})
}

func TestAPanicInATransactionCostsThatChangeAndNothingElse(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 20})
		k := feed(t, f)
		var group errgroup.Group // the panic is in a group with some of the claims
		for _, task := range k {
			group.Go(func() error {
				c, err := f.Claim(ctx, task, "w")
				if err == nil && c == nil {
					err = errors.New("not claimed")
				}
				return err
			})
			group.Go(func() error {
				var m *mishap.Error
				if err := ledger.Trip(f.Ledger); !errors.As(err, &m) {
					return fmt.Errorf("the change that panics says %w", err)
				}
				return nil
			})
		}
		must(t, group.Wait())
		c, err := f.Counts(ctx, "test")
		must(t, err)
		if c.Channels[ledger.Email][ledger.Sending] != len(k) || c.Campaign.Cancelled {
			t.Errorf("%v, cancelled: %v, want %d sending", c.Channels, c.Campaign.Cancelled, len(k))
		}
	})
}

func TestALedgerIsKnownByItsOwnIdentity(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		one, err := f.Identity(ctx)
		must(t, err)
		again, err := f.Identity(ctx)
		must(t, err)
		other, err := ledgertest.New(t).Identity(ctx)
		must(t, err)
		if len(one) != 32 || one != again || one == other {
			t.Errorf("%q, again %q, another's %q", one, again, other)
		}
	})
}
