package jobs_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hibiken/asynq"

	"oshirase/config/programmes"
	"oshirase/jobs"
	"oshirase/jobs/email"
	"oshirase/jobs/email/emailtest"
	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/plan"
	"oshirase/jobs/queue"
	"oshirase/jobs/seal"
	"oshirase/letters"
)

const campaign = "telecomsquare-2013-09"

// site is a campaign in a ledger, with a mail server and an embedded queue.
type site struct {
	t     *testing.T
	dir   string
	l     *ledger.Ledger
	keys  seal.Keyring
	redis *queue.Redis
	mail  *emailtest.Server
	log   *logBuffer
	cfg   jobs.Config
}

type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// clock is well after the sample's last start, so that every batch is due.
func clock() time.Time {
	return time.Now().AddDate(-10, 0, 0)
}

func newOffice(t *testing.T, o emailtest.Options) *site {
	t.Helper()
	return newOfficeOf(t, o, sample{scale: 0.001, now: clock})
}

// sample is the campaign of a site, and its clock.
type sample struct {
	scale   float64
	changes []string // to its manifest, as old, new, old, new
	now     func() time.Time
}

func newOfficeOf(t *testing.T, o emailtest.Options, s sample) *site {
	t.Helper()
	ctx := context.Background()
	f := &site{t: t, dir: t.TempDir(), log: &logBuffer{}}
	f.keys = seal.Dir(filepath.Join(f.dir, "keys"))
	f.must(f.keys.MakeMaster())
	var err error
	f.l, err = ledger.Open(ctx, filepath.Join(f.dir, "ledger.db"), true, s.now)
	f.must(err)
	t.Cleanup(func() { f.l.Close() })
	f.enlist(campaign, s)
	f.redis, err = queue.Open(ctx, "")
	f.must(err)
	t.Cleanup(func() { f.redis.Close() })
	f.mail, err = emailtest.NewServer(o)
	f.must(err)
	t.Cleanup(func() { f.mail.Close() })
	relay, err := email.ParseRelay(f.mail.URL())
	f.must(err)
	f.cfg = jobs.Config{
		Ledger: f.l, Offices: office.New(f.l, f.keys), Redis: f.redis, Relays: []email.Relay{relay},
		Servers: 2, InFlight: 32, Connections: 4, Letters: filepath.Join(f.dir, "letters"), ID: "test",
		Flight:   filepath.Join(f.dir, "flight"),
		Shutdown: 5 * time.Second, Backoff: func(int) time.Duration { return 100 * time.Millisecond },
		Tick: 10 * time.Millisecond, Log: slog.New(slog.NewTextHandler(f.log, nil)), Now: s.now,
	}
	return f
}

// enlist brings a campaign in. One whose id is not the sample's has a change that says so.
func (f *site) enlist(id string, s sample) {
	f.t.Helper()
	key, err := f.keys.MakeCampaign(id)
	f.must(err)
	folder := filepath.Join(f.dir, id)
	f.must(programmes.WriteWhole(f.t.Context(), folder, s.scale, false))
	f.change(filepath.Join(folder, "campaign.yaml"), s.changes)
	p, err := plan.Read(f.t.Context(), folder, plan.Options{Now: s.now(), Fonts: letters.Embedded()})
	f.must(err)
	f.must(p.Import(f.t.Context(), f.l,
		plan.Enlist{Key: key, Holder: "test", By: ledger.Operator{Who: "test"}}))
}

func (f *site) change(file string, changes []string) {
	f.t.Helper()
	text, err := os.ReadFile(file)
	f.must(err)
	for i := 0; i < len(changes); i += 2 {
		if !bytes.Contains(text, []byte(changes[i])) {
			f.t.Fatalf("the manifest has no %q", changes[i])
		}
		text = bytes.Replace(text, []byte(changes[i]), []byte(changes[i+1]), 1)
	}
	f.must(os.WriteFile(file, text, 0o600))
}

func (f *site) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// run lets a crew work until the numbers are as wanted, then stops it.
func (f *site) run(ok func(ledger.Counts) bool) ledger.Counts {
	f.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- jobs.NewCrew(f.cfg).Run(ctx) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			f.t.Errorf("run: %v", err)
		}
	}()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		c, err := f.l.Counts(ctx, campaign)
		f.must(err)
		if ok(c) {
			return c
		}
	}
	c, _ := f.l.Counts(ctx, campaign)
	f.t.Fatalf("not there after a minute: %v\n%s", c.Channels, f.log)
	return c
}

func finished(c ledger.Counts) bool { return c.Open() == 0 }

func TestACampaignIsWorkedToItsEnd(t *testing.T) {
	t.Parallel()
	f := newOffice(t, emailtest.Options{})
	want, err := programmes.TelecomSquare(0.001)
	f.must(err)
	c := f.run(finished)
	if n := c.Channels[ledger.Email][ledger.Sent]; n != want.Email || f.mail.Count() != n {
		t.Errorf("%d sent, %d taken, want %d", n, f.mail.Count(), want.Email)
	}
	if n := c.Channels[ledger.Letter][ledger.Bound]; n != want.Letters {
		t.Errorf("%d letters bound, want %d", n, want.Letters)
	}
	files, err := f.l.PrintFiles(context.Background(), campaign)
	f.must(err)
	for _, file := range files {
		for _, ending := range []string{".pdf", ".csv"} {
			info, err := os.Stat(filepath.Join(f.cfg.Letters, file.Name+ending))
			if err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s%s: %v", file.Name, ending, err)
			}
		}
	}
}

func TestDamagedDataSetsItsDeliveryAsideAndNobodyElse(t *testing.T) {
	t.Parallel()
	f := newOffice(t, emailtest.Options{})
	file, err := sql.Open("sqlite", filepath.Join(f.dir, "ledger.db"))
	f.must(err)
	defer file.Close()
	_, err = file.Exec(`UPDATE person SET sealed = x'00ff' WHERE id IN (
		SELECT min(person) FROM delivery WHERE channel = 'email' UNION
		SELECT min(person) FROM delivery WHERE channel = 'letter')`)
	f.must(err)
	want, err := programmes.TelecomSquare(0.001)
	f.must(err)
	c := f.run(finished)
	for channel, n := range map[string]int{ledger.Email: want.Email, ledger.Letter: want.Letters} {
		state := c.Channels[channel]
		if state[ledger.Blocked] != 1 || state[ledger.Sent]+state[ledger.Bound] != n-1 {
			t.Errorf("%s: %v, want 1 of %d blocked", channel, state, n)
		}
	}
}

func TestARefusalIsAnArchivedTaskWithoutPersonalData(t *testing.T) {
	t.Parallel()
	f := newOffice(t, emailtest.Options{Reply: func(to string, n int) emailtest.Reply {
		return emailtest.Reply{Code: 550, Text: "5.1.1 <" + to + "> unknown"}
	}})
	c := f.run(finished)
	refused := c.Channels[ledger.Email][ledger.Refused]
	if refused == 0 || c.People.Told != 0 {
		t.Fatalf("%d refused, %d told", refused, c.People.Told)
	}
	inspector := asynq.NewInspector(f.redis.Opt)
	defer inspector.Close()
	tasks, err := inspector.ListArchivedTasks(queue.Email, asynq.PageSize(1000))
	f.must(err)
	if len(tasks) != refused {
		t.Errorf("%d archived tasks, %d refused", len(tasks), refused)
	}
	for _, task := range tasks {
		if task.LastErr != "550 5.1.1 refused" || len(task.Payload) > 60 || len(task.ID) > 60 {
			t.Errorf("task %q with payload %q says %q", task.ID, task.Payload, task.LastErr)
		}
	}
	if strings.Contains(f.log.String(), "@") {
		t.Errorf("an address in the log:\n%s", f.log)
	}
}

func TestAFailedEmailBecomesALetterOnceAndASuccessTakesItBack(t *testing.T) {
	t.Parallel()
	var taking atomic.Bool
	f := newOfficeOf(t, emailtest.Options{Reply: func(string, int) emailtest.Reply {
		if taking.Load() {
			return emailtest.Reply{}
		}
		return emailtest.Reply{Code: 550, Text: "5.1.1 unknown"}
	}}, sample{scale: 0.001, now: clock, changes: []string{"when: no-email", "when: on-failure"}})
	ctx := context.Background()
	c := f.run(finished)
	refused := c.Channels[ledger.Email][ledger.Refused]
	letters := c.Channels[ledger.Letter][ledger.Bound]
	if refused == 0 || letters == 0 {
		t.Fatalf("channels %v", c.Channels)
	}
	again := func() {
		t.Helper()
		_, err := f.l.Retry(ctx, ledger.Failed{Campaign: campaign}, ledger.Operator{Who: "test"})
		f.must(err)
	}
	again()
	if c = f.run(finished); c.Channels[ledger.Letter][ledger.Bound] != letters {
		t.Errorf("a second failure made further letters: %v", c.Channels)
	}
	taking.Store(true)
	again()
	c = f.run(finished)
	if c.Channels[ledger.Email][ledger.Sent] != refused || c.Channels[ledger.Letter][ledger.Bound] != letters {
		t.Errorf("channels %v", c.Channels)
	}
}

func TestDeferredOnesComeAgainAndUncertainOnesDoNot(t *testing.T) {
	t.Parallel()
	f := newOffice(t, emailtest.Options{Reply: func(to string, n int) emailtest.Reply {
		switch {
		case strings.HasPrefix(to, "a") && n < 3:
			return emailtest.Reply{Code: 451, Text: "4.7.1 later"}
		case strings.HasPrefix(to, "k"):
			return emailtest.Reply{At: emailtest.Dot, Close: true} // taken, and nobody says so
		}
		return emailtest.Reply{}
	}})
	c := f.run(finished)
	states := c.Channels[ledger.Email]
	if states[ledger.Uncertain] == 0 || c.People.Uncertain != states[ledger.Uncertain] {
		t.Errorf("states %v, people %+v", states, c.People)
	}
	if f.mail.Count() != states[ledger.Sent]+states[ledger.Uncertain] {
		t.Errorf("%d taken, states %v", f.mail.Count(), states)
	}
	again := 0
	for d, err := range f.l.Deliveries(context.Background(), campaign) {
		f.must(err)
		if d.Channel == ledger.Email && d.Attempts == 3 && d.State == ledger.Sent {
			again++
		}
		if d.State == ledger.Uncertain && d.Attempts != 1 {
			t.Errorf("an uncertain delivery was tried %d times", d.Attempts)
		}
	}
	if again == 0 {
		t.Error("nothing was sent at its third attempt")
	}
}

func TestARelayThatIsDownCostsNoAttemptAndIsNotHammered(t *testing.T) {
	t.Parallel()
	f := newOffice(t, emailtest.Options{})
	up := f.cfg.Relays
	closed, err := emailtest.NewServer(emailtest.Options{})
	f.must(err)
	f.cfg.Relays, err = email.ParseRelays(closed.URL())
	f.must(err)
	f.must(closed.Close())
	var rest ledger.RelayRest
	f.run(func(ledger.Counts) bool { // its heartbeat says so to everybody
		workers, err := f.l.Workers(context.Background())
		f.must(err)
		for _, w := range workers {
			for _, rest = range w.Resting {
				return !rest.Until.IsZero()
			}
		}
		return false
	})
	if !strings.Contains(f.log.String(), "relay down") || rest.Relay != closed.Addr() ||
		rest.Stage != string(email.StageDial) || rest.Until.After(clock().Add(5*time.Minute)) {
		t.Errorf("resting %+v", rest)
	}
	c, err := f.l.Counts(context.Background(), campaign)
	f.must(err)
	states := c.Channels[ledger.Email]
	if n := states[ledger.Sending] + states[ledger.Deferred] + states[ledger.Refused]; n != 0 {
		t.Errorf("states %v", states)
	}
	for d, err := range f.l.Deliveries(context.Background(), campaign) {
		f.must(err)
		if d.Attempts != 0 && d.Channel == ledger.Email {
			t.Errorf("delivery %d counts %d attempts", d.ID, d.Attempts)
		}
	}
	f.cfg.Relays = up
	f.run(finished)
	if f.mail.Count() != states[ledger.Waiting]+states[ledger.Ready]+states[ledger.Queued] {
		t.Errorf("%d taken of %v", f.mail.Count(), states)
	}
}

func TestAStoppedCrewGivesBackWhatItHasNotSent(t *testing.T) {
	t.Parallel()
	f := newOffice(t, emailtest.Options{Delay: 50 * time.Millisecond})
	f.cfg.Connections = 1
	f.run(func(ledger.Counts) bool { return f.mail.Count() >= 2 })
	c, err := f.l.Counts(context.Background(), campaign)
	f.must(err)
	states := c.Channels[ledger.Email]
	if states[ledger.Sending] != 0 || states[ledger.Uncertain] != 0 || states[ledger.Sent] != f.mail.Count() {
		t.Errorf("after the stop: %v, %d taken", states, f.mail.Count())
	}
	if n, err := f.l.OtherWorkers(context.Background(), ""); n != 0 || err != nil {
		t.Errorf("%d workers left, %v", n, err)
	}
}

// TestWhatAStoppedCrewCannotGiveBackIsNotUncertain stops one whose ledger lets no claim go back.
func TestWhatAStoppedCrewCannotGiveBackIsNotUncertain(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	f := newOffice(t, emailtest.Options{Script: func(e emailtest.Event) emailtest.Action {
		if e.Stage == emailtest.Rcpt && asked.Add(1) > 20 {
			return emailtest.Action{Delay: time.Hour}
		}
		return emailtest.Action{}
	}})
	file, err := sql.Open("sqlite", filepath.Join(f.dir, "ledger.db"))
	f.must(err)
	defer file.Close()
	_, err = file.Exec(`CREATE TRIGGER stuck BEFORE UPDATE OF state ON delivery
		WHEN OLD.state = 'sending' AND NEW.state = 'ready' BEGIN SELECT RAISE(ABORT, 'stuck'); END`)
	f.must(err)
	f.must(f.l.Release(t.Context(), campaign, "", ledger.Operator{Who: "test"}))
	f.cfg.Shutdown = 300 * time.Millisecond
	c := f.run(func(c ledger.Counts) bool { return c.Channels[ledger.Email][ledger.Sending] > 10 })
	held := c.Channels[ledger.Email][ledger.Sending]

	_, err = file.Exec(`DROP TRIGGER stuck`)
	f.must(err)
	asked.Store(-1000)
	f.cfg.ID = "next"
	states := f.run(finished).Channels[ledger.Email]
	if states[ledger.Uncertain] != 0 || states[ledger.Sent] != f.mail.Count() || f.mail.Count() < held {
		t.Errorf("%d claims could not be given back: %v, %d taken", held, states, f.mail.Count())
	}
	if logs, err := os.ReadDir(f.cfg.Flight); len(logs) != 0 || err != nil {
		t.Errorf("%d flight logs left, %v", len(logs), err)
	}
}

func TestAStoppedCrewSaysWhatItLeavesUncertain(t *testing.T) {
	t.Parallel()
	var dots atomic.Int64
	f := newOffice(t, emailtest.Options{Script: func(e emailtest.Event) emailtest.Action {
		if e.Stage == emailtest.Dot && dots.Add(1) > 10 {
			return emailtest.Action{Delay: time.Hour}
		}
		return emailtest.Action{}
	}})
	f.cfg.Connections, f.cfg.Shutdown = 2, 300*time.Millisecond
	f.run(func(ledger.Counts) bool { return dots.Load() == 12 })
	c, err := f.l.Counts(context.Background(), campaign)
	f.must(err)
	said := strings.Count(f.log.String(), "msg=uncertain ")
	if n := c.Channels[ledger.Email][ledger.Uncertain]; n != 2 || said != 2 {
		t.Errorf("%d uncertain, the log has %d:\n%s", n, said, f.log)
	}
}

func TestAFinishedTaskInTheWayIsPutAside(t *testing.T) {
	t.Parallel()
	f := newOffice(t, emailtest.Options{})
	client := asynq.NewClient(f.redis.Opt)
	defer client.Close()
	inspector := asynq.NewInspector(f.redis.Opt)
	defer inspector.Close()
	// Tasks with the ids that the feeder is about to use, archived, as a crash may leave them.
	var first int64
	for d, err := range f.l.Deliveries(context.Background(), campaign) {
		f.must(err)
		if first == 0 && d.Channel == ledger.Email {
			first = d.ID
		}
	}
	id := queue.ID(ledger.Task{Delivery: first, Attempt: 0, Feed: 1})
	_, err := client.Enqueue(asynq.NewTask("email:send", []byte(id)), asynq.TaskID(id),
		asynq.Queue(queue.Email))
	f.must(err)
	f.must(inspector.ArchiveTask(queue.Email, id))
	c := f.run(finished)
	if c.Channels[ledger.Email][ledger.Sent] != f.mail.Count() {
		t.Errorf("%v, %d taken", c.Channels, f.mail.Count())
	}
}

func TestTheLedgerIsNotOpenedWithForeignKeys(t *testing.T) {
	t.Parallel()
	f := newOffice(t, emailtest.Options{})
	other := seal.Dir(filepath.Join(f.dir, "other"))
	f.must(other.MakeMaster())
	var none *seal.NoKeyError
	if _, err := office.New(f.l, other).Get(context.Background(), campaign); !errors.As(err, &none) {
		t.Errorf("without its key: %v", err)
	}
	_, err := other.MakeCampaign(campaign)
	f.must(err)
	var wrong *office.WrongKeyError
	if _, err := office.New(f.l, other).Get(context.Background(), campaign); !errors.As(err, &wrong) {
		t.Errorf("with another key: %v", err)
	}
}

func FuzzParseTaskTakesOnlyWhatTaskNameMakes(f *testing.F) {
	f.Add("268435457.0.1")
	f.Add("..")
	f.Add("1.2.3.4")
	f.Fuzz(func(t *testing.T, s string) {
		k, err := queue.ParseID(s)
		if err != nil {
			return
		}
		if k2, err := queue.ParseID(queue.ID(k)); err != nil || k2 != k {
			t.Errorf("%q gives %+v, then %+v", s, k, k2)
		}
	})
}

// TestWhatMakesTheWorkerPanicIsBlockedAndNobodyElse has a key without its key among those that sign: whoever is
// written to by that sender makes the program panic.
func TestWhatMakesTheWorkerPanicIsBlockedAndNobodyElse(t *testing.T) {
	t.Parallel()
	f := newOfficeOf(t, emailtest.Options{}, sample{scale: 0.001, now: clock, changes: []string{
		"\n  email:\n", "\n  email:\n    senders: {web-b: {from: \"Trip <trip@trip.example.com>\"}}\n",
	}})
	f.cfg.Signing.DKIM = email.Keys{{Domain: "trip.example.com", Selector: "s1"}}
	f.cfg.InFlight, f.cfg.Connections = 8, 2
	want := map[ledger.State]int{}
	for d, err := range f.l.Deliveries(context.Background(), campaign) {
		f.must(err)
		switch {
		case d.Channel != ledger.Email:
		case d.Notice == "web-b":
			want[ledger.Blocked]++
		default:
			want[ledger.Sent]++
		}
	}
	c := f.run(finished)
	got := c.Channels[ledger.Email]
	if want[ledger.Blocked] < 10 || got[ledger.Blocked] != want[ledger.Blocked] || got[ledger.Sent] != want[ledger.Sent] ||
		f.mail.Count() != want[ledger.Sent] {
		t.Errorf("%v, %d taken, want %v", got, f.mail.Count(), want)
	}
	log := f.log.String()
	if !strings.Contains(log, "invalid memory address") || !strings.Contains(log, "email.(*DKIM)") {
		t.Errorf("the log does not say where:\n%.2000s", log)
	}
	if strings.Contains(log, "@") {
		t.Error("an address in the log")
	}
}
