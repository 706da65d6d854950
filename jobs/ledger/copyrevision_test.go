package ledger_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/pace"
)

// later is when the last of the companies is reported to, and its people are told.
const later = 48 * time.Hour

// company is a campaign of four batches. The first company gets a list and is to acknowledge its report, people of
// the second are the first's too, and whoever is of the third has a message on the members' page alone.
func company(t *testing.T, f *ledgertest.Fixture) []ledgertest.Batch {
	t.Helper()
	at := f.Clock.T.Add(later)
	all := []ledgertest.Batch{
		{Name: "a", People: 2, Report: &ledger.ReportTerms{Acknowledge: true, Listed: true}},
		{Name: "b", People: 1, Also: "a", Report: &ledger.ReportTerms{}},
		{Name: "c", People: 3, Channel: ledger.Page, Lane: ledger.PageLane},
		{Name: "d", People: 1, Start: at, Report: &ledger.ReportTerms{At: at}},
	}
	f.Import(t, all...)
	must(t, f.SetRules(ctx, "test", pace.Rules{Temper: pace.Usual()}))
	return all
}

// halfway brings a campaign into its second revision: one company has been reported to again and has not
// acknowledged it, one report waits for its day, one file of messages was written of two, and an e-mail of the
// first revision has bounced.
func halfway(t *testing.T, f *ledgertest.Fixture) {
	t.Helper()
	batches := company(t, f)
	sent(t, f, emails(t, f)...)
	must(t, f.Acknowledge(ctx, "test", "a", "見本 花子", ledgertest.By))
	people := emails(t, f)
	sent(t, f, people...)
	sent(t, f, emails(t, f)...)
	writeFile(t, f, "test-003-01", 2)

	c := second(2)
	c.Batches = nil
	for _, b := range batches {
		c.Batches = append(c.Batches, ledger.NewBatch{Name: b.Name, Start: b.Start, Report: b.Report})
	}
	r, err := f.Revise(ctx, c, f.Key, "tester")
	must(t, err)
	was := formers(t, f)
	update, first := amended(was[0], ledger.BeUpdated), newcomer(f, 1)
	update.Batch, first.Batch = "a", "b"
	gone, again := amended(was[1], ledger.BeWithdrawn), report(contactOf(t, f, "a").ID)
	moved := silent(was[2], ledger.BeMoved, "b")
	moved.Also, moved.Deliveries = []string{"a"}, []ledger.NewDelivery{{Channel: ledger.Email, Lane: "docomo"}}
	for _, a := range []ledger.Amendment{update, gone, moved, first, again} {
		must(t, r.Add(ctx, a))
	}
	must(t, r.Commit(ctx, ledger.ImportCounts{Rows: 7, Tally: ledger.Tally{People: 7}},
		ledger.Verdicts{First: 1, Update: 1, Withdrawal: 1}, ledgertest.By))
	sent(t, f, emails(t, f)...)
	wantEffects(t, f, []ledger.Notification{failure(people[0].Delivery, 1)}, ledger.EffectBounced)
}

// emails claims the e-mails that can be sent.
func emails(t *testing.T, f *ledgertest.Fixture) []*ledger.Claim {
	t.Helper()
	advance(t, f, ledger.Policy{Parallel: 9})
	lanes, err := f.Lanes(ctx, "test")
	must(t, err)
	var out []*ledger.Claim
	for _, lane := range lanes {
		if lane.Channel != ledger.Email {
			continue
		}
		tasks, err := f.Feed(ctx, lane, 100)
		must(t, err)
		_, claims := purposes(t, f, tasks)
		out = append(out, claims...)
	}
	return out
}

// writeFile writes a file of n messages.
func writeFile(t *testing.T, f *ledgertest.Fixture, name string, n int) {
	t.Helper()
	file, claims := begun(t, f, n)
	ok, err := f.PageFileWritten(ctx, *file, linesOf(claims))
	if !ok || err != nil || file.Name != name || len(claims) != n {
		t.Fatalf("%s of %d written %v, %v; want %s of %d", file.Name, len(claims), ok, err, name, n)
	}
}

func TestACampaignOfSeveralRevisionsIsTheSameAfterACopy(t *testing.T) {
	t.Parallel()
	f, place := ledgertest.New(t), ledgertest.Server(t)
	halfway(t, f)
	before := countsOf(t, f)
	_, err := f.Copy(ctx, place, ledgertest.By, quietly)
	must(t, err)
	l, err := ledger.Open(ctx, place, false, f.Clock.Now)
	must(t, err)
	t.Cleanup(func() { must(t, l.Close()) })

	must(t, ledger.Tamper(f.Ledger, `UPDATE campaign SET held = 0`)) // the copy's last act here
	_, tables, err := ledger.Tables(f.Ledger)
	must(t, err)
	empty := []string{"asset", "breaker", "draft", "print_file", "personal_file", "piece", "handover", "answer",
		"readdress", "code_lot", "code", "code_holder", "worker", "lease"}
	for _, table := range tables {
		here, err := ledger.Rows(f.Ledger, table)
		must(t, err)
		there, err := ledger.Rows(l, table)
		must(t, err)
		if !slices.Equal(here, there) {
			t.Errorf("table %s:\n%q\nbecomes\n%q", table, here, there)
		}
		if len(here) == 0 && !slices.Contains(empty, table) {
			t.Errorf("table %s has nothing in it", table)
		}
	}
	goesOn(t, &ledgertest.Fixture{Ledger: l, Key: f.Key, Clock: f.Clock}, before)
}

// goesOn brings a campaign that is halfway to its end.
func goesOn(t *testing.T, f *ledgertest.Fixture, before ledger.Counts) {
	t.Helper()
	if c := countsOf(t, f); c.People != before.People || !slices.Equal(c.Batches[0].Behind, []int{0}) {
		t.Errorf("%+v became %+v, and a is behind %v", before.People, c.People, c.Batches[0].Behind)
	}
	if n := len(emails(t, f)); n > 0 {
		t.Errorf("%d e-mails go without an acknowledgement", n)
	}
	must(t, f.Acknowledge(ctx, "test", "a", "見本 花子", ledgertest.By))
	if err := f.Acknowledge(ctx, "test", "a", "見本 花子", ledgertest.By); !errors.Is(err, ledger.ErrAcknowledged) {
		t.Errorf("acknowledged twice: %v", err)
	}
	sent(t, f, emails(t, f)...)
	writeFile(t, f, "test-r2-003-02", 1)
	var members int
	for _, err := range f.Members(ctx, "test", "a", f.Key) {
		must(t, err)
		members++
	}
	if members != 2 {
		t.Errorf("%d on the list of a", members)
	}
	f.Clock.T = f.Clock.T.Add(later)
	got, claims := purposes(t, f, feed(t, f))
	if !slices.Equal(got, []string{"d corporate-report"}) {
		t.Errorf("on the day of d goes %q", got)
	}
	sent(t, f, claims...)
	sent(t, f, wantPurposes(t, f, "d first")...)
	if p := affected(t, f); p != (ledger.People{Affected: 7, Told: 4, Unreachable: 3, Cleared: 1}) {
		t.Errorf("people %+v", p)
	}
	revise(t, f, 3, amended(formers(t, f)[0], ledger.BeUpdated))
	sent(t, f, wantPurposes(t, f, "c update")...)
	rows, err := f.Journal(ctx, "test") // an error where the chain is broken
	must(t, err)
	if last := rows[len(rows)-1]; last.Verb != "enqueue" {
		t.Errorf("the journal ends with %+v", last)
	}
}

func TestARevisionThatWasCutOffIsGivenUpAfterACopy(t *testing.T) {
	t.Parallel()
	f, place := ledgertest.New(t), ledgertest.Server(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 1})
	r := laidDown(t, f, 2, amended(formers(t, f)[0], ledger.BeFirst))
	must(t, ledger.Flush(ctx, r))
	if _, err := f.Copy(ctx, place, ledgertest.By, quietly); !errors.Is(err, ledger.ErrInUse) {
		t.Errorf("while it is being brought in: %v", err)
	}
	f.Clock.T = f.Clock.T.Add(time.Hour) // whoever did is dead
	_, err := f.Copy(ctx, place, ledgertest.By, quietly)
	must(t, err)
	l, err := ledger.Open(ctx, place, false, f.Clock.Now)
	must(t, err)
	t.Cleanup(func() { must(t, l.Close()) })
	there := &ledgertest.Fixture{Ledger: l, Key: f.Key, Clock: f.Clock}
	if n, err := ledger.CountRows(l, "draft"); n != 1 || err != nil || countsOf(t, there).Campaign.Switching != 2 {
		t.Errorf("%d drafts, %v", n, err)
	}
	wantNobody(t, there)
	must(t, l.Abandon(ctx, "test", "another"))
	sent(t, there, wantPurposes(t, there, "a first")...)
}
