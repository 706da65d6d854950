package ledger_test

import (
	"fmt"
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

func TestAMessageOnThePageAloneIsHeardOnlyWhereItTells(t *testing.T) {
	t.Parallel()
	for _, tells := range []bool{false, true} {
		ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
			paged(t, f, tells, 2, 0)
			for _, k := range byLane(t, f)[ledger.PageLane] {
				must(t, f.Sent(ctx, claim(t, f, k), ledger.Attempt{Code: 200}))
			}
			was := formers(t, f)
			if (was[0].Heard != nil) != tells {
				t.Errorf("where it tells is %v: heard %+v", tells, was[0].Heard)
			}
			c := second(2)
			c.PageTells = tells
			r, err := f.Revise(ctx, c, f.Key, "tester")
			must(t, err)
			a := amended(was[0], ledger.BeUpdated)
			a.Deliveries = []ledger.NewDelivery{{Channel: ledger.Page, Lane: ledger.PageLane}}
			must(t, r.Add(ctx, a))
			must(t, r.Commit(ctx, ledger.ImportCounts{}, ledger.Verdicts{Update: 1}, ledgertest.By))
			want := ledger.People{Affected: 2, Unreachable: 2}
			if tells {
				want = ledger.People{Affected: 2, Told: 1, Untold: 1}
			}
			if got := peopleOf(t, f); got != want {
				t.Errorf("where it tells is %v: %+v, want %+v", tells, got, want)
			}
		})
	}
}

func TestWhatAMessageOnThePageMeansIsKnownToWhoComparesAndMayBeSaidLater(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		all, err := f.Formers(ctx, "test", f.Key)
		if err != nil || all.Paged || all.PageTells {
			t.Fatalf("%+v, %v", all, err)
		}
		c := second(2)
		c.PageTells = true
		r, err := f.Revise(ctx, c, f.Key, "tester")
		must(t, err)
		a := amended(formers(t, f)[0], ledger.BeFirst)
		a.Deliveries = append(a.Deliveries, ledger.NewDelivery{Channel: ledger.Page, Lane: ledger.PageLane})
		must(t, r.Add(ctx, a))
		must(t, r.Commit(ctx, ledger.ImportCounts{}, ledger.Verdicts{First: 1}, ledgertest.By))
		all, err = f.Formers(ctx, "test", f.Key)
		if err != nil || !all.Paged || !all.PageTells {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

func TestWhoLeavesWithoutAWordIsStillKnownToHaveBeenTold(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 2})
		must(t, f.Sent(ctx, claim(t, f, feed(t, f)[0]), ledger.Attempt{}))
		was := formers(t, f)
		revise(t, f, 2, amended(was[0], ledger.BeCleared), amended(was[1], ledger.BeCleared))
		heard := 0
		for _, p := range formers(t, f) {
			if h := p.Heard; h != nil {
				heard++
				if p.Standing != ledger.Cleared || h.Since != 1 || h.Current || h.Withdrawn {
					t.Errorf("%s stands %s and heard %+v", p.Ref, p.Standing, h)
				}
			}
		}
		if heard != 1 {
			t.Errorf("%d people heard of it, want 1", heard)
		}
	})
}

// Revision 3 says again what 1 said, and the update of 2 between was refused.
func TestFactsThatCameBackLeaveWhatWasSaidBetween(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		told(t, f)
		revise(t, f, 2, amended(formers(t, f)[0], ledger.BeUpdated))
		must(t, f.Refused(ctx, claim(t, f, feed(t, f)[0]), ledger.Attempt{Code: 550}))
		if n, err := f.Count(ctx, ledger.Failed{Campaign: "test"}); n != 1 || err != nil {
			t.Errorf("while it is in force %d can be tried again, %v", n, err)
		}
		now := formers(t, f)[0]
		if now.Heard == nil || now.Heard.Current || now.Heard.Since != 1 {
			t.Fatalf("heard %+v", now.Heard)
		}
		revise(t, f, 3, silent(now, ledger.BeAsBefore, "a"))
		if n, err := f.Count(ctx, ledger.Failed{Campaign: "test"}); n != 0 || err != nil {
			t.Errorf("%d of what was said between can be tried again, %v", n, err)
		}
		notices := map[int]string{1: "first", 2: "again"}
		for d, err := range f.Deliveries(ctx, "test") {
			must(t, err)
			c, err := f.DeliveryClaim(ctx, d.ID)
			must(t, err)
			if want := notices[d.Revision]; d.Notice != want || c.Notice != want {
				t.Errorf("revision %d was made with %s, says the list, and %s, says the claim", d.Revision, d.Notice, c.Notice)
			}
		}
		if want := (ledger.People{Affected: 1, Told: 1}); peopleOf(t, f) != want {
			t.Errorf("people %+v, want %+v", peopleOf(t, f), want)
		}
	})
}

func TestAnUpdatePrintsTheCodeThatThePersonHasAndNewPeopleGetOnes(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 3, lot("a.csv", codes("A", 3)...)) // the second is to have none
		letters := handCoded(t, f)
		loseAll(t, f)
		number, _, err := f.AddCodes(ctx, "test", lot("later.csv", "L-001"), f.Key, ledgertest.By)
		must(t, err)
		_, err = f.Remail(ctx, "test", []ledger.Remail{{Delivery: letters[0], Lot: number}}, f.Key, ledgertest.By)
		must(t, err)
		was := formers(t, f)
		as := []ledger.Amendment{amended(was[0], ledger.BeUpdated), amended(was[1], ledger.BeUpdated),
			amended(was[2], ledger.BeUpdated), newcomer(f, 1), newcomer(f, 2)}
		for _, i := range []int{0, 2, 3} {
			as[i].Coded = true
		}
		revise(t, f, 2, as...)
		got := map[string]string{}
		for d, err := range f.Deliveries(ctx, "test") {
			must(t, err)
			if d.Revision == 2 {
				c, err := f.DeliveryClaim(ctx, d.ID)
				must(t, err)
				got[d.Person] = codeOf(t, f, c)
			}
		}
		want := map[string]string{"REF-001": "L-001", "REF-002": "", "REF-003": "A-002", "NEW-001": "A-003", "NEW-002": ""}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("codes %v, want %v", got, want)
		}
	})
}

// loseAll makes uncertain what a worker was sending.
func loseAll(t *testing.T, f *ledgertest.Fixture) {
	t.Helper()
	_, err := f.LoseWorkers(ctx, -1)
	must(t, err)
}

func TestWhereALetterWasWrittenToAgainIsKnownToWhoCompares(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 2, lot("a.csv", codes("A", 2)...))
		letters := handCoded(t, f)
		for _, p := range formers(t, f) {
			if p.Moved != nil {
				t.Errorf("%s moved before", p.Ref)
			}
		}
		_, err := f.Remail(ctx, "test", []ledger.Remail{{Delivery: letters[0], Data: []byte(`{"address":"new"}`)}}, f.Key,
			ledgertest.By)
		must(t, err)
		was := formers(t, f)
		if m := was[0].Moved; m == nil || string(m.Data) != `{"address":"new"}` || string(m.From) != "{}" || was[1].Moved != nil {
			t.Errorf("%+v, %+v", m, was[1].Moved)
		}
	})
}
