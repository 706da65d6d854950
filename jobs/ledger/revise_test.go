package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// second is a further revision of the campaign "test", of batches a and c.
func second(number int) ledger.NewCampaign {
	return ledger.NewCampaign{
		ID: "test", Revision: number, Digest: [32]byte{byte(number)}, Snapshot: []byte("snapshot"),
		Batches: []ledger.NewBatch{{Name: "c"}, {Name: "a"}},
	}
}

// revise brings a revision in.
func revise(t *testing.T, f *ledgertest.Fixture, number int, as ...ledger.Amendment) {
	t.Helper()
	r := laidDown(t, f, number, as...)
	must(t, r.Commit(ctx, ledger.ImportCounts{Rows: len(as)}, ledger.Verdicts{Update: len(as)}, ledgertest.By))
}

func laidDown(t *testing.T, f *ledgertest.Fixture, number int, as ...ledger.Amendment) *ledger.Revising {
	t.Helper()
	r, err := f.Revise(ctx, second(number), f.Key, "tester")
	must(t, err)
	for _, a := range as {
		must(t, r.Add(ctx, a))
	}
	return r
}

// amended is a change of a former person, with an e-mail where there is one to send.
func amended(former ledger.Former, c ledger.Change) ledger.Amendment {
	a := ledger.Amendment{Change: c, Former: former.ID}
	switch c {
	case ledger.BeFirst, ledger.BeUpdated:
		a.NewPerson = ledger.NewPerson{Batch: "c", Locale: "en", Notice: "again", Data: []byte(`{"name":"new"}`)}
	case ledger.BeWithdrawn:
		a.NewPerson = ledger.NewPerson{Batch: former.Batch, Locale: "ja", Notice: "withdrawn", Data: former.Data}
	default:
		return a
	}
	a.Deliveries = []ledger.NewDelivery{{Channel: ledger.Email, Lane: "other"}}
	return a
}

// silent is somebody who is told nothing: facts that they heard are in force again, or still are.
func silent(former ledger.Former, c ledger.Change, batch string) ledger.Amendment {
	return ledger.Amendment{Change: c, Former: former.ID, Since: former.Heard.Since, NewPerson: ledger.NewPerson{
		Batch: batch, Locale: "ja", Notice: "first", Data: former.Heard.Data,
	}}
}

func newcomer(f *ledgertest.Fixture, n int) ledger.Amendment {
	return ledger.Amendment{Change: ledger.BeFirst, NewPerson: ledger.NewPerson{
		Ref: fmt.Sprintf("NEW-%03d", n), Batch: "c", Locale: "ja", Notice: "again", Data: []byte(`{"name":"newcomer"}`),
		Blind:      [][16]byte{f.Key.Blind("email", fmt.Sprintf("new%d@example.com", n))},
		Deliveries: []ledger.NewDelivery{{Channel: ledger.Email, Lane: "other"}},
	}}
}

func formers(t *testing.T, f *ledgertest.Fixture) (out []ledger.Former) {
	t.Helper()
	all, err := f.Formers(ctx, "test", f.Key)
	must(t, err)
	for p, err := range all.All(ctx) {
		must(t, err)
		out = append(out, p)
	}
	return out
}

// told sends everything that can be sent.
func told(t *testing.T, f *ledgertest.Fixture) {
	t.Helper()
	for range 4 {
		for _, k := range feed(t, f) {
			if c := claim(t, f, k); c != nil {
				must(t, f.Sent(ctx, c, ledger.Attempt{}))
			}
		}
	}
}

func affected(t *testing.T, f *ledgertest.Fixture) ledger.People {
	t.Helper()
	c, err := f.Counts(ctx, "test")
	must(t, err)
	return c.People
}

func TestARevisionSupersedesWhatIsOpenAndTellsWhatChanged(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 3}, ledgertest.Batch{Name: "b", People: 2, Start: f.Clock.T.Add(time.Hour)})
		told(t, f) // batch a; those of b still wait
		was := formers(t, f)
		if len(was) != 5 || was[0].Heard == nil || was[0].Heard.Since != 1 || was[3].Heard != nil {
			t.Fatalf("formers %+v", was)
		}
		revise(t, f, 2, amended(was[0], ledger.BeUpdated), amended(was[1], ledger.BeWithdrawn),
			amended(was[3], ledger.BeFirst), amended(was[4], ledger.BeCleared), newcomer(f, 1))
		s := states(t, f)
		if s[ledger.Sent] != 3 || s[ledger.Superseded] != 2 || s[ledger.Waiting] != 4 {
			t.Errorf("states %v", s)
		}
		if want := (ledger.People{Affected: 4, Told: 1, Untold: 3, Cleared: 2}); affected(t, f) != want {
			t.Errorf("people %+v, want %+v", affected(t, f), want)
		}
		told(t, f)
		if want := (ledger.People{Affected: 4, Told: 4, Cleared: 2}); affected(t, f) != want {
			t.Errorf("people %+v, want %+v", affected(t, f), want)
		}
		found, err := f.PeopleByBlind(ctx, "test", f.Key.Blind("email", "new1@example.com"), f.Key)
		must(t, err)
		if len(found) != 1 || found[0].Ref != "NEW-001" || found[0].Standing != ledger.Told {
			t.Errorf("found %+v", found)
		}
		first, err := f.PersonByRef(ctx, "test", "REF-001", f.Key)
		must(t, err)
		if !bytes.Equal(first.At(1).Data, ledgertest.Data(1)) || string(first.Data) != `{"name":"new"}` ||
			first.Deliveries[0].Notice != "first" || first.Deliveries[1].Notice != "again" ||
			first.Deliveries[1].Purpose != ledger.Update {
			t.Errorf("the first person: %+v", first)
		}
	})
}

// What was once told stays so where it is told again in revision 3, and what came between is ended.
func TestAThirdRevisionGoesByWhatReachedPeople(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 3})
		told(t, f)
		was := formers(t, f)
		revise(t, f, 2, amended(was[0], ledger.BeUpdated), amended(was[1], ledger.BeWithdrawn), amended(was[2], ledger.BeWithdrawn))
		for range 2 { // the update in batch c, then one of the withdrawals in a
			must(t, f.Sent(ctx, claim(t, f, feed(t, f)[0]), ledger.Attempt{}))
		}
		now := formers(t, f)
		heard := map[bool]int{}
		for _, p := range now {
			heard[p.Heard.Current]++
		}
		if heard[true]+heard[false] != 3 || heard[false] == 0 {
			t.Fatalf("heard %v", heard)
		}
		var as []ledger.Amendment
		for _, p := range now {
			if !p.Heard.Current {
				as = append(as, silent(p, ledger.BeAsBefore, "a"))
			}
		}
		revise(t, f, 3, as...)
		for _, p := range formers(t, f) {
			if !p.Heard.Current || (p.Heard.Since == 1) != (p.Standing == ledger.Told && p.Heard.Since == 1) {
				t.Errorf("person %s stands %s and heard %+v", p.Ref, p.Standing, p.Heard)
			}
		}
		c, err := f.Campaign(ctx, "test")
		must(t, err)
		if s := states(t, f); c.Revision != 3 || s[ledger.Waiting]+s[ledger.Ready]+s[ledger.Queued] != 0 {
			t.Errorf("revision %d, states %v", c.Revision, s)
		}
	})
}

func TestALateBounceOfTheEarlierRevisionDoesNotTouchThePersonsStanding(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		ds := doubts(t, f, 3)
		was := formers(t, f)
		if was[0].Heard == nil {
			t.Fatal("an uncertain delivery counts as told")
		}
		revise(t, f, 2, amended(was[0], ledger.BeUpdated), amended(was[1], ledger.BeUpdated))
		told(t, f)
		n, err := f.Resolve(ctx, "test", []ledger.Found{foundOf(ds[0], ledger.Ready), foundOf(ds[1], ledger.Refused),
			foundOf(ds[2], ledger.Ready)}, ledgertest.By)
		must(t, err)
		s := states(t, f)
		if n != 3 || s[ledger.Superseded] != 1 || s[ledger.Refused] != 1 || s[ledger.Ready] != 1 || s[ledger.Sent] != 2 {
			t.Errorf("%d resolved, states %v", n, s)
		}
		if want := (ledger.People{Affected: 3, Told: 2, Untold: 1}); affected(t, f) != want {
			t.Errorf("people %+v, want %+v", affected(t, f), want)
		}
		if n, err := f.Count(ctx, ledger.Failed{Campaign: "test"}); n != 0 || err != nil {
			t.Errorf("%d of the earlier revision can be tried again, %v", n, err)
		}
	})
}

// A worker that was thought lost gives back what the revision has taken the place of.
func TestWhatComesBackWithFactsThatChangedIsNotSent(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		c := claim(t, f, feed(t, f)[0])
		if n, err := f.LoseWorkers(ctx, -time.Hour); n != 1 || err != nil {
			t.Fatalf("%d lost, %v", n, err)
		}
		revise(t, f, 2, amended(formers(t, f)[0], ledger.BeUpdated))
		must(t, f.Unsent(ctx, c))
		told(t, f)
		if s := states(t, f); s[ledger.Sent] != 1 || s[ledger.Superseded] != 1 || len(s) != 2 {
			t.Errorf("states %v", s)
		}
	})
}

func TestNothingIsSentWhileARevisionComesInAndAllOfItGoesOnWhenThatIsGivenUp(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 2})
		tasks := feed(t, f)
		r := laidDown(t, f, 2, amended(formers(t, f)[0], ledger.BeUpdated), newcomer(f, 1))
		if c, err := f.Claim(ctx, tasks[0], "w1"); c != nil || err != nil {
			t.Errorf("claimed %+v, %v", c, err)
		}
		if c, err := f.Campaign(ctx, "test"); err != nil || c.Switching != 2 {
			t.Errorf("campaign %+v, %v", c, err)
		}
		if err := f.Purge(ctx, "test", 0, ledgertest.By); !errors.Is(err, ledger.ErrSwitching) {
			t.Errorf("purge: %v", err)
		}
		must(t, r.Abort(ctx))
		none(t, f)
		must(t, f.Sent(ctx, claim(t, f, tasks[1]), ledger.Attempt{}))
		if n, err := ledger.CountRows(f.Ledger, "person"); n != 2 || err != nil {
			t.Errorf("%d people, %v", n, err)
		}
		told(t, f)
		if s := states(t, f); s[ledger.Sent] != 2 {
			t.Errorf("states %v", s)
		}
	})
}

// A print file that is being made when a revision comes in cannot hold what the revision takes for not sent.
func TestNoLetterIsBoundWhileARevisionComesIn(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 2, Channel: ledger.Letter})
		var letters []int64
		for i, k := range feed(t, f) {
			must(t, f.Typeset(ctx, claim(t, f, k), ledger.Piece{Number: string(rune('1' + i)), Pages: 1, Sheets: 1}))
			letters = append(letters, k.Delivery)
		}
		file, err := f.Reserve(ctx, 1, false, letters)
		must(t, err)
		pieces, err := f.Pieces(ctx, file.ID)
		must(t, err)
		r := laidDown(t, f, 2, amended(formers(t, f)[0], ledger.BeFirst))
		if ok, err := f.Finish(ctx, *file, pieces, nil); ok || !errors.Is(err, ledger.ErrSwitching) {
			t.Errorf("bound: %v, %v", ok, err)
		}
		must(t, r.Commit(ctx, ledger.ImportCounts{}, ledger.Verdicts{First: 1}, ledgertest.By))
		if ok, err := f.Finish(ctx, *file, pieces, nil); ok || err != nil {
			t.Errorf("bound with a letter that was superseded: %v, %v", ok, err)
		}
		if pieces, err = f.Pieces(ctx, file.ID); len(pieces) != 1 || err != nil {
			t.Fatalf("%d pieces are left, %v", len(pieces), err)
		}
		if ok, err := f.Finish(ctx, *file, pieces, nil); !ok || err != nil {
			t.Errorf("what is left is bound: %v, %v", ok, err)
		}
		if s := states(t, f); s[ledger.Bound] != 1 || s[ledger.Superseded] != 1 || s[ledger.Waiting] != 1 {
			t.Errorf("states %v", s)
		}
	})
}

// Whoever is not found among many of one name would be told again.
func TestAllPeopleOfOneNameAreFoundForTheNextRevision(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		name := f.Key.Blind("name", "試験")
		var many []ledger.Amendment
		for n := range 120 {
			a := newcomer(f, n)
			a.Blind = append(a.Blind, name)
			many = append(many, a)
		}
		revise(t, f, 2, many...)
		all, err := f.Formers(ctx, "test", f.Key)
		must(t, err)
		if found, err := all.Find(ctx, [][16]byte{name}); len(found[name]) != 120 || err != nil {
			t.Errorf("found %d, %v", len(found[name]), err)
		}
		if shown, err := f.PeopleByBlind(ctx, "test", name, f.Key); len(shown) != 100 || err != nil {
			t.Errorf("shown %d, %v", len(shown), err)
		}
	})
}

// none sees that nothing is left of a revision that was not put in force.
func none(t *testing.T, f *ledgertest.Fixture) {
	t.Helper()
	c, err := f.Campaign(ctx, "test")
	must(t, err)
	drafts, err := ledger.CountRows(f.Ledger, "draft")
	must(t, err)
	revisions, err := ledger.CountRows(f.Ledger, "revision")
	must(t, err)
	if c.Switching != 0 || c.Revision != 1 || drafts != 0 || revisions != 1 {
		t.Errorf("campaign %+v, %d drafts, %d revisions", c, drafts, revisions)
	}
}

func TestAProcessThatDiedBeforeItsRevisionIsInForceIsClearedUpAfter(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 2})
		laidDown(t, f, 2, newcomer(f, 1))
		if err := f.Abandon(ctx, "test", "another"); !errors.Is(err, ledger.ErrImporting) {
			t.Errorf("while it lives: %v", err)
		}
		f.Clock.T = f.Clock.T.Add(time.Minute)
		must(t, f.Abandon(ctx, "test", "another"))
		none(t, f)
		laidDown(t, f, 2, newcomer(f, 1))
		f.Clock.T = f.Clock.T.Add(time.Minute)
		r, err := f.Revise(ctx, second(3), f.Key, "another") // begins again by itself
		must(t, err)
		must(t, r.Abort(ctx))
		none(t, f)
	})
}

func TestWhoGivesARevisionUpHearsHowMuchOfItIsGone(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		var all []ledger.Amendment
		for i := range 2100 {
			all = append(all, newcomer(f, i))
		}
		r := laidDown(t, f, 2, all...)
		drafts, err := ledger.CountRows(f.Ledger, "draft")
		must(t, err)
		var heard []int
		r.Undoing = func(done, of int) {
			if of != drafts {
				t.Errorf("of %d, want %d", of, drafts)
			}
			heard = append(heard, done)
		}
		must(t, r.Abort(ctx))
		if want := []int{1000, 2000}; drafts != 2000 || len(heard) < 2 || !slices.Equal(heard[:2], want) || slices.Max(heard) != 2000 {
			t.Errorf("%d drafts: heard %v, want %v", drafts, heard, want)
		}
		none(t, f)
	})
}

// Each transaction that puts a revision in force may be the last before a process dies.
func TestARevisionThatIsPutInForceIsFinishedByWhoeverComesAfter(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		const n = 600
		f.Import(t, ledgertest.Batch{Name: "a", People: n})
		var as []ledger.Amendment
		for _, p := range formers(t, f) {
			as = append(as, amended(p, ledger.BeFirst))
		}
		r := laidDown(t, f, 2, as...)
		if err := r.Commit(&dying{ctx, 8}, ledger.ImportCounts{}, ledger.Verdicts{First: n}, ledgertest.By); err == nil {
			t.Fatal("it was not cut off")
		}
		c, err := f.Campaign(ctx, "test")
		must(t, err)
		if c.Switching != -2 || c.Revision != 1 {
			t.Fatalf("campaign %+v", c)
		}
		f.Clock.T = f.Clock.T.Add(time.Minute)
		if _, err := f.Revise(ctx, second(2), f.Key, "another"); !errors.Is(err, ledger.ErrSwitching) {
			t.Errorf("begun again: %v", err)
		}
		cut := 0
		for lives := 1; f.FinishRevision(&dying{ctx, lives}, "test", "another") != nil; lives++ {
			cut++
		}
		if cut < 3 {
			t.Errorf("cut off %d times", cut)
		}
		s := states(t, f)
		if s[ledger.Superseded] != n || s[ledger.Waiting] != n || len(s) != 2 {
			t.Errorf("states %v", s)
		}
		if _, err := f.Revise(ctx, second(2), f.Key, "another"); !isSame(err) {
			t.Errorf("again: %v", err)
		}
		if _, err := f.Revise(ctx, second(1), f.Key, "another"); !isConflict(err) {
			t.Errorf("back: %v", err)
		}
	})
}

// dying is the context of a process that dies: it ends after it was asked so many times.
type dying struct {
	context.Context
	lives int
}

func (d *dying) Err() error {
	if d.lives--; d.lives < 0 {
		return context.Canceled
	}
	return nil
}

func isSame(err error) bool {
	var same *ledger.SameError
	return errors.As(err, &same)
}

func isConflict(err error) bool {
	var conflict *ledger.ConflictError
	return errors.As(err, &conflict)
}
