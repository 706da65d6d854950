package ledger_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// batchCounts are the people of each batch, and those counted with it besides.
func batchCounts(t *testing.T, f *ledgertest.Fixture) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, b := range countsOf(t, f).Batches {
		out[b.Name] = fmt.Sprintf("%d people, %d told, %d members", b.People.Affected, b.People.Told, b.Members)
	}
	return out
}

// recounted are the people of each batch as they are read one by one.
func recounted(t *testing.T, f *ledgertest.Fixture) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, p := range formers(t, f) {
		if p.Standing != ledger.Cleared {
			out[p.Batch]++
		}
	}
	return out
}

// moving is somebody who goes to another batch, with a new e-mail address.
func moving(f *ledgertest.Fixture, former ledger.Former, c ledger.Change, also ...string) ledger.Amendment {
	a := silent(former, c, "c")
	a.Also, a.Data = also, []byte(`{"name":"moved"}`)
	a.Blind = [][16]byte{f.Key.Blind("email", former.Ref+"@example.jp")}
	a.Deliveries = []ledger.NewDelivery{{Channel: ledger.Email, Lane: "docomo"}, {Channel: ledger.Letter}}
	return a
}

func TestWhoMovesIsCountedAndFoundWhereTheyAreNowAndHearsNothing(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 3, Also: "b"}, ledgertest.Batch{Name: "b", People: 1})
		told(t, f)
		was := formers(t, f)
		if !slices.Equal(was[0].Also, []string{"b"}) || was[3].Also != nil {
			t.Fatalf("further batches %v, %v", was[0].Also, was[3].Also)
		}
		revise(t, f, 2, moving(f, was[0], ledger.BeMoved, "a"), amended(was[1], ledger.BeWithdrawn))
		want := map[string]string{
			"a": "1 people, 1 told, 1 members", "b": "1 people, 1 told, 1 members", "c": "1 people, 1 told, 0 members",
		}
		if got := batchCounts(t, f); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("batches %v, want %v", got, want)
		}
		if got := recounted(t, f); got["a"] != 1 || got["b"] != 1 || got["c"] != 1 {
			t.Errorf("recounted %v", got)
		}
		if s := states(t, f); s[ledger.Sent] != 4 || s[ledger.Waiting] != 1 || len(s) != 2 {
			t.Errorf("states %v", s)
		}
		found, err := f.PeopleByBlind(ctx, "test", f.Key.Blind("email", "REF-001@example.jp"), f.Key)
		must(t, err)
		if len(found) != 1 || found[0].Batch != "c" || string(found[0].Data) != `{"name":"moved"}` || found[0].Since != 1 {
			t.Fatalf("found %+v", found)
		}
		if first := found[0].Deliveries[0]; string(found[0].At(1).Data) != string(was[0].Data) || first.State != ledger.Sent {
			t.Errorf("what was sent was %s", found[0].At(1).Data)
		}
		c, err := f.DeliveryClaim(ctx, found[0].Deliveries[0].ID)
		must(t, err)
		if data, err := c.OpenPerson(f.Key); string(data) != string(was[0].Data) || err != nil {
			t.Errorf("what was sent is made again of %s, %v", data, err)
		}
		now := formers(t, f)[0]
		if now.Batch != "c" || !slices.Equal(now.Also, []string{"a"}) || !now.Heard.Current || now.Heard.Since != 1 {
			t.Errorf("for the next revision: %+v, %+v", now, now.Heard)
		}
	})
}

// Of two channels one has reached the person, and the other goes where they are now.
func TestWhatWhoMovesWasStillToBeSentGoesWithThem(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		paged(t, f, true, 3, 3)
		for _, k := range byLane(t, f)[ledger.PageLane] {
			must(t, f.Sent(ctx, claim(t, f, k), ledger.Attempt{Code: 200}))
		}
		was := formers(t, f)
		posted := silent(was[1], ledger.BeMoved, "c") // who has no e-mail address any more
		c := second(2)
		c.PageTells = true
		r, err := f.Revise(ctx, c, f.Key, "tester")
		must(t, err)
		must(t, errors.Join(r.Add(ctx, moving(f, was[0], ledger.BeMoved)), r.Add(ctx, posted)))
		must(t, r.Commit(ctx, ledger.ImportCounts{}, ledger.Verdicts{Nothing: 3}, ledgertest.By))
		s := states(t, f)
		if s[ledger.Sent] != 3 || s[ledger.Superseded] != 2 || s[ledger.Waiting] != 1 || s[ledger.Queued] != 1 {
			t.Fatalf("states %v", s)
		}
		_, claims := purposes(t, f, byLane(t, f)["docomo"])
		if len(claims) != 1 || claims[0].Batch != "c" || claims[0].Revision != 2 || claims[0].Purpose != ledger.First {
			t.Fatalf("claims %+v", claims)
		}
		if data, err := claims[0].OpenPerson(f.Key); string(data) != `{"name":"moved"}` || err != nil {
			t.Errorf("it goes to %s, %v", data, err)
		}
		sent(t, f, claims...)
		if p := peopleOf(t, f); p != (ledger.People{Affected: 3, Told: 3}) {
			t.Errorf("people %+v", p)
		}
		if journal, err := f.Journal(ctx, "test"); err != nil || journal[len(journal)-1].N != 0 {
			t.Errorf("the journal says that something is new: %+v, %v", journal, err)
		}
	})
}

func TestWhoseFactsCameBackIsMovedTooAndCountedAgain(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 2})
		told(t, f)
		was := formers(t, f)
		revise(t, f, 2, amended(was[0], ledger.BeUpdated), amended(was[1], ledger.BeCleared)) // the update is not sent
		was = formers(t, f)
		revise(t, f, 3, moving(f, was[0], ledger.BeAsBefore, "a"), moving(f, was[1], ledger.BeAsBefore))
		if got := batchCounts(t, f); got["c"] != "2 people, 2 told, 0 members" || got["a"] != "0 people, 0 told, 1 members" {
			t.Errorf("batches %v", got)
		}
		for _, p := range formers(t, f) {
			if !p.Heard.Current || p.Heard.Since != 1 || string(p.Data) != `{"name":"moved"}` || p.Batch != "c" {
				t.Errorf("%+v, %+v", p, p.Heard)
			}
		}
		first, err := f.PersonByRef(ctx, "test", "REF-001", f.Key)
		must(t, err)
		if string(first.At(1).Data) != string(ledgertest.Data(1)) || string(first.At(2).Data) != `{"name":"new"}` {
			t.Errorf("the past: %+v", first.Past)
		}
	})
}

// A company's contact gets a list of those who are its people now.
func TestTheListOfACompanyHasWhoMovedToIt(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		terms := &ledger.ReportTerms{Listed: true}
		f.Import(t, ledgertest.Batch{Name: "a", People: 3, Report: terms}, ledgertest.Batch{Name: "c", People: 1})
		sent(t, f, wantPurposes(t, f, "a corporate-report", "c first")...)
		told(t, f)
		was := formers(t, f)
		c := second(2)
		c.Batches = []ledger.NewBatch{{Name: "c", Report: terms}, {Name: "a", Report: terms}}
		r, err := f.Revise(ctx, c, f.Key, "tester")
		must(t, err)
		for _, a := range []ledger.Amendment{
			moving(f, was[0], ledger.BeMoved), moving(f, was[1], ledger.BeMoved, "a"), report(0),
		} {
			if a.Change == ledger.BeReported {
				a.Batch = "c"
			}
			must(t, r.Add(ctx, a))
		}
		must(t, r.Commit(ctx, ledger.ImportCounts{}, ledger.Verdicts{Nothing: 4}, ledgertest.By))
		for batch, want := range map[string][]string{
			"a": {"REF-002 with c", "REF-003 with a"}, "c": {"REF-001 with c", "REF-002 with c", "REF-004 with c"},
		} {
			var got []string
			for m, err := range f.Members(ctx, "test", batch, f.Key) {
				must(t, err)
				got = append(got, m.Ref+" with "+m.Batch)
			}
			if !slices.Equal(got, want) {
				t.Errorf("the list of %s: %q, want %q", batch, got, want)
			}
		}
	})
}

func TestWhatWasSentIsShownAsItWasAlsoWhileARevisionIsPutInForce(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		told(t, f)
		was := formers(t, f)[0]
		r := laidDown(t, f, 2, moving(f, was, ledger.BeMoved))
		err := r.Commit(&dying{ctx, 4}, ledger.ImportCounts{}, ledger.Verdicts{Nothing: 1}, ledgertest.By)
		between := 0
		for lives := 1; err != nil; lives++ {
			row, lookup := f.PersonByRef(ctx, "test", was.Ref, f.Key)
			must(t, lookup)
			if row.Batch == "c" {
				between++
			}
			c, lookup := f.DeliveryClaim(ctx, row.Deliveries[0].ID)
			must(t, lookup)
			if data, lookup := c.OpenPerson(f.Key); string(data) != string(was.Data) || lookup != nil {
				t.Fatalf("it is made of %s, %v", data, lookup)
			}
			err = f.FinishRevision(&dying{ctx, lives}, "test", "tester")
		}
		if between == 0 {
			t.Error("it was never cut off between")
		}
	})
}
