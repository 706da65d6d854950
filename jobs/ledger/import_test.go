package ledger_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/seal"
)

// parcel is how many people the tests of imports write at a time.
const parcel = 200

func aCampaign() ledger.NewCampaign {
	return ledger.NewCampaign{ID: "test", Revision: 1, Digest: [32]byte{1}, Snapshot: []byte("snapshot"),
		Batches: []ledger.NewBatch{{Name: "a"}, {Name: "b"}}}
}

// somebody is the n-th person of the tests of imports: every third in batch b, every fifth in both, every
// seventh with a letter besides the e-mail, every eleventh without anything.
func somebody(key *seal.Key, n int) ledger.NewPerson {
	p := ledger.NewPerson{
		Ref: fmt.Sprintf("REF-%07d", n), Batch: "a", Locale: "ja", Notice: "first",
		Data:  fmt.Appendf(nil, `{"name":"試験 %d"}`, n),
		Blind: [][16]byte{key.Blind("member", fmt.Sprint(n)), key.Blind("name", fmt.Sprint(n%3)), {}},
	}
	if n%3 == 0 {
		p.Batch = "b"
	}
	if n%15 == 0 {
		p.Also = []string{"a"}
	}
	if n%11 == 0 {
		return p
	}
	p.Deliveries = []ledger.NewDelivery{{Channel: ledger.Email, Lane: []string{"docomo", "other"}[n%2]}}
	if n%7 == 0 {
		p.Deliveries = append(p.Deliveries, ledger.NewDelivery{Channel: ledger.Letter})
	}
	return p
}

// fully imports n of them.
func fully(t *testing.T, f *ledgertest.Fixture, n int) {
	t.Helper()
	im, err := f.Begin(ctx, aCampaign(), f.Key, "importer")
	must(t, err)
	for i := range n {
		must(t, im.Add(ctx, somebody(f.Key, i+1)))
	}
	must(t, im.Commit(ctx, ledger.ImportCounts{Rows: n}, ledgertest.By))
}

// mustHave compares the ledger with n of them, row by row where it matters.
func mustHave(t *testing.T, f *ledgertest.Fixture, n int) {
	t.Helper()
	want := map[string]int{}
	people := ledger.People{Affected: n}
	for i := range n {
		p := somebody(f.Key, i+1)
		want["delivery"] += len(p.Deliveries)
		want["membership"] += len(p.Also)
		if len(p.Deliveries) == 0 {
			people.Unreachable++
		} else {
			people.Untold++
		}
	}
	want["person"], want["batch"], want["campaign"], want["lane"] = n, 2, 1, 6
	for table, rows := range want {
		if have, err := ledger.CountRows(f.Ledger, table); err != nil || have != rows {
			t.Errorf("%d rows in %s, %v; want %d", have, table, err, rows)
		}
	}
	if s := states(t, f); s[ledger.Waiting] != want["delivery"] {
		t.Errorf("states %v, want %d waiting", s, want["delivery"])
	}
	c, err := f.Counts(ctx, "test")
	must(t, err)
	if c.People != people {
		t.Errorf("people %+v, want %+v", c.People, people)
	}
	if rows, err := f.Journal(ctx, "test"); err != nil || len(rows) != 1 || rows[0].N != want["delivery"] {
		t.Errorf("journal %+v, %v", rows, err)
	}
	mustFind(t, f, n)
}

// mustFind looks for the first, the last and one in the middle.
func mustFind(t *testing.T, f *ledgertest.Fixture, n int) {
	t.Helper()
	for _, i := range []int{1, n / 2, n} {
		want := somebody(f.Key, i)
		row, err := f.PersonByRef(ctx, "test", want.Ref, f.Key)
		must(t, err)
		if row == nil || row.Ref != want.Ref || string(row.Data) != string(want.Data) || row.Batch != want.Batch ||
			len(row.Deliveries) != len(want.Deliveries) {
			t.Errorf("%s is %+v", want.Ref, row)
		}
		rows, err := f.PeopleByBlind(ctx, "test", want.Blind[0], f.Key)
		if err != nil || len(rows) != 1 || rows[0].Ref != want.Ref {
			t.Errorf("by number %d: %+v, %v", i, rows, err)
		}
	}
	rows, err := f.PeopleByBlind(ctx, "test", f.Key.Blind("name", "1"), f.Key)
	if err != nil || len(rows) != min(100, (n+2)/3) {
		t.Errorf("%d of one name, %v", len(rows), err)
	}
	for i, r := range rows {
		if r.Ref != fmt.Sprintf("REF-%07d", 1+3*i) {
			t.Errorf("person %d of one name is %s", i+1, r.Ref)
		}
	}
	for _, ref := range []string{"REF-0000000", "", "REF", "a reference that is far too long"} {
		if row, err := f.PersonByRef(ctx, "test", ref, f.Key); row != nil || err != nil {
			t.Errorf("%q is %v, %v", ref, row, err)
		}
	}
}

func TestAnImportHoldsWhatItWasGiven(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		const n = 2*parcel + 100
		ledger.ParcelsOf(f.Ledger, parcel)
		fully(t, f, n)
		mustHave(t, f, n)
	})
}

func TestTheDeliveriesOfALargeBatchAreReleasedInOrder(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		const n = 2*ledger.WaitingBlock + 10
		f.Import(t, ledgertest.Batch{Name: "a", People: n}, ledgertest.Batch{Name: "b", People: 3})
		advance(t, f, ledger.Policy{Parallel: 1})
		must(t, f.Release(ctx, "test", "b", ledgertest.By))
		var got [2][]int64
		for tasks := feed(t, f); len(tasks) > 0; tasks = feed(t, f) {
			if len(got[0]) < 2*feedMost && len(tasks) < feedMost {
				t.Errorf("%d were fed", len(tasks))
			}
			for _, k := range tasks {
				batch := (k.Delivery&(1<<28-1) - 1) / n
				got[batch] = append(got[batch], k.Delivery)
			}
		}
		if len(got[0]) != n || len(got[1]) != 3 || !slices.IsSorted(got[0]) || !slices.IsSorted(got[1]) {
			t.Errorf("%d and %d were fed, in order: %v", len(got[0]), len(got[1]), slices.IsSorted(got[0]))
		}
		if left, err := ledger.CountRows(f.Ledger, "waiting_block"); left != 0 || err != nil {
			t.Errorf("%d blocks are left, %v", left, err)
		}
	})
}

func TestWhatWasCancelledWhileItWaitedIsNotReleased(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 5}, ledgertest.Batch{Name: "b", People: 1})
		must(t, ledger.Tamper(f.Ledger, `UPDATE delivery SET state = 'cancelled', tried = 1
			WHERE id IN (SELECT min(id) FROM delivery)`))
		if n := len(feed(t, f)); n != 4 {
			t.Errorf("%d were fed", n)
		}
	})
}

func TestAnImportIsInvisibleUntilItIsWholeAndBeginsAnew(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		ledger.ParcelsOf(f.Ledger, parcel)
		im, err := f.Begin(ctx, aCampaign(), f.Key, "dead")
		must(t, err)
		written := make(chan int, 8)
		im.Progress = func(people int) { written <- people }
		for i := range 2 * parcel {
			must(t, im.Add(ctx, somebody(f.Key, i+1)))
		}
		if first, second := <-written, <-written; first != parcel || second != 2*parcel {
			t.Errorf("%d people, then %d", first, second)
		}
		if _, err := f.Campaign(ctx, "test"); !errors.Is(err, ledger.ErrNoCampaign) {
			t.Errorf("half an import is visible: %v", err)
		}
		if row, err := f.PersonByRef(ctx, "test", "REF-0000001", f.Key); row != nil || err != nil {
			t.Errorf("a person of half an import is found: %v", err)
		}
		if _, err := f.Begin(ctx, aCampaign(), f.Key, "other"); !errors.Is(err, ledger.ErrImporting) {
			t.Errorf("two imports at once: %v", err)
		}
		f.Clock.T = f.Clock.T.Add(time.Minute) // the importer died
		fully(t, f, 50)
		mustHave(t, f, 50)
		if err := im.Commit(ctx, ledger.ImportCounts{}, ledgertest.By); !errors.Is(err, ledger.ErrImporting) {
			t.Errorf("the dead one goes on: %v", err)
		}
		must(t, im.Abort(ctx))
		mustHave(t, f, 50)
		c := aCampaign()
		var same *ledger.SameError
		if _, err := f.Begin(ctx, c, f.Key, "x"); !errors.As(err, &same) {
			t.Errorf("same content: %v", err)
		}
		c.Digest[0] = 9
		var conflict *ledger.ConflictError
		if _, err := f.Begin(ctx, c, f.Key, "x"); !errors.As(err, &conflict) {
			t.Errorf("other content: %v", err)
		}
	})
}

func TestWhoGivesAnImportUpHearsHowMuchOfItIsGone(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		ledger.ParcelsOf(f.Ledger, parcel)
		im, err := f.Begin(ctx, aCampaign(), f.Key, "importer")
		must(t, err)
		written := make(chan int, 8)
		im.Progress = func(people int) { written <- people }
		for i := range 2 * parcel {
			must(t, im.Add(ctx, somebody(f.Key, i+1)))
		}
		<-written
		<-written
		people, err := ledger.CountRows(f.Ledger, "person")
		must(t, err)
		deliveries, err := ledger.CountRows(f.Ledger, "delivery")
		must(t, err)
		heard := []int{0}
		im.Undoing = func(done, of int) {
			if of != people+deliveries || done < heard[len(heard)-1] {
				t.Errorf("%d of %d behind %v, of %d", done, of, heard, people+deliveries)
			}
			heard = append(heard, done)
		}
		must(t, im.Abort(ctx))
		if last := heard[len(heard)-1]; last != people+deliveries || people != 2*parcel {
			t.Errorf("at the end %d of %d are gone", last, people+deliveries)
		}
	})
}

func TestAnImportGivenUpLeavesNoneOfItsRoom(t *testing.T) {
	t.Parallel()
	f := ledgertest.New(t)
	size := func() (n int64) {
		for _, ending := range []string{"", "-wal"} {
			info, err := os.Stat(f.Path() + ending)
			must(t, err)
			n += info.Size()
		}
		return n
	}
	const people = 5000
	ledger.ParcelsOf(f.Ledger, people)
	im, err := f.Begin(t.Context(), aCampaign(), f.Key, "importer")
	must(t, err)
	written := make(chan int, 1)
	im.Progress = func(n int) { written <- n }
	begun := size()
	for i := range people {
		must(t, im.Add(t.Context(), somebody(f.Key, i+1)))
	}
	<-written
	if grown := size(); grown < begun+1_000_000 {
		t.Fatalf("%d bytes became %d", begun, grown)
	}
	must(t, im.Abort(t.Context()))
	if left := size(); left > begun {
		t.Errorf("%d bytes became %d", begun, left)
	}
}

func TestAnImportThatCannotGoOnLeavesNothing(t *testing.T) {
	t.Parallel()
	bad := errors.New("not to be read")
	for name, spoil := range map[string]func(ctx context.Context, im *ledger.Import, cancel func()) error{
		"a person who cannot be made ready": func(ctx context.Context, im *ledger.Import, _ func()) error {
			return im.AddLater(ctx, func([]byte) (ledger.NewPerson, error) { return ledger.NewPerson{}, bad })
		},
		"an unknown batch": func(ctx context.Context, im *ledger.Import, _ func()) error {
			return im.Add(ctx, ledger.NewPerson{Ref: "x", Batch: "c"})
		},
		"an unknown batch besides": func(ctx context.Context, im *ledger.Import, _ func()) error {
			return im.Add(ctx, ledger.NewPerson{Ref: "x", Batch: "a", Also: []string{"c"}})
		},
		"a reference that is too long": func(ctx context.Context, im *ledger.Import, _ func()) error {
			return im.Add(ctx, ledger.NewPerson{Ref: "12345678901234567", Batch: "a"})
		},
		"an interruption": func(_ context.Context, _ *ledger.Import, cancel func()) error {
			cancel()
			return nil
		},
	} {
		f := ledgertest.New(t)
		ledger.ParcelsOf(f.Ledger, parcel)
		ctx, cancel := context.WithCancel(t.Context())
		im, err := f.Begin(ctx, aCampaign(), f.Key, "importer")
		must(t, err)
		err = spoil(ctx, im, cancel)
		for i := 0; i < 3*parcel && err == nil; i++ {
			err = im.Add(ctx, somebody(f.Key, i+1))
		}
		if err == nil {
			err = im.Commit(ctx, ledger.ImportCounts{}, ledgertest.By)
		}
		if err == nil {
			t.Errorf("%s is no error", name)
		}
		must(t, im.Abort(context.WithoutCancel(ctx)))
		for _, table := range []string{
			"campaign", "batch", "person", "delivery", "membership", "lane", "counter", "standing", "blind_block",
			"waiting_block", "lease",
		} {
			if n, err := ledger.CountRows(f.Ledger, table); n != 0 || err != nil {
				t.Errorf("%s: %d rows are left in %s, %v", name, n, table, err)
			}
		}
		cancel()
	}
}

// Each parcel loses another answer of the server, and its connection with it: those to COPY too.
func TestAnImportGoesOnWhereItsConnectionsAreCut(t *testing.T) {
	t.Parallel()
	f, w := wired(t)
	ledger.ParcelsOf(f.Ledger, parcel)
	const cuts = 20
	im, err := f.Begin(ctx, aCampaign(), f.Key, "importer")
	must(t, err)
	n := int32(0)
	im.Progress = func(int) {
		if n++; n < cuts {
			w.deaf.Store(n)
		}
	}
	for i := range (cuts + 1) * parcel {
		must(t, im.Add(ctx, somebody(f.Key, i+1)))
	}
	must(t, im.Commit(ctx, ledger.ImportCounts{}, ledgertest.By))
	if n != cuts+1 {
		t.Errorf("%d parcels", n)
	}
	mustHave(t, f, (cuts+1)*parcel)
}

// importInto has another process of this test binary import into a ledger, until it is killed.
const (
	importInto = "OSHIRASE_TEST_IMPORT"
	importKeys = "OSHIRASE_TEST_KEYS"
)

func importUntilKilled(place string) {
	key, err := seal.Dir(os.Getenv(importKeys)).Campaign("test")
	if err != nil {
		panic(err)
	}
	early := time.Date(2013, 9, 12, 0, 0, 0, 0, time.UTC) // its lease has run out when the test begins
	l, err := ledger.Open(ctx, place, false, func() time.Time { return early })
	if err != nil {
		panic(err)
	}
	ledger.ParcelsOf(l, parcel)
	im, err := l.Begin(ctx, aCampaign(), key, "killed")
	if err != nil {
		panic(err)
	}
	im.Progress = func(people int) { fmt.Println(people) }
	for i := 1; ; i++ {
		if err := im.Add(ctx, somebody(key, i)); err != nil {
			panic(err)
		}
	}
}

func TestAnImportThatWasKilledBeginsAnewAndDoublesNobody(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		self, err := os.Executable()
		must(t, err)
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), importInto+"="+f.Path(), importKeys+"="+f.Keys)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for range 2 { // it is in the middle of a parcel now
			if !lines.Scan() {
				t.Fatal("the import ended by itself")
			}
		}
		must(t, cmd.Process.Kill())
		_ = cmd.Wait()
		if n, err := ledger.CountRows(f.Ledger, "person"); n < 2*parcel || err != nil {
			t.Errorf("it has left %d people, %v", n, err)
		}
		const n = parcel + 1
		fully(t, f, n)
		mustHave(t, f, n)
	})
}

func TestTheNextImportOfAFullDiskIsWhole(t *testing.T) {
	t.Parallel()
	f := ledgertest.New(t)
	must(t, ledger.Tamper(f.Ledger, `PRAGMA max_page_count = 200`)) // SQLite says then what it says of a full disk
	im, err := f.Begin(ctx, aCampaign(), f.Key, "importer")
	must(t, err)
	for i := 0; i < 5000 && err == nil; i++ {
		err = im.Add(ctx, somebody(f.Key, i+1))
	}
	if err == nil {
		err = im.Commit(ctx, ledger.ImportCounts{}, ledgertest.By)
	}
	if !errors.Is(err, ledger.ErrDisk) {
		t.Errorf("error %v", err)
	}
	must(t, im.Abort(ctx))
	must(t, ledger.Tamper(f.Ledger, `PRAGMA max_page_count = 1000000`))
	fully(t, f, 50)
	mustHave(t, f, 50)
}

// The steps before the blocks kept a row for each value, and an index of what waits.
func TestALedgerOfAnEarlierVersionIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	for _, place := range []string{filepath.Join(t.TempDir(), "ledger.db"), ledgertest.Server(t)} {
		keys := filepath.Join(t.TempDir(), "keys")
		must(t, seal.Dir(keys).MakeMaster())
		key, err := seal.Dir(keys).MakeCampaign("test")
		must(t, err)
		must(t, ledger.MakeOld(place, 5, oldLedger(ledger.IsServer(place), key)))
		f := ledgertest.NewAt(t, place, keys)
		mustFind(t, f, oldPeople)
		must(t, f.Release(ctx, "test", "", ledgertest.By))
		if n, s := len(feed(t, f)), states(t, f); n != oldPeople-1 || s[ledger.Queued] != n || s[ledger.Sent] != 1 {
			t.Errorf("%d were fed, states %v", n, s)
		}
	}
}

const oldPeople = 6

// oldLedger fills a ledger of the fifth step with the campaign "test": the first person was told.
func oldLedger(server bool, key *seal.Key) string {
	blob := func(b []byte) string {
		if server {
			return fmt.Sprintf(`'\x%x'::bytea`, b)
		}
		return fmt.Sprintf(`x'%x'`, b)
	}
	check, start := key.Check(), 1<<28
	s := fmt.Sprintf(`
		INSERT INTO campaign (id, revision, key_check, complete, created_at) VALUES ('test', 1, %s, 1, 1);
		INSERT INTO revision (campaign, number, digest, snapshot, created_at) VALUES (1, 1, %s, %s, 1);
		INSERT INTO batch (campaign, name, ordinal, start_at) VALUES (1, 'a', 1, 1), (1, 'b', 2, 1);
		INSERT INTO lane VALUES (1, 'email', 'other'), (2, 'email', 'other');
		INSERT INTO counter VALUES (1, 'email', 'first', 'sent', 1), (1, 'email', 'first', 'waiting', 3),
			(2, 'email', 'first', 'waiting', 2);
		INSERT INTO standing VALUES (1, 'told', 1), (1, 'untold', 3), (2, 'untold', 2);`,
		blob(check[:]), blob(make([]byte, 32)), blob([]byte{1}))
	for n := 1; n <= oldPeople; n++ {
		p, id := somebody(key, n), start+n
		batch, state, standing := 1, "waiting", "untold"
		if p.Batch == "b" {
			batch = 2
		}
		if n == 1 {
			state, standing = "sent", "told"
		}
		sealed := key.Seal(fmt.Sprintf("person %d", id), p.Data)
		s += fmt.Sprintf(`
			INSERT INTO person VALUES (%d, '%s', %d, '%s', 'ja', 'first', %s);
			INSERT INTO blind VALUES (%s, %d), (%s, %d);
			INSERT INTO delivery (id, batch, person, channel, revision, purpose, round, state, lane, moved_at)
				VALUES (%d, %d, %d, 'email', 1, 'first', 1, '%s', 'other', 1);`,
			id, p.Ref, batch, standing, blob(sealed), blob(p.Blind[0][:]), id, blob(p.Blind[1][:]), id,
			id, batch, id, state)
	}
	return s
}
