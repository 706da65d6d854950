package paper_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
	"oshirase/jobs/paper"
	"oshirase/jobs/plan"
	"oshirase/jobs/seal"
	"oshirase/letters"
)

const campaign = "bench"

// shop is a ledger with letters that are typeset, and a directory for print files.
type shop struct {
	t       *testing.T
	dir     string
	l       *ledger.Ledger
	keys    seal.Keyring
	offices *office.Offices
	batch   int64
}

func now() time.Time { return time.Date(2024, 10, 1, 3, 0, 0, 0, time.UTC) }

// newShop brings a campaign of n letters to where they are typeset. changes are to its manifest's letter
// channel.
func newShop(t *testing.T, n int, letter string) *shop {
	t.Helper()
	ctx := context.Background()
	s := &shop{t: t, dir: t.TempDir()}
	s.keys = seal.Dir(filepath.Join(s.dir, "keys"))
	s.must(s.keys.MakeMaster())
	key, err := s.keys.MakeCampaign(campaign)
	s.must(err)
	folder := s.folder(n, letter)
	p, err := plan.Read(ctx, folder, plan.Options{Now: now(), Fonts: letters.Embedded()})
	s.must(err)
	if p.Invalid() {
		t.Fatal(p.Problems)
	}
	s.l, err = ledger.Open(ctx, filepath.Join(s.dir, "ledger.db"), true, now)
	s.must(err)
	t.Cleanup(func() { s.l.Close() })
	s.must(p.Import(ctx, s.l, plan.Enlist{Key: key, Holder: "test", By: ledger.Operator{Who: "test"}}))
	s.offices = office.New(s.l, s.keys)
	s.typeset(n)
	return s
}

func (s *shop) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// folder is the benchmark's campaign with other people: one in three in another town, one in five with a
// name that needs a slot.
func (s *shop) folder(n int, letter string) string {
	s.t.Helper()
	folder := filepath.Join(s.dir, "campaign")
	s.must(os.CopyFS(folder, os.DirFS("../../cmd/oshirase/bench")))
	path := filepath.Join(folder, "campaign.yaml")
	text, err := os.ReadFile(path)
	s.must(err)
	const channel, envelope = "envelope: jp-chou3, mark: none", "envelope: jp-chou3"
	if !bytes.Contains(text, []byte(channel)) {
		s.t.Fatal("the campaign has no letter channel to change")
	}
	s.must(os.WriteFile(path, bytes.Replace(text, []byte(channel), []byte(envelope+letter), 1), 0o600))
	var people strings.Builder
	people.WriteString("id,name,email,postcode,address,locale\n")
	for i := range n {
		name := "見本 花子"
		if i%5 == 0 {
			name = "𠮷田 花子"
		}
		fmt.Fprintf(&people, "B%07d,%s%c,,%07d,東京都千代田区例示%d丁目%d番%d号,ja\n", i, name, '一'+rune(i%4000),
			1000001+i*7919%89999, i%9+1, i%30+1, i%20+1)
	}
	s.must(os.WriteFile(filepath.Join(folder, "people.csv"), []byte(people.String()), 0o600))
	return folder
}

// typeset does what workers do with letters.
func (s *shop) typeset(n int) {
	s.t.Helper()
	ctx := context.Background()
	o, err := s.offices.Get(ctx, campaign)
	s.must(err)
	for done := 0; done < n; {
		_, err := s.l.Advance(ctx, campaign, o.Policy)
		s.must(err)
		lanes, err := s.l.Lanes(ctx, campaign)
		s.must(err)
		for _, lane := range lanes {
			tasks, err := s.l.Feed(ctx, lane, 2000)
			s.must(err)
			done += len(tasks)
			s.work(o, tasks)
		}
	}
	batches, err := s.l.ToBind(ctx, campaign, false)
	s.must(err)
	if len(batches) != 1 {
		s.t.Fatalf("%d batches are ready to be bound", len(batches))
	}
	s.batch = batches[0].ID
}

func (s *shop) work(o *office.Office, tasks []ledger.Task) {
	s.t.Helper()
	ctx := context.Background()
	var group errgroup.Group
	group.SetLimit(64) // most wait for the disk
	for _, k := range tasks {
		group.Go(func() error {
			c, err := s.l.Claim(ctx, k, "test")
			if err != nil {
				return err
			}
			person, err := o.Case(c)
			if err != nil {
				return err
			}
			letter, set, err := o.Book.Typeset(person)
			if err != nil {
				return err
			}
			return s.l.Typeset(ctx, c, ledger.Piece{
				Number: letter.Piece, Pages: set.Pages, Sheets: set.Sheets, Digest: set.Digest,
			})
		})
	}
	s.must(group.Wait())
}

// binder binds into a directory of the shop's.
func (s *shop) binder(dir string, workers int) *paper.Binder {
	return &paper.Binder{Ledger: s.l, Offices: s.offices, Dir: filepath.Join(s.dir, dir), Holder: dir,
		Workers: workers}
}

func (s *shop) bind(workers int) []ledger.PrintFile {
	s.t.Helper()
	files, err := s.binder("print", workers).Bind(context.Background(), s.batch)
	s.must(err)
	return files
}

func (s *shop) path(f ledger.PrintFile, ending string) string {
	return filepath.Join(s.dir, "print", f.Name+ending)
}

func (s *shop) read(f ledger.PrintFile, ending string) []byte {
	s.t.Helper()
	b, err := os.ReadFile(s.path(f, ending))
	s.must(err)
	return b
}
