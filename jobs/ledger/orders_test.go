package ledger_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// switches are moments of a switch to another revision: how many drafts are left then, of the 300.
func switches() map[string]func(drafts int) bool {
	return map[string]func(int) bool{
		"before anybody": func(n int) bool { return n == 300 },
		"between":        func(n int) bool { return n > 0 && n < 300 },
		"after all":      func(n int) bool { return n == 0 },
	}
}

// abc is a revision of three batches, the second of which starts in a month.
func abc(f *ledgertest.Fixture, number int) ledger.NewCampaign {
	c := second(number)
	c.Batches = []ledger.NewBatch{{Name: "a"}, {Name: "b", Start: f.Clock.T.AddDate(0, 1, 0)}, {Name: "c"}}
	return c
}

// cutOff begins to bring in a second revision of a hundred new people a batch, and dies at a moment.
func cutOff(t *testing.T, f *ledgertest.Fixture, moment func(drafts int) bool) {
	t.Helper()
	r, err := f.Revise(ctx, abc(f, 2), f.Key, "tester")
	must(t, err)
	for i, name := range []string{"a", "b", "c"} {
		for n := range 100 {
			a := newcomer(f, 100*i+n)
			a.Batch = name
			must(t, r.Add(ctx, a))
		}
	}
	lives := 1
	err = r.Commit(&dying{ctx, 4}, ledger.ImportCounts{}, ledger.Verdicts{First: 300}, ledgertest.By)
	for ; err != nil; lives++ {
		c, lookup := f.Campaign(ctx, "test")
		must(t, lookup)
		drafts, lookup := ledger.CountRows(f.Ledger, "draft")
		must(t, lookup)
		if c.Switching == -2 && moment(drafts) {
			return
		}
		err = f.FinishRevision(&dying{ctx, lives}, "test", "tester")
	}
	t.Fatal("it was not cut off at that moment")
}

// atEachMoment runs a test at each moment of a switch from a first revision in which batch a was released and c
// cancelled.
func atEachMoment(t *testing.T, test func(*testing.T, *ledgertest.Fixture)) {
	t.Helper()
	for name, moment := range switches() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
				f.Import(t, ledgertest.Batch{Name: "a", People: 1}, ledgertest.Batch{Name: "c", People: 1},
					ledgertest.Batch{Name: "b", People: 1, Start: f.Clock.T.AddDate(0, 1, 0)})
				must(t, f.Release(ctx, "test", "a", ledgertest.By))
				_, err := f.Cancel(ctx, "test", "c", ledgertest.By)
				must(t, err)
				told(t, f)
				cutOff(t, f, moment)
				test(t, f)
			})
		})
	}
}

// ofSecond counts the deliveries of the second revision by batch and state.
func ofSecond(t *testing.T, f *ledgertest.Fixture) map[string]int {
	t.Helper()
	out := map[string]int{}
	for d, err := range f.Deliveries(ctx, "test") {
		must(t, err)
		if d.Revision == 2 {
			out[d.Batch+" "+string(d.State)]++
		}
	}
	return out
}

func TestWhatAnOperatorSaysOfABatchWhileARevisionIsPutInForceHolds(t *testing.T) {
	t.Parallel()
	atEachMoment(t, func(t *testing.T, f *ledgertest.Fixture) {
		must(t, f.Hold(ctx, "test", "a", ledgertest.By))
		must(t, f.Release(ctx, "test", "b", ledgertest.By))
		_, err := f.Cancel(ctx, "test", "c", ledgertest.By)
		must(t, err)
		must(t, f.FinishRevision(ctx, "test", "tester"))
		feed(t, f)
		got := ofSecond(t, f)
		if got["a waiting"] != 100 || got["b queued"] != 100 || got["c cancelled"] != 100 || len(got) != 3 {
			t.Errorf("%v", got)
		}
		must(t, errors.Join(f.Resume(ctx, "test", "a", ledgertest.By), f.Release(ctx, "test", "a", ledgertest.By)))
		feed(t, f)
		if got = ofSecond(t, f); got["a queued"] != 100 {
			t.Errorf("resumed: %v", got)
		}
	})
}

// What was said of the revision before is no order about this one.
func TestWhatAnOperatorSaidBeforeARevisionIsPutInForceIsOver(t *testing.T) {
	t.Parallel()
	atEachMoment(t, func(t *testing.T, f *ledgertest.Fixture) {
		must(t, f.FinishRevision(ctx, "test", "tester"))
		for _, b := range countsOf(t, f).Batches {
			if b.Released || b.Cancelled || !b.Opened.IsZero() {
				t.Errorf("batch %+v", b)
			}
		}
		feed(t, f)
		if got := ofSecond(t, f); got["a queued"] != 100 || got["b waiting"] != 100 || got["c waiting"] != 100 {
			t.Errorf("%v", got) // b has its turn in a month, and c after it
		}
	})
}

func TestNothingWaitsInACampaignThatIsCancelledWhileARevisionIsPutInForce(t *testing.T) {
	t.Parallel()
	atEachMoment(t, func(t *testing.T, f *ledgertest.Fixture) {
		_, err := f.Cancel(ctx, "test", "", ledgertest.By)
		must(t, err)
		must(t, f.FinishRevision(ctx, "test", "tester"))
		if s := states(t, f); s[ledger.Cancelled] != 302 || s[ledger.Sent] != 1 || len(s) != 2 {
			t.Errorf("states %v", s)
		}
		if c, err := f.Campaign(ctx, "test"); err != nil || c.Revision != 2 || c.Switching != 0 || !c.Cancelled {
			t.Errorf("campaign %+v, %v", c, err)
		}
	})
}

func TestACancelHoldsThatIsGivenWhileARevisionIsLaidDown(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1}, ledgertest.Batch{Name: "c", People: 1})
		_, err := f.Cancel(ctx, "test", "a", ledgertest.By)
		must(t, err)
		in := newcomer(f, 2)
		in.Batch = "a"
		r := laidDown(t, f, 2, newcomer(f, 1), in)
		_, err = f.Cancel(ctx, "test", "c", ledgertest.By)
		must(t, err)
		must(t, r.Commit(ctx, ledger.ImportCounts{}, ledger.Verdicts{First: 2}, ledgertest.By))
		if got := ofSecond(t, f); got["c cancelled"] != 1 || got["a waiting"] != 1 { // a of which the operator knew
			t.Errorf("%v", got)
		}
	})
}

func TestARevisionOfACampaignThatIsCancelledWhileItIsLaidDownDoesNotComeIn(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		r := laidDown(t, f, 2, newcomer(f, 1))
		_, err := f.Cancel(ctx, "test", "", ledgertest.By)
		must(t, err)
		err = r.Commit(ctx, ledger.ImportCounts{}, ledger.Verdicts{First: 1}, ledgertest.By)
		if !errors.Is(err, ledger.ErrCancelled) {
			t.Errorf("got %v", err)
		}
		must(t, r.Abort(context.WithoutCancel(ctx)))
		none(t, f)
		f.Clock.T = f.Clock.T.Add(time.Hour)
		if s := states(t, f); s[ledger.Cancelled] != 1 || len(s) != 1 {
			t.Errorf("states %v", s)
		}
	})
}

// The batches of a revision come in its order and on its days; one that it lacks comes after them, at once, where it
// has something to send, and stays as it was where not.
func TestARevisionOrdersItsBatchesAndThoseThatItLacks(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		later := f.Clock.T.AddDate(0, 1, 0)
		f.Import(t, ledgertest.Batch{Name: "idle", People: 1}, ledgertest.Batch{Name: "a", People: 1},
			ledgertest.Batch{Name: "open", People: 1, Start: later}, ledgertest.Batch{Name: "c", People: 1, Start: later})
		told(t, f)
		opened := countsOf(t, f).Batches[0].Opened
		c := second(2)
		c.Batches = []ledger.NewBatch{{Name: "c"}, {Name: "new", Start: later}, {Name: "a", Start: f.Clock.T.Add(-time.Hour)}}
		r, err := f.Revise(ctx, c, f.Key, "tester")
		must(t, err)
		must(t, r.Add(ctx, newcomer(f, 1)))
		must(t, r.Commit(ctx, ledger.ImportCounts{}, ledger.Verdicts{First: 1}, ledgertest.By))
		starts := map[string]time.Time{"a": f.Clock.T.Add(-time.Hour), "new": later}
		var names []string
		for _, b := range countsOf(t, f).Batches {
			if names = append(names, b.Name); !b.Start.Equal(starts[b.Name]) {
				t.Errorf("%s starts at %v, want %v", b.Name, b.Start, starts[b.Name])
			}
			if b.Opened.IsZero() == (b.Name == "idle") || b.Name == "idle" && !b.Opened.Equal(opened) {
				t.Errorf("%s was opened at %v", b.Name, b.Opened)
			}
		}
		if want := []string{"c", "new", "a", "idle", "open"}; !slices.Equal(names, want) {
			t.Errorf("batches %q, want %q", names, want)
		}
		must(t, f.Hold(ctx, "test", "new", ledgertest.By)) // the others need not wait for its day
		told(t, f)
		if s := states(t, f); s[ledger.Sent] != 5 || len(s) != 1 {
			t.Errorf("states %v", s)
		}
	})
}
