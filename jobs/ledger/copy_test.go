package ledger_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

func quietly(int, int) {}

func TestACopyIsTheWholeLedger(t *testing.T) {
	t.Parallel()
	f, place := ledgertest.New(t), ledgertest.Server(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 30}, ledgertest.Batch{Name: "b", People: 5, Channel: "-"},
		ledgertest.Batch{Name: "c", People: 4})
	tasks := feed(t, f)
	for _, k := range tasks[:20] {
		c := claim(t, f, k)
		must(t, f.Sent(ctx, c, ledger.Attempt{Code: 250, Line: "2.0.0 ok \x00\xff", MessageID: "m"}))
	}
	must(t, f.Refused(ctx, claim(t, f, tasks[20]), ledger.Attempt{Code: 550, Letter: true}))
	done, err := f.Copy(ctx, place, ledgertest.By, quietly)
	must(t, err)
	if done.Campaigns != 1 || done.People != 39 || done.Deliveries != 35 {
		t.Errorf("%+v", done)
	}
	counts, err := f.Counts(ctx, "test")
	must(t, err)
	if !counts.Campaign.Held {
		t.Error("the file goes on as well")
	}
	l, err := ledger.Open(ctx, place, false, f.Clock.Now)
	must(t, err)
	t.Cleanup(func() { must(t, l.Close()) })
	there := &ledgertest.Fixture{Ledger: l, Key: f.Key, Clock: f.Clock}
	if s := states(t, there); s[ledger.Sent] != 20 || s[ledger.Queued] != 9 || s[ledger.Waiting] != 4 ||
		s[ledger.Refused] != 1 || s[ledger.Ready] != 1 {
		t.Errorf("states %v", s)
	}
	who, err := there.PersonByRef(ctx, "test", "REF-031", f.Key)
	must(t, err)
	if who == nil || who.Batch != "b" {
		t.Errorf("person 31 is %+v", who)
	}
	rows, err := there.Journal(ctx, "test")
	must(t, err)
	if n := len(rows); n != 2 || rows[1].Verb != "copy" || rows[1].N != 35 {
		t.Errorf("journal %+v", rows)
	}
	old, err := there.Queued(ctx, f.Clock.T, 20)
	must(t, err)
	must(t, there.Sent(ctx, claim(t, there, old[0]), ledger.Attempt{Code: 250}))
	must(t, there.Resume(ctx, "test", "", ledgertest.By))
	must(t, there.Release(ctx, "test", "c", ledgertest.By))
	if tasks := feed(t, there); len(tasks) != 5 { // the refused one's letter too
		t.Errorf("of what waited %v was fed", tasks)
	}
	if _, err := there.Begin(ctx, ledger.NewCampaign{ID: "next", Revision: 1,
		Batches: []ledger.NewBatch{{Name: "a"}}}, f.Key, "x"); err != nil {
		t.Errorf("the next campaign: %v", err)
	}
	if _, err := f.Copy(ctx, place, ledgertest.By, quietly); goneTo(err) != ledger.Name(place) {
		t.Errorf("copied twice: %v", err)
	}
}

func TestTwoLedgersAreNotCopiedIntoOne(t *testing.T) {
	t.Parallel()
	f, g, place := ledgertest.New(t), ledgertest.New(t), ledgertest.Server(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 1})
	g.Import(t, ledgertest.Batch{Name: "b", People: 1})
	_, err := f.Copy(ctx, place, ledgertest.By, quietly)
	must(t, err)
	if _, err := g.Copy(ctx, place, ledgertest.By, quietly); !errors.Is(err, ledger.ErrNotEmpty) {
		t.Errorf("copied over another: %v", err)
	}
	sent(t, g, claim(t, g, feed(t, g)[0]))
}

func TestACopyThatFailsLeavesBothAsTheyWere(t *testing.T) {
	t.Parallel()
	f, place := ledgertest.New(t), ledgertest.Server(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 3})
	must(t, f.Hold(ctx, "test", "a", ledgertest.By))
	must(t, ledger.Tamper(f.Ledger, `UPDATE journal SET who = 'somebody else' WHERE seq = 1`))
	if _, err := f.Copy(ctx, place, ledgertest.By, quietly); err == nil {
		t.Error("a changed journal was copied")
	}
	if counts, err := f.Counts(ctx, "test"); err != nil || counts.Campaign.Held {
		t.Errorf("the file is held: %v", err)
	}
	must(t, errors.Join(f.Here(ctx), f.Resume(ctx, "test", "a", ledgertest.By)))
	l, err := ledger.Open(ctx, place, false, f.Clock.Now)
	must(t, err)
	defer l.Close()
	if empty, err := l.Empty(ctx); !empty || err != nil {
		t.Errorf("empty %v, %v", empty, err)
	}
}

func TestALedgerInUseIsNotCopied(t *testing.T) {
	t.Parallel()
	f, place := ledgertest.New(t), ledgertest.Server(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 1})
	refused := func(why string) {
		t.Helper()
		if _, err := f.Copy(ctx, place, ledgertest.By, quietly); !errors.Is(err, ledger.ErrInUse) {
			t.Errorf("%s: %v", why, err)
		}
	}
	_, err := f.Lease(ctx, "feeder", "w1", time.Minute)
	must(t, err)
	refused("a lease")
	must(t, f.Unlease(ctx, "feeder", "w1"))
	must(t, f.Heartbeat(ctx, "w1"))
	refused("a worker")
	claim(t, f, feed(t, f)[0])
	f.Clock.T = f.Clock.T.Add(ledger.Lost + time.Second)
	refused("a claim")
	if _, err := f.Copy(ctx, "other.db", ledgertest.By, quietly); !errors.Is(err, ledger.ErrNotFile) {
		t.Errorf("to a file: %v", err)
	}
}

func TestEveryTableIsCopied(t *testing.T) {
	t.Parallel()
	has, copied, err := ledger.Tables(ledgertest.New(t).Ledger)
	must(t, err)
	for _, table := range has {
		if !slices.Contains(copied, table) && table != "identity" { // two ledgers are not the same one
			t.Errorf("table %s is not copied", table)
		}
	}
}
