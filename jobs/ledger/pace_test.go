package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/pace"
)

// paced makes a campaign of people at docomo and of others, with rules.
func paced(t *testing.T, f *ledgertest.Fixture, docomo, others int, r pace.Rules) {
	t.Helper()
	f.Import(t, ledgertest.Batch{Name: "a", People: docomo, Lane: "docomo"},
		ledgertest.Batch{Name: "b", People: others})
	must(t, f.SetRules(ctx, "test", r))
}

// byLane feeds all that is ready and sorts the tasks by provider.
func byLane(t *testing.T, f *ledgertest.Fixture) map[string][]ledger.Task {
	t.Helper()
	advance(t, f, ledger.Policy{Parallel: 2})
	lanes, err := f.Lanes(ctx, "test")
	must(t, err)
	out := map[string][]ledger.Task{}
	for _, lane := range lanes {
		tasks, err := f.Feed(ctx, lane, 1000)
		must(t, err)
		out[lane.Lane] = append(out[lane.Lane], tasks...)
	}
	return out
}

func rests(t *testing.T, f *ledgertest.Fixture) ledger.Rests {
	t.Helper()
	r, err := f.Rests(ctx, "test")
	must(t, err)
	return r
}

func TestAProviderThatIsBusyRestsAndComesBackByProbesWhileOthersGoOn(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, aProviderThatIsBusyRestsAndComesBackByProbesWhileOthersGoOn)
}

func aProviderThatIsBusyRestsAndComesBackByProbesWhileOthersGoOn(t *testing.T, f *ledgertest.Fixture) {
	paced(t, f, 12, 3, pace.Rules{Temper: pace.Usual()})
	tasks := byLane(t, f)
	docomo := tasks["docomo"]
	for _, k := range docomo[:5] {
		must(t, f.Deferred(ctx, claim(t, f, k), ledger.Attempt{Code: 421}, f.Clock.T.Add(time.Hour)))
	}
	for _, k := range docomo[5:] {
		if claim(t, f, k) != nil {
			t.Fatal("claimed of a provider that rests")
		}
	}
	for _, k := range tasks["other"] {
		must(t, f.Sent(ctx, claim(t, f, k), ledger.Attempt{Code: 250}))
	}
	r := rests(t, f)
	if len(r.Providers) != 1 || r.Providers[0].Provider != "docomo" || r.Providers[0].Code != 421 ||
		!r.Providers[0].Until.Equal(f.Clock.T.Add(time.Minute)) {
		t.Fatalf("rests: %+v", r)
	}
	if got := states(t, f); got[ledger.Ready] != 7 || got[ledger.Deferred] != 5 || got[ledger.Sent] != 3 {
		t.Errorf("states %v", got)
	}
	f.Clock.T = f.Clock.T.Add(time.Minute)
	var probes []*ledger.Claim
	for _, k := range byLane(t, f)["docomo"] {
		if c := claim(t, f, k); c != nil {
			probes = append(probes, c)
		}
	}
	if len(probes) != 3 {
		t.Fatalf("%d probes", len(probes))
	}
	for _, c := range probes {
		must(t, f.Sent(ctx, c, ledger.Attempt{Code: 250}))
	}
	if r := rests(t, f); len(r.Providers) != 1 || r.Providers[0].State != pace.Climbing {
		t.Errorf("after its probes: %+v", r)
	}
	for _, k := range byLane(t, f)["docomo"] {
		must(t, f.Sent(ctx, claim(t, f, k), ledger.Attempt{Code: 250}))
	}
}

func TestABurstOfRefusalsRefusesNobody(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, aBurstOfRefusalsRefusesNobody)
}

func aBurstOfRefusalsRefusesNobody(t *testing.T, f *ledgertest.Fixture) {
	paced(t, f, 15, 1, pace.Rules{Temper: pace.Usual()})
	var claims []*ledger.Claim
	for _, k := range byLane(t, f)["docomo"] {
		claims = append(claims, claim(t, f, k))
	}
	spared := 0
	for _, c := range claims {
		ok, err := f.RefusedOrSpared(ctx, c, ledger.Attempt{Code: 550}, f.Clock.T.Add(time.Second))
		must(t, err)
		if ok {
			spared++
		}
	}
	if got := states(t, f); got[ledger.Refused] != 0 || got[ledger.Deferred] != 15 || spared != 6 {
		t.Errorf("spared %d, states %v", spared, got)
	}
	for d, err := range f.Deliveries(ctx, "test") {
		must(t, err)
		if d.State == ledger.Deferred && d.NextAt.Before(f.Clock.T.Add(time.Minute)) {
			t.Errorf("delivery %d comes back at %v, before its provider has rested", d.ID, d.NextAt)
		}
	}
}

func TestWhatARelaySaysOfTheSenderIsNoProvidersWord(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, whatARelaySaysOfTheSenderIsNoProvidersWord)
}

func whatARelaySaysOfTheSenderIsNoProvidersWord(t *testing.T, f *ledgertest.Fixture) {
	paced(t, f, 12, 1, pace.Rules{Temper: pace.Usual()})
	for i, k := range byLane(t, f)["docomo"] {
		a := ledger.Attempt{Stage: "mail", Code: []int{421, 451, 550}[i%3]}
		must(t, f.Deferred(ctx, claim(t, f, k), a, f.Clock.T.Add(time.Hour)))
	}
	if r := rests(t, f); len(r.Providers) != 0 {
		t.Errorf("rests: %+v", r)
	}
}

func TestAClaimThatIsPutOffComesBackInTimeAndHasCostNoAttempt(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, aClaimThatIsPutOffComesBackInTimeAndHasCostNoAttempt)
}

func aClaimThatIsPutOffComesBackInTimeAndHasCostNoAttempt(t *testing.T, f *ledgertest.Fixture) {
	paced(t, f, 1, 1, pace.Rules{Temper: pace.Usual()})
	k := byLane(t, f)["docomo"][0]
	must(t, f.PutOff(ctx, claim(t, f, k), f.Clock.T.Add(time.Minute)))
	if got := states(t, f); got[ledger.Deferred] != 1 {
		t.Fatalf("states %v", got)
	}
	advance(t, f, ledger.Policy{Parallel: 1})
	if len(byLane(t, f)["docomo"]) != 0 {
		t.Error("it came back too soon")
	}
	f.Clock.T = f.Clock.T.Add(time.Minute)
	advance(t, f, ledger.Policy{Parallel: 1})
	again := byLane(t, f)["docomo"]
	if len(again) != 1 || again[0].Attempt != k.Attempt || again[0].Feed != k.Feed+1 {
		t.Errorf("%+v, before %+v", again, k)
	}
}

func TestAFewRefusalsAmongAcceptedOnesAreFinalAndOthersAreNoProvider(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, aFewRefusalsAmongAcceptedOnesAreFinalAndOthersAreNoProvider)
}

func aFewRefusalsAmongAcceptedOnesAreFinalAndOthersAreNoProvider(t *testing.T, f *ledgertest.Fixture) {
	paced(t, f, 12, 12, pace.Rules{Temper: pace.Usual()})
	tasks := byLane(t, f)
	for i, k := range tasks["docomo"] {
		c := claim(t, f, k)
		if i%4 == 3 {
			must(t, f.Sent(ctx, c, ledger.Attempt{Code: 250}))
			continue
		}
		spared, err := f.RefusedOrSpared(ctx, c, ledger.Attempt{Code: 550}, f.Clock.T.Add(time.Second))
		must(t, err)
		if spared {
			t.Error("spared")
		}
	}
	for _, k := range tasks["other"] {
		_, err := f.RefusedOrSpared(ctx, claim(t, f, k), ledger.Attempt{Code: 550}, f.Clock.T.Add(time.Second))
		must(t, err)
	}
	if got := states(t, f); got[ledger.Refused] != 9+12 || got[ledger.Sent] != 3 {
		t.Errorf("states %v", got)
	}
	if r := rests(t, f); len(r.Providers) != 0 {
		t.Errorf("rests: %+v", r)
	}
}

func TestOutsideItsHoursNothingIsClaimedExceptPaper(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, outsideItsHoursNothingIsClaimedExceptPaper)
}

func outsideItsHoursNothingIsClaimedExceptPaper(t *testing.T, f *ledgertest.Fixture) {
	// The clock stands at 10:00 in Tokyo.
	f.Import(t, ledgertest.Batch{Name: "a", People: 3},
		ledgertest.Batch{Name: "b", People: 1, Channel: ledger.Letter})
	must(t, f.SetRules(ctx, "test", pace.Rules{Temper: pace.Usual(), Hours: pace.Hours{{
		From: 9 * time.Hour, To: 20 * time.Hour, Zone: "Asia/Tokyo",
		Days: []time.Weekday{0, 1, 2, 3, 4, 5, 6},
	}}}))
	tasks := byLane(t, f)
	early := claim(t, f, tasks["other"][0])
	if early == nil {
		t.Fatal("not claimed inside the hours")
	}
	f.Clock.T = f.Clock.T.Add(10 * time.Hour)
	if claim(t, f, tasks["other"][1]) != nil {
		t.Error("claimed at the end of the hours")
	}
	if stopped, err := f.Stopped(ctx, early); err != nil || !stopped {
		t.Errorf("a claim that waits past the hours goes on: %v %v", stopped, err)
	}
	if claim(t, f, tasks[""][0]) == nil {
		t.Error("paper waits for the hours")
	}
	p, err := f.Pacing(ctx, "test")
	must(t, err)
	if n := p.Room("other"); n != 0 {
		t.Errorf("room for %d", n)
	}
	if r := rests(t, f); !r.Shut || !r.Opens.Equal(f.Clock.T.Add(13*time.Hour)) {
		t.Errorf("rests: %+v", r)
	}
	f.Clock.T = f.Clock.T.Add(13 * time.Hour)
	if r := rests(t, f); r.Shut || len(byLane(t, f)["other"]) != 1 {
		t.Errorf("in the morning: %+v", r)
	}
}

func TestNoMoreThanItsCapOfAProviderIsUnderWay(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, noMoreThanItsCapOfAProviderIsUnderWay)
}

func noMoreThanItsCapOfAProviderIsUnderWay(t *testing.T, f *ledgertest.Fixture) {
	paced(t, f, 5, 5, pace.Rules{Temper: pace.Usual(), Caps: map[string]int{"docomo": 2}})
	tasks := byLane(t, f)
	first := claim(t, f, tasks["docomo"][0])
	if claim(t, f, tasks["docomo"][1]) == nil || claim(t, f, tasks["docomo"][2]) != nil {
		t.Error("not two at once")
	}
	for _, k := range tasks["other"] {
		if claim(t, f, k) == nil {
			t.Error("another provider is held up")
		}
	}
	must(t, f.Sent(ctx, first, ledger.Attempt{Code: 250}))
	if claim(t, f, tasks["docomo"][3]) == nil {
		t.Error("not claimed once there is room")
	}
	held, err := f.UnderWay(ctx)
	must(t, err)
	if held[ledger.Stream{Campaign: "test", Lane: "docomo"}] != 3 ||
		held[ledger.Stream{Campaign: "test", Lane: "other"}] != 5 { // one of docomo is queued still
		t.Errorf("under way %v", held)
	}
}

func TestTheNextBatchOpensWhileAProviderOfTheOneBeforeRests(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, theNextBatchOpensWhileAProviderOfTheOneBeforeRests)
}

func theNextBatchOpensWhileAProviderOfTheOneBeforeRests(t *testing.T, f *ledgertest.Fixture) {
	paced(t, f, 8, 1, pace.Rules{Temper: pace.Usual()})
	advance(t, f, ledger.Policy{Parallel: 1})
	lanes, err := f.Lanes(ctx, "test")
	must(t, err)
	tasks, err := f.Feed(ctx, lanes[0], 5)
	must(t, err)
	for _, k := range tasks {
		must(t, f.Deferred(ctx, claim(t, f, k), ledger.Attempt{Code: 421}, f.Clock.T.Add(time.Hour)))
	}
	advance(t, f, ledger.Policy{Parallel: 1})
	counts, err := f.Counts(ctx, "test")
	must(t, err)
	if counts.Batches[1].Opened.IsZero() {
		t.Error("the next batch waits for a provider that rests")
	}
}

func TestWhatWasOnlyPutOffKeepsNoBatchFromHalting(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 40})
		for i, k := range feed(t, f) {
			c := claim(t, f, k)
			switch {
			case i < 30: // at a slow domain: no relay was asked
				must(t, f.PutOff(ctx, c, f.Clock.T.Add(time.Hour)))
			case i < 32:
				must(t, f.Refused(ctx, c, ledger.Attempt{Code: 552}))
			default:
				must(t, f.Sent(ctx, c, ledger.Attempt{Code: 250}))
			}
		}
		for _, after := range []int{11, 10} {
			advance(t, f, ledger.Policy{Parallel: 1, HaltRefused: 0.1, HaltAfter: after})
			counts, err := f.Counts(ctx, "test")
			must(t, err)
			if halted := counts.Batches[0].Halted; halted != (after == 10) {
				t.Errorf("halted %v when %d must have ended, of ten", halted, after)
			}
		}
	})
}

func TestABatchHaltsPastItsShareAndNotAtIt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		refused int
		share   float64
		halted  bool
	}{{29, 0.29, false}, {30, 0.29, true}, {7, 0.07, false}, {8, 0.07, true}} {
		t.Run(fmt.Sprintf("%d of 100 at a limit of %g", test.refused, test.share), func(t *testing.T) {
			t.Parallel()
			f := ledgertest.New(t)
			f.Import(t, ledgertest.Batch{Name: "a", People: 101})
			for i, k := range feed(t, f)[:100] {
				c := claim(t, f, k)
				if i < test.refused {
					must(t, f.Refused(ctx, c, ledger.Attempt{Code: 550}))
				} else {
					must(t, f.Sent(ctx, c, ledger.Attempt{}))
				}
			}
			advance(t, f, ledger.Policy{Parallel: 1, HaltRefused: test.share, HaltAfter: 101})
			counts, err := f.Counts(ctx, "test")
			must(t, err)
			if counts.Batches[0].Halted {
				t.Error("halted before enough were tried")
			}
			advance(t, f, ledger.Policy{Parallel: 1, HaltRefused: test.share, HaltAfter: 100})
			counts, err = f.Counts(ctx, "test")
			must(t, err)
			if counts.Batches[0].Halted != test.halted {
				t.Errorf("halted %v", !test.halted)
			}
		})
	}
}
