package outcome

import (
	"log/slog"
	"testing"
	"time"

	"oshirase/jobs/email"
	"oshirase/jobs/flight"
	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/office"
	"oshirase/jobs/pace"
	"oshirase/jobs/seal"
)

func TestMain(m *testing.M) { ledgertest.Main(m) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func writer(t *testing.T, f *ledgertest.Fixture) *Writer {
	return &Writer{
		Ledger: f.Ledger, Offices: office.New(f.Ledger, seal.Dir(t.TempDir())),
		Backoff: func(int) time.Duration { return time.Minute }, Log: slog.New(slog.DiscardHandler), Now: f.Clock.Now,
	}
}

// claims has a worker claim e-mails to people at docomo.
func claims(t *testing.T, f *ledgertest.Fixture, worker string, people int) (all []*ledger.Claim) {
	t.Helper()
	ctx := t.Context()
	f.Import(t, ledgertest.Batch{Name: "a", People: people, Lane: "docomo"})
	must(t, f.SetRules(ctx, "test", pace.Rules{Temper: pace.Usual()}))
	_, err := f.Advance(ctx, "test", ledger.Policy{Parallel: 1})
	must(t, err)
	lanes, err := f.Lanes(ctx, "test")
	must(t, err)
	for _, lane := range lanes {
		tasks, err := f.Feed(ctx, lane, people)
		must(t, err)
		for _, k := range tasks {
			c, err := f.Claim(ctx, k, worker)
			must(t, err)
			all = append(all, c)
		}
	}
	if len(all) != people {
		t.Fatalf("%d claims of %d", len(all), people)
	}
	return all
}

func states(t *testing.T, f *ledgertest.Fixture) map[ledger.State]int {
	t.Helper()
	c, err := f.Counts(t.Context(), "test")
	must(t, err)
	return c.Channels[ledger.Email]
}

func TestABlockThatADeadWorkersLogTellsOfRefusesNobody(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		const people = 15
		at := flight.Place{Dir: t.TempDir()}
		log, err := flight.Open(at, "dead")
		must(t, err)
		for _, c := range claims(t, f, "dead", people) {
			k := flight.Key{Delivery: c.Delivery, Attempt: c.Attempt}
			must(t, log.Dot(k))
			must(t, log.Reply(k, flight.Reply{Class: string(email.Refused), Stage: "dot", Code: 550}))
		}
		must(t, log.Abandon())
		n, err := writer(t, f).Salvage(t.Context(), at)
		if err != nil || n != 1 {
			t.Fatalf("%d logs, %v", n, err)
		}
		if got := states(t, f); got[ledger.Deferred] != people {
			t.Errorf("states %v", got)
		}
		if r, err := f.Rests(t.Context(), "test"); err != nil || len(r.Providers) != 1 {
			t.Errorf("rests %+v, %v", r, err)
		}
	})
}

func TestWhatHasNoTimeLeftIsGivenUp(t *testing.T) {
	t.Parallel()
	f := ledgertest.New(t)
	all := claims(t, f, "w", 4)
	w := writer(t, f)
	for i, o := range []Outcome{
		{Class: email.Refused, GiveUp: time.Second, Attempt: ledger.Attempt{Code: 550}},
		{Class: email.Deferred, GiveUp: time.Second},
		{Class: email.Deferred, GiveUp: time.Hour},
		{Class: email.Deferred},
	} {
		o.Claim = all[i]
		if spared, err := w.Write(t.Context(), o); err != nil || spared {
			t.Errorf("%d: spared %v, %v", i, spared, err)
		}
	}
	if got := states(t, f); got[ledger.Refused] != 1 || got[ledger.Expired] != 1 || got[ledger.Deferred] != 2 {
		t.Errorf("states %v", got)
	}
}
