package ledger_test

import (
	"slices"
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// reviseReports brings in a second revision of one batch, a, on these terms.
func reviseReports(t *testing.T, f *ledgertest.Fixture, terms *ledger.ReportTerms, as ...ledger.Amendment) {
	t.Helper()
	c := second(2)
	c.Batches = []ledger.NewBatch{{Name: "a", Report: terms}}
	r, err := f.Revise(ctx, c, f.Key, "tester")
	must(t, err)
	for _, a := range as {
		if a.Batch != "" {
			a.Batch = "a"
		}
		must(t, r.Add(ctx, a))
	}
	must(t, r.Commit(ctx, ledger.ImportCounts{}, ledger.Verdicts{First: len(as)}, ledgertest.By))
}

func contactOf(t *testing.T, f *ledgertest.Fixture, batch string) ledger.Former {
	t.Helper()
	all, err := f.Formers(ctx, "test", f.Key)
	must(t, err)
	contacts, err := all.Contacts(ctx)
	must(t, err)
	return contacts[batch]
}

// report is a further report to the contact of batch a, with other numbers.
func report(former int64) ledger.Amendment {
	return ledger.Amendment{Change: ledger.BeReported, Former: former, NewPerson: ledger.NewPerson{
		Ref: "CONTACT-2", Batch: "a", Locale: "ja", Notice: "report", Data: []byte(`{"name":"new numbers"}`),
		Deliveries: []ledger.NewDelivery{{Channel: ledger.Email, Lane: "other"}},
	}}
}

func TestAFurtherReportClosesTheBatchUntilItTooIsSentAndAcknowledged(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		terms := &ledger.ReportTerms{Acknowledge: true}
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Report: terms})
		acknowledge := func() error { return f.Acknowledge(ctx, "test", "a", "見本 花子", ledgertest.By) }
		sent(t, f, wantPurposes(t, f, "a corporate-report")...)
		must(t, acknowledge())
		sent(t, f, wantPurposes(t, f, "a first")...)

		was := contactOf(t, f, "a")
		if was.Heard == nil || !was.Heard.Current || was.Ref != "CONTACT-a" {
			t.Fatalf("contact %+v", was)
		}
		if n := len(formers(t, f)); n != 1 {
			t.Errorf("%d people of the revision before", n)
		}
		reviseReports(t, f, terms, report(was.ID), newcomer(f, 1))
		if p := affected(t, f); p != (ledger.People{Affected: 2, Told: 1, Untold: 1}) {
			t.Errorf("people %+v", p)
		}
		sent(t, f, wantPurposes(t, f, "a corporate-report")...)
		wantPurposes(t, f)
		if r := reportOf(t, f, "a"); !r.Reached || r.Acknowledged {
			t.Errorf("report %+v", r)
		}
		must(t, acknowledge())
		sent(t, f, wantPurposes(t, f, "a first")...)
		if p := affected(t, f); p != (ledger.People{Affected: 2, Told: 2}) {
			t.Errorf("people %+v", p)
		}
		if x := contactOf(t, f, "a"); x.ID != was.ID || string(x.Data) != `{"name":"new numbers"}` {
			t.Errorf("contact %+v", x)
		}
	})
}

func TestWhatACompanyWasToldHoldsWhereNothingChangedOfIt(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Report: &ledger.ReportTerms{}})
		sent(t, f, wantPurposes(t, f, "a corporate-report")...)
		reviseReports(t, f, &ledger.ReportTerms{Acknowledge: true}, newcomer(f, 1)) // now it is asked for
		wantPurposes(t, f)
		must(t, f.Acknowledge(ctx, "test", "a", "見本 花子", ledgertest.By))
		if got, _ := purposes(t, f, feed(t, f)); !slices.Equal(got, []string{"a first", "a first"}) {
			t.Errorf("fed %q", got)
		}
	})
}

func TestAReportThatWasNotSentIsOvertakenByTheNext(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Report: &ledger.ReportTerms{}})
		must(t, f.Refused(ctx, wantPurposes(t, f, "a corporate-report")[0], ledger.Attempt{Code: 550}))
		reviseReports(t, f, &ledger.ReportTerms{}, report(contactOf(t, f, "a").ID))
		if r := reportOf(t, f, "a"); r.State != ledger.Waiting || !r.Moves() {
			t.Errorf("report %+v", r)
		}
		sent(t, f, wantPurposes(t, f, "a corporate-report")...)
		wantPurposes(t, f, "a first")
	})
}

func TestACompanyThatIsReportedToNoLongerWaitsForNoReport(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Report: &ledger.ReportTerms{}})
		cleared := ledger.Amendment{Change: ledger.BeCleared, Former: contactOf(t, f, "a").ID}
		reviseReports(t, f, nil, cleared)
		wantPurposes(t, f, "a first")
		if p := affected(t, f); p != (ledger.People{Affected: 1, Untold: 1}) {
			t.Errorf("people %+v", p)
		}
		if s := states(t, f); s[ledger.Superseded] != 1 {
			t.Errorf("states %v", s)
		}
	})
}

func TestARevisionMayBeginToReportAndToList(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 2})
		reviseReports(t, f, &ledger.ReportTerms{Listed: true}, report(0), newcomer(f, 1),
			ledger.Amendment{Change: ledger.BeCleared, Former: formers(t, f)[0].ID})
		var got []string
		for m, err := range f.Members(ctx, "test", "a", f.Key) {
			must(t, err)
			got = append(got, m.Ref)
		}
		if want := []string{"REF-002", "NEW-001"}; !slices.Equal(got, want) {
			t.Errorf("members %q, want %q", got, want)
		}
		if p, err := f.PersonByRef(ctx, "test", "CONTACT-2", f.Key); p != nil || err != nil {
			t.Errorf("the contact is looked up: %v, %v", p, err)
		}
		sent(t, f, wantPurposes(t, f, "a corporate-report")...)
		wantPurposes(t, f, "a first", "a first")
	})
}
