package ledger_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// purposes claims tasks and says of each the batch and the purpose.
func purposes(t *testing.T, f *ledgertest.Fixture, tasks []ledger.Task) (out []string, claims []*ledger.Claim) {
	t.Helper()
	for _, k := range tasks {
		c := claim(t, f, k)
		out, claims = append(out, c.Batch+" "+c.Purpose), append(claims, c)
	}
	return out, claims
}

func wantPurposes(t *testing.T, f *ledgertest.Fixture, want ...string) []*ledger.Claim {
	t.Helper()
	got, claims := purposes(t, f, feed(t, f))
	if !slices.Equal(got, want) {
		t.Fatalf("fed %q, want %q", got, want)
	}
	return claims
}

func sent(t *testing.T, f *ledgertest.Fixture, claims ...*ledger.Claim) {
	t.Helper()
	for _, c := range claims {
		must(t, f.Sent(ctx, c, ledger.Attempt{Code: 250}))
	}
}

func reportOf(t *testing.T, f *ledgertest.Fixture, batch string) *ledger.ReportCounts {
	t.Helper()
	c, err := f.Counts(ctx, "test")
	must(t, err)
	for _, b := range c.Batches {
		if b.Name == batch {
			return b.Report
		}
	}
	t.Fatalf("no batch %q", batch)
	return nil
}

func TestNobodyOfACompanyIsWrittenToBeforeItsReportAndItsDate(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		later := f.Clock.T.Add(48 * time.Hour)
		f.Import(t,
			ledgertest.Batch{Name: "a", People: 1, Report: &ledger.ReportTerms{}},
			ledgertest.Batch{Name: "b", People: 1, Start: later, Report: &ledger.ReportTerms{}},
			ledgertest.Batch{Name: "c", People: 1, Start: later},
		)
		reports := wantPurposes(t, f, "a corporate-report", "b corporate-report")
		wantPurposes(t, f) // the one is at the relay, and the other's time has not come either
		sent(t, f, reports[1])
		wantPurposes(t, f)
		sent(t, f, reports[0])
		sent(t, f, wantPurposes(t, f, "a first")...)
		wantPurposes(t, f)
		f.Clock.T = later
		sent(t, f, wantPurposes(t, f, "b first")...)
		sent(t, f, wantPurposes(t, f, "c first")...)
	})
}

func TestABatchWaitsForTheReportsToTheFurtherCompaniesOfItsPeople(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t,
			ledgertest.Batch{Name: "a", People: 1, Report: &ledger.ReportTerms{}},
			ledgertest.Batch{Name: "b", People: 1, Report: &ledger.ReportTerms{}, Also: "a"},
			ledgertest.Batch{Name: "c", People: 1, Also: "a"},
		)
		reports := wantPurposes(t, f, "a corporate-report", "b corporate-report")
		sent(t, f, reports[1])
		must(t, f.Refused(ctx, reports[0], ledger.Attempt{Code: 550}))
		wantPurposes(t, f) // nobody of b or c: they are a's too
		must(t, f.Release(ctx, "test", "b", ledgertest.By))
		wantPurposes(t, f)
		_, err := f.Cancel(ctx, "test", "a", ledgertest.By)
		must(t, err)
		sent(t, f, wantPurposes(t, f, "b first")...)
		sent(t, f, wantPurposes(t, f, "c first")...)
	})
}

func TestAReportGoesOnItsOwnDay(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		later := f.Clock.T.Add(time.Hour)
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Report: &ledger.ReportTerms{At: later}},
			ledgertest.Batch{Name: "b", People: 1})
		sent(t, f, wantPurposes(t, f, "b first")...) // which does not wait for another's report
		if r := reportOf(t, f, "a"); !r.Due.Equal(later) || !r.Moves() || !r.Closes() {
			t.Errorf("report %+v", r)
		}
		f.Clock.T = later
		wantPurposes(t, f, "a corporate-report")
	})
}

func TestAReportThatDidNotArriveKeepsItsBatchClosedUntilItHas(t *testing.T) {
	t.Parallel()
	for state, settle := range map[ledger.State]func(*ledgertest.Fixture, *ledger.Claim) error{
		ledger.Refused: func(f *ledgertest.Fixture, c *ledger.Claim) error {
			return f.Refused(ctx, c, ledger.Attempt{Code: 550, Enhanced: "5.1.1"})
		},
		ledger.Expired: func(f *ledgertest.Fixture, c *ledger.Claim) error {
			return f.Expired(ctx, c, ledger.Attempt{Code: 451})
		},
		ledger.Blocked: func(f *ledgertest.Fixture, c *ledger.Claim) error { return f.Blocked(ctx, c, "why") },
	} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
				f.Import(t, ledgertest.Batch{Name: "a", People: 1, Report: &ledger.ReportTerms{}})
				must(t, settle(f, wantPurposes(t, f, "a corporate-report")[0]))
				wantPurposes(t, f)
				must(t, f.Release(ctx, "test", "a", ledgertest.By)) // takes the date away, and not the report
				wantPurposes(t, f)
				if r := reportOf(t, f, "a"); r.State != state || r.Moves() || !r.Closes() {
					t.Errorf("report %+v", r)
				}
				if n, err := f.Retry(ctx, ledger.Failed{Campaign: "test"}, ledgertest.By); n != 1 || err != nil {
					t.Fatalf("%d retried, %v", n, err)
				}
				sent(t, f, wantPurposes(t, f, "a corporate-report")...)
				wantPurposes(t, f, "a first")
			})
		})
	}
}

func TestAnUncertainReportKeepsItsBatchClosedUntilItIsResolved(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Report: &ledger.ReportTerms{}})
		c := wantPurposes(t, f, "a corporate-report")[0]
		must(t, f.Uncertain(ctx, c, ledger.Attempt{}))
		wantPurposes(t, f)
		if r := reportOf(t, f, "a"); r.State != ledger.Uncertain || r.Moves() || !r.Closes() {
			t.Errorf("report %+v", r)
		}
		doubts, err := f.Doubts(ctx, "test")
		must(t, err)
		if n, err := f.Resolve(ctx, "test", []ledger.Found{foundOf(doubts[0], ledger.Sent)}, ledgertest.By); n != 1 ||
			err != nil {
			t.Fatalf("%d resolved, %v", n, err)
		}
		wantPurposes(t, f, "a first")
	})
}

func TestABatchWaitsForTheAcknowledgementThatIsAskedFor(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t,
			ledgertest.Batch{Name: "a", People: 1, Report: &ledger.ReportTerms{Acknowledge: true}},
			ledgertest.Batch{Name: "b", People: 1, Report: &ledger.ReportTerms{}},
			ledgertest.Batch{Name: "c", People: 1},
		)
		acknowledge := func(batch string) error {
			return f.Acknowledge(ctx, "test", batch, "見本 花子", ledgertest.By)
		}
		refuse := func(batch string, want error) {
			t.Helper()
			if err := acknowledge(batch); !errors.Is(err, want) {
				t.Errorf("batch %s: error %v, want %v", batch, err, want)
			}
		}
		refuse("a", ledger.ErrNotReported)
		reports := wantPurposes(t, f, "a corporate-report", "b corporate-report", "c first")
		sent(t, f, reports...)
		refuse("b", ledger.ErrNotAsked)
		refuse("c", ledger.ErrNoReport)
		refuse("d", ledger.ErrNoBatch)
		sent(t, f, wantPurposes(t, f, "b first")...)
		wantPurposes(t, f)
		if r := reportOf(t, f, "a"); !r.Reached || r.Moves() || !r.Closes() {
			t.Errorf("report %+v", r)
		}
		must(t, acknowledge("a"))
		refuse("a", ledger.ErrAcknowledged)
		wantPurposes(t, f, "a first")
		journal, err := f.Journal(ctx, "test")
		must(t, err)
		last := journal[len(journal)-1]
		if last.Verb != "acknowledge" || last.What != "batch a, by 見本 花子" || last.Who != ledgertest.By.Who {
			t.Errorf("journal %+v", last)
		}
	})
}

func TestAReportByLetterIsBoundWithoutThePeoplesAndOpensTheBatchOnceHanded(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 2, Channel: ledger.Letter, ReportBy: ledger.Letter,
			Report: &ledger.ReportTerms{}})
		tasks := feed(t, f)
		if len(tasks) != 1 {
			t.Fatalf("fed %v", tasks)
		}
		must(t, f.Typeset(ctx, claim(t, f, tasks[0]), ledger.Piece{Number: "1-1", Pages: 1, Sheets: 1}))
		for _, whole := range []bool{false, true} {
			if to, err := f.ToBind(ctx, "test", whole); len(to) != 1 || err != nil {
				t.Fatalf("to bind %v, %v", to, err)
			}
		}
		file := bind(t, f, []int64{tasks[0].Delivery})
		wantNobody(t, f)
		if r := reportOf(t, f, "a"); r.State != ledger.Bound || r.Moves() || !r.Closes() {
			t.Errorf("report %+v", r)
		}
		_, err := f.Hand(ctx, "test", ledger.Handover{PrintFile: file}, ledgertest.By)
		must(t, err)
		if n := len(feed(t, f)); n != 2 {
			t.Errorf("%d fed", n)
		}
	})
}

func wantNobody(t *testing.T, f *ledgertest.Fixture) {
	t.Helper()
	if tasks := feed(t, f); len(tasks) > 0 {
		t.Fatalf("fed %v", tasks)
	}
}

func TestWhoHoldsOrCancelsABatchHoldsOrCancelsItsReport(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Report: &ledger.ReportTerms{}},
			ledgertest.Batch{Name: "b", People: 1, Report: &ledger.ReportTerms{}})
		must(t, f.Hold(ctx, "test", "a", ledgertest.By))
		sent(t, f, wantPurposes(t, f, "b corporate-report")...)
		must(t, f.Resume(ctx, "test", "a", ledgertest.By))
		tasks := feed(t, f)
		must(t, f.Hold(ctx, "test", "a", ledgertest.By))
		if c, err := f.Claim(ctx, tasks[0], "w"); c != nil || err != nil {
			t.Errorf("claimed %v, %v", c, err)
		}
		if n, err := f.Cancel(ctx, "test", "a", ledgertest.By); n != 2 || err != nil {
			t.Errorf("%d cancelled, %v", n, err)
		}
		wantNobody(t, f)
	})
}

func TestReportContactsAreNoneOfThePeople(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 3, Report: &ledger.ReportTerms{}})
		wantPeople := func(want ledger.People) {
			t.Helper()
			c, err := f.Counts(ctx, "test")
			must(t, err)
			if c.People != want || c.Batches[0].People != want {
				t.Errorf("people %+v and %+v, want %+v", c.People, c.Batches[0].People, want)
			}
		}
		wantPeople(ledger.People{Affected: 3, Untold: 3})
		must(t, f.Refused(ctx, wantPurposes(t, f, "a corporate-report")[0], ledger.Attempt{Code: 550}))
		wantPeople(ledger.People{Affected: 3, Untold: 3})
		for p, err := range f.NotTold(ctx, "test", f.Key) {
			if must(t, err); !strings.HasPrefix(p.Ref, "REF-") {
				t.Errorf("%s is among those not told", p.Ref)
			}
		}
		if p, err := f.PersonByRef(ctx, "test", "CONTACT-a", f.Key); p != nil || err != nil {
			t.Errorf("found %v, %v", p, err)
		}
		_, err := f.Retry(ctx, ledger.Failed{Campaign: "test"}, ledgertest.By)
		must(t, err)
		sent(t, f, wantPurposes(t, f, "a corporate-report")...)
		wantPeople(ledger.People{Affected: 3, Untold: 3})
		sent(t, f, wantPurposes(t, f, "a first", "a first", "a first")...)
		wantPeople(ledger.People{Affected: 3, Told: 3})
		var rows []string
		for d, err := range f.Deliveries(ctx, "test") {
			must(t, err)
			rows = append(rows, d.Person+" "+d.Purpose)
		}
		if want := "CONTACT-a corporate-report"; len(rows) != 4 || rows[3] != want {
			t.Errorf("deliveries %q, want %q at the end", rows, want)
		}
		must(t, f.Purge(ctx, "test", 0, ledgertest.By))
		journal, err := f.Journal(ctx, "test")
		must(t, err)
		if n := journal[len(journal)-1].N; n != 3 {
			t.Errorf("%d people purged", n)
		}
	})
}

func TestTheListOfACompanyHasItsPeopleWhoeverTellsThem(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t,
			ledgertest.Batch{Name: "a", People: 2, Report: &ledger.ReportTerms{Listed: true}},
			ledgertest.Batch{Name: "b", People: 1},
			ledgertest.Batch{Name: "c", People: 1, Also: "a", Channel: "-"},
		)
		var got []string
		for m, err := range f.Members(ctx, "test", "a", f.Key) {
			must(t, err)
			got = append(got, fmt.Sprintf("%s %s %q", m.Ref, m.Batch, m.Data))
		}
		var want []string
		for i, of := range []string{"REF-001 a", "REF-002 a", "", "REF-004 c"} {
			if of != "" {
				want = append(want, fmt.Sprintf("%s %q", of, ledgertest.Data(i+1)))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("members %q, want %q", got, want)
		}
		c, err := f.Counts(ctx, "test")
		must(t, err)
		if c.Batches[0].Members != 1 {
			t.Errorf("%d members told with another batch", c.Batches[0].Members)
		}
	})
}

func TestAContactIsFoundByTheNumberOfTheReport(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Report: &ledger.ReportTerms{}}, ledgertest.Batch{Name: "b", People: 1})
		x, err := f.ContactByRef(ctx, "test", "CONTACT-a", f.Key)
		if err != nil || x == nil || x.Batch != "a" || len(x.Deliveries) != 1 {
			t.Errorf("%+v, %v", x, err)
		}
		for _, ref := range []string{"REF-001", "CONTACT-b", ""} {
			if x, err := f.ContactByRef(ctx, "test", ref, f.Key); x != nil || err != nil {
				t.Errorf("%q: %+v, %v", ref, x, err)
			}
		}
	})
}
