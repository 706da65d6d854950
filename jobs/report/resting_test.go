package report

import (
	"context"
	"reflect"
	"testing"
	"time"

	"oshirase/jobs/email"
	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

func TestAStatusNamesRestingRelaysAndTheWorkersThatRestThem(t *testing.T) {
	t.Parallel()
	f := campaign(t)
	soon, later := f.Clock.T.Add(time.Minute), f.Clock.T.Add(2*time.Minute)
	beat := func(worker string, rests ...ledger.RelayRest) {
		t.Helper()
		if err := f.Heartbeat(t.Context(), worker, rests...); err != nil {
			t.Fatal(err)
		}
	}
	beat("w1", ledger.RelayRest{Relay: "b:25", Until: later, Stage: "auth", Code: 535},
		ledger.RelayRest{Relay: "a:25", Until: soon, Stage: "dial"})
	beat("w2", ledger.RelayRest{Relay: "b:25", Until: soon, Stage: "greeting", Code: 554})
	want := []Resting{
		{Relay: "a:25", Until: soon, Why: "cannot be reached", Workers: []string{"w1"}},
		{Relay: "b:25", Until: soon, Why: "does not greet (554)"},
	}
	s := status(t, f)
	if s.Workers != 2 || !reflect.DeepEqual(s.Resting, want) {
		t.Errorf("%d workers, resting %+v", s.Workers, s.Resting)
	}
	f.Clock.T = soon
	beat("w1", ledger.RelayRest{Relay: "b:25", Until: soon, Stage: "auth", Code: 535})
	beat("w2")
	want = []Resting{{
		Relay: "b:25", Why: "does not take the login (535); it is being asked again", Workers: []string{"w1"},
	}}
	if s := status(t, f); !reflect.DeepEqual(s.Resting, want) {
		t.Errorf("after its time: %+v", s.Resting)
	}
	if err := cancel(f, ""); err != nil {
		t.Fatal(err)
	}
	if s := status(t, f); s.Resting != nil || s.Workers != 2 {
		t.Errorf("with nothing to send: %d workers, resting %+v", s.Workers, s.Resting)
	}
}

func TestEveryStageOfLettingAWorkerInIsWorded(t *testing.T) {
	t.Parallel()
	for _, stage := range []email.Stage{
		email.StageDial, email.StageGreeting, email.StageEHLO, email.StageTLS, email.StageAuth,
		email.StageMail,
	} {
		if stageFaults[string(stage)] == "" {
			t.Errorf("stage %q has no words", stage)
		}
	}
	if got := whyRelay(ledger.RelayRest{Stage: "new", Until: time.Unix(1, 0)}); got != "lets nobody in" {
		t.Errorf("a stage that is not known: %q", got)
	}
}

func TestACampaignWithWorkAndNoWorkerIsDeserted(t *testing.T) {
	t.Parallel()
	f := campaign(t)
	wants := func(want bool, when string) {
		t.Helper()
		if got := status(t, f).Deserted(); got != want {
			t.Errorf("%s: deserted %t", when, got)
		}
	}
	wants(true, "planned")
	advance(t, f)
	wants(true, "open")
	for _, step := range []struct {
		when string
		do   func(ctx context.Context) error
		want bool
	}{
		{"a worker lives", func(ctx context.Context) error { return f.Heartbeat(ctx, "w1") }, false},
		{"it left", func(ctx context.Context) error { return f.Leave(ctx, "w1") }, true},
		{"held", func(ctx context.Context) error { return f.Hold(ctx, "test", "", ledgertest.By) }, false},
		{"resumed", func(ctx context.Context) error { return f.Resume(ctx, "test", "", ledgertest.By) }, true},
		{"cancelled", func(context.Context) error { return cancel(f, "") }, false},
	} {
		if err := step.do(t.Context()); err != nil {
			t.Fatal(err)
		}
		wants(step.want, step.when)
	}
}
