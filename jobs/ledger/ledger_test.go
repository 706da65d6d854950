package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

var ctx = context.Background()

func TestMain(m *testing.M) {
	if place := os.Getenv(importInto); place != "" {
		importUntilKilled(place)
	}
	os.Exit(ledgertest.Main(m))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// advance runs the feeder's clock until there is nothing more to release.
func advance(t *testing.T, f *ledgertest.Fixture, p ledger.Policy) {
	t.Helper()
	for more := true; more; {
		var err error
		more, err = f.Advance(ctx, "test", p)
		must(t, err)
	}
}

// feed feeds all that is ready and returns the tasks.
const feedMost = 700 // neither a block of what waits nor a part of one

func feed(t *testing.T, f *ledgertest.Fixture) []ledger.Task {
	t.Helper()
	advance(t, f, ledger.Policy{Parallel: 1})
	lanes, err := f.Lanes(ctx, "test")
	must(t, err)
	var all []ledger.Task
	for _, lane := range lanes {
		tasks, err := f.Feed(ctx, lane, feedMost)
		must(t, err)
		all = append(all, tasks...)
	}
	return all
}

func claim(t *testing.T, f *ledgertest.Fixture, k ledger.Task) *ledger.Claim {
	t.Helper()
	c, err := f.Claim(ctx, k, "w1")
	must(t, err)
	return c
}

func states(t *testing.T, f *ledgertest.Fixture) map[ledger.State]int {
	t.Helper()
	counts, err := f.Counts(ctx, "test")
	must(t, err)
	recounted := map[ledger.State]int{}
	for d, err := range f.Deliveries(ctx, "test") {
		must(t, err)
		recounted[d.State]++
	}
	sum := map[ledger.State]int{}
	for _, m := range counts.Channels {
		for s, n := range m {
			sum[s] += n
		}
	}
	for s := range recounted {
		if sum[s] != recounted[s] {
			t.Errorf("counter of %s says %d, the rows say %d", s, sum[s], recounted[s])
		}
	}
	p := counts.People
	if p.Told+p.Untold+p.Uncertain+p.Unreachable != p.Affected {
		t.Errorf("standings %+v do not add up", p)
	}
	return sum
}

func TestADeliveryGoesFromWaitingToSentAndItsPersonIsTold(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1}, ledgertest.Batch{Name: "x", People: 2, Channel: "-"})
		tasks := feed(t, f)
		if len(tasks) != 1 {
			t.Fatalf("%d tasks", len(tasks))
		}
		c := claim(t, f, tasks[0])
		data, err := c.OpenPerson(f.Key)
		must(t, err)
		if !bytes.Contains(data, []byte("試験")) || c.Batch != "a" || c.Attempt != 1 {
			t.Errorf("claim %+v with %s", c, data)
		}
		must(t, f.Sent(ctx, c, ledger.Attempt{Relay: "r", Code: 250, MessageID: "m"}))
		if s := states(t, f); s[ledger.Sent] != 1 {
			t.Errorf("states %v", s)
		}
		counts, err := f.Counts(ctx, "test")
		must(t, err)
		if want := (ledger.People{Affected: 3, Told: 1, Unreachable: 2}); counts.People != want {
			t.Errorf("people %+v, want %+v", counts.People, want)
		}
	})
}

func TestATaskIsWorthNothingTwiceOrLate(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		k := feed(t, f)[0]
		c := claim(t, f, k)
		if again := claim(t, f, k); again != nil {
			t.Error("the same task was claimed twice")
		}
		must(t, f.Deferred(ctx, c, ledger.Attempt{Code: 450}, f.Clock.Now().Add(time.Minute)))
		if claim(t, f, k) != nil {
			t.Error("a task of an earlier attempt was claimed")
		}
		f.Clock.T = f.Clock.T.Add(2 * time.Minute)
		k2 := feed(t, f)[0]
		if k2.Attempt != 1 || k2.Feed != 2 {
			t.Errorf("second task %+v", k2)
		}
		first := c.FirstAt
		if c = claim(t, f, k2); !c.FirstAt.Equal(first) {
			t.Error("the message's date changed with the attempt")
		}
		must(t, f.Refused(ctx, c, ledger.Attempt{Code: 550}))
		must(t, f.Sent(ctx, c, ledger.Attempt{Code: 250})) // a late second outcome
		if s := states(t, f); s[ledger.Refused] != 1 || s[ledger.Sent] != 0 {
			t.Errorf("states %v", s)
		}
	})
}

func TestBatchesOpenInOrderAfterTheFirstAttemptsOfTheOneBefore(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 2}, ledgertest.Batch{Name: "b", People: 1},
			ledgertest.Batch{Name: "c", People: 1, Start: f.Clock.T.Add(time.Hour)})
		tasks := feed(t, f)
		if len(tasks) != 2 {
			t.Fatalf("%d tasks of the first batch", len(tasks))
		}
		must(t, f.Sent(ctx, claim(t, f, tasks[0]), ledger.Attempt{}))
		if n := len(feed(t, f)); n != 0 {
			t.Fatalf("the second batch opened before the first was tried: %d", n)
		}
		must(t, f.Deferred(ctx, claim(t, f, tasks[1]), ledger.Attempt{}, f.Clock.T.Add(time.Hour)))
		tasks = feed(t, f)
		if len(tasks) != 1 {
			t.Fatal("a deferred delivery kept the next batch from opening")
		}
		must(t, f.Sent(ctx, claim(t, f, tasks[0]), ledger.Attempt{}))
		if n := len(feed(t, f)); n != 0 {
			t.Fatal("a batch opened before its start")
		}
		must(t, f.Release(ctx, "test", "c", ledgertest.By))
		if n := len(feed(t, f)); n != 1 {
			t.Fatal("a released batch did not open")
		}
	})
}

func TestHoldGivesBackWhatIsAlreadyInRedis(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 2}, ledgertest.Batch{Name: "b", People: 1})
		k := feed(t, f)
		must(t, f.Hold(ctx, "test", "a", ledgertest.By))
		if claim(t, f, k[0]) != nil {
			t.Fatal("a held delivery was claimed")
		}
		if s := states(t, f); s[ledger.Ready] != 1 || s[ledger.Queued] != 1 {
			t.Errorf("states %v", s)
		}
		if lanes, _ := f.Lanes(ctx, "test"); len(lanes) != 0 {
			t.Errorf("lanes of a held batch: %v", lanes)
		}
		if n := len(feed(t, f)); n != 1 {
			t.Error("the batch behind a held one did not go on")
		}
		must(t, f.Resume(ctx, "test", "a", ledgertest.By))
		if n := len(feed(t, f)); n != 1 {
			t.Error("a resumed batch did not go on")
		}
		must(t, f.Hold(ctx, "test", "", ledgertest.By))
		if claim(t, f, k[1]) != nil {
			t.Error("a delivery of a held campaign was claimed")
		}
	})
}

func TestCancelTakesBackAllThatWasNotSent(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 3}, ledgertest.Batch{Name: "b", People: 2})
		k := feed(t, f)
		must(t, f.Sent(ctx, claim(t, f, k[0]), ledger.Attempt{}))
		n, err := f.Cancel(ctx, "test", "a", ledgertest.By)
		must(t, err)
		if s := states(t, f); n != 2 || s[ledger.Cancelled] != 2 || s[ledger.Sent] != 1 || s[ledger.Waiting] != 2 {
			t.Errorf("%d cancelled, states %v", n, s)
		}
		if claim(t, f, k[1]) != nil {
			t.Error("a cancelled delivery was claimed")
		}
		if n := len(feed(t, f)); n != 2 {
			t.Errorf("the next batch fed %d", n)
		}
	})
}

func TestRetryMovesOnlyWhatFailedAndWasChosen(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 4})
		k := feed(t, f)
		must(t, f.Refused(ctx, claim(t, f, k[0]), ledger.Attempt{Code: 550}))
		must(t, f.Blocked(ctx, claim(t, f, k[1]), "a reason"))
		must(t, f.Uncertain(ctx, claim(t, f, k[2]), ledger.Attempt{}))
		must(t, f.Sent(ctx, claim(t, f, k[3]), ledger.Attempt{}))
		sel := ledger.Failed{Campaign: "test", States: []ledger.State{ledger.Refused}}
		if n, err := f.Count(ctx, sel); n != 1 || err != nil {
			t.Errorf("count %d, %v", n, err)
		}
		if n, err := f.Retry(ctx, ledger.Failed{Campaign: "test"}, ledgertest.By); n != 2 || err != nil {
			t.Errorf("retried %d, %v", n, err)
		}
		if s := states(t, f); s[ledger.Ready] != 2 || s[ledger.Uncertain] != 1 || s[ledger.Sent] != 1 {
			t.Errorf("states %v", s)
		}
		sel.States = []ledger.State{ledger.Uncertain}
		if _, err := f.Retry(ctx, sel, ledgertest.By); err == nil {
			t.Error("uncertain deliveries were retried")
		}
	})
}

func TestClaimsOfASilentWorkerBecomeUncertain(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 2})
		must(t, f.Heartbeat(ctx, "w1"))
		k := feed(t, f)
		c := claim(t, f, k[0])
		f.Clock.T = f.Clock.T.Add(ledger.Lost - time.Second)
		if n, err := f.LoseWorkers(ctx, ledger.Lost); n != 0 || err != nil {
			t.Errorf("lost %d, %v", n, err)
		}
		f.Clock.T = f.Clock.T.Add(2 * time.Second)
		if n, err := f.LoseWorkers(ctx, ledger.Lost); n != 1 || err != nil {
			t.Errorf("lost %d, %v", n, err)
		}
		counts, err := f.Counts(ctx, "test")
		must(t, err)
		if counts.People.Uncertain != 1 || states(t, f)[ledger.Uncertain] != 1 {
			t.Errorf("people %+v", counts.People)
		}
		other := *c
		other.Worker = "w2"
		must(t, f.Sent(ctx, &other, ledger.Attempt{})) // not its claim: it knows nothing
		if states(t, f)[ledger.Uncertain] != 1 {
			t.Error("a stranger resolved an uncertain delivery")
		}
		held, err := f.ClaimsOf(ctx, "w1")
		must(t, err)
		if len(held) != 1 || held[0].Delivery != c.Delivery || held[0].Attempt != c.Attempt {
			t.Errorf("claims %+v", held)
		}
		must(t, f.Sent(ctx, c, ledger.Attempt{Code: 250})) // the worker wakes up, and knows
		if states(t, f)[ledger.Sent] != 1 {
			t.Error("the worker's own evidence was not taken")
		}
	})
}

func TestABatchRefusedTooOftenHaltsAndMayBeResumed(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 10})
		for i, k := range feed(t, f)[:5] {
			c := claim(t, f, k)
			if i < 2 {
				must(t, f.Refused(ctx, c, ledger.Attempt{Code: 550}))
			} else {
				must(t, f.Sent(ctx, c, ledger.Attempt{}))
			}
		}
		p := ledger.Policy{Parallel: 1, HaltRefused: 0.1, HaltAfter: 5}
		advance(t, f, p)
		counts, err := f.Counts(ctx, "test")
		must(t, err)
		if !counts.Batches[0].Halted {
			t.Fatal("not halted")
		}
		must(t, f.Resume(ctx, "test", "a", ledgertest.By))
		advance(t, f, p)
		counts, err = f.Counts(ctx, "test")
		must(t, err)
		if counts.Batches[0].Halted {
			t.Error("halted again after the operator resumed it")
		}
		rows, err := f.Journal(ctx, "test")
		must(t, err)
		if len(rows) != 3 || rows[1].Verb != "halt" {
			t.Errorf("journal %+v", rows)
		}
	})
}

func TestTheSweeperGivesLostTasksBack(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 3})
		k := feed(t, f)
		claim(t, f, k[0])
		old, err := f.Queued(ctx, f.Clock.T, 10)
		must(t, err)
		if len(old) != 2 {
			t.Fatalf("%d queued", len(old))
		}
		stale := old[0]
		stale.Feed--
		n, err := f.Unfeed(ctx, []ledger.Task{stale, old[1], k[0]})
		must(t, err)
		if s := states(t, f); n != 1 || s[ledger.Ready] != 1 || s[ledger.Sending] != 1 {
			t.Errorf("unfed %d, states %v", n, s)
		}
	})
}

func TestLettersAreBoundInExactlyOneFileHoweverOftenItIsTried(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 3, Channel: ledger.Letter})
		for i, k := range feed(t, f) {
			c := claim(t, f, k)
			must(t, f.Typeset(ctx, c, ledger.Piece{Number: string(rune('1' + i)), Pages: 2, Sheets: 2}))
		}
		var letters []int64
		for p, err := range f.Unbound(ctx, 1, false) {
			must(t, err)
			letters = append(letters, p.Delivery)
		}
		one, err := f.Reserve(ctx, 1, false, []int64{letters[1], letters[0]})
		must(t, err)
		if twice, err := f.Reserve(ctx, 1, false, letters[:2]); twice != nil || err != nil {
			t.Errorf("letters in two files: %+v, %v", twice, err)
		}
		again, err := f.Unfinished(ctx, 1, false)
		must(t, err)
		if len(again) != 1 || one.Name != again[0].Name || !one.Created.Equal(again[0].Created) {
			t.Errorf("an unfinished file changed: %+v, %+v", one, again)
		}
		ps, err := f.Pieces(ctx, one.ID)
		must(t, err)
		if len(ps) != 2 || ps[0].Sequence != 1 || ps[0].Delivery != letters[1] {
			t.Fatalf("pieces %+v", ps)
		}
		must(t, f.DropPiece(ctx, ps[1].Delivery, "changed"))
		if ok, err := f.Finish(ctx, *one, ps, nil); ok || err != nil {
			t.Errorf("finished with a piece that had left: %v, %v", ok, err)
		}
		one.Pieces, ps[0].PageFrom = 1, 1
		sums := bytes.Repeat([]byte{7}, 32)
		if ok, err := f.Finish(ctx, *one, ps[:1], sums); !ok || err != nil {
			t.Errorf("finish: %v, %v", ok, err)
		}
		if kept, err := f.PageSums(ctx, one.ID); !bytes.Equal(kept, sums) || err != nil {
			t.Errorf("page sums %x, %v", kept, err)
		}
		two, err := f.Reserve(ctx, 1, false, letters)
		must(t, err)
		if two.Name == one.Name {
			t.Error("two files of one name")
		}
		if s := states(t, f); s[ledger.Bound] != 1 || s[ledger.Typeset] != 1 || s[ledger.Blocked] != 1 {
			t.Errorf("states %v", s)
		}
	})
}

func TestOneFeederAtATime(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		take := func(who string) bool {
			ok, err := f.Lease(ctx, "feeder", who, 10*time.Second)
			must(t, err)
			return ok
		}
		if !take("a") || take("b") || !take("a") {
			t.Error("two holders of one lease")
		}
		f.Clock.T = f.Clock.T.Add(11 * time.Second)
		if !take("b") || take("a") {
			t.Error("a lease that ran out was not taken over")
		}
	})
}

func TestAChangedJournalIsNoticed(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		must(t, f.Hold(ctx, "test", "a", ledgertest.By))
		if rows, err := f.Journal(ctx, "test"); len(rows) != 2 || err != nil {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		must(t, ledger.Tamper(f.Ledger, `UPDATE journal SET who = 'somebody else' WHERE seq = 1`))
		if _, err := f.Journal(ctx, "test"); err == nil {
			t.Error("a changed row was not noticed")
		}
	})
}

func TestPeopleAreSealedInTheFileAndFoundByBlindIndex(t *testing.T) {
	t.Parallel()
	f := ledgertest.New(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 50})
	for _, suffix := range []string{"", "-wal"} {
		raw, err := os.ReadFile(f.Path() + suffix)
		must(t, err)
		if bytes.Contains(raw, []byte("試験")) || bytes.Contains(raw, []byte("@example.com")) {
			t.Errorf("personal data in ledger%s", suffix)
		}
	}
	ps, err := f.PeopleByBlind(ctx, "test", f.Key.Blind("email", "person7@example.com"), f.Key)
	must(t, err)
	if len(ps) != 1 || ps[0].Ref != "REF-007" || len(ps[0].Deliveries) != 1 {
		t.Errorf("found %+v", ps)
	}
	n := 0
	for _, err := range f.NotTold(ctx, "test", f.Key) {
		must(t, err)
		n++
	}
	if n != 50 {
		t.Errorf("%d not told", n)
	}
}

func TestManyClaimsAndOutcomesTogetherLoseNothing(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 600})
		tasks := feed(t, f)
		var wg sync.WaitGroup
		for _, k := range append(tasks, tasks...) { // every task twice
			wg.Go(func() {
				c, err := f.Claim(ctx, k, "w1")
				if err == nil && c != nil {
					err = f.Sent(ctx, c, ledger.Attempt{Code: 250})
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if s := states(t, f); s[ledger.Sent] != 600 {
			t.Errorf("states %v", s)
		}
	})
}

func TestAnotherProgramsDatabaseIsLeftAlone(t *testing.T) {
	t.Parallel()
	f := ledgertest.New(t)
	must(t, ledger.Tamper(f.Ledger, `PRAGMA user_version = 0`))
	l, err := ledger.Open(ctx, f.Path(), true, time.Now)
	if err == nil {
		l.Close()
	}
	if !errors.Is(err, ledger.ErrDamaged) || !strings.Contains(err.Error(), "another program") {
		t.Errorf("a database without our mark: %v", err)
	}
}

func TestALedgerThatCannotBeUsedSaysSo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open := func(path string, make bool) error {
		l, err := ledger.Open(ctx, path, make, time.Now)
		if err == nil {
			l.Close()
		}
		return err
	}
	if err := open(filepath.Join(dir, "none.db"), false); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	if err := open(filepath.Join(dir, "no", "dir.db"), true); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing directory: %v", err)
	}
	junk := filepath.Join(dir, "junk.db")
	must(t, os.WriteFile(junk, bytes.Repeat([]byte("junk "), 1000), 0o600))
	if err := open(junk, true); err == nil {
		t.Error("junk was opened as a ledger")
	}
}
