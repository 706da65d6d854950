package ledger_test

import (
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/pace"
)

// paged makes a campaign of people who have a message for the members' page, those of them with an e-mail too.
func paged(t *testing.T, f *ledgertest.Fixture, tells bool, people, mailed int) {
	t.Helper()
	c := ledger.NewCampaign{ID: "test", Revision: 1, Digest: [32]byte{1}, Snapshot: []byte("snapshot"),
		PageTells: tells, Batches: []ledger.NewBatch{{Name: "a"}}}
	im, err := f.Begin(ctx, c, f.Key, "tester")
	must(t, err)
	for i := range people {
		p := ledger.NewPerson{Ref: "REF-" + string(rune('A'+i)), Batch: "a", Data: []byte(`{}`),
			Deliveries: []ledger.NewDelivery{{Channel: ledger.Page, Lane: ledger.PageLane}}}
		if i < mailed {
			p.Deliveries = append(p.Deliveries, ledger.NewDelivery{Channel: ledger.Email, Lane: "other"})
		}
		must(t, im.Add(ctx, p))
	}
	must(t, im.Commit(ctx, ledger.ImportCounts{Rows: people}, ledgertest.By))
	must(t, f.SetRules(ctx, "test", pace.Rules{Temper: pace.Usual()}))
}

func peopleOf(t *testing.T, f *ledgertest.Fixture) ledger.People {
	t.Helper()
	return countsOf(t, f).People
}

func countsOf(t *testing.T, f *ledgertest.Fixture) ledger.Counts {
	t.Helper()
	c, err := f.Counts(ctx, "test")
	must(t, err)
	return c
}

func TestAMessageOnThePageMakesSomebodyToldOnlyWhereTheCampaignSaysSo(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		paged(t, f, false, 3, 1)
		if got, want := peopleOf(t, f), (ledger.People{Affected: 3, Untold: 1, Unreachable: 2}); got != want {
			t.Errorf("before: %+v, want %+v", got, want)
		}
		tasks := byLane(t, f)
		for _, k := range tasks[ledger.PageLane] {
			must(t, f.Sent(ctx, claim(t, f, k), ledger.Attempt{Code: 200}))
		}
		if got, want := peopleOf(t, f), (ledger.People{Affected: 3, Untold: 1, Unreachable: 2}); got != want {
			t.Errorf("on the page: %+v, want %+v", got, want)
		}
		must(t, f.Sent(ctx, claim(t, f, tasks["other"][0]), ledger.Attempt{Code: 250}))
		if got, want := peopleOf(t, f), (ledger.People{Affected: 3, Told: 1, Unreachable: 2}); got != want {
			t.Errorf("by e-mail: %+v, want %+v", got, want)
		}
	})
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		paged(t, f, true, 3, 1)
		tasks := byLane(t, f)
		must(t, f.Refused(ctx, claim(t, f, tasks["other"][0]), ledger.Attempt{Code: 550}))
		for _, k := range tasks[ledger.PageLane][:2] {
			must(t, f.Sent(ctx, claim(t, f, k), ledger.Attempt{Code: 200}))
		}
		if got, want := peopleOf(t, f), (ledger.People{Affected: 3, Told: 2, Untold: 1}); got != want {
			t.Errorf("where the page tells: %+v, want %+v", got, want)
		}
	})
}

func TestAnEndpointThatWantsNoMoreStopsThePageAndNothingElse(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		paged(t, f, false, 5, 5)
		tasks := byLane(t, f)
		first, second := claim(t, f, tasks[ledger.PageLane][0]), claim(t, f, tasks[ledger.PageLane][1])
		for i, c := range []*ledger.Claim{first, second} { // both were under way
			found, err := f.PageStopped(ctx, c, ledger.Attempt{Code: 410})
			if err != nil || found != (i == 0) {
				t.Errorf("answer %d is the first: %v, %v", i, found, err)
			}
		}
		if c := countsOf(t, f); c.PageStopped != 410 || c.Channels[ledger.Page][ledger.Deferred] != 2 {
			t.Errorf("%+v", c)
		}
		for _, k := range tasks[ledger.PageLane][2:] {
			if claim(t, f, k) != nil {
				t.Error("claimed of a page that is stopped")
			}
		}
		for _, k := range tasks["other"] {
			must(t, f.Sent(ctx, claim(t, f, k), ledger.Attempt{Code: 250}))
		}
		f.Clock.T = f.Clock.T.Add(100 * time.Hour) // no time opens it
		advance(t, f, ledger.Policy{Parallel: 1})
		pacing, err := f.Pacing(ctx, "test")
		must(t, err)
		if n := pacing.PageRoom(); n != 0 {
			t.Errorf("room for %d", n)
		}
		if r := rests(t, f).Providers; len(r) != 1 || r[0].State != pace.Stopped || r[0].Code != 410 {
			t.Errorf("resting %+v", r)
		}
		must(t, f.Resume(ctx, "test", "a", ledgertest.By))
		if countsOf(t, f).PageStopped == 0 {
			t.Error("a batch that goes on let the page go on")
		}
		must(t, f.Resume(ctx, "test", "", ledgertest.By))
		again := byLane(t, f)[ledger.PageLane]
		if len(again) != 5 || countsOf(t, f).PageStopped != 0 {
			t.Fatalf("%d fed again", len(again))
		}
		for _, k := range again {
			must(t, f.Sent(ctx, claim(t, f, k), ledger.Attempt{Code: 200}))
		}
		stops := 0
		rows, err := f.Journal(ctx, "test")
		must(t, err)
		for _, r := range rows {
			if r.Verb == "stop" {
				stops++
			}
		}
		if stops != 1 {
			t.Errorf("%d rows of the journal say that it stopped", stops)
		}
	})
}

func TestABatchWhosePageIsStoppedLetsTheNextOneOpen(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 2, Channel: ledger.Page, Lane: ledger.PageLane},
			ledgertest.Batch{Name: "b", People: 1})
		must(t, f.SetRules(ctx, "test", pace.Rules{Temper: pace.Usual()}))
		advance(t, f, ledger.Policy{Parallel: 1})
		lanes, err := f.Lanes(ctx, "test")
		must(t, err)
		tasks, err := f.Feed(ctx, lanes[0], 1)
		must(t, err)
		_, err = f.PageStopped(ctx, claim(t, f, tasks[0]), ledger.Attempt{Code: 401})
		must(t, err)
		advance(t, f, ledger.Policy{Parallel: 1})
		if c := countsOf(t, f); c.Batches[1].Opened.IsZero() {
			t.Errorf("%+v", c.Batches)
		}
	})
}

func TestWhoDoesNotAnswerRestsThePage(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		paged(t, f, false, 8, 0)
		tasks := byLane(t, f)[ledger.PageLane]
		for _, k := range tasks[:5] {
			must(t, f.Deferred(ctx, claim(t, f, k), ledger.Attempt{}, f.Clock.T.Add(time.Hour)))
		}
		if claim(t, f, tasks[5]) != nil || rests(t, f).Providers[0].State != pace.Open {
			t.Error("it is asked on and on")
		}
		f.Clock.T = f.Clock.T.Add(2 * time.Minute)
		if n := len(byLane(t, f)[ledger.PageLane]); n == 0 {
			t.Error("nothing is tried after the rest")
		}
	})
}

func TestAMessageOfALostWorkerGoesBackAndIsNeverUncertain(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		paged(t, f, false, 1, 1)
		tasks := byLane(t, f)
		lost, _ := claim(t, f, tasks[ledger.PageLane][0]), claim(t, f, tasks["other"][0])
		f.Clock.T = f.Clock.T.Add(2 * ledger.Lost)
		if n, err := f.LoseWorkers(ctx, ledger.Lost); n != 1 || err != nil {
			t.Fatalf("%d uncertain, %v", n, err)
		}
		c := countsOf(t, f)
		if c.Channels[ledger.Page][ledger.Ready] != 1 || c.Channels[ledger.Email][ledger.Uncertain] != 1 {
			t.Errorf("%v", c.Channels)
		}
		// It was only frozen: what it says now is of a claim that is another's.
		again := claim(t, f, byLane(t, f)[ledger.PageLane][0])
		must(t, f.Sent(ctx, lost, ledger.Attempt{Code: 200}))
		must(t, f.Sent(ctx, again, ledger.Attempt{Code: 200}))
		if c := countsOf(t, f); c.Channels[ledger.Page][ledger.Sent] != 1 {
			t.Errorf("%v", c.Channels)
		}
	})
}
