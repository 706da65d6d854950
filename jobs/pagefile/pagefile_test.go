package pagefile_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/members"
	"oshirase/jobs/office"
	"oshirase/jobs/pagefile"
	"oshirase/jobs/plan"
	"oshirase/jobs/seal"
	"oshirase/letters"
)

const campaign = "small-2024"

// desk is a ledger with messages that are ready, in one batch, and a writer.
type desk struct {
	t     *testing.T
	l     *ledger.Ledger
	w     *pagefile.Writer
	batch int64
}

var by = ledger.Operator{Who: "test"}

func now() time.Time { return time.Date(2024, 5, 3, 3, 0, 0, 0, time.UTC) }

// newDesk takes the small campaign of the scripts, and some more people.
func newDesk(t *testing.T, people ...string) *desk {
	t.Helper()
	ctx := context.Background()
	d, dir := &desk{t: t}, t.TempDir()
	keys := seal.Dir(filepath.Join(dir, "keys"))
	d.must(keys.MakeMaster())
	key, err := keys.MakeCampaign(campaign)
	d.must(err)
	p, err := plan.Read(ctx, d.folder(dir, people), plan.Options{Now: now(), Fonts: letters.Embedded()})
	d.must(err)
	if p.Invalid() {
		t.Fatal(p.Problems)
	}
	d.l, err = ledger.Open(ctx, filepath.Join(dir, "ledger.db"), true, now)
	d.must(err)
	t.Cleanup(func() { d.l.Close() })
	d.must(p.Import(ctx, d.l, plan.Enlist{Key: key, Holder: "test", By: by}))
	d.w = &pagefile.Writer{
		Ledger: d.l, Offices: office.New(d.l, keys), Holder: "test",
		Place: pagefile.Place{Dir: filepath.Join(dir, "feed"), Signer: d.signer(dir)},
	}
	d.open()
	return d
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) folder(dir string, people []string) string {
	d.t.Helper()
	folder := filepath.Join(dir, "campaign")
	d.must(os.CopyFS(folder, os.DirFS("../../cmd/oshirase/testdata/campaign")))
	for name, change := range map[string]func(string) string{
		"campaign.yaml": func(s string) string {
			s = strings.Replace(s, "{by: company, file: companies.csv}", "{by: none}", 1)
			return strings.Replace(s, "channels:\n", "channels:\n  feed: {file: {messages: 4}}\n", 1)
		},
		"people.csv": func(s string) string { return s + strings.Join(people, "\n") },
	} {
		path := filepath.Join(folder, name)
		text, err := os.ReadFile(path)
		d.must(err)
		d.must(os.WriteFile(path, []byte(change(string(text))), 0o600))
	}
	return folder
}

func (d *desk) signer(dir string) *members.Signer {
	d.t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	d.must(err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	d.must(err)
	path := filepath.Join(dir, "feed.pem")
	d.must(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	signer, err := members.ReadSigner(path)
	d.must(err)
	return signer
}

// open releases the batch.
func (d *desk) open() {
	d.t.Helper()
	for more := true; more; {
		var err error
		more, err = d.l.Advance(context.Background(), campaign, ledger.Policy{Parallel: 1})
		d.must(err)
	}
	batches, err := d.l.ToWrite(context.Background(), campaign, true)
	d.must(err)
	if len(batches) != 1 {
		d.t.Fatalf("%d batches have messages to write", len(batches))
	}
	d.batch = batches[0].ID
}

func (d *desk) write() {
	d.t.Helper()
	d.must(d.w.Write(context.Background(), d.batch))
}

func (d *desk) states() map[ledger.State]int {
	d.t.Helper()
	c, err := d.l.Counts(context.Background(), campaign)
	d.must(err)
	return c.Channels[ledger.Page]
}

// read gives a part's text, and nothing where it is not there.
func (d *desk) read(name string) []byte {
	d.t.Helper()
	text, err := os.ReadFile(filepath.Join(d.w.Dir, name))
	if !errors.Is(err, fs.ErrNotExist) {
		d.must(err)
	}
	return text
}

func TestMessagesAreInAsManyFilesAsTheyNeed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.write()
	first, second := d.read("small-2024-001-01.jsonl"), d.read("small-2024-001-02.jsonl")
	if a, b := bytes.Count(first, []byte("\n")), bytes.Count(second, []byte("\n")); a != 4 || b != 2 {
		t.Errorf("%d and %d lines", a, b)
	}
	if s := d.states(); s[ledger.Sent] != 6 || len(s) != 1 {
		t.Errorf("%v", s)
	}
	d.write() // nothing is left
	if files, err := d.l.PageFiles(context.Background(), campaign); len(files) != 2 || err != nil {
		t.Errorf("%d files, %v", len(files), err)
	}
	if info, err := os.Stat(filepath.Join(d.w.Dir, "small-2024-001-01.jsonl")); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	kept, err := d.l.PersonalFiles(context.Background(), campaign)
	if err != nil || len(kept) != 6 {
		t.Errorf("purge knows of %d files, %v", len(kept), err)
	}
}

func TestAMessageThatCannotBeMadeLeavesItsFile(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "M008,見本 www.example.com,h@example.jp,,,,ja,A,2024-01-05")
	d.write()
	if s := d.states(); s[ledger.Sent] != 6 || s[ledger.Blocked] != 1 {
		t.Errorf("%v", s)
	}
	all := string(d.read("small-2024-001-01.jsonl")) + string(d.read("small-2024-001-02.jsonl"))
	if strings.Contains(all, "M008") || strings.Count(all, "\n") != 6 {
		t.Errorf("%d lines", strings.Count(all, "\n"))
	}
}

// A file that was begun and is not in place: somebody died.
func (d *desk) dies() *ledger.PageFile {
	d.t.Helper()
	f, err := d.l.FixPageFile(context.Background(), d.batch, 4)
	d.must(err)
	return f
}

func TestAFileThatWasBegunIsFinishedByWhoeverComes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	f := d.dies()
	half := filepath.Join(d.w.Dir, ".oshirase-"+f.Name+".jsonl-123")
	d.must(os.MkdirAll(d.w.Dir, 0o700))
	d.must(os.WriteFile(half, []byte("half"), 0o600))
	d.write()
	if s := d.states(); s[ledger.Sent] != 6 || bytes.Count(d.read(f.Name+".jsonl"), []byte("\n")) != 4 {
		t.Errorf("%v", s)
	}
	if _, err := os.Stat(half); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("half a file is left: %v", err)
	}
}

func TestWhatWasStoppedBeforeItWasInPlaceIsNotWritten(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := newDesk(t)
	f := d.dies()
	d.must(os.MkdirAll(d.w.Dir, 0o700))
	d.must(os.WriteFile(filepath.Join(d.w.Dir, f.Name+".jsonl"), []byte("without a signature"), 0o600))
	d.must(d.l.Hold(ctx, campaign, "", by))
	d.write()
	if left, err := os.ReadDir(d.w.Dir); len(left) != 0 || err != nil {
		t.Errorf("%v, %v", left, err)
	}
	if s := d.states(); s[ledger.Ready] != 6 {
		t.Errorf("%v", s)
	}
	d.must(d.l.Resume(ctx, campaign, "", by))
	d.write()
	if s := d.states(); s[ledger.Sent] != 6 {
		t.Errorf("after resume: %v", s)
	}
}

func TestWhatWasInPlaceWhenItWasStoppedIsSent(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := newDesk(t)
	f := d.dies()
	d.must(os.MkdirAll(d.w.Dir, 0o700))
	for _, name := range pagefile.Parts(f.Name) {
		d.must(os.WriteFile(filepath.Join(d.w.Dir, name), nil, 0o600))
	}
	_, err := d.l.Cancel(ctx, campaign, "", by)
	d.must(err)
	d.write()
	if s := d.states(); s[ledger.Sent] != 4 || s[ledger.Cancelled] != 2 {
		t.Errorf("%v", s)
	}
}

func TestAProcessThatHasTheWorkKeepsOthersFromIt(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := newDesk(t)
	other := *d.w
	other.Holder = "other"
	held, release, err := d.l.Keep(ctx, ledger.Keeping{
		Lease: fmt.Sprintf("page/%d", d.batch), Holder: "test", Term: time.Minute,
	})
	d.must(err)
	d.must(other.Write(held, d.batch))
	if s := d.states(); s[ledger.Ready] != 6 {
		t.Errorf("%v", s)
	}
	release()
	d.must(other.Write(ctx, d.batch))
	if s := d.states(); s[ledger.Sent] != 6 {
		t.Errorf("%v", s)
	}
}
