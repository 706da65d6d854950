package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// codes makes n codes.
func codes(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s-%03d", prefix, i+1)
	}
	return out
}

func lot(name string, codes ...string) ledger.Lot {
	return ledger.Lot{Name: name, Sum: [32]byte{byte(len(name)), name[0]}, Starts: "2018-04-07", Expires: "2020-04-06",
		Codes: codes}
}

// importCodes brings in people with an e-mail and a letter each; all but the second are to have a code.
func importCodes(t *testing.T, f *ledgertest.Fixture, people int, l ledger.Lot) {
	t.Helper()
	im, err := f.Begin(ctx, ledger.NewCampaign{ID: "test", Revision: 1, Snapshot: []byte("snapshot"),
		Batches: []ledger.NewBatch{{Name: "a"}}}, f.Key, "tester")
	must(t, err)
	var entitled []uint32
	for i := range uint32(people) {
		must(t, im.Add(ctx, ledger.NewPerson{Ref: fmt.Sprintf("REF-%03d", i+1), Batch: "a", Locale: "ja", Notice: "first",
			Data:       []byte("{}"),
			Deliveries: []ledger.NewDelivery{{Channel: ledger.Email, Lane: "other"}, {Channel: ledger.Letter}}}))
		if i != 1 {
			entitled = append(entitled, i+1)
		}
	}
	must(t, im.Codes(ctx, l, entitled))
	must(t, im.Commit(ctx, ledger.ImportCounts{Rows: people}, ledgertest.By))
}

// codeOf opens what a claim carries.
func codeOf(t *testing.T, f *ledgertest.Fixture, c *ledger.Claim) string {
	t.Helper()
	v, err := c.OpenCode(f.Key)
	must(t, err)
	return v.Code
}

// shown is the code of each delivery, as whoever makes it sees it, by person and channel.
func shown(t *testing.T, f *ledgertest.Fixture) map[string]string {
	t.Helper()
	out := map[string]string{}
	for d, err := range f.Deliveries(ctx, "test") {
		must(t, err)
		c, err := f.DeliveryClaim(ctx, d.ID)
		must(t, err)
		out[fmt.Sprintf("%s %s %d", d.Person, d.Channel, d.Round)] = codeOf(t, f, c)
	}
	return out
}

func codeCounts(t *testing.T, f *ledgertest.Fixture) ledger.CodeCounts {
	t.Helper()
	c, err := f.CodeCounts(ctx, "test")
	must(t, err)
	return c
}

func TestEachPersonHasOneCodeInBothChannelsWhateverIsTried(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 4, lot("a.csv", codes("A", 4)...))
		for range 2 { // attempts
			for _, k := range feed(t, f) {
				c := claim(t, f, k)
				if k.Channel == ledger.Email {
					must(t, f.Deferred(ctx, c, ledger.Attempt{Code: 451}, f.Clock.T))
				}
			}
		}
		want := map[string]string{}
		for person, code := range map[string]string{"1": "A-001", "2": "", "3": "A-002", "4": "A-003"} {
			want["REF-00"+person+" email 1"], want["REF-00"+person+" letter 1"] = code, code
		}
		if got := shown(t, f); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("codes %v, want %v", got, want)
		}
		c := codeCounts(t, f)
		if c.People != 3 || c.Missing != 0 || len(c.Lots) != 1 || c.Lots[0].Total != 4 || c.Lots[0].Reserved != 3 ||
			c.Lots[0].Left != 1 || c.Lots[0].Expires != "2020-04-06" {
			t.Errorf("%+v", c)
		}
	})
}

func TestAClaimAndAPieceCarryTheCode(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 1, lot("a.csv", "A-1"))
		for _, k := range feed(t, f) {
			c := claim(t, f, k)
			v, err := c.OpenCode(f.Key)
			if want := (ledger.Voucher{Code: "A-1", Starts: "2018-04-07", Expires: "2020-04-06"}); err != nil || v != want {
				t.Errorf("%s: %+v, %v", k.Channel, v, err)
			}
			if k.Channel == ledger.Letter {
				must(t, f.Typeset(ctx, c, ledger.Piece{Number: "n", Pages: 1, Sheets: 1}))
				file, err := f.Reserve(ctx, 1, false, []int64{k.Delivery})
				must(t, err)
				pieces, err := f.Pieces(ctx, file.ID)
				must(t, err)
				if got := codeOf(t, f, &pieces[0].Claim); got != "A-1" {
					t.Errorf("the piece has %q", got)
				}
			}
		}
	})
}

// blockAll plays workers who find no code.
func blockAll(t *testing.T, f *ledgertest.Fixture) {
	t.Helper()
	for _, k := range feed(t, f) {
		c := claim(t, f, k)
		switch {
		case codeOf(t, f, c) == "" && c.Ref != "REF-002":
			must(t, f.Blocked(ctx, c, "no code is left for this person"))
		case k.Channel == ledger.Email:
			must(t, f.Sent(ctx, c, ledger.Attempt{Code: 250}))
		}
	}
}

func TestWhenCodesRunOutTheRestIsBlockedUntilThereAreMore(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 6, lot("a.csv", codes("A", 2)...)) // five are to have one
		blockAll(t, f)
		if c := codeCounts(t, f); c.People != 5 || c.Missing != 3 {
			t.Fatalf("%+v", c)
		}
		if s := states(t, f); s[ledger.Blocked] != 6 || s[ledger.Sent] != 3 {
			t.Fatalf("states %v", s)
		}
		number, fresh, err := f.AddCodes(ctx, "test", lot("b.csv", codes("B", 2)...), f.Key, ledgertest.By)
		if err != nil || number != 2 || !fresh {
			t.Fatalf("lot %d, %v, %v", number, fresh, err)
		}
		people, deliveries, err := f.ToSupply(ctx, "test", 2)
		if err != nil || people != 2 || deliveries != 4 {
			t.Errorf("would give %d people a code, and make %d ready; %v", people, deliveries, err)
		}
		for i, want := range []ledger.Supplied{{People: 2, Deliveries: 4}, {}} {
			if done, err := f.Supply(ctx, "test", ledgertest.By); err != nil || done != want {
				t.Errorf("time %d: %+v, %v", i+1, done, err)
			}
		}
		if s := states(t, f); s[ledger.Blocked] != 2 || s[ledger.Ready] != 4 {
			t.Errorf("states %v", s)
		}
		got := shown(t, f)
		for person, code := range map[string]string{"1": "A-001", "3": "A-002", "4": "B-001", "5": "B-002", "6": ""} {
			if got["REF-00"+person+" email 1"] != code || got["REF-00"+person+" letter 1"] != code {
				t.Errorf("person %s: %v, want %q", person, got, code)
			}
		}
		if got := said(t, f, "add codes") + "; " + said(t, f, "give codes"); got != "b.csv: 2; to people who had none: 4" {
			t.Errorf("journal %q", got)
		}
	})
}

func TestAPersonGivenACodeWhileAWorkerHoldsTheClaimIsNotLeftBlocked(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 3, lot("a.csv", "A-1"))
		var late *ledger.Claim
		for _, k := range feed(t, f) {
			if c := claim(t, f, k); c.Ref == "REF-003" && k.Channel == ledger.Email {
				late = c
			}
		}
		_, _, err := f.AddCodes(ctx, "test", lot("b.csv", "B-1"), f.Key, ledgertest.By)
		must(t, err)
		_, err = f.Supply(ctx, "test", ledgertest.By)
		must(t, err)
		must(t, f.Blocked(ctx, late, "no code is left for this person"))
		if s := states(t, f); s[ledger.Blocked] != 0 || s[ledger.Ready] != 1 {
			t.Errorf("states %v", s)
		}
	})
}

func TestAFileOfCodesIsTakenOnceAndWhole(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 3, lot("a.csv", codes("A", 2)...))
		_, fresh, err := f.AddCodes(ctx, "test", lot("a.csv", codes("A", 2)...), f.Key, ledgertest.By)
		if err != nil || fresh {
			t.Errorf("the same file: fresh %v, %v", fresh, err)
		}
		var known *ledger.KnownCodesError
		mixed := append(codes("B", 2500), "A-002", "B-new")
		err = f.CodesKnown(ctx, "test", lot("bb.csv", mixed...), f.Key)
		if !errors.As(err, &known) || !slices.Equal(known.Index, []int{2500}) {
			t.Errorf("asked before: %v", err)
		}
		if err := f.CodesKnown(ctx, "test", lot("a.csv", codes("A", 2)...), f.Key); err != nil {
			t.Errorf("the same file: %v", err)
		}
		_, _, err = f.AddCodes(ctx, "test", lot("bb.csv", mixed...), f.Key, ledgertest.By)
		if !errors.As(err, &known) || !slices.Equal(known.Index, []int{2500}) {
			t.Fatalf("%v", err)
		}
		if strings.Contains(err.Error(), "A-002") {
			t.Errorf("the error repeats a code: %v", err)
		}
		if c := codeCounts(t, f); len(c.Lots) != 1 {
			t.Errorf("something of a refused file is there: %+v", c)
		}
		number, fresh, err := f.AddCodes(ctx, "test", lot("cc.csv", codes("B", 2500)...), f.Key, ledgertest.By)
		if err != nil || !fresh || number != 2 {
			t.Errorf("lot %d, fresh %v, %v", number, fresh, err)
		}
		if _, _, err := f.AddCodes(ctx, "nobody", lot("d"), f.Key, ledgertest.By); !errors.Is(err, ledger.ErrNoCampaign) {
			t.Errorf("of no campaign: %v", err)
		}
	})
}

func TestManyWhoSupplyAtOnceGiveNoCodeTwice(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 40, lot("a.csv", "A-1"))
		_, _, err := f.AddCodes(ctx, "test", lot("b.csv", codes("B", 30)...), f.Key, ledgertest.By)
		must(t, err)
		var group sync.WaitGroup
		given := make([]ledger.Supplied, 4)
		for i := range given {
			group.Add(1)
			go func() {
				defer group.Done()
				var err error
				if given[i], err = f.Supply(ctx, "test", ledgertest.By); err != nil {
					t.Error(err)
				}
			}()
		}
		group.Wait()
		total, seen := 0, map[string]string{}
		for _, g := range given {
			total += g.People
		}
		for who, code := range shown(t, f) {
			person, _, _ := strings.Cut(who, " ")
			if before := seen[code]; code != "" && before != "" && before != person {
				t.Errorf("%s and %s have one code", before, person)
			}
			seen[code] = person
		}
		if c := codeCounts(t, f); total != 30 || c.Missing != 8 || c.Lots[1].Left != 0 {
			t.Errorf("%d given, %+v", total, c)
		}
	})
}

func TestUseIsNotedOnceAndStrangeCodesAreTold(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 4, lot("a.csv", codes("A", 5)...))
		uses := []ledger.CodeUse{
			{Code: "A-001", On: "2018-04-09"}, {Code: "A-005", On: "2018-04-10"}, {Code: "B-001", On: "2018-04-10"},
		}
		for i, want := range []string{"[2 1 0]", "[3 1 0]"} {
			replies, err := f.CodesUsed(ctx, "test", uses, f.Key, ledgertest.By)
			if err != nil || fmt.Sprint(replies) != want {
				t.Errorf("time %d: %v, %v", i+1, replies, err)
			}
		}
		if l := codeCounts(t, f).Lots[0]; l.Used != 1 || l.Stray != 1 || l.Reserved != 3 || l.Left != 1 {
			t.Errorf("%+v", l)
		}
	})
}

func TestWhatIsSaidOfAUseCannotBeRewritten(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 4, lot("a.csv", codes("A", 5)...))
		uses := []ledger.CodeUse{
			{Code: "A-001", On: "2018-04-09"}, {Code: "A-001", On: "2018-04-10"}, {Code: "A-002", On: "2018-04-06"},
			{Code: "A-002", On: "2020-04-07"}, {Code: "A-002", On: "2020-04-06"}, {Code: "A-001", On: "2018-04-09"},
		}
		want := []ledger.UseReply{
			ledger.UseMarked, ledger.UseAgain, ledger.UseOutside, ledger.UseOutside, ledger.UseMarked, ledger.UseKnown,
		}
		replies, err := f.CodesUsed(ctx, "test", uses, f.Key, ledgertest.By)
		if err != nil || !slices.Equal(replies, want) {
			t.Errorf("%v, %v", replies, err)
		}
		if l := codeCounts(t, f).Lots[0]; l.Used != 2 {
			t.Errorf("%+v", l)
		}
	})
}

func TestACodeThatSomebodyUsedUnaskedIsGivenToNobody(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 3, lot("a.csv", "A-1"))
		_, _, err := f.AddCodes(ctx, "test", lot("b.csv", "B-1", "B-2"), f.Key, ledgertest.By)
		must(t, err)
		_, err = f.CodesUsed(ctx, "test", []ledger.CodeUse{{Code: "B-1", On: "2018-04-10"}}, f.Key, ledgertest.By)
		must(t, err)
		_, err = f.Supply(ctx, "test", ledgertest.By)
		must(t, err)
		if got := shown(t, f)["REF-003 email 1"]; got != "B-2" {
			t.Errorf("got %q", got)
		}
	})
}

func TestCodesAreCopiedAndNotReadable(t *testing.T) {
	t.Parallel()
	f, place := ledgertest.New(t), ledgertest.Server(t)
	importCodes(t, f, 3, lot("a.csv", "A-1"))
	_, err := f.Copy(ctx, place, ledgertest.By, quietly)
	must(t, err)
	l, err := ledger.Open(ctx, place, false, f.Clock.Now)
	must(t, err)
	t.Cleanup(func() { must(t, l.Close()) })
	there := &ledgertest.Fixture{Ledger: l, Key: f.Key, Clock: f.Clock}
	for who, code := range map[string]string{"REF-001 email 1": "A-1", "REF-003 email 1": ""} {
		if got := shown(t, there); got[who] != code {
			t.Errorf("%s has %q", who, got[who])
		}
	}
	_, fresh, err := there.AddCodes(ctx, "test", lot("b.csv", "B-1"), f.Key, ledgertest.By)
	if err != nil || !fresh {
		t.Errorf("fresh %v, %v", fresh, err)
	}
	c, err := there.DeliveryClaim(ctx, 1<<28+1)
	must(t, err)
	if len(c.SealedCode) == 0 || bytes.Contains(c.SealedCode, []byte("A-1")) {
		t.Error("the code is not sealed")
	}
}

func TestAnImportThatDiesLeavesNoCodes(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		im, err := f.Begin(ctx, ledger.NewCampaign{ID: "test", Revision: 1,
			Batches: []ledger.NewBatch{{Name: "a"}}}, f.Key, "dies")
		must(t, err)
		must(t, im.Codes(ctx, lot("a.csv", codes("A", 3)...), []uint32{1, 2, 3, 4}))
		f.Clock.T = f.Clock.T.Add(time.Minute)
		importCodes(t, f, 4, lot("a.csv", codes("A", 3)...))
		if c := codeCounts(t, f); c.People != 3 || c.Missing != 0 || c.Lots[0].Total != 3 {
			t.Errorf("%+v", c)
		}
	})
}

func TestAPurgedCampaignKeepsTheNumbersOfItsCodesAndNotTheCodes(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 3, lot("a.csv", codes("A", 3)...))
		before := codeCounts(t, f)
		purge(t, f)
		if after := codeCounts(t, f); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("%+v, before it was %+v", after, before)
		}
		c, err := f.DeliveryClaim(ctx, 1<<28+1)
		must(t, err)
		if len(c.SealedCode) != 0 {
			t.Error("a sealed code is left")
		}
		replies, err := f.CodesUsed(ctx, "test", []ledger.CodeUse{{Code: "A-001", On: "2018-04-09"}}, f.Key, ledgertest.By)
		if err != nil || replies[0] != ledger.UseUnknown {
			t.Errorf("a code is found: %v, %v", replies, err)
		}
	})
}

func TestWhatAnAddThatDiedLeftBehindIsGivenToNobody(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		importCodes(t, f, 4, lot("a.csv", "A-1"))
		for _, query := range []string{
			`INSERT INTO code_lot (campaign, number, name, sum, starts, expires, enroll_by, first, codes, complete, added_at)
				SELECT campaign, 2, 'died', sum, starts, expires, enroll_by, first + codes, 9, 0, added_at FROM code_lot`,
			`INSERT INTO code (id, lot, value, sealed) SELECT first + codes, 2, sum, sum FROM code_lot WHERE number = 1`,
		} {
			must(t, ledger.Tamper(f.Ledger, query))
		}
		if done, err := f.Supply(ctx, "test", ledgertest.By); err != nil || done.People != 0 {
			t.Errorf("%+v, %v", done, err)
		}
		number, fresh, err := f.AddCodes(ctx, "test", lot("b.csv", "B-1", "B-2"), f.Key, ledgertest.By)
		if err != nil || !fresh || number != 2 {
			t.Errorf("lot %d, fresh %v, %v", number, fresh, err)
		}
		if done, err := f.Supply(ctx, "test", ledgertest.By); err != nil || done.People != 2 {
			t.Errorf("%+v, %v", done, err)
		}
		if got := shown(t, f)["REF-004 letter 1"]; got != "B-2" {
			t.Errorf("got %q", got)
		}
		if c := codeCounts(t, f); len(c.Lots) != 2 || c.Lots[1].Total != 2 {
			t.Errorf("%+v", c)
		}
	})
}
