package campaign

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestLoadReadsTheWholeManifest(t *testing.T) {
	t.Parallel()
	m := mustLoad(t, files(t)).Manifest
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	want := Manifest{
		ID: "ts-2013-09", Revision: 1, AsOf: "2013-09-01", Timezone: "Asia/Tokyo",
		Title:      Text{"ja": "情報流出", "en": "Data incident"},
		Controller: Controller{Name: Text{"ja": "株式会社サンプル", "en": "Sample Inc."}, Country: "JP"},
		Contact:    Contact{Phone: "0120000000", URL: "https://example.com/notice"},
		Incident: map[string]any{
			"found": time.Date(2013, 8, 1, 0, 0, 0, 0, time.UTC), "count": 270.0,
			"where": Text{"ja": "東京", "en": "Tokyo"},
		},
		Recipients: []RecipientFile{{
			File: "recipients/a.csv", Format: "auto", Delimiter: "auto", Encoding: "auto", Rows: 3,
			Columns: Columns{ID: "no", Name: "氏名", Address: Lines{"住所"}},
			Facts: map[string]Fact{
				"used_at": {Column: "利用日", Type: "date"}, "server": {Column: "サーバ", Type: "text"},
			},
		}},
		Identity: [][]string{{"id"}, {"email", "name"}}, IdentityLimit: 20,
		Segments: []Segment{{
			ID: "a", When: `server == "A"`, Elements: []string{"name", "card_number"},
			Certainty: "confirmed", Notice: "first",
		}},
		Batches: Batches{By: "company", File: "companies.csv", Parallel: 1, List: []Batch{
			{Name: "Early Co.", Start: time.Date(2013, 9, 10, 9, 30, 0, 0, tokyo), Line: 4},
			{Name: "Any Co.", Line: 3},
			{Name: "Late Co.", Start: time.Date(2013, 9, 20, 0, 0, 0, 0, tokyo), Line: 2,
				Contact: ReportContact{Name: "見本 太郎", Email: "a@example.com"}},
		}},
		Channels: Channels{
			Email: &EmailChannel{From: "Sample <n@example.com>", Bounce: "bounce@example.com",
				GiveUp: 72 * time.Hour, Uncertain: "hold"},
			Letter: &LetterChannel{When: "no-email", Envelope: "jp-chou3", Variants: "exact", Mark: "none",
				Sort: "batch", Group: "none"},
		},
		Locales: Locales{Default: "ja"},
		Rates:   Rates{Total: 10, Providers: map[string]Rate{"docomo": 5}},
		Halt:    Halt{Refused: "10%", After: 100},
	}
	if !reflect.DeepEqual(m, want) {
		t.Errorf("got\n%+v\nwant\n%+v", m, want)
	}
	if m.Halt.Share() != 0.1 {
		t.Errorf("share is %v", m.Halt.Share())
	}
}

func TestAnEnvelopeIsReadInMillimetres(t *testing.T) {
	t.Parallel()
	m := mustLoad(t, files(t, "  letter:", "  letter: {envelope: din-b, window: {left: 20, top: 50, "+
		"width: 90.5, height: 45}, slack: {across: 0, up: 2.5}, folds: [105, 210], department: server}",
		"en: Sample Inc.}", "en: Sample Inc.}\n  country: DE")).Manifest
	want := LetterChannel{When: "no-email", Envelope: "din-b", Variants: "exact", Mark: "none",
		Sort: "batch", Group: "none",
		Window: &EnvelopeWindow{20, 50, 90.5, 45}, Slack: &EnvelopeSlack{0, 2.5},
		Folds: []float64{105, 210}, Department: "server"}
	if !reflect.DeepEqual(*m.Channels.Letter, want) || m.Controller.Country != "DE" {
		t.Errorf("%+v, country %q", *m.Channels.Letter, m.Controller.Country)
	}
}

func TestWindowsAreFilledIn(t *testing.T) {
	t.Parallel()
	m := mustLoad(t, files(t, "halt:", `windows:
  - {from: 09:00, to: "20:00", days: [mon-wed, fri], except: [2013-09-16]}
  - {from: "00:00", to: "24:00", days: [sat-sun], timezone: Europe/Paris}
  - {from: "06:30", to: "07:00"}
providers: {example.jp: example}
halt:`)).Manifest
	for i, want := range []Window{
		{Opens: 9 * time.Hour, Closes: 20 * time.Hour, Timezone: "Asia/Tokyo",
			Weekdays: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Friday}},
		{Closes: 24 * time.Hour, Timezone: "Europe/Paris",
			Weekdays: []time.Weekday{time.Sunday, time.Saturday}},
		{Opens: 6*time.Hour + 30*time.Minute, Closes: 7 * time.Hour, Timezone: "Asia/Tokyo",
			Weekdays: []time.Weekday{0, 1, 2, 3, 4, 5, 6}},
	} {
		got := m.Windows[i]
		if got.Opens != want.Opens || got.Closes != want.Closes || got.Timezone != want.Timezone ||
			!reflect.DeepEqual(got.Weekdays, want.Weekdays) {
			t.Errorf("window %d is %+v, want %+v", i, got, want)
		}
	}
	if m.Windows[0].Except[0] != "2013-09-16" || m.Providers["example.jp"] != "example" {
		t.Errorf("windows %+v, providers %v", m.Windows, m.Providers)
	}
}

func TestTodayIsAsOfOrTheClockInTheCampaignsZone(t *testing.T) {
	t.Parallel()
	f := mustLoad(t, files(t))
	if got := f.Today.Format(time.RFC3339); got != "2013-09-01T00:00:00+09:00" {
		t.Errorf("with as_of, today is %s", got)
	}
	future := strings.ReplaceAll(goodCompanies, "2013", "2099")
	f = mustLoad(t, with(files(t, "as_of: 2013-09-01\n", ""), "companies.csv", future))
	if got := f.Today.Format(time.RFC3339); got != "2026-01-02T12:04:05+09:00" {
		t.Errorf("without as_of, today is %s", got)
	}
}

func TestFolderAnswersForItsNoticesAndBatches(t *testing.T) {
	t.Parallel()
	f := mustLoad(t, files(t, "file: companies.csv}",
		"file: companies.csv, individuals: {start: 2013-09-12}}"))
	if got := f.LocalesOf("first"); !reflect.DeepEqual(got, []string{"en", "ja"}) {
		t.Errorf("locales %v", got)
	}
	if n, ok := f.Notice("first", "ja"); !ok || n.File != "notices/first.ja.md" {
		t.Errorf("notice %+v %v", n, ok)
	}
	if _, ok := f.Notice("first", "ko"); ok {
		t.Error("a notice in a language that there is not")
	}
	for batch, day := range map[string]int{"individuals": 12, "Late Co.": 20} {
		if got := f.Start(batch); got.Day() != day {
			t.Errorf("%s starts on %v", batch, got)
		}
	}
	if !f.Start("Any Co.").IsZero() || !f.Start("Unlisted Co.").IsZero() {
		t.Error("a batch without a start has one")
	}
}

func TestLoadOfAFolderThatIsNotThereIsAnError(t *testing.T) {
	t.Parallel()
	_, _, err := Load(filepath.Join(t.TempDir(), "none"), now)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestOpenStaysInTheFolder(t *testing.T) {
	t.Parallel()
	f := mustLoad(t, files(t))
	file, err := f.Open("recipients/a.csv")
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(file)
	if file.Close(); err != nil || !strings.HasPrefix(string(content), "no,") {
		t.Errorf("read %q, %v", content, err)
	}
	outside := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(outside, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(f.Dir, "link.csv")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"link.csv", "../x", outside, "recipients"} {
		if _, err := f.Open(name); err == nil {
			t.Errorf("opened %q", name)
		}
	}
}

func TestSnapshotRebuildsTheFolder(t *testing.T) {
	t.Parallel()
	f := mustLoad(t, files(t))
	again, err := FromSnapshot(f.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	again.Dir = f.Dir
	if !reflect.DeepEqual(again, f) {
		t.Errorf("got\n%+v\nwant\n%+v", again, f)
	}
	if again.Digest() != f.Digest() {
		t.Error("the digests differ")
	}
	if _, err := (&Folder{}).Open("recipients/a.csv"); err == nil {
		t.Error("a snapshot opened a recipients file")
	}
}

func TestSnapshotThatIsNoCampaignIsAnError(t *testing.T) {
	t.Parallel()
	snapshot := mustLoad(t, files(t)).Snapshot()
	delete(snapshot, "notices/first.ja.md")
	_, err := FromSnapshot(snapshot)
	if err == nil || !strings.Contains(err.Error(), "campaign.yaml:25:13: ") {
		t.Errorf("got %v", err)
	}
}

func TestDigestKnowsEveryFileThatIsPromised(t *testing.T) {
	t.Parallel()
	base := files(t)
	seen := map[[32]byte]string{mustLoad(t, base).Digest(): "nothing"}
	for name, content := range map[string]string{
		ManifestFile:          good + "# a comment\n",
		"companies.csv":       goodCompanies + "Other Co.,,,\n",
		"notices/first.ja.md": "---\nsubject: 別\n---\n",
		"notices/first.ko.md": "---\nsubject: x\n---\n",
	} {
		digest := mustLoad(t, with(base, name, content)).Digest()
		if before, ok := seen[digest]; ok {
			t.Errorf("changing %s gives the digest of changing %s", name, before)
		}
		seen[digest] = name
	}
	other := with(base, "recipients/a.csv", "no,氏名,住所,利用日,サーバ\n1,見本,x,,\n")
	if _, ok := seen[mustLoad(t, other).Digest()]; !ok {
		t.Error("the recipients are part of the digest")
	}
}

func TestClausesKeepTheirOrderAndTotalsTheirLines(t *testing.T) {
	t.Parallel()
	f := mustLoad(t, files(t, "elements: [name, card_number]",
		"unless: {wallet: pay == 1, app: x}\n    elements_by: {passport_no: p, email: e}",
		"halt:", "expect:\n  people: 12\n  rows: 0\n  segments:\n    a: 12\n"+
			"  batches: {Any Co.: 3}\n  exclusions: {a: {app: 2, no-element: 1}}\nhalt:"))
	s, e := f.Manifest.Segments[0], f.Manifest.Expect
	if want := (Clauses{{"wallet", "pay == 1"}, {"app", "x"}}); !slices.Equal(s.Unless, want) {
		t.Errorf("unless is %v", s.Unless)
	}
	if want := (Clauses{{"passport_no", "p"}, {"email", "e"}}); !slices.Equal(s.ElementsBy, want) {
		t.Errorf("elements_by is %v", s.ElementsBy)
	}
	if want := []string{"wallet", "app", "no-element"}; !slices.Equal(s.Exclusions(), want) {
		t.Errorf("exclusions are %v", s.Exclusions())
	}
	if e.People.Count != 12 || e.Rows == nil || e.Rows.Count != 0 || e.Segments[0].Line != e.People.Line+3 ||
		e.Batches[0] != (Total{"Any Co.", 3, e.People.Line + 4}) || len(e.Exclusions["a"]) != 2 {
		t.Errorf("totals are %+v", e)
	}
}
