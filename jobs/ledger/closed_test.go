package ledger_test

import (
	"slices"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// closing is what the numbers say of batches that are closed: of each, behind whose reports, and of all, which
// stand and whose reports ask for somebody.
type closing struct {
	behind         [][]int
	stands, asking []int
}

func wantClosing(t *testing.T, f *ledgertest.Fixture, want closing) {
	t.Helper()
	c, err := f.Counts(ctx, "test")
	must(t, err)
	var got closing
	for i, b := range c.Batches {
		got.behind = append(got.behind, b.Behind)
		if c.Stands(i) {
			got.stands = append(got.stands, i)
		}
		if b.Closed() != (len(b.Behind) > 0) {
			t.Errorf("batch %s: closed %v behind %v", b.Name, b.Closed(), b.Behind)
		}
	}
	got.asking = c.Asking()
	if !slices.EqualFunc(got.behind, want.behind, slices.Equal) || !slices.Equal(got.stands, want.stands) ||
		!slices.Equal(got.asking, want.asking) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestTheNumbersSayBehindWhoseReportsBatchesAre(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t,
			ledgertest.Batch{Name: "a", People: 1, Report: &ledger.ReportTerms{Acknowledge: true}},
			ledgertest.Batch{Name: "b", People: 1, Report: &ledger.ReportTerms{}, Also: "a"},
			ledgertest.Batch{Name: "c", People: 1, Also: "a"},
		)
		moving := closing{behind: [][]int{{0}, {0, 1}, {0}}}
		wantClosing(t, f, moving)
		reports := wantPurposes(t, f, "a corporate-report", "b corporate-report")
		must(t, f.Refused(ctx, reports[0], ledger.Attempt{Code: 550}))
		wantClosing(t, f, closing{moving.behind, []int{0, 2}, []int{0}}) // b's report is at the relay
		sent(t, f, reports[1])
		stands := closing{[][]int{{0}, {0}, {0}}, []int{0, 1, 2}, []int{0}}
		wantClosing(t, f, stands)
		_, err := f.Retry(ctx, ledger.Failed{Campaign: "test"}, ledgertest.By)
		must(t, err)
		wantClosing(t, f, closing{behind: stands.behind})
		must(t, f.Hold(ctx, "test", "a", ledgertest.By))
		wantClosing(t, f, stands)
		must(t, f.Resume(ctx, "test", "a", ledgertest.By))
		sent(t, f, wantPurposes(t, f, "a corporate-report")...)
		wantClosing(t, f, stands) // nobody has acknowledged it
		must(t, f.Acknowledge(ctx, "test", "a", "見本 花子", ledgertest.By))
		wantClosing(t, f, closing{behind: [][]int{nil, nil, nil}})
	})
}

func TestABatchIsBehindNoCancelledCompany(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t,
			ledgertest.Batch{Name: "a", People: 1, Report: &ledger.ReportTerms{}},
			ledgertest.Batch{Name: "b", People: 1, Also: "a"},
		)
		_, err := f.Cancel(ctx, "test", "a", ledgertest.By)
		must(t, err)
		wantClosing(t, f, closing{behind: [][]int{nil, nil}})
	})
}

// comesBack hands the report to batch a over, and lets it come back.
func comesBack(t *testing.T, f *ledgertest.Fixture, report int64) {
	t.Helper()
	handAll(t, f)
	if r := reportOf(t, f, "a"); !r.Reached {
		t.Fatalf("report %+v", r)
	}
	for _, r := range answer(t, f, ledger.Answer{Delivery: report, Event: ledger.EventReturned, Reason: "moved"}) {
		must(t, r.Err)
	}
}

func TestAReportThatComesBackKeepsItsBatchClosedUntilItIsWrittenAgain(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		later := f.Clock.T.Add(48 * time.Hour)
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Start: later, ReportBy: ledger.Letter,
			Report: &ledger.ReportTerms{}})
		comesBack(t, f, letter(2))
		f.Clock.T = later
		wantNobody(t, f)
		if r := reportOf(t, f, "a"); r.State != ledger.Returned || r.Reason != "moved" || !r.Closes() || r.Moves() {
			t.Errorf("report %+v", r)
		}
		wantClosing(t, f, closing{[][]int{{0}}, []int{0}, []int{0}})
		back, err := f.ReturnedLetters(ctx, "test")
		must(t, err)
		if len(back) != 1 || back[0].Person != "CONTACT-a" || back[0].Told {
			t.Fatalf("came back: %+v", back)
		}
		_, err = f.Remail(ctx, "test", []ledger.Remail{{Delivery: back[0].Delivery}}, f.Key, ledgertest.By)
		must(t, err)
		if r := reportOf(t, f, "a"); r.State != ledger.Ready || !r.Moves() {
			t.Errorf("report %+v", r)
		}
		handAll(t, f)
		wantPurposes(t, f, "a first")
	})
}

func TestAReportThatComesBackAfterItsBatchHasOpenedAsksForSomebody(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, ReportBy: ledger.Letter, Report: &ledger.ReportTerms{}})
		handAll(t, f)
		people := wantPurposes(t, f, "a first")
		answer(t, f, ledger.Answer{Delivery: letter(2), Event: ledger.EventReturned})
		sent(t, f, people...)
		c, err := f.Counts(ctx, "test")
		must(t, err)
		if b := c.Batches[0]; !b.Missed() || b.Closed() || !slices.Equal(c.Asking(), []int{0}) {
			t.Errorf("missed %v, closed %v, asking %v", b.Missed(), b.Closed(), c.Asking())
		}
		if c.People.Told != 1 {
			t.Errorf("people %+v", c.People)
		}
	})
}

// A letter in place of an e-mail has a number beyond all others.
func TestAReportThatFellBackToALetterIsWrittenAgainAsWell(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Start: f.Clock.T.Add(time.Hour), Report: &ledger.ReportTerms{}})
		mail := wantPurposes(t, f, "a corporate-report")[0]
		must(t, f.Refused(ctx, mail, ledger.Attempt{Code: 550, Letter: true}))
		comesBack(t, f, mail.Delivery+1<<27)
		back, err := f.ReturnedLetters(ctx, "test")
		must(t, err)
		_, err = f.Remail(ctx, "test", []ledger.Remail{{Delivery: back[0].Delivery}}, f.Key, ledgertest.By)
		must(t, err)
		if r := reportOf(t, f, "a"); r.State != ledger.Ready || r.Channel != ledger.Letter || !r.Moves() {
			t.Errorf("report %+v", r)
		}
	})
}
