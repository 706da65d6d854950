package ledger_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// doubtful imports people and leaves all of their e-mails uncertain.
func doubtful(t *testing.T, f *ledgertest.Fixture, people int) (was []ledger.Former, found []ledger.Found) {
	t.Helper()
	f.Import(t, ledgertest.Batch{Name: "a", People: people})
	for _, k := range feed(t, f) {
		must(t, f.Uncertain(ctx, claim(t, f, k), ledger.Attempt{}))
	}
	ds, err := f.Doubts(ctx, "test")
	must(t, err)
	for _, d := range ds {
		found = append(found, foundOf(d, ledger.Ready))
	}
	return formers(t, f), found
}

// goesTo are the deliveries that can be claimed: channel, revision, batch, purpose and whom they go to.
func goesTo(t *testing.T, f *ledgertest.Fixture) (out []string, claims []*ledger.Claim) {
	t.Helper()
	for range 3 { // what takes another's place comes behind it
		for _, k := range slices.Concat(slices.Collect(maps.Values(byLane(t, f)))...) {
			c := claim(t, f, k)
			if c == nil {
				continue
			}
			data, err := c.OpenPerson(f.Key)
			must(t, err)
			claims = append(claims, c)
			out = append(out, fmt.Sprintf("%s %s of %d in %s, %s, to %s", c.Channel, c.Lane, c.Revision, c.Batch,
				c.Purpose, data))
		}
	}
	slices.Sort(out)
	return out, claims
}

func wantGoing(t *testing.T, f *ledgertest.Fixture, want ...string) []*ledger.Claim {
	t.Helper()
	got, claims := goesTo(t, f)
	if !slices.Equal(got, want) {
		t.Fatalf("goes out: %q, want %q", got, want)
	}
	return claims
}

func TestWhatWasNotSentAfterAllGoesWhereItsPersonIsNow(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		was, found := doubtful(t, f, 3)
		revise(t, f, 2, moving(f, was[0], ledger.BeMoved), amended(was[1], ledger.BeUpdated))
		n, err := f.Resolve(ctx, "test", found, ledgertest.By)
		if must(t, err); n != 3 {
			t.Errorf("%d settled", n)
		}
		claims := wantGoing(t, f, "email docomo of 2 in c, first, to "+`{"name":"moved"}`,
			"email other of 1 in a, first, to "+string(was[2].Data), "email other of 2 in c, update, to "+`{"name":"new"}`)
		sent(t, f, claims...)
		if s := states(t, f); s[ledger.Sent] != 3 || s[ledger.Superseded] != 2 || len(s) != 2 {
			t.Errorf("states %v", s)
		}
		if p := peopleOf(t, f); p != (ledger.People{Affected: 3, Told: 3}) {
			t.Errorf("people %+v", p)
		}
		for d, err := range f.Deliveries(ctx, "test") { // and what was tried first can be shown as it was
			must(t, err)
			c, err := f.DeliveryClaim(ctx, d.ID)
			must(t, err)
			data, err := c.OpenPerson(f.Key)
			if must(t, err); d.Person == "REF-001" && (string(data) == `{"name":"moved"}`) != (d.Revision == 2) {
				t.Errorf("of revision %d went to %s", d.Revision, data)
			}
		}
	})
}

func TestARetryGoesWhereThePersonIsNow(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		paged(t, f, true, 3, 3) // all are told on the page
		tasks := byLane(t, f)
		for _, k := range tasks[ledger.PageLane] {
			must(t, f.Sent(ctx, claim(t, f, k), ledger.Attempt{Code: 200}))
		}
		for i, k := range tasks["other"] {
			c := claim(t, f, k)
			switch i {
			case 0:
				must(t, f.Refused(ctx, c, ledger.Attempt{Code: 550}))
			case 1:
				must(t, f.Blocked(ctx, c, "for a reason"))
			case 2:
				must(t, f.Expired(ctx, c, ledger.Attempt{Code: 450, Letter: true}))
			}
		}
		was := formers(t, f)
		toPost := moving(f, was[1], ledger.BeMoved) // who has no e-mail address any more
		toPost.Deliveries = []ledger.NewDelivery{{Channel: ledger.Letter}, {Channel: ledger.Page, Lane: ledger.PageLane}}
		c := second(2)
		c.PageTells = true
		r, err := f.Revise(ctx, c, f.Key, "tester")
		must(t, err)
		must(t, errors.Join(r.Add(ctx, moving(f, was[0], ledger.BeMoved)), r.Add(ctx, toPost),
			r.Add(ctx, silent(was[2], ledger.BeMoved, "c"))))
		must(t, r.Commit(ctx, ledger.ImportCounts{}, ledger.Verdicts{}, ledgertest.By))
		wantGoing(t, f) // without a word from an operator nobody hears again
		if n, err := f.Retry(ctx, ledger.Failed{Campaign: "test"}, ledgertest.By); n != 3 || err != nil {
			t.Errorf("%d are tried again, %v", n, err)
		}
		wantGoing(t, f, "email docomo of 2 in c, first, to "+`{"name":"moved"}`,
			"letter  of 2 in c, first, to "+`{"name":"moved"}`)
		if p := peopleOf(t, f); p != (ledger.People{Affected: 3, Told: 3}) {
			t.Errorf("people %+v", p)
		}
	})
}

// The e-mail of somebody who moved is refused when it is known at last what became of it: the letter in its place is
// posted to where they are, also where the revision would have sent them none.
func TestALetterInPlaceOfAnEmailGoesWhereThePersonIsNow(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		was, found := doubtful(t, f, 1)
		moves := moving(f, was[0], ledger.BeMoved)
		moves.Deliveries = moves.Deliveries[:1]
		revise(t, f, 2, moves)
		found[0].State, found[0].Letter = ledger.Refused, true
		_, err := f.Resolve(ctx, "test", found, ledgertest.By)
		must(t, err)
		wantGoing(t, f, "letter  of 2 in c, first, to "+`{"name":"moved"}`)
	})
}

func TestWhoseEmailAndLetterComeBackToLifeGetsOneLetter(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		was, found := doubtful(t, f, 1)
		found[0].State, found[0].Letter = ledger.Refused, true
		_, err := f.Resolve(ctx, "test", found, ledgertest.By)
		must(t, err)
		letter := claim(t, f, feed(t, f)[0])
		must(t, f.Typeset(ctx, letter, ledger.Piece{Number: "1"}))
		must(t, f.DropPiece(ctx, letter.Delivery, "for a reason"))
		moves := moving(f, was[0], ledger.BeMoved)
		moves.Deliveries = moves.Deliveries[1:] // no e-mail address any more
		revise(t, f, 2, moves)
		for range 2 {
			_, err = f.Retry(ctx, ledger.Failed{Campaign: "test"}, ledgertest.By)
			must(t, err)
		}
		wantGoing(t, f, "letter  of 2 in c, first, to "+`{"name":"moved"}`)
	})
}

func TestMessagesForThePageFollowIntoAFileOfTheirOwn(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		paged(t, f, false, 2, 2)
		tasks := byLane(t, f)
		for _, k := range tasks["other"] {
			must(t, f.Sent(ctx, claim(t, f, k), ledger.Attempt{Code: 250}))
		}
		for _, k := range tasks[ledger.PageLane] {
			must(t, f.Refused(ctx, claim(t, f, k), ledger.Attempt{Code: 404}))
		}
		was := formers(t, f)
		moves := moving(f, was[0], ledger.BeMoved)
		moves.Deliveries = append(moves.Deliveries, ledger.NewDelivery{Channel: ledger.Page, Lane: ledger.PageLane})
		revise(t, f, 2, moves)
		_, err := f.Retry(ctx, ledger.Failed{Campaign: "test"}, ledgertest.By)
		must(t, err)
		got := map[string][]string{}
		for range 2 { // what follows comes behind it
			advance(t, f, ledger.Policy{Parallel: 2})
			for _, b := range toWrite(t, f) {
				file, err := f.FixPageFile(ctx, b.ID, 10)
				if must(t, err); file == nil {
					continue
				}
				claims, err := f.PageFileClaims(ctx, *file)
				must(t, err)
				for _, c := range claims {
					data, err := c.OpenPerson(f.Key)
					must(t, err)
					got[b.Name] = append(got[b.Name], string(data))
				}
			}
		}
		want := map[string][]string{"a": {string(was[1].Data)}, "c": {`{"name":"moved"}`}}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("files %v, want %v", got, want)
		}
	})
}

func TestALetterWithAnAddressOfItsOwnKeepsIt(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 2, lot("a.csv", codes("A", 2)...))
		letters := handCoded(t, f)
		loseAll(t, f)
		was := formers(t, f)
		var moves []ledger.Amendment
		for _, x := range was {
			moves = append(moves, moving(f, x, ledger.BeMoved))
		}
		revise(t, f, 2, moves...)
		_, err := f.Remail(ctx, "test", []ledger.Remail{
			{Delivery: letters[0], Data: []byte(`{"address":"corrected"}`)}, {Delivery: letters[1]},
		}, f.Key, ledgertest.By)
		must(t, err)
		wantGoing(t, f, "letter  of 1 in a, first, to "+`{"address":"corrected"}`,
			"letter  of 2 in c, first, to "+`{"name":"moved"}`)
	})
}
