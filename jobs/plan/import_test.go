package plan

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/recipient"
)

func enlist(f *ledgertest.Fixture) Enlist {
	return Enlist{Key: f.Key, Holder: "tester", By: ledgertest.By}
}

func TestTheLedgerHasExactlyThePlansNumbers(t *testing.T) {
	t.Parallel()
	dir, want := sample(t, 0.01)
	p, f := read(t, dir), ledgertest.New(t)
	var told []int
	e := enlist(f)
	e.Progress = func(n int) { told = append(told, n) }
	if err := p.Import(t.Context(), f.Ledger, e); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(told, []int{want.People}) {
		t.Errorf("progress %v, want the %d people at the end", told, want.People)
	}
	compareLedger(t, p, f)
	var same *ledger.SameError
	if err := p.Import(t.Context(), f.Ledger, e); !errors.As(err, &same) {
		t.Errorf("importing again: %v", err)
	}
	compareLedger(t, p, f)
}

func compareLedger(t *testing.T, p *Plan, f *ledgertest.Fixture) {
	t.Helper()
	c, err := f.Counts(t.Context(), p.Folder.Manifest.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := ledger.People{
		Affected: p.People, Untold: p.People - p.Unreachable, Unreachable: p.Unreachable,
	}
	if c.People != want || c.Open() != p.Deliveries || c.Campaign.Digest != p.Digest {
		t.Errorf("people %+v, want %+v; %d open, want %d", c.People, want, c.Open(), p.Deliveries)
	}
	in := c.Campaign
	if in.Rows != p.Rows || in.Rejects != p.Rejects || in.Unaffected != p.Unaffected {
		t.Errorf("%d rows, %d rejects, %d unaffected", in.Rows, in.Rejects, in.Unaffected)
	}
	var got, planned []string
	for _, b := range c.Batches {
		got = append(got, line(b.Name, b.Start, b.People.Affected, b.Members, waiting(b.Channels)))
	}
	for _, b := range p.Batches {
		planned = append(planned, line(b.Name, b.Start, b.People, b.Members, b.Channels))
	}
	if !slices.Equal(got, planned) {
		t.Errorf("batches\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(planned, "\n"))
	}
}

func line(name string, start time.Time, people, members int, channels map[string]int) string {
	return fmt.Sprintln(name, start.Unix(), people, members, channels)
}

func waiting(channels map[string]map[ledger.State]int) map[string]int {
	out := map[string]int{}
	for c, states := range channels {
		out[c] = states[ledger.Waiting]
	}
	return out
}

func TestAPersonIsFoundInTheLedgerByWhatTheyKnow(t *testing.T) {
	t.Parallel()
	p, f := valid(t, files()), ledgertest.New(t)
	if err := p.Import(t.Context(), f.Ledger, enlist(f)); err != nil {
		t.Fatal(err)
	}
	want := entries(t, p)["C1"]
	row, err := f.PersonByRef(t.Context(), "leak", want.Ref, f.Key)
	if err != nil || row == nil {
		t.Fatal(row, err)
	}
	var person recipient.Person
	if err := person.UnmarshalBinary(row.Data); err != nil || person.Name != "見本 一郎" {
		t.Errorf("%s is %q, %v", want.Ref, person.Name, err)
	}
	for what, blind := range map[string][16]byte{
		"e-mail": BlindEmail(f.Key, "ONE@example.jp"), "number": BlindMember(f.Key, "c1"),
	} {
		rows, err := f.PeopleByBlind(t.Context(), "leak", blind, f.Key)
		if err != nil || len(rows) != 1 || rows[0].Ref != want.Ref {
			t.Errorf("by %s: %v, %v", what, rows, err)
		}
	}
}

func TestAPersonIsFoundByWhatAnyOfTheirRowsSays(t *testing.T) {
	t.Parallel()
	folder := files()
	folder["people.csv"] += "C1,壱郎 見本,first@example.jp,,,\n"
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		p := valid(t, folder)
		if err := p.Import(t.Context(), f.Ledger, enlist(f)); err != nil {
			t.Fatal(err)
		}
		for what, blind := range map[string][16]byte{
			"e-mail": BlindEmail(f.Key, "one@example.jp"), "further e-mail": BlindEmail(f.Key, "First@example.jp"),
			"name": BlindName(f.Key, "見本一郎"), "further name": BlindName(f.Key, "壱郎見本"),
		} {
			rows, err := f.PeopleByBlind(t.Context(), "leak", blind, f.Key)
			if err != nil || len(rows) != 1 || rows[0].Ref != entries(t, p)["C1"].Ref {
				t.Errorf("by %s: %v, %v", what, rows, err)
			}
		}
	})
}

func TestADeliveryHasItsProviderAndNoPartOfTheAddress(t *testing.T) {
	t.Parallel()
	folder := files()
	folder["campaign.yaml"] += "providers: {example.jp: mine}\n"
	p, f := valid(t, folder), ledgertest.New(t)
	if err := p.Import(t.Context(), f.Ledger, enlist(f)); err != nil {
		t.Fatal(err)
	}
	lanes := map[string]int{}
	for d, err := range f.Deliveries(t.Context(), "leak") {
		if err != nil {
			t.Fatal(err)
		}
		lanes[d.Channel+" "+d.Lane]++
	}
	want := map[string]int{"email docomo": 1, "email mine": 2, "email other": 1, "letter ": 1}
	if !maps.Equal(lanes, want) {
		t.Errorf("lanes %v, want %v", lanes, want)
	}
	names, err := f.Providers(t.Context(), "leak")
	if err != nil || !slices.Equal(names, []string{"docomo", "mine", "other"}) {
		t.Errorf("providers %v, %v", names, err)
	}
}

// Each change keeps as much as it can of what was counted.
func TestFilesThatChangedAfterTheyWereCountedAreNotImported(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(f map[string]string){
		"a person more": func(f map[string]string) {
			f["people.csv"] += "C7,見本 七郎,,例町7,Late,ja\n"
		},
		"a person less":  func(f map[string]string) { edit(t, f, "people.csv", "N4,", "X4,") },
		"another name":   func(f map[string]string) { edit(t, f, "people.csv", "一郎", "七郎") },
		"a new company":  func(f map[string]string) { edit(t, f, "people.csv", "Undated", "Unheard") },
		"another header": func(f map[string]string) { edit(t, f, "people.csv", "email", "mail") },
		"nothing left":   func(f map[string]string) { f["people.csv"] = "" },
	} {
		for _, by := range []string{"{by: company, file: companies.csv}", "{by: company}"} {
			content, f := files(), ledgertest.New(t)
			edit(t, content, "campaign.yaml", "{by: company, file: companies.csv}", by)
			edit(t, content, "campaign.yaml", "  letter: {when: no-email}\n", "") // fonts take time
			dir := write(t, content)
			p := read(t, dir)
			change(content)
			replaceFile(t, dir, content["people.csv"])
			err := p.Import(t.Context(), f.Ledger, enlist(f))
			if !errors.Is(err, ErrChanged) {
				t.Errorf("%s, %s: error %v", name, by, err)
			}
			mustBeEmpty(t, f)
		}
	}
}

func replaceFile(t *testing.T, dir, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "people.csv"), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func mustBeEmpty(t *testing.T, f *ledgertest.Fixture) {
	t.Helper()
	if empty, err := f.Empty(context.Background()); !empty || err != nil {
		t.Errorf("the ledger is empty: %v, %v", empty, err)
	}
}

func TestAFileThatIsGoneIsAnErrorAndLeavesNothing(t *testing.T) {
	t.Parallel()
	dir, f := write(t, files()), ledgertest.New(t)
	p := read(t, dir)
	if err := os.Remove(filepath.Join(dir, "people.csv")); err != nil {
		t.Fatal(err)
	}
	if err := p.Import(t.Context(), f.Ledger, enlist(f)); err == nil {
		t.Error("no error")
	}
	mustBeEmpty(t, f)
}

func TestAnInterruptedImportLeavesNothingInTheWayOfTheNext(t *testing.T) {
	t.Parallel()
	dir, want := sample(t, 0.015)
	p, f := read(t, dir), ledgertest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	e := enlist(f)
	e.Progress = func(int) { cancel() }
	if err := p.Import(ctx, f.Ledger, e); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v after %d of %d people", err, 1000, want.People)
	}
	mustBeEmpty(t, f)
	e = enlist(f)
	e.Holder = "another process"
	if err := p.Import(t.Context(), f.Ledger, e); err != nil {
		t.Fatal(err)
	}
	compareLedger(t, p, f)
}

// The machine slept, and another process began the import anew: what is there belongs to it.
func TestAnImportThatWasTakenOverTakesNothingAway(t *testing.T) {
	t.Parallel()
	dir, _ := sample(t, 0.015)
	p, f := read(t, dir), ledgertest.New(t)
	e := enlist(f)
	e.Progress = func(int) {
		f.Clock.T = f.Clock.T.Add(time.Hour)
		mine, err := f.Lease(t.Context(), "import/"+p.Folder.Manifest.ID, "another", time.Hour)
		if !mine || err != nil {
			t.Errorf("the lease cannot be taken over: %v, %v", mine, err)
		}
	}
	if err := p.Import(t.Context(), f.Ledger, e); !errors.Is(err, ledger.ErrImporting) {
		t.Errorf("error %v", err)
	}
	if empty, err := f.Empty(t.Context()); empty || err != nil {
		t.Errorf("the other's import was removed: %v", err)
	}
}

func TestFindGivesThePersonOfARowOrAReference(t *testing.T) {
	t.Parallel()
	p := valid(t, files())
	late := entries(t, p)["C2"].Ref
	for person, want := range map[string]string{
		"people.csv:1": "C1", "people.csv:2": "C2", "people.csv:3": "C2", late: "C2",
		strings.ToLower(strings.ReplaceAll(late, "-", "")): "C2",
		"people.csv:9": "", "people.csv:0": "", "people.csv:99": "", "people.csv:": "",
		"people.csv": "", "other.csv:1": "", ":": "", "": "", late[:10]: "",
	} {
		e, err := p.Find(t.Context(), p.Match(person))
		if err != nil {
			t.Fatal(err)
		}
		if got := firstID(e); got != want {
			t.Errorf("%q is %q, want %q", person, got, want)
		}
	}
}

func firstID(e *Entry) string {
	if e == nil {
		return ""
	}
	return e.Person.IDs[0]
}

func TestFindSaysSoWhereTheFilesChanged(t *testing.T) {
	t.Parallel()
	content := files()
	dir := write(t, content)
	p := read(t, dir)
	edit(t, content, "people.csv", "Undated", "Unheard")
	replaceFile(t, dir, content["people.csv"])
	if _, err := p.Find(t.Context(), p.Match("people.csv:9")); !errors.Is(err, ErrChanged) {
		t.Errorf("error %v", err)
	}
}

func TestThePreviewOfANameLikeALinkIsBlockedAsItWillBe(t *testing.T) {
	t.Parallel()
	p := valid(t, files())
	c := p.CaseOf(entries(t, p)["N6"])
	if _, _, err := p.Book.Email(c, noKey{}); err == nil {
		t.Error("the e-mail was composed")
	}
	c.NamesOK = true
	if m, _, err := p.Book.Email(c, noKey{}); err != nil || !strings.Contains(m.Text, c.Ref) {
		t.Errorf("the name was accepted: %v", err)
	}
}

type noKey struct{}

func (noKey) MAC(string, []byte) []byte { return make([]byte, 32) }
