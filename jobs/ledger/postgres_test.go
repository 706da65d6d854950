package ledger_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oshirase/jobs/jobstest"
	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// another opens a ledger once more, as another process would.
func another(t *testing.T, f *ledgertest.Fixture) *ledgertest.Fixture {
	t.Helper()
	l, err := ledger.Open(ctx, f.Path(), false, f.Clock.Now)
	must(t, err)
	t.Cleanup(func() { must(t, l.Close()) })
	return &ledgertest.Fixture{Ledger: l, Key: f.Key, Clock: f.Clock}
}

func onServer(t *testing.T) *ledgertest.Fixture {
	t.Helper()
	return ledgertest.NewAt(t, ledgertest.Server(t), filepath.Join(t.TempDir(), "keys"))
}

func TestProcessesThatComeAtOnceMakeOneSchema(t *testing.T) {
	t.Parallel()
	place := ledgertest.Server(t)
	if _, err := ledger.Open(ctx, place, false, time.Now); err == nil {
		t.Error("a ledger that is not there was opened")
	}
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			l, err := ledger.Open(ctx, place, true, time.Now)
			if err != nil {
				t.Error(err)
				return
			}
			if empty, err := l.Empty(ctx); !empty || err != nil {
				t.Errorf("empty %v, %v", empty, err)
			}
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// tally counts how often each delivery was claimed.
type tally struct {
	sync.Mutex
	claims map[int64]int
}

func (y *tally) work(f *ledgertest.Fixture, k ledger.Task, worker string) error {
	c, err := f.Claim(ctx, k, worker)
	if err != nil || c == nil {
		return err
	}
	y.Lock()
	y.claims[c.Delivery]++
	y.Unlock()
	return f.Sent(ctx, c, ledger.Attempt{Code: 250})
}

func (y *tally) check(t *testing.T, n int) {
	t.Helper()
	for d, times := range y.claims {
		if times != 1 {
			t.Errorf("delivery %d was claimed %d times", d, times)
		}
	}
	if len(y.claims) != n {
		t.Errorf("%d of %d deliveries were claimed", len(y.claims), n)
	}
}

func TestSeveralProcessesShareOneLedger(t *testing.T) {
	t.Parallel()
	f := onServer(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 120})
	tasks := feed(t, f)
	y := &tally{claims: map[int64]int{}}
	var wg sync.WaitGroup
	for i, p := range []*ledgertest.Fixture{f, another(t, f), another(t, f)} {
		worker := fmt.Sprint("w", i)
		for _, k := range tasks { // every task in every process
			wg.Go(func() {
				if err := y.work(p, k, worker); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Go(func() {
			for range 10 {
				if err := p.Note(ctx, "test", ledgertest.By, "lookup", worker, 1); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	y.check(t, 120)
	if s := states(t, f); s[ledger.Sent] != 120 {
		t.Errorf("states %v", s)
	}
	if rows, err := f.Journal(ctx, "test"); len(rows) != 31 || err != nil {
		t.Errorf("%d rows in the journal, %v", len(rows), err)
	}
	counts, err := f.Counts(ctx, "test")
	must(t, err)
	if counts.People.Told != 120 {
		t.Errorf("people %+v", counts.People)
	}
}

func TestNothingIsClaimedOnceAnotherProcessHasHeldIt(t *testing.T) {
	t.Parallel()
	f := onServer(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 100})
	tasks := feed(t, f)
	other := another(t, f)
	var held atomic.Bool
	var wg sync.WaitGroup
	for _, k := range tasks {
		wg.Go(func() {
			was := held.Load()
			if c, err := f.Claim(ctx, k, "w1"); err != nil || c != nil && was {
				t.Errorf("claim %+v after the hold, %v", c, err)
			}
		})
	}
	must(t, other.Hold(ctx, "test", "", ledgertest.By))
	held.Store(true)
	wg.Wait()
}

func TestTheServerMayCrashUnderWork(t *testing.T) {
	t.Parallel()
	ledgertest.Cluster(t) // skips where there is none
	c, err := jobstest.Postgres()
	must(t, err)
	t.Cleanup(func() { must(t, c.Remove()) })
	place, err := c.Database()
	must(t, err)
	f := ledgertest.NewAt(t, place, filepath.Join(t.TempDir(), "keys"))
	f.Import(t, ledgertest.Batch{Name: "a", People: 160})
	tasks := feed(t, f)
	y := &tally{claims: map[int64]int{}}
	var wg sync.WaitGroup
	room := make(chan struct{}, 20)
	for i, k := range tasks {
		if i == 80 {
			c.Crash()
			wg.Go(func() {
				if err := c.Restart(); err != nil {
					t.Error(err)
				}
			})
		}
		room <- struct{}{}
		wg.Go(func() {
			defer func() { <-room }()
			if err := y.work(f, k, "w1"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	y.check(t, 160)
	if s := states(t, f); s[ledger.Sent] != 160 {
		t.Errorf("states %v", s)
	}

	c.Crash()
	ledger.BePatientFor(f.Ledger, 300*time.Millisecond)
	if err := f.Heartbeat(ctx, "w1"); !errors.Is(err, ledger.ErrUnreachable) {
		t.Errorf("write: %v", err)
	}
	if _, err := f.Campaigns(ctx); !errors.Is(err, ledger.ErrUnreachable) {
		t.Errorf("read: %v", err)
	}

	ledger.BePatientFor(f.Ledger, time.Hour)
	wg.Go(func() {
		if err := f.Heartbeat(ctx, "w1"); !errors.Is(err, ledger.ErrUnreachable) {
			t.Errorf("a write of a process that ends: %v", err)
		}
	})
	f.Hasten(time.Now().Add(100 * time.Millisecond))
	wg.Wait()
	if err := f.Heartbeat(ctx, "w1"); !errors.Is(err, ledger.ErrUnreachable) {
		t.Errorf("its last write: %v", err)
	}
}

// wire carries connections to a server, and can lose what the server answers.
type wire struct {
	net.Listener
	to   string
	deaf atomic.Int32 // which of the next answers is lost, and its connection with it
	last atomic.Bool  // with it the server goes away
	away atomic.Bool  // it answers nobody
	mute atomic.Bool  // it does not even hear what has the word in it

	word atomic.Pointer[string] // what is said next with this in it gets the answer that is lost
}

// lose loses the answer to the next statement with a word in it.
func (w *wire) lose(word string) { w.word.Store(&word) }

func (w *wire) serve() {
	for {
		client, err := w.Accept()
		if err != nil {
			return
		}
		if w.away.Load() {
			client.Close()
			continue
		}
		server, err := net.Dial("tcp", w.to)
		if err != nil {
			client.Close()
			continue
		}
		go w.ask(client, server)
		go w.answer(client, server)
	}
}

func (w *wire) ask(client, server net.Conn) {
	defer server.Close()
	for buf := make([]byte, 64<<10); ; {
		n, err := client.Read(buf)
		if word := w.word.Load(); word != nil && bytes.Contains(buf[:n], []byte(*word)) {
			w.word.Store(nil)
			w.deaf.Store(1)
			if w.mute.Load() {
				w.away.Store(true)
				client.Close()
				return
			}
		}
		if err == nil {
			_, err = server.Write(buf[:n])
		}
		if err != nil {
			return
		}
	}
}

func (w *wire) answer(client, server net.Conn) {
	defer client.Close()
	for buf := make([]byte, 64<<10); ; {
		n, err := server.Read(buf)
		lost := w.deaf.Add(-1) == 0
		if lost && w.last.Load() {
			w.away.Store(true)
		}
		if err != nil || lost || w.away.Load() {
			return
		}
		if _, err := client.Write(buf[:n]); err != nil {
			return
		}
	}
}

// wireTo is a wire to a server, and its URL.
func wireTo(t *testing.T, place string) (string, *wire) {
	t.Helper()
	u, err := url.Parse(place)
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	w := &wire{Listener: l, to: u.Host}
	t.Cleanup(func() { l.Close() })
	go w.serve()
	u.Host = l.Addr().String()
	return u.String(), w
}

// wired is a ledger behind a wire.
func wired(t *testing.T) (*ledgertest.Fixture, *wire) {
	t.Helper()
	place, w := wireTo(t, ledgertest.Server(t))
	return ledgertest.NewAt(t, place, filepath.Join(t.TempDir(), "keys")), w
}

const addOne = `INSERT INTO lease (name, holder, until) VALUES ('n', 'x', 1)
	ON CONFLICT (name) DO UPDATE SET until = lease.until + 1`

func TestACommitThatNobodyAnsweredIsNotDoneTwice(t *testing.T) {
	t.Parallel()
	f, w := wired(t)
	must(t, ledger.Do(f.Ledger, func(exec func(string) error) error { return exec(addOne) }))
	runs := 0
	must(t, ledger.Do(f.Ledger, func(exec func(string) error) error {
		runs++
		err := exec(addOne)
		w.deaf.Store(1) // to the COMMIT
		return err
	}))
	if runs != 1 {
		t.Errorf("done %d times", runs)
	}
	if got := until(t, f); got != 2 {
		t.Errorf("%d changes in the ledger", got)
	}
}

func TestATransactionCutInItsMiddleIsDoneAgain(t *testing.T) {
	t.Parallel()
	f, w := wired(t)
	must(t, ledger.Do(f.Ledger, func(exec func(string) error) error { return exec(addOne) }))
	runs := 0
	must(t, ledger.Do(f.Ledger, func(exec func(string) error) error {
		if runs++; runs == 1 {
			w.deaf.Store(1)
		}
		return exec(addOne)
	}))
	if runs != 2 {
		t.Errorf("done %d times", runs)
	}
	if got := until(t, f); got != 2 {
		t.Errorf("%d changes in the ledger", got)
	}
}

// until finds out how far addOne has counted: a division by it fails at any other number.
func until(t *testing.T, f *ledgertest.Fixture) int {
	t.Helper()
	for n := range 10 {
		err := ledger.Do(f.Ledger, func(exec func(string) error) error {
			return exec(fmt.Sprintf(`UPDATE lease SET until = until WHERE 1 / (until - %d) > 9`, n))
		})
		if err != nil {
			return n
		}
	}
	return -1
}

func TestTheNameOfAServerHoldsNoPassword(t *testing.T) {
	t.Parallel()
	for place, want := range map[string]string{
		"l.db": "l.db",
		"postgres://u:secret@db.example.com:5432/l?sslmode=disable": "postgres://db.example.com:5432/l",
		"postgresql://u:sec ret@%zz/l":                              "postgres://…",
	} {
		if got := ledger.Name(place); got != want {
			t.Errorf("%q became %q", place, got)
		}
	}
}

// unanswered claims the one delivery of a ledger, and the server goes away at the COMMIT.
func unanswered(t *testing.T, mute bool) (*ledgertest.Fixture, *ledgertest.Fixture, ledger.Task) {
	t.Helper()
	place := ledgertest.Server(t)
	u, w := wireTo(t, place)
	f := ledgertest.NewAt(t, u, filepath.Join(t.TempDir(), "keys"))
	f.Import(t, ledgertest.Batch{Name: "a", People: 1})
	task := feed(t, f)[0]
	must(t, f.Heartbeat(ctx, "w1"))
	ledger.BePatientFor(f.Ledger, 300*time.Millisecond)
	w.last.Store(true)
	w.mute.Store(mute)
	name := sha256.Sum256([]byte("COMMIT")) // what the driver calls it by
	w.lose(hex.EncodeToString(name[:24]))
	if c, err := f.Claim(ctx, task, "w1"); c != nil || !errors.Is(err, ledger.ErrUnreachable) {
		t.Fatalf("claimed %+v, %v", c, err)
	}
	w.away.Store(false)
	ledger.BePatientFor(f.Ledger, ledger.Patience)
	return f, there(t, f, place), task
}

func TestAClaimWhoseCommitWasNeverAnsweredIsGivenBack(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string]struct {
		then func(*testing.T, *ledgertest.Fixture)
		is   ledger.State
	}{
		"it stands": {func(*testing.T, *ledgertest.Fixture) {}, ledger.Sending},
		"its worker was thought lost": {func(t *testing.T, other *ledgertest.Fixture) {
			_, err := other.LoseWorkers(ctx, -time.Hour)
			must(t, err)
		}, ledger.Uncertain},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, other, task := unanswered(t, false)
			meanwhile.then(t, other)
			if s := states(t, other); s[meanwhile.is] != 1 {
				t.Fatalf("states %v", s)
			}
			must(t, f.Heartbeat(ctx, "w1"))
			if s := states(t, other); s[ledger.Ready] != 1 || len(s) != 1 {
				t.Fatalf("states %v", s)
			}
			if c, err := f.Claim(ctx, task, "w1"); c != nil || err != nil {
				t.Errorf("the old task claims %+v, %v", c, err)
			}
			c := claim(t, f, feed(t, f)[0])
			if c.Attempt != 1 {
				t.Errorf("attempt %d", c.Attempt)
			}
			sent(t, f, c)
		})
	}
}

func TestAClaimWhoseCommitWasNeverHeardIsMadeByTheSameTaskAndKept(t *testing.T) {
	t.Parallel()
	f, other, task := unanswered(t, true)
	c, err := f.Claim(ctx, task, "w1")
	must(t, err)
	must(t, f.Heartbeat(ctx, "w1"))
	if s := states(t, other); c == nil || s[ledger.Sending] != 1 {
		t.Fatalf("claim %+v, states %v", c, s)
	}
	sent(t, f, c)
}
