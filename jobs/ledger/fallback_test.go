package ledger_test

import (
	"slices"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/pace"
)

func TestALetterTakesTheFailedEmailsPlaceUntilTheEmailIsSent(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		gone := ledger.Attempt{Code: 550, Letter: true}
		must(t, f.Refused(ctx, claim(t, f, feed(t, f)[0]), gone))
		if s := states(t, f); s[ledger.Refused] != 1 || s[ledger.Ready] != 1 {
			t.Fatalf("states %v", s)
		}
		refused := ledger.Failed{Campaign: "test", States: []ledger.State{ledger.Refused}}
		retry := func() []ledger.Task {
			if n, err := f.Retry(ctx, refused, ledgertest.By); n != 1 || err != nil {
				t.Fatalf("retried %d, %v", n, err)
			}
			var email []ledger.Task
			for _, k := range feed(t, f) {
				if k.Channel == ledger.Email {
					email = append(email, k)
				}
			}
			return email
		}
		must(t, f.Refused(ctx, claim(t, f, retry()[0]), gone)) // a second failure: no second letter
		if s := states(t, f); s[ledger.Queued] != 1 || s[ledger.Refused] != 1 {
			t.Fatalf("states %v", s)
		}
		must(t, f.Sent(ctx, claim(t, f, retry()[0]), ledger.Attempt{Code: 250}))
		if s := states(t, f); s[ledger.Cancelled] != 1 || s[ledger.Sent] != 1 {
			t.Errorf("states %v", s)
		}
	})
}

func TestNoLetterIsMadeWhereAnEmailThatWasThoughtLostIsSentAgain(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		c := claim(t, f, feed(t, f)[0])
		if n, err := f.LoseWorkers(ctx, -time.Hour); n != 1 || err != nil {
			t.Fatalf("%d lost, %v", n, err)
		}
		must(t, f.Expired(ctx, c, ledger.Attempt{Code: 451, Letter: true}))
		if s := states(t, f); s[ledger.Ready] != 1 || len(s) != 1 {
			t.Errorf("states %v", s)
		}
	})
}

// fallen is a batch of which the first e-mails were refused and their letters are typeset, as a person's is who
// has no e-mail; the tasks are those of the others' e-mails.
func fallen(t *testing.T, f *ledgertest.Fixture, refused, others int) (emails []ledger.Task) {
	t.Helper()
	f.Import(t, ledgertest.Batch{Name: "a", People: refused + others},
		ledgertest.Batch{Name: "b", People: 1, Channel: ledger.Letter})
	advance(t, f, ledger.Policy{Parallel: 2})
	tasks := feed(t, f)
	for _, k := range tasks[:refused] {
		must(t, f.Refused(ctx, claim(t, f, k), ledger.Attempt{Code: 550, Letter: true}))
	}
	for i, k := range append(feed(t, f), tasks[refused+others]) {
		must(t, f.Typeset(ctx, claim(t, f, k), ledger.Piece{Number: string(rune('1' + i)), Pages: 2, Sheets: 2}))
	}
	return tasks[refused : refused+others]
}

func toBind(t *testing.T, f *ledgertest.Fixture) (names []string) {
	t.Helper()
	for _, whole := range []bool{false, true} {
		batches, err := f.ToBind(ctx, "test", whole)
		must(t, err)
		for _, b := range batches {
			names = append(names, b.Name)
		}
	}
	return names
}

func unbound(t *testing.T, f *ledgertest.Fixture, all bool) (letters []int64) {
	t.Helper()
	for p, err := range f.Unbound(ctx, 1, all) {
		must(t, err)
		letters = append(letters, p.Delivery)
	}
	return letters
}

func TestLettersInThePlaceOfEmailsWaitForTheLastEmailOfTheirBatch(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		emails := fallen(t, f, 2, 2)
		if got := toBind(t, f); !slices.Equal(got, []string{"b", "b"}) {
			t.Errorf("to be bound: %q", got)
		}
		must(t, f.Sent(ctx, claim(t, f, emails[0]), ledger.Attempt{Code: 250}))
		next := f.Clock.T.Add(time.Hour)
		must(t, f.Deferred(ctx, claim(t, f, emails[1]), ledger.Attempt{Code: 450}, next))
		if len(unbound(t, f, false)) != 0 || len(unbound(t, f, true)) != 2 {
			t.Errorf("%v, asked for %v", unbound(t, f, false), unbound(t, f, true))
		}
		f.Clock.T = next
		must(t, f.Sent(ctx, claim(t, f, feed(t, f)[0]), ledger.Attempt{Code: 250}))
		if got := toBind(t, f); !slices.Equal(got, []string{"a", "b", "a"}) {
			t.Errorf("to be bound when all e-mails have gone: %q", got)
		}
		file, err := f.Reserve(ctx, 1, false, unbound(t, f, false))
		must(t, err)
		if ps, err := f.Pieces(ctx, file.ID); len(ps) != 2 || err != nil {
			t.Errorf("a file of %d, %v", len(ps), err)
		}
	})
}

func TestTheLetterOfAnEmailThatIsTriedAgainIsInNoFile(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		fallen(t, f, 1, 0)
		failed := ledger.Failed{Campaign: "test", States: []ledger.State{ledger.Refused}}
		_, err := f.Retry(ctx, failed, ledgertest.By)
		must(t, err)
		letters := unbound(t, f, true)
		if file, err := f.Reserve(ctx, 1, false, letters); len(letters) != 1 || file != nil || err != nil {
			t.Fatalf("of %v: %+v, %v", letters, file, err)
		}
		again := claim(t, f, feed(t, f)[0])
		must(t, f.Refused(ctx, again, ledger.Attempt{Code: 550, Letter: true}))
		if file, err := f.Reserve(ctx, 1, false, letters); file == nil || err != nil {
			t.Errorf("refused again: %+v, %v", file, err)
		}
	})
}

func TestRefusalsThatWereABlockMakeNoPrintedLetters(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		paced(t, f, 12, 1, pace.Rules{Temper: pace.Usual()})
		var claims []*ledger.Claim
		for _, k := range byLane(t, f)["docomo"] {
			claims = append(claims, claim(t, f, k))
		}
		for _, c := range claims {
			gone := ledger.Attempt{Code: 550, Letter: true}
			_, err := f.RefusedOrSpared(ctx, c, gone, f.Clock.T.Add(time.Second))
			must(t, err)
		}
		letters := feed(t, f)
		for i, k := range letters {
			if k.Channel == ledger.Letter {
				must(t, f.Typeset(ctx, claim(t, f, k), ledger.Piece{Number: string(rune('A' + i)), Pages: 1, Sheets: 1}))
			}
		}
		made := unbound(t, f, true)
		if file, err := f.Reserve(ctx, 1, false, made); len(made) < 9 || file != nil || err != nil {
			t.Errorf("of %d letters: %+v, %v", len(made), file, err)
		}
		if got := toBind(t, f); len(got) != 0 {
			t.Errorf("to be bound: %q", got)
		}
	})
}
