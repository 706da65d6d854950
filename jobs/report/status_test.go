package report

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/pace"
)

func status(t *testing.T, f *ledgertest.Fixture) Status {
	t.Helper()
	s, err := Read(t.Context(), f.Ledger, "test")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func wantStates(t *testing.T, f *ledgertest.Fixture, want string) {
	t.Helper()
	if got := states(status(t, f)); got != want {
		t.Errorf("states %q, want %q", got, want)
	}
}

// The batch that nobody can be reached in has no work left from the beginning.
func TestStatesFollowTheWorkAndTheOperators(t *testing.T) {
	t.Parallel()
	f, by := campaign(t), ledgertest.By
	wantStates(t, f, "planned: planned planned planned done")
	advance(t, f)
	wantStates(t, f, "open: open open planned done")
	for _, move := range []struct {
		do   func() error
		want string
	}{
		{func() error { return f.Hold(t.Context(), "test", "post", by) },
			"open: open held planned done"},
		{func() error { return f.Hold(t.Context(), "test", "", by) },
			"held: open held planned done"},
		{func() error { return f.Resume(t.Context(), "test", "", by) },
			"open: open held planned done"},
		{func() error { return cancel(f, hostile) },
			"open: open held cancelled done"},
		{func() error { return cancel(f, "かえで商事") },
			"held: cancelled held cancelled done"},
		{func() error { return cancel(f, "") },
			"cancelled: cancelled cancelled cancelled done"},
	} {
		if err := move.do(); err != nil {
			t.Fatal(err)
		}
		wantStates(t, f, move.want)
	}
}

func cancel(f *ledgertest.Fixture, batch string) error {
	_, err := f.Cancel(context.Background(), "test", batch, ledgertest.By)
	return err
}

func TestAHaltIsShownBeforeWhatGoesOn(t *testing.T) {
	t.Parallel()
	f := campaign(t)
	refuse := func(ctx context.Context, c *ledger.Claim) error {
		return f.Refused(ctx, c, ledger.Attempt{Code: 550})
	}
	work(t, f, advance(t, f), ledger.Email, refuse, refuse)
	advance(t, f)
	wantStates(t, f, "halted: halted open planned done")
}

func TestACampaignIsCancelledWhereEveryBatchWithWorkIs(t *testing.T) {
	t.Parallel()
	f := ledgertest.New(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 1}, ledgertest.Batch{Name: "b", People: 1})
	for _, batch := range []string{"a", "b"} {
		if err := cancel(f, batch); err != nil {
			t.Fatal(err)
		}
	}
	wantStates(t, f, "cancelled: cancelled cancelled")
}

func TestACampaignIsDoneWhenNoWorkIsLeft(t *testing.T) {
	t.Parallel()
	f := ledgertest.New(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 2}, ledgertest.Batch{Name: "b", People: 1})
	if err := cancel(f, "b"); err != nil {
		t.Fatal(err)
	}
	sent := func(ctx context.Context, c *ledger.Claim) error {
		return f.Sent(ctx, c, ledger.Attempt{Code: 250})
	}
	work(t, f, advance(t, f), ledger.Email, sent, sent)
	wantStates(t, f, "done: done cancelled")
	if n := status(t, f).Failed(); n != 0 {
		t.Errorf("%d failed", n)
	}
}

func TestABatchWhoseLettersWereTakenBackForTheirEmailsIsDone(t *testing.T) {
	t.Parallel()
	f := ledgertest.New(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 1})
	work(t, f, advance(t, f), ledger.Email, func(ctx context.Context, c *ledger.Claim) error {
		return f.Refused(ctx, c, ledger.Attempt{Code: 552, Letter: true})
	})
	if n, err := f.Retry(t.Context(), ledger.Failed{Campaign: "test"}, ledgertest.By); n != 1 || err != nil {
		t.Fatalf("%d retried, %v", n, err)
	}
	work(t, f, advance(t, f), ledger.Email, func(ctx context.Context, c *ledger.Claim) error {
		return f.Sent(ctx, c, ledger.Attempt{Code: 250})
	})
	if n := status(t, f).Channels[ledger.Letter][ledger.Cancelled]; n != 1 {
		t.Errorf("%d letters taken back", n)
	}
	wantStates(t, f, "done: done")
}

func TestTheStatusHasTheNumbersOfTheLedger(t *testing.T) {
	t.Parallel()
	s := status(t, mixed(t))
	want := People{Affected: 8, Told: 1, Untold: 5, Uncertain: 1, Unreachable: 1}
	if s.People != want {
		t.Errorf("people %+v, want %+v", s.People, want)
	}
	if s.Failed() != 3 { // refused, uncertain, blocked
		t.Errorf("%d failed", s.Failed())
	}
	if n := s.Channels[ledger.Letter][ledger.Typeset]; n != 1 {
		t.Errorf("%d letters are typeset", n)
	}
}

// Scripts read these names.
func TestTheStatusIsWrittenInJSONAsPromised(t *testing.T) {
	t.Parallel()
	f := ledgertest.New(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 2})
	got, err := json.Marshal(status(t, f))
	if err != nil {
		t.Fatal(err)
	}
	const people = `"people":{"affected":2,"told":0,"untold":2,"uncertain":0,"unreachable":0}`
	const channels = `"channels":{"email":{"waiting":2}}`
	want := `{"campaign":"test","revision":1,"state":"planned",` + people + `,` + channels +
		`,"batches":[{"name":"a","state":"planned",` + people + `,` + channels + `,"waits":["its turn"]}],"workers":0}`
	if string(got) != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
}

func TestThereIsNoStatusOfNoCampaign(t *testing.T) {
	t.Parallel()
	_, err := Read(t.Context(), ledgertest.New(t).Ledger, "test")
	if !errors.Is(err, ledger.ErrNoCampaign) {
		t.Errorf("error %v", err)
	}
}

func TestAStatusSaysWhatRestsUntilWhenAndWhy(t *testing.T) {
	t.Parallel()
	f := ledgertest.New(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 7, Lane: "docomo"})
	rules := pace.Rules{Temper: pace.Usual(), Hours: pace.Hours{{
		From: 9 * time.Hour, To: 20 * time.Hour, Zone: "Asia/Tokyo", Days: []time.Weekday{time.Thursday},
	}}}
	if err := f.SetRules(t.Context(), "test", rules); err != nil {
		t.Fatal(err)
	}
	busy := func(ctx context.Context, c *ledger.Claim) error {
		return f.Deferred(ctx, c, ledger.Attempt{Code: 421}, f.Clock.T.Add(time.Hour))
	}
	work(t, f, advance(t, f)[:5], ledger.Email, busy, busy, busy, busy, busy)
	want := []Resting{{Provider: "docomo", Until: f.Clock.T.Add(time.Minute), Why: "answered 421 too often"}}
	if got := status(t, f).Resting; !reflect.DeepEqual(got, want) {
		t.Errorf("resting %v, want %v", got, want)
	}
	f.Clock.T = f.Clock.T.Add(12 * time.Hour)
	got := status(t, f).Resting
	if r := got[0]; r.Provider != "" || r.Why != "outside its windows" ||
		!r.Until.Equal(time.Date(2013, 9, 19, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("in the evening: %v", got)
	}
}

func TestACampaignIsNotDoneWhileARevisionComesIn(t *testing.T) {
	t.Parallel()
	f := campaign(t)
	r, err := f.Revise(t.Context(), ledger.NewCampaign{ID: "test", Revision: 2}, f.Key, "tester")
	if err != nil {
		t.Fatal(err)
	}
	if s := status(t, f); s.State != revising || s.Switching != 2 {
		t.Errorf("state %q, switching %d", s.State, s.Switching)
	}
	if err := r.Abort(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := status(t, f); s.State == revising {
		t.Errorf("state %q after it was taken back", s.State)
	}
}
