package ledger_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// allSent makes a campaign of n people whose e-mails the relay took, and returns their deliveries.
func allSent(t *testing.T, f *ledgertest.Fixture, n int) (ids []int64) {
	t.Helper()
	f.Import(t, ledgertest.Batch{Name: "a", People: n, Lane: "docomo"})
	for _, k := range feed(t, f) {
		a := ledger.Attempt{Code: 250, Line: "queued as X1", MessageID: messageIDOf(k.Delivery)}
		must(t, f.Sent(ctx, claim(t, f, k), a))
		ids = append(ids, k.Delivery)
	}
	return ids
}

func messageIDOf(delivery int64) string { return strings.Repeat("0", int(delivery%8)) + "@example.com" }

// failure is a report that a delivery failed; digest tells it from others.
func failure(delivery int64, digest byte) ledger.Notification {
	return ledger.Notification{
		Delivery: delivery, Failed: true, Digest: [32]byte{digest},
		Code: 550, Enhanced: "5.1.1", Line: "550 5.1.1 no [address]",
	}
}

type reports = []ledger.Notification

// The effects, for short.
const (
	toBounced = ledger.EffectBounced
	known     = ledger.EffectKnown
	unsent    = ledger.EffectUnsent
	stray     = ledger.EffectStray
)

// wantEffects gives notifications to the ledger.
func wantEffects(t *testing.T, f *ledgertest.Fixture, all reports, want ...ledger.Effect) []ledger.Notified {
	t.Helper()
	got, err := f.Notify(ctx, "test", all, ledgertest.By)
	must(t, err)
	var effects []ledger.Effect
	for _, n := range got {
		effects = append(effects, n.Effect)
	}
	if !slices.Equal(effects, want) {
		t.Fatalf("effects %q, want %q", effects, want)
	}
	return got
}

func wantPeople(t *testing.T, f *ledgertest.Fixture, want ledger.People) {
	t.Helper()
	states(t, f)
	if got := affected(t, f); got != want {
		t.Errorf("people %+v, want %+v", got, want)
	}
}

func TestAReportedFailureMakesItsPersonUntoldAndIsJournalled(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		ids := allSent(t, f, 3)
		got := wantEffects(t, f, reports{failure(ids[0], 1), {Delivery: ids[1]}, failure(ids[2], 2)},
			toBounced, ledger.EffectNone, toBounced)
		if got[0].Lane != "docomo" || got[1].Lane != "docomo" || got[0].Letter {
			t.Errorf("%+v", got)
		}
		wantPeople(t, f, ledger.People{Affected: 3, Told: 1, Untold: 2})
		for d, err := range f.Deliveries(ctx, "test") {
			must(t, err)
			if d.ID != ids[1] && (d.State != ledger.Bounced || d.Code != 550 || d.Enhanced != "5.1.1" ||
				d.Line != "queued as X1") {
				t.Errorf("%+v", d)
			}
		}
		rows, err := f.Journal(ctx, "test")
		must(t, err)
		if r := rows[len(rows)-1]; r.Verb != "bounce" || r.What != "as reported" || r.N != 2 || r.Who != "tester" {
			t.Errorf("journal %+v", r)
		}
		failures, err := f.Failures(ctx, "test")
		must(t, err)
		want := ledger.Failure{
			State: ledger.Bounced, Channel: ledger.Email, Code: 550, Enhanced: "5.1.1", N: 2, All: 2, OfState: 2,
		}
		if len(failures) != 1 || failures[0] != want {
			t.Errorf("failures %+v", failures)
		}
		kept, err := ledger.Rows(f.Ledger, "bounce")
		must(t, err)
		if len(kept) != 2 || !strings.Contains(kept[0], "line 550 5.1.1 no [address]") ||
			!strings.Contains(kept[0], "attempt 1") {
			t.Errorf("kept %q", kept)
		}
		if n, err := f.Unmet(ctx, "test"); n != 2 || err != nil {
			t.Errorf("%d unmet, %v", n, err)
		}
	})
}

func TestAReportReadTwiceAndASecondOneOfTheSameDeliveryChangeNothing(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		id := allSent(t, f, 1)[0]
		wantEffects(t, f, reports{failure(id, 1), failure(id, 1), failure(id, 2)},
			toBounced, known, known)
		before, err := f.Journal(ctx, "test")
		must(t, err)
		wantEffects(t, f, reports{failure(id, 2), failure(id, 1)}, known, known)
		if s := states(t, f); s[ledger.Bounced] != 1 || len(s) > 3 {
			t.Errorf("states %v", s)
		}
		after, err := f.Journal(ctx, "test")
		must(t, err)
		if len(after) != len(before) {
			t.Errorf("journal %+v", after[len(before):])
		}
	})
}

// The mailbox still has the report that the retry has answered.
func TestAnOldReportSaysNothingOfANewAttemptAndANewOneDoes(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		id := allSent(t, f, 1)[0]
		wantEffects(t, f, reports{failure(id, 1)}, toBounced)
		n, err := f.Retry(ctx, ledger.Failed{Campaign: "test", States: []ledger.State{ledger.Bounced}}, ledgertest.By)
		if n != 1 || err != nil {
			t.Fatalf("%d tried again, %v", n, err)
		}
		wantEffects(t, f, reports{failure(id, 1), failure(id, 2)}, known, unsent)
		c := claim(t, f, feed(t, f)[0])
		wantEffects(t, f, reports{failure(id, 2)}, unsent) // it is at the relay
		must(t, f.Sent(ctx, c, ledger.Attempt{Code: 250}))
		wantEffects(t, f, reports{failure(id, 1)}, known)
		wantPeople(t, f, ledger.People{Affected: 1, Told: 1})
		wantEffects(t, f, reports{failure(id, 2)}, toBounced)
		wantPeople(t, f, ledger.People{Affected: 1, Untold: 1})
	})
}

func TestAReportSettlesAnUncertainDeliveryAndItsLostWorkerDoesNotUndoIt(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		c := claim(t, f, feed(t, f)[0])
		f.Clock.T = f.Clock.T.Add(5 * time.Minute)
		if n, err := f.LoseWorkers(ctx, ledger.Lost); n != 1 || err != nil {
			t.Fatalf("%d lost, %v", n, err)
		}
		wantEffects(t, f, reports{failure(c.Delivery, 1)}, toBounced)
		wantPeople(t, f, ledger.People{Affected: 1, Untold: 1})
		must(t, f.Sent(ctx, c, ledger.Attempt{Code: 250}))
		if s := states(t, f); s[ledger.Bounced] != 1 || len(listDoubts(t, f)) != 0 {
			t.Errorf("states %v", s)
		}
		attempts, err := ledger.Rows(f.Ledger, "attempt")
		must(t, err)
		if len(attempts) != 1 || !strings.Contains(attempts[0], "outcome bounced") {
			t.Errorf("attempts %q", attempts)
		}
	})
}

func TestAReportOfAnotherCampaignOfALetterOrOfNothingIsStray(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Channel: ledger.Letter})
		var letter int64
		for d, err := range f.Deliveries(ctx, "test") {
			must(t, err)
			letter = d.ID
		}
		for _, id := range []int64{letter, letter + 1, letter << 1, -1} {
			wantEffects(t, f, reports{failure(id, 1)}, stray)
		}
		if n, err := ledger.CountRows(f.Ledger, "bounce"); n != 0 || err != nil {
			t.Errorf("%d kept, %v", n, err)
		}
		_, err := f.Notify(ctx, "other", reports{failure(letter, 1)}, ledgertest.By)
		if !errors.Is(err, ledger.ErrNoCampaign) {
			t.Errorf("error %v", err)
		}
	})
}

func TestManyReportsOfDifferentAnswersAreKeptTogether(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		ids := allSent(t, f, 600) // more than one transaction's
		var all []ledger.Notification
		for i, id := range ids {
			n := failure(id, 1)
			if n.Code += i % 3; i%2 == 0 {
				n.Enhanced = ""
			}
			all = append(all, n)
		}
		got, err := f.Notify(ctx, "test", all, ledgertest.By)
		must(t, err)
		if s := states(t, f); len(got) != 600 || s[ledger.Bounced] != 600 {
			t.Errorf("%d answers, states %v", len(got), s)
		}
		failures, err := f.Failures(ctx, "test")
		must(t, err)
		if len(failures) != 6 || failures[0].N != 100 {
			t.Errorf("failures %+v", failures)
		}
	})
}

func TestALetterTakesABouncedEmailsPlaceOnceEvenIfItWasTakenBackBefore(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 2})
		tasks := feed(t, f)
		must(t, f.Refused(ctx, claim(t, f, tasks[0]), ledger.Attempt{Code: 550, Letter: true}))
		must(t, f.Sent(ctx, claim(t, f, tasks[1]), ledger.Attempt{Code: 250}))
		_, err := f.Retry(ctx, ledger.Failed{Campaign: "test"}, ledgertest.By)
		must(t, err)
		for _, k := range feed(t, f) {
			if k.Channel == ledger.Email {
				must(t, f.Sent(ctx, claim(t, f, k), ledger.Attempt{Code: 250}))
			}
		}
		if s := states(t, f); s[ledger.Cancelled] != 1 || s[ledger.Sent] != 2 {
			t.Fatalf("states %v", s)
		}
		first, second := failure(tasks[0].Delivery, 1), failure(tasks[1].Delivery, 1)
		first.Letter, second.Letter = true, true
		for _, n := range wantEffects(t, f, reports{first, second}, toBounced, toBounced) {
			if !n.Letter {
				t.Errorf("%+v", n)
			}
		}
		second.Digest[0] = 9
		if n := wantEffects(t, f, reports{second}, known)[0]; n.Letter {
			t.Errorf("a second letter: %+v", n)
		}
		if s := states(t, f); s[ledger.Ready] != 2 || s[ledger.Bounced] != 2 || s[ledger.Cancelled] != 0 {
			t.Errorf("states %v", s)
		}
		if tasks := feed(t, f); len(tasks) != 2 || tasks[0].Channel != ledger.Letter {
			t.Errorf("fed %+v", tasks)
		}
	})
}

func TestNoLetterIsMadeOfACancelledBatchNorOfFactsThatAreNoLongerInForce(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		ids := allSent(t, f, 2)
		was := formers(t, f)
		revise(t, f, 2, amended(was[0], ledger.BeUpdated), silent(was[1], ledger.BeAsBefore, "a"))
		told(t, f)
		_, err := f.Cancel(ctx, "test", "a", ledgertest.By)
		must(t, err)
		old, cancelled := failure(ids[0], 1), failure(ids[1], 1)
		old.Letter, cancelled.Letter = true, true
		for _, n := range wantEffects(t, f, reports{old, cancelled}, toBounced, toBounced) {
			if n.Letter {
				t.Errorf("%+v", n)
			}
		}
		wantPeople(t, f, ledger.People{Affected: 2, Told: 1, Untold: 1}) // the update reached the one
	})
}

// Whose only notice bounced was not told: they get a first notice, and nobody withdraws what they never heard.
func TestABouncedNoticeOfTheRevisionBeforeDoesNotCountAsTold(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		ids := allSent(t, f, 2)
		wantEffects(t, f, reports{failure(ids[0], 1)}, toBounced)
		was := formers(t, f)
		if was[0].Heard != nil || was[0].Standing != ledger.Untold || was[1].Heard == nil {
			t.Fatalf("formers %+v", was)
		}
		revise(t, f, 2, amended(was[0], ledger.BeFirst), amended(was[1], ledger.BeWithdrawn))
		var purposes []string
		for range 2 {
			for _, k := range feed(t, f) {
				c := claim(t, f, k)
				purposes = append(purposes, c.Purpose)
				sent(t, f, c)
			}
		}
		if slices.Sort(purposes); !slices.Equal(purposes, []string{ledger.First, ledger.Withdrawal}) {
			t.Errorf("purposes %q", purposes)
		}
		wantEffects(t, f, reports{failure(ids[0], 1)}, known)
	})
}

func TestACodeStaysWithThePersonWhoseEmailBounced(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 1, lot("a.csv", "A-1", "A-2"))
		for _, k := range feed(t, f) {
			if k.Channel == ledger.Email {
				must(t, f.Sent(ctx, claim(t, f, k), ledger.Attempt{Code: 250}))
				wantEffects(t, f, reports{failure(k.Delivery, 1)}, toBounced)
			}
		}
		_, err := f.Retry(ctx, ledger.Failed{Campaign: "test"}, ledgertest.By)
		must(t, err)
		for _, k := range feed(t, f) {
			if k.Channel == ledger.Email {
				if got := codeOf(t, f, claim(t, f, k)); got != "A-1" {
					t.Errorf("code %q", got)
				}
			}
		}
		if c := codeCounts(t, f); c.Lots[0].Left != 1 {
			t.Errorf("%+v", c)
		}
	})
}

func TestAReportToACompanyThatBouncesKeepsItsBatchClosedOrIsMissed(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		later := f.Clock.T.Add(48 * time.Hour)
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Start: later, Report: &ledger.ReportTerms{}},
			ledgertest.Batch{Name: "b", People: 1, Report: &ledger.ReportTerms{}})
		claims := wantPurposes(t, f, "a corporate-report", "b corporate-report")
		sent(t, f, claims...)
		wantEffects(t, f, reports{failure(claims[0].Delivery, 1)}, toBounced)
		f.Clock.T = later
		sent(t, f, wantPurposes(t, f, "b first")...)
		wantEffects(t, f, reports{failure(claims[1].Delivery, 1)}, toBounced)
		c, err := f.Counts(ctx, "test")
		must(t, err)
		a, b := c.Batches[0], c.Batches[1]
		if !a.Closed() || a.Report.State != ledger.Bounced || !b.Missed() || a.Missed() {
			t.Errorf("a %+v, b %+v", a, b)
		}
		if !slices.Equal(c.Asking(), []int{0, 1}) || c.People.Told != 1 {
			t.Errorf("asking %v, people %+v", c.Asking(), c.People)
		}
		_, err = f.Retry(ctx, ledger.Failed{Campaign: "test", Batch: "a"}, ledgertest.By)
		must(t, err)
		sent(t, f, wantPurposes(t, f, "a corporate-report")...)
		wantPurposes(t, f, "a first")
	})
}

func TestABatchHaltsByWhatBouncesWhileThereIsSomethingToKeepBack(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 10}, ledgertest.Batch{Name: "b", People: 10})
		p := ledger.Policy{Parallel: 2, HaltRefused: 0.1, HaltAfter: 5}
		advance(t, f, p)
		lanes, err := f.Lanes(ctx, "test")
		must(t, err)
		for i, lane := range lanes {
			tasks, err := f.Feed(ctx, lane, []int{5, 10}[i])
			must(t, err)
			var failures []ledger.Notification
			for _, k := range tasks {
				sent(t, f, claim(t, f, k))
				failures = append(failures, failure(k.Delivery, 1))
			}
			wantEffects(t, f, failures[:2], toBounced, toBounced)
		}
		advance(t, f, p)
		c, err := f.Counts(ctx, "test")
		must(t, err)
		if !c.Batches[0].Halted || c.Batches[1].Halted {
			t.Errorf("halted %v and, with nothing left to send, %v", c.Batches[0].Halted, c.Batches[1].Halted)
		}
		rows, err := f.Journal(ctx, "test")
		must(t, err)
		if r := rows[len(rows)-1]; r.Verb != "halt" || r.Why != "more than 10 % refused or bounced" {
			t.Errorf("journal %+v", r)
		}
	})
}

func TestADeliveryIsFoundByTheMessageIDThatItWasSentWith(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		ids := allSent(t, f, 3)
		wanted := map[string]bool{messageIDOf(ids[1]): true, "another@example.com": true}
		found, err := f.ByMessageID(ctx, "test", wanted)
		must(t, err)
		if len(found) != 1 || found[messageIDOf(ids[1])] != ids[1] {
			t.Errorf("found %v", found)
		}
		if found, err := f.ByMessageID(ctx, "test", nil); len(found) != 0 || err != nil {
			t.Errorf("found %v, %v", found, err)
		}
		if _, err := f.ByMessageID(ctx, "other", nil); !errors.Is(err, ledger.ErrNoCampaign) {
			t.Errorf("error %v", err)
		}
	})
}
