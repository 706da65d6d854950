package ledger_test

import (
	"errors"
	"fmt"
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// handCoded lays out the letters of people with codes, hands them over and takes them back. It answers their
// ids, in the order of the people.
func handCoded(t *testing.T, f *ledgertest.Fixture) []int64 {
	t.Helper()
	var letters []int64
	for _, k := range feed(t, f) {
		if c := claim(t, f, k); k.Channel == ledger.Letter {
			must(t, f.Typeset(ctx, c, ledger.Piece{Number: fmt.Sprint(k.Delivery), Pages: 1, Sheets: 1}))
			letters = append(letters, k.Delivery)
		}
	}
	file, err := f.Reserve(ctx, 1, false, letters)
	must(t, err)
	pieces, err := f.Pieces(ctx, file.ID)
	must(t, err)
	file.Pieces = len(pieces)
	_, err = f.Finish(ctx, *file, pieces, make([]byte, 32))
	must(t, err)
	_, err = f.Hand(ctx, "test", ledger.Handover{PrintFile: *file}, ledgertest.By)
	must(t, err)
	for _, id := range letters {
		answer(t, f, ledger.Answer{Delivery: id, Event: ledger.EventReturned})
	}
	return letters
}

func TestALetterWrittenAgainMayBringACodeWithALaterTerm(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 4, lot("a.csv", codes("A", 4)...))
		letters := handCoded(t, f)
		var again []ledger.Remail
		later := lot("later.csv", codes("L", 2)...)
		later.Expires = "2021-04-06"
		number, _, err := f.AddCodes(ctx, "test", later, f.Key, ledgertest.By)
		must(t, err)
		for _, id := range letters[:2] { // of the first two people
			again = append(again, ledger.Remail{Delivery: id, Lot: number})
		}
		if n, err := f.Entitled(ctx, letters[:2]); err != nil || n != 1 {
			t.Errorf("%d of the first two are to have a code, %v", n, err)
		}
		for i, want := range []int{2, 0} {
			if n, err := f.Remail(ctx, "test", again, f.Key, ledgertest.By); err != nil || n != want {
				t.Errorf("time %d: %d letters, %v", i+1, n, err)
			}
		}
		_, err = f.Remail(ctx, "test", []ledger.Remail{{Delivery: letters[2]}}, f.Key, ledgertest.By) // no further code
		must(t, err)
		got := shown(t, f)
		for who, code := range map[string]string{
			"REF-001 letter 1": "A-001", "REF-001 email 1": "A-001", "REF-001 letter 2": "L-001",
			"REF-002 letter 1": "", "REF-002 letter 2": "", "REF-003 letter 2": "A-002",
		} {
			if got[who] != code {
				t.Errorf("%s has %q, want %q", who, got[who], code)
			}
		}
		// The file's second code is left: one of the first two is to have none.
		more := []ledger.Remail{{Delivery: letters[3], Lot: number}}
		if n, err := f.Remail(ctx, "test", more, f.Key, ledgertest.By); err != nil || n != 1 {
			t.Errorf("%d, %v", n, err)
		}
	})
}

func TestAFileWithTooFewCodesWritesToNobodyAgain(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 1, lot("a.csv", "A-1"))
		id := handCoded(t, f)[0]
		// The lot of the import has no code left.
		_, err := f.Remail(ctx, "test", []ledger.Remail{{Delivery: id, Lot: 1}}, f.Key, ledgertest.By)
		if !errors.Is(err, ledger.ErrNoCodes) {
			t.Errorf("%v", err)
		}
		if list, err := f.ReturnedLetters(ctx, "test"); err != nil || len(list) != 1 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}
