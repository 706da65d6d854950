package ledger_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// bindAll binds the letters that are ready, all in one file, and says which it was.
func bindAll(t *testing.T, f *ledgertest.Fixture) ledger.PrintFile {
	t.Helper()
	var ids []int64
	for _, k := range feed(t, f) {
		c := claim(t, f, k)
		must(t, f.Typeset(ctx, c, ledger.Piece{Number: fmt.Sprint("n", k.Delivery), Pages: 1, Sheets: 1}))
		ids = append(ids, k.Delivery)
	}
	return bind(t, f, ids)
}

// bind binds typeset letters in one file.
func bind(t *testing.T, f *ledgertest.Fixture, ids []int64) ledger.PrintFile {
	t.Helper()
	file, err := f.Reserve(ctx, 1, false, ids)
	must(t, err)
	pieces, err := f.Pieces(ctx, file.ID)
	must(t, err)
	file.Pieces = len(pieces)
	if ok, err := f.Finish(ctx, *file, pieces, make([]byte, 32)); !ok || err != nil {
		t.Fatalf("finish: %v, %v", ok, err)
	}
	return *file
}

// Batches change places between revisions, and print files are called after these.
func TestAPrintFileOfAFurtherRevisionHasANameOfItsOwn(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Channel: ledger.Letter})
		first := bindAll(t, f)
		next := newcomer(f, 1)
		next.Deliveries[0].Channel = ledger.Letter
		revise(t, f, 2, next)
		var id int64
		for _, k := range feed(t, f) {
			id = k.Delivery
			must(t, f.Typeset(ctx, claim(t, f, k), ledger.Piece{Number: "next", Pages: 1, Sheets: 1}))
		}
		batches, err := f.TypesetBatches(ctx, "test")
		must(t, err)
		second, err := f.Reserve(ctx, batches[0].ID, false, []int64{id})
		must(t, err)
		if batches[0].Name != "c" || first.Name != "test-001-01" || second == nil || second.Name != "test-r2-001-01" {
			t.Errorf("%s and %+v of %s", first.Name, second, batches[0].Name)
		}
	})
}

func handAll(t *testing.T, f *ledgertest.Fixture) {
	t.Helper()
	file := bindAll(t, f)
	_, err := f.Hand(ctx, "test", ledger.Handover{PrintFile: file, Place: "/mail-house"}, ledgertest.By)
	must(t, err)
}

func people(t *testing.T, f *ledgertest.Fixture) ledger.People {
	t.Helper()
	counts, err := f.Counts(ctx, "test")
	must(t, err)
	return counts.People
}

// said lists the rows of the journal with a verb: what, and how many.
func said(t *testing.T, f *ledgertest.Fixture, verb string) string {
	t.Helper()
	rows, err := f.Journal(ctx, "test")
	must(t, err)
	var out []string
	for _, r := range rows {
		if r.Verb == verb {
			out = append(out, fmt.Sprintf("%s: %d", r.What, r.N))
		}
	}
	return strings.Join(out, "; ")
}

func TestAPrintFileIsHandedOnceAndItsPeopleAreTold(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 3, Channel: ledger.Letter})
		file := bindAll(t, f)
		h := ledger.Handover{PrintFile: file, Place: "sftp://mail@example.com/in", Files: []ledger.HandedFile{
			{Name: file.Name + ".pdf", Size: 7, SHA256: "00ff"}}}
		for i, want := range []int{3, 0} {
			n, err := f.Hand(ctx, "test", h, ledgertest.By)
			if err != nil || n != want {
				t.Errorf("time %d: %d letters, %v", i+1, n, err)
			}
			f.Clock.T = f.Clock.T.Add(time.Hour)
		}
		if p := people(t, f); p.Told != 3 || states(t, f)[ledger.Handed] != 3 {
			t.Errorf("%+v, %v", p, states(t, f))
		}
		if got := said(t, f, "hand over"); got != file.Name+" to sftp://mail@example.com/in: 3" {
			t.Errorf("journal %q", got)
		}
		all, err := f.Handovers(ctx, "test")
		must(t, err)
		if len(all) != 1 || all[0].Place != h.Place || all[0].Who != "tester" || len(all[0].Files) != 1 ||
			all[0].Files[0] != h.Files[0] || !all[0].At.Equal(f.Clock.T.Add(-2*time.Hour)) {
			t.Errorf("%+v", all)
		}
	})
}

func TestAnUnfinishedPrintFileIsNotHanded(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Channel: ledger.Letter})
		k := feed(t, f)[0]
		must(t, f.Typeset(ctx, claim(t, f, k), ledger.Piece{Number: "n"}))
		file, err := f.Reserve(ctx, 1, false, []int64{k.Delivery})
		must(t, err)
		n, err := f.Hand(ctx, "test", ledger.Handover{PrintFile: *file}, ledgertest.By)
		if err != nil || n != 0 || states(t, f)[ledger.Typeset] != 1 {
			t.Errorf("%d, %v, %v", n, err, states(t, f))
		}
	})
}

func TestAHeldBatchStopsItsPrintFiles(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Channel: ledger.Letter})
		bindAll(t, f)
		stopped := func() bool {
			all, err := f.Handovers(ctx, "test")
			must(t, err)
			return all[0].Stopped && all[0].At.IsZero()
		}
		before := stopped()
		must(t, f.Hold(ctx, "test", "a", ledgertest.By))
		held := stopped()
		must(t, f.Resume(ctx, "test", "a", ledgertest.By))
		must(t, f.Hold(ctx, "test", "", ledgertest.By))
		if before || !held || !stopped() {
			t.Errorf("before %v, batch held %v, campaign held %v", before, held, stopped())
		}
	})
}

// letter is the delivery of the nth person of the campaign.
func letter(n int64) int64 { return 1<<28 + n }

func answer(t *testing.T, f *ledgertest.Fixture, as ...ledger.Answer) []ledger.Reply {
	t.Helper()
	replies, err := f.Answered(ctx, "test", as, ledgertest.By)
	must(t, err)
	if len(replies) != len(as) {
		t.Fatalf("%d replies to %d answers", len(replies), len(as))
	}
	return replies
}

func TestAnswersMoveLettersOnceAndMakePeopleUntoldAgain(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 3, Channel: ledger.Letter})
		handAll(t, f)
		as := []ledger.Answer{
			{Delivery: letter(1), Event: ledger.EventPrinted, On: "2013-09-10"},
			{Delivery: letter(1), Event: ledger.EventMailed, On: "2013-09-11"},
			{Delivery: letter(1), Event: ledger.EventReturned, On: "2013-09-12", Reason: "moved"},
			{Delivery: letter(2), Event: ledger.EventReturned, Reason: "unclaimed"}, // nobody said it was mailed
			{Delivery: letter(2), Event: ledger.EventMailed, On: "2013-09-10"},
			{Delivery: letter(3), Event: ledger.EventMailed},
		}
		for i, want := range []int{4, 0} {
			moved := 0
			for _, r := range answer(t, f, as...) {
				if r.Err != nil {
					t.Error(r.Err)
				}
				if r.Moved {
					moved++
				}
			}
			if moved != want {
				t.Errorf("time %d: %d moved, want %d", i+1, moved, want)
			}
		}
		if s := states(t, f); s[ledger.Returned] != 2 || s[ledger.Mailed] != 1 || s[ledger.Handed] != 0 {
			t.Errorf("states %v", s)
		}
		if p := people(t, f); p.Told != 1 || p.Untold != 2 {
			t.Errorf("%+v", p)
		}
		if got := said(t, f, "returns"); got != "as mailed: 2; as returned: 2" {
			t.Errorf("journal %q", got)
		}
	})
}

func TestAnAnswerThatCannotBeChangesNothing(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 2, Channel: ledger.Letter},
			ledgertest.Batch{Name: "b", People: 1, Channel: ledger.Letter},
			ledgertest.Batch{Name: "c", People: 1})
		handAll(t, f)
		must(t, errors.Join(answer(t, f,
			ledger.Answer{Delivery: letter(1), Event: ledger.EventMailed, On: "2013-09-11"},
			ledger.Answer{Delivery: letter(2), Event: ledger.EventReturned, On: "2013-09-11", Reason: "moved"},
		)[0].Err))
		before := states(t, f)
		for i, c := range []struct {
			a    ledger.Answer
			want error
		}{
			{ledger.Answer{Delivery: letter(99), Event: ledger.EventMailed}, ledger.ErrNoPiece},
			{ledger.Answer{Delivery: letter(4), Event: ledger.EventMailed}, ledger.ErrNoPiece}, // an e-mail
			{ledger.Answer{Delivery: letter(3), Event: ledger.EventReturned}, ledger.ErrNotHanded},
			{ledger.Answer{Delivery: letter(1), Event: ledger.EventMailed, On: "2013-09-10"}, ledger.ErrDay},
			{ledger.Answer{Delivery: letter(1), Event: ledger.EventReturned, On: "2013-09-10"}, ledger.ErrDayOrder},
			{ledger.Answer{Delivery: letter(1), Event: ledger.EventPrinted, On: "2013-09-12"}, ledger.ErrDayOrder},
			{ledger.Answer{Delivery: letter(1), Event: ledger.EventReturned, On: "2013-10-10"}, ledger.ErrFuture},
			{ledger.Answer{Delivery: letter(2), Event: ledger.EventReturned, Reason: "declined"}, ledger.ErrReason},
			{ledger.Answer{Delivery: letter(2), Event: ledger.EventMailed, On: "2013-09-12"}, ledger.ErrDayOrder},
		} {
			if r := answer(t, f, c.a)[0]; !errors.Is(r.Err, c.want) || r.Moved {
				t.Errorf("%d: %+v: %+v, want %v", i, c.a, r, c.want)
			}
		}
		if after := states(t, f); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("%v became %v", before, after)
		}
		if _, err := f.Answered(ctx, "other", []ledger.Answer{{}}, ledgertest.By); !errors.Is(err, ledger.ErrNoCampaign) {
			t.Errorf("error %v", err)
		}
	})
}

func TestAPieceOfAnotherCampaignIsNotThisOnes(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Channel: ledger.Letter})
		handAll(t, f)
		im, err := f.Begin(ctx, ledger.NewCampaign{ID: "second", Revision: 1, Digest: [32]byte{2}}, f.Key, "x")
		must(t, err)
		must(t, im.Commit(ctx, ledger.ImportCounts{}, ledgertest.By))
		replies, err := f.Answered(ctx, "second", []ledger.Answer{
			{Delivery: letter(1), Event: ledger.EventMailed}}, ledgertest.By)
		must(t, err)
		if !errors.Is(replies[0].Err, ledger.ErrOtherCampaign) {
			t.Errorf("%+v", replies[0])
		}
	})
}

func TestAReturnedLetterGoesAgainOnceAsTheNextRoundToItsNewAddress(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 3, Channel: ledger.Letter})
		handAll(t, f)
		answer(t, f, ledger.Answer{Delivery: letter(1), Event: ledger.EventReturned, Reason: "moved", On: "2013-09-12"},
			ledger.Answer{Delivery: letter(2), Event: ledger.EventReturned})
		list, err := f.ReturnedLetters(ctx, "test")
		must(t, err)
		if len(list) != 2 || list[0].Delivery != letter(1) || list[0].Reason != "moved" ||
			list[0].On != "2013-09-12" || list[0].Round != 1 || list[0].Person != "REF-001" || list[0].Told {
			t.Fatalf("%+v", list)
		}
		again := []ledger.Remail{
			{Delivery: letter(1), Data: []byte("corrected")}, {Delivery: letter(2)},
			{Delivery: letter(3), Data: []byte("it did not come back")}, {Delivery: letter(9)},
		}
		for i, want := range []int{2, 0} {
			n, err := f.Remail(ctx, "test", again, f.Key, ledgertest.By)
			if err != nil || n != want {
				t.Errorf("time %d: %d, %v", i+1, n, err)
			}
		}
		if got := said(t, f, "remail"); got != "returned letters: 2" {
			t.Errorf("journal %q", got)
		}
		opened := map[int64]string{}
		for _, id := range []int64{letter(1), letter(4), letter(5)} {
			c, err := f.DeliveryClaim(ctx, id)
			must(t, err)
			plain, err := c.OpenPerson(f.Key)
			must(t, err)
			opened[id] = string(plain)
		}
		if opened[letter(1)] != string(ledgertest.Data(1)) || opened[letter(4)] != "corrected" ||
			opened[letter(5)] != string(ledgertest.Data(2)) {
			t.Errorf("%v", opened)
		}
		if list, err := f.ReturnedLetters(ctx, "test"); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		handAll(t, f) // the second round
		if p := people(t, f); p.Told != 3 {
			t.Errorf("%+v", p)
		}
		// It comes back again: the third round goes where the second went.
		answer(t, f, ledger.Answer{Delivery: letter(4), Event: ledger.EventReturned})
		_, err = f.Remail(ctx, "test", []ledger.Remail{{Delivery: letter(4)}}, f.Key, ledgertest.By)
		must(t, err)
		pieces, err := f.Pieces(ctx, bindAll(t, f).ID)
		must(t, err)
		plain, err := pieces[0].OpenPerson(f.Key)
		if err != nil || string(plain) != "corrected" {
			t.Errorf("%q, %v", plain, err)
		}
	})
}

func TestACancelledBatchIsNotWrittenToAgain(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1, Channel: ledger.Letter})
		handAll(t, f)
		answer(t, f, ledger.Answer{Delivery: letter(1), Event: ledger.EventReturned})
		_, err := f.Cancel(ctx, "test", "a", ledgertest.By)
		must(t, err)
		n, err := f.Remail(ctx, "test", []ledger.Remail{{Delivery: letter(1)}}, f.Key, ledgertest.By)
		if err != nil || n != 0 {
			t.Errorf("%d, %v", n, err)
		}
	})
}
