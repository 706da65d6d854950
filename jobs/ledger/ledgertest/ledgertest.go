// Package ledgertest makes small ledgers for tests: real files, invented people.
package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/recipient"
	"oshirase/jobs/seal"
)

// Clock is a clock that tests move.
type Clock struct{ T time.Time }

// Now is the clock's time.
func (c *Clock) Now() time.Time { return c.T }

// By is the operator of tests.
var By = ledger.Operator{Who: "tester", Why: "test"}

// Fixture is a ledger with a key and a clock.
type Fixture struct {
	*ledger.Ledger
	Key   *seal.Key
	Keys  string // directory of the key
	Clock *Clock
}

// New opens an empty ledger in the test's directory.
func New(t testing.TB) *Fixture {
	t.Helper()
	dir := t.TempDir()
	return NewAt(t, filepath.Join(dir, "ledger.db"), filepath.Join(dir, "keys"))
}

// NewAt opens a ledger, a file or a server's database, with keys in a directory.
func NewAt(t testing.TB, place, dir string) *Fixture {
	t.Helper()
	keys := seal.Dir(dir)
	if err := keys.MakeMaster(); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	key, err := keys.MakeCampaign("test")
	if err != nil {
		t.Fatal(err)
	}
	clock := &Clock{T: time.Date(2013, 9, 12, 1, 0, 0, 0, time.UTC)}
	l, err := ledger.Open(context.Background(), place, true, clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Fixture{Ledger: l, Key: key, Keys: dir, Clock: clock}
}

// Batch is a batch of n people with one delivery each.
type Batch struct {
	Name    string
	Start   time.Time
	People  int
	Channel string // e-mail by default; "-" for people who cannot be reached
	Lane    string // provider of an e-mail; "other" by default
	Also    string // further batch of its people

	Report   *ledger.ReportTerms // how its company is reported to; nil: it is not
	ReportBy string              // channel of the report; e-mail by default
}

// Import brings the campaign "test" in.
func (f *Fixture) Import(t testing.TB, batches ...Batch) {
	t.Helper()
	ctx := context.Background()
	c := ledger.NewCampaign{ID: "test", Revision: 1, Digest: [32]byte{1}, Snapshot: []byte("snapshot")}
	for _, b := range batches {
		c.Batches = append(c.Batches, ledger.NewBatch{Name: b.Name, Start: b.Start, Report: b.Report})
	}
	im, err := f.Begin(ctx, c, f.Key, "tester")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	var contacts []ledger.NewContact
	for _, b := range batches {
		if b.Report != nil {
			contacts = append(contacts, contact(b))
		}
		for range b.People {
			n++
			if err := im.Add(ctx, f.person(b, n)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := im.Contacts(ctx, contacts); err != nil {
		t.Fatal(err)
	}
	if err := im.Commit(ctx, ledger.ImportCounts{Rows: n}, By); err != nil {
		t.Fatal(err)
	}
}

// Data is what the row of the nth person holds: their name, 試験 n.
func Data(n int) []byte {
	p := recipient.Person{Name: fmt.Sprintf("試験 %d", n)}
	data, err := p.AppendBinary(nil)
	if err != nil {
		panic(err)
	}
	return data
}

func contact(b Batch) ledger.NewContact {
	c := ledger.NewContact{
		Batch: b.Name, Ref: "CONTACT-" + b.Name, Locale: "ja", Notice: "report",
		Data:     []byte(`{"name":"担当 ` + b.Name + `"}`),
		Delivery: ledger.NewDelivery{Channel: ledger.Email, Lane: "other"},
	}
	if b.ReportBy != "" {
		c.Delivery = ledger.NewDelivery{Channel: b.ReportBy}
	}
	return c
}

func (f *Fixture) person(b Batch, n int) ledger.NewPerson {
	email := fmt.Sprintf("person%d@example.com", n)
	p := ledger.NewPerson{
		Ref: fmt.Sprintf("REF-%03d", n), Batch: b.Name, Locale: "ja", Notice: "first",
		Data:  Data(n),
		Blind: [][16]byte{f.Key.Blind("email", email)},
	}
	if b.Also != "" {
		p.Also = []string{b.Also}
	}
	switch b.Channel {
	case "-":
	case "":
		lane := b.Lane
		if lane == "" {
			lane = "other"
		}
		p.Deliveries = []ledger.NewDelivery{{Channel: ledger.Email, Lane: lane}}
	default:
		p.Deliveries = []ledger.NewDelivery{{Channel: b.Channel, Lane: b.Lane}}
	}
	return p
}
