package ledger_test

import (
	"errors"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// goneTo is where a GoneError says that the ledger goes on.
func goneTo(err error) string {
	var gone *ledger.GoneError
	if errors.As(err, &gone) {
		return gone.To
	}
	return ""
}

// there is the ledger that another was copied to.
func there(t *testing.T, f *ledgertest.Fixture, place string) *ledgertest.Fixture {
	t.Helper()
	l, err := ledger.Open(ctx, place, false, f.Clock.Now)
	must(t, err)
	t.Cleanup(func() { must(t, l.Close()) })
	return &ledgertest.Fixture{Ledger: l, Key: f.Key, Clock: f.Clock}
}

// shut sees that nothing changes a ledger any more.
func shut(t *testing.T, f *ledgertest.Fixture, place string) {
	t.Helper()
	count := func(_ int, err error) error { return err }
	for what, err := range map[string]error{
		"asked":     f.Here(ctx),
		"resume":    f.Resume(ctx, "test", "", ledgertest.By),
		"release":   f.Release(ctx, "test", "", ledgertest.By),
		"hold":      f.Hold(ctx, "test", "", ledgertest.By),
		"retry":     count(f.Retry(ctx, ledger.Failed{Campaign: "test"}, ledgertest.By)),
		"cancel":    count(f.Cancel(ctx, "test", "", ledgertest.By)),
		"remail":    count(f.Remail(ctx, "test", []ledger.Remail{{Delivery: 1}}, f.Key, ledgertest.By)),
		"resolve":   count(f.Resolve(ctx, "test", []ledger.Found{{Delivery: 1}}, ledgertest.By)),
		"lookup":    f.Note(ctx, "test", ledgertest.By, "lookup", "x", 1),
		"heartbeat": f.Heartbeat(ctx, "w1"),
		"purge":     f.Purge(ctx, "test", 0, ledgertest.By),
	} {
		if goneTo(err) != ledger.Name(place) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := f.Begin(ctx, ledger.NewCampaign{ID: "next", Revision: 1}, f.Key, "x"); goneTo(err) == "" {
		t.Errorf("a campaign was begun: %v", err)
	}
	if _, err := f.Lease(ctx, "feeder", "w1", time.Minute); goneTo(err) == "" {
		t.Errorf("fed: %v", err)
	}
}

func TestNothingIsSentFromALedgerThatWasCopiedAway(t *testing.T) {
	t.Parallel()
	f, place := ledgertest.New(t), ledgertest.Server(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 3})
	asleep := another(t, f) // a process that had it open before
	tasks := feed(t, f)
	_, err := f.Copy(ctx, place, ledgertest.By, quietly)
	must(t, err)
	for _, l := range []*ledgertest.Fixture{f, asleep} {
		shut(t, l, place)
		if c, err := l.Claim(ctx, tasks[0], "w1"); c != nil || err != nil {
			t.Errorf("claimed %+v, %v", c, err)
		}
	}
	if counts, err := f.Counts(ctx, "test"); err != nil || counts.People.Affected != 3 {
		t.Errorf("it cannot be looked at: %+v, %v", counts.People, err)
	}
	must(t, there(t, f, place).Here(ctx))
}

// losing copies to a server that loses an answer of the copy's last statements.
func losing(f *ledgertest.Fixture, w *wire, place, word string) error {
	_, err := f.Copy(ctx, place, ledgertest.By, func(rows, of int) {
		if rows == of {
			w.lose(word)
		}
	})
	return err
}

func TestALedgerIsNeverOpenHereAndThere(t *testing.T) {
	t.Parallel()
	f, place := ledgertest.New(t), ledgertest.Server(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 2})
	u, w := wireTo(t, place)
	if err := losing(f, w, u, "setval"); !errors.Is(err, ledger.ErrUnreachable) {
		t.Errorf("cut off before its COMMIT: %v", err)
	}
	l := there(t, f, place)
	if empty, err := l.Empty(ctx); !empty || err != nil {
		t.Errorf("empty there %v, %v", empty, err)
	}
	if len(feed(t, f)) != 2 {
		t.Error("the file does not go on")
	}
	must(t, losing(f, w, u, "commit")) // it is asked for
	shut(t, f, u)
	if p := peopleOf(t, l); p.Affected != 2 {
		t.Errorf("people there %+v", p)
	}
}

func TestACopyOfWhichNobodyKnowsIsFoundWholeByTheNext(t *testing.T) {
	t.Parallel()
	f, place := ledgertest.New(t), ledgertest.Server(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 2})
	u, w := wireTo(t, place)
	ledger.BePatientFor(f.Ledger, 300*time.Millisecond)
	w.last.Store(true)
	if err := losing(f, w, u, "commit"); !errors.Is(err, ledger.ErrUnsure) {
		t.Fatalf("nobody knows: %v", err)
	}
	shut(t, f, u)
	w.away.Store(false)
	if _, err := f.Copy(ctx, place, ledgertest.By, quietly); goneTo(err) != ledger.Name(u) {
		t.Errorf("copied to a third place: %v", err)
	}
	if _, err := f.Copy(ctx, u, ledgertest.By, quietly); goneTo(err) != ledger.Name(u) {
		t.Errorf("the copy that is there: %v", err)
	}
	if n := len(feed(t, there(t, f, place))); n != 2 {
		t.Errorf("%d there", n)
	}
}

func TestACopyThatWasKilledIsDoneByTheNext(t *testing.T) {
	t.Parallel()
	f, place := ledgertest.New(t), ledgertest.Server(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 2})
	must(t, ledger.Part(f.Ledger, place))
	shut(t, f, place)
	_, err := f.Copy(ctx, place, ledgertest.By, quietly)
	must(t, err)
	shut(t, f, place)
	if n := len(feed(t, there(t, f, place))); n != 2 {
		t.Errorf("%d there", n)
	}
}

func TestACopyAfterOneThatWasKilledMayFailAndTheFileGoesOn(t *testing.T) {
	t.Parallel()
	f, place := ledgertest.New(t), ledgertest.Server(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 2})
	must(t, ledger.Tamper(f.Ledger, `UPDATE journal SET who = 'somebody else' WHERE seq = 1`))
	must(t, ledger.Part(f.Ledger, place))
	if _, err := f.Copy(ctx, place, ledgertest.By, quietly); err == nil || goneTo(err) != "" {
		t.Errorf("a changed journal: %v", err)
	}
	if len(feed(t, f)) != 2 {
		t.Error("the file does not go on")
	}
}
