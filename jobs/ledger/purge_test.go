package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/seal"
)

func quiet(int) {}

// beside imports a second campaign with the same people, under the same key.
func beside(t *testing.T, f *ledgertest.Fixture, people int) {
	t.Helper()
	im, err := f.Begin(ctx, ledger.NewCampaign{
		ID: "other", Revision: 1, Digest: [32]byte{2}, Snapshot: []byte("other"),
		Batches: []ledger.NewBatch{{Name: "x"}},
	}, f.Key, "tester")
	must(t, err)
	for n := range people {
		must(t, im.Add(ctx, ledger.NewPerson{
			Ref: fmt.Sprintf("OTH-%03d", n), Batch: "x", Locale: "ja", Notice: "first", Data: []byte(`{"name":"例"}`),
			Blind: [][16]byte{f.Key.Blind("email", fmt.Sprintf("person%d@example.com", n))},
		}))
	}
	must(t, im.Commit(ctx, ledger.ImportCounts{Rows: people}, ledgertest.By))
}

func purge(t *testing.T, f *ledgertest.Fixture) {
	t.Helper()
	_, err := f.Cancel(ctx, "test", "", ledgertest.By)
	must(t, err)
	must(t, f.Purge(ctx, "test", 0, ledgertest.By))
	must(t, f.Erase(ctx, "test", quiet))
}

func TestPurgeWaitsUntilNothingIsOpen(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 3})
		refused := func(accepted, open, unsettled int) {
			t.Helper()
			err := f.Purge(ctx, "test", accepted, ledgertest.By)
			var e *ledger.UnfinishedError
			if !errors.As(err, &e) || e.Open != open || e.Unsettled != unsettled {
				t.Errorf("got %v", err)
			}
		}
		refused(0, 3, 0)
		c := claim(t, f, feed(t, f)[0])
		_, err := f.Cancel(ctx, "test", "", ledgertest.By)
		must(t, err)
		refused(0, 1, 0) // at the relay
		f.Clock.T = f.Clock.T.Add(2 * ledger.Lost)
		if n, err := f.LoseWorkers(ctx, ledger.Lost); n != 1 || err != nil {
			t.Fatalf("lost %d, %v", n, err)
		}
		refused(0, 0, 1)
		refused(2, 0, 1)
		if err := f.Erase(ctx, "test", quiet); err == nil {
			t.Error("erased before it was purged")
		}
		must(t, f.Purge(ctx, "test", 1, ledgertest.By))
		must(t, f.Purge(ctx, "test", 0, ledgertest.By)) // again
		if err := f.Purge(ctx, "none", 0, ledgertest.By); !errors.Is(err, ledger.ErrNoCampaign) {
			t.Errorf("no campaign: %v", err)
		}
		// What is found out later is noted, and sends nothing.
		_, err = f.Resolve(ctx, "test", []ledger.Found{{
			Delivery: c.Delivery, Attempt: c.Attempt, State: ledger.Ready, Evidence: "by hand",
		}}, ledgertest.By)
		must(t, err)
		counts, err := f.Counts(ctx, "test")
		must(t, err)
		if counts.Open() != 0 || counts.Channels[ledger.Email][ledger.Cancelled] != 3 {
			t.Errorf("channels %v", counts.Channels)
		}
	})
}

func TestAPurgedCampaignKeepsItsNumbersAndNobodysData(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		const people = 4500 // more than two transactions carry
		f.Import(t, ledgertest.Batch{Name: "a", People: people})
		beside(t, f, 5)
		before, err := f.Counts(ctx, "test")
		must(t, err)
		purge(t, f)
		counts, err := f.Counts(ctx, "test")
		must(t, err)
		var purged *ledger.PurgedError
		if err := counts.Campaign.Readable(); !errors.As(err, &purged) || purged.At != f.Clock.T {
			t.Errorf("readable: %v", err)
		}
		if counts.People != before.People || counts.Campaign.Digest != before.Campaign.Digest {
			t.Errorf("people %+v, before %+v", counts.People, before.People)
		}
		if _, err := counts.Campaign.Snapshot(f.Key); err == nil {
			t.Error("the snapshot opens")
		}
		if row, err := f.PersonByRef(ctx, "test", "REF-4500", f.Key); row != nil || err != nil {
			t.Errorf("a person is found: %v", err)
		}
		for _, err := range f.NotTold(ctx, "test", f.Key) {
			if !errors.Is(err, seal.ErrSealed) {
				t.Errorf("a person opens: %v", err)
			}
		}
		blind := f.Key.Blind("email", "person2@example.com")
		if found, err := f.PeopleByBlind(ctx, "test", blind, f.Key); len(found) != 0 || err != nil {
			t.Errorf("found %d people by their address, %v", len(found), err)
		}
		if found, err := f.PeopleByBlind(ctx, "other", blind, f.Key); len(found) != 1 || err != nil {
			t.Errorf("of the other campaign: %d people, %v", len(found), err)
		}
		rows, err := f.Journal(ctx, "test")
		must(t, err)
		if last := rows[len(rows)-1]; last.Verb != "purge" || last.N != people {
			t.Errorf("journal: %+v", last)
		}
		if n, err := f.Retry(ctx, ledger.Failed{Campaign: "test"}, ledgertest.By); n != 0 || err != nil {
			t.Errorf("retried %d, %v", n, err)
		}
		must(t, f.Erase(ctx, "test", quiet)) // again
	})
}

func TestErasedBytesAreNotInTheFile(t *testing.T) {
	t.Parallel()
	f := ledgertest.New(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 300})
	var gone [][]byte
	for _, k := range feed(t, f)[:100] {
		c, err := f.DeliveryClaim(ctx, k.Delivery)
		must(t, err)
		gone = append(gone, c.Sealed)
		blind := f.Key.Blind("email", fmt.Sprintf("person%d@example.com", len(gone)))
		gone = append(gone, blind[:])
	}
	found := func() (n int) {
		for _, ending := range []string{"", "-wal"} {
			text, err := os.ReadFile(f.Path() + ending)
			must(t, err)
			for _, b := range gone {
				if bytes.Contains(text, b) {
					n++
				}
			}
		}
		return n
	}
	if found() == 0 {
		t.Fatal("what is looked for is not there in the first place")
	}
	purge(t, f)
	must(t, f.Heartbeat(ctx, "w1"))
	if done, err := f.Rewrite(ctx); done || err != nil {
		t.Errorf("rewritten while a worker lives: %v, %v", done, err)
	}
	f.Clock.T = f.Clock.T.Add(2 * ledger.Lost)
	if done, err := f.Rewrite(ctx); !done || err != nil {
		t.Fatalf("not rewritten: %v, %v", done, err)
	}
	if n := found(); n > 0 {
		t.Errorf("%d of %d are still there", n, len(gone))
	}
	if counts, err := f.Counts(ctx, "test"); err != nil || counts.People.Affected != 300 {
		t.Errorf("afterwards: %+v, %v", counts.People, err)
	}
	must(t, f.Note(ctx, "test", ledgertest.By, "look", "", 0))
}

func TestFilesWithPersonalDataAreNotedWithTheirMachine(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		f.Import(t, ledgertest.Batch{Name: "a", People: 1})
		must(t, f.KeepFiles(ctx, "test", "/tmp/b.pdf", "/tmp/a.csv"))
		must(t, f.KeepFiles(ctx, "test", "/tmp/a.csv"))
		host, err := os.Hostname()
		must(t, err)
		files, err := f.PersonalFiles(ctx, "test")
		must(t, err)
		if len(files) != 2 || files[0] != (ledger.PersonalFile{Host: host, Path: "/tmp/a.csv"}) {
			t.Fatalf("got %v", files)
		}
		must(t, f.ForgetFile(ctx, files[0]))
		if files, err = f.PersonalFiles(ctx, "test"); len(files) != 1 || err != nil {
			t.Errorf("left %v, %v", files, err)
		}
	})
}

func TestFilesNotedByAnEarlierVersionAreOfAnUnknownMachine(t *testing.T) {
	t.Parallel()
	for _, place := range []string{filepath.Join(t.TempDir(), "ledger.db"), ledgertest.Server(t)} {
		none := "x''"
		if ledger.IsServer(place) {
			none = "''::bytea"
		}
		must(t, ledger.MakeOld(place, 6, `INSERT INTO campaign (id, revision, key_check, created_at)
			VALUES ('test', 1, `+none+`, 1);
			INSERT INTO personal_file SELECT '/tmp/a.csv', num, 1 FROM campaign`))
		f := ledgertest.NewAt(t, place, filepath.Join(t.TempDir(), "keys"))
		files, err := f.PersonalFiles(ctx, "test")
		if err != nil || len(files) != 1 || files[0] != (ledger.PersonalFile{Path: "/tmp/a.csv"}) {
			t.Errorf("got %v, %v", files, err)
		}
	}
}
