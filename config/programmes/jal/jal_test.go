package jal_test

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"oshirase/config/programmes/jal"
	"oshirase/config/programmes/programmestest"
	"oshirase/jobs/plan"
	"oshirase/letters"
)

func write(t *testing.T, scale float64) string {
	t.Helper()
	return programmestest.Write(t, jal.Write, scale)
}

// member is what a revision's files say of somebody, read without the code that made them.
type member struct {
	segment, name, email, address, language string
}

// members reads the files of a revision, and counts the rows that are of nobody who is affected.
func members(t *testing.T, dir string, number int) (all map[string]member, rows map[string]int, unaffected int) {
	t.Helper()
	all, rows = map[string]member{}, map[string]int{}
	files, err := filepath.Glob(filepath.Join(jal.Folder(dir, number), "recipients", "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		for _, r := range table(t, path) {
			rows[filepath.Base(path)]++
			segment := segmentOf(r["読み出し日"], r["照合"])
			if segment == "" {
				unaffected++
				continue
			}
			if _, again := all[r["お得意様番号"]]; again || len(r["お得意様番号"]) != 9 {
				t.Errorf("member number %q", r["お得意様番号"])
			}
			all[r["お得意様番号"]] = member{segment, r["お名前"], r["Eメール"], r["住所1"], r["言語"]}
		}
	}
	return all, rows, unaffected
}

func table(t *testing.T, path string) []map[string]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	return programmestest.Table(t, file)
}

// segmentOf is the notice's rule, written out anew.
func segmentOf(read, matched string) string {
	switch {
	case read == "2014/09/19" || read == "2014/09/22":
		if matched == "一致" {
			return "slow-days-confirmed"
		}
		return "slow-days"
	case read >= "2014/07/30" && read <= "2014/09/18":
		return "test-run"
	}
	return ""
}

// hear counts who hears what in a revision when everybody was told the one before.
func hear(before, now map[string]member, changed func(segment string) bool) (r jal.Revision) {
	for number, m := range now {
		_, known := before[number]
		switch special := m.segment != "slow-days"; {
		case !known:
			tell(&r.First, m, special)
		case changed(m.segment):
			tell(&r.Update, m, special)
		default:
			r.Nothing.People++
		}
	}
	for number, m := range before {
		if _, stays := now[number]; !stays {
			tell(&r.Withdrawal, m, false)
		}
	}
	return r
}

func tell(to *jal.Told, m member, everyWay bool) {
	to.People++
	if m.email != "" {
		to.Email++
	}
	if m.address != "" && (m.email == "" || everyWay) {
		to.Letters++
	}
	if everyWay {
		to.Feed++
	}
}

func TestTheFilesHoldWhatIsExpected(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{1e-9, 0.001, 0.0137, 0.05} {
		compareFiles(t, scale)
	}
}

// compareFiles reads the files of all revisions and holds what they make of everybody against the truth.
func compareFiles(t *testing.T, scale float64) {
	t.Helper()
	changed := []func(string) bool{
		nil,
		func(segment string) bool { return segment == "slow-days" },
		func(segment string) bool { return segment == "test-run" },
	}
	dir, want := write(t, scale), jal.Expect(scale)
	before := map[string]member{}
	for i := range want.Revisions {
		now, rows, unaffected := members(t, dir, i+1)
		got := hear(before, now, changed[i])
		got.Number, got.People, got.Rows, got.Unaffected = i+1, len(now), rows, unaffected
		got.Segments = map[string]int{}
		for _, m := range now {
			got.Segments[m.segment]++
		}
		if !reflect.DeepEqual(got, want.Revisions[i]) {
			t.Errorf("scale %v: got\n%+v\nwant\n%+v", scale, got, want.Revisions[i])
		}
		before = now
	}
}

func TestTheNumbersAreThoseThatWerePublished(t *testing.T) {
	t.Parallel()
	got := jal.Expect(1)
	first, second, third := got.Revisions[0], got.Revisions[1], got.Revisions[2]
	if got.Suspected != 190_000 || got.Possible != 79_093 || got.Confirmed != 4_131 || got.TestRun != 139 {
		t.Errorf("%+v", got)
	}
	if first.First.People != 190_000 || first.First.Email+first.First.Letters != 190_000 || first.First.Feed != 0 {
		t.Errorf("revision 1: %+v", first.First)
	}
	if n := second.Rows["slow-days.csv"]; n != 83_224 {
		t.Errorf("%d people of the slow days, want 83,224", n)
	}
	if want := (jal.Told{People: 4_270, Email: 4_270, Letters: 4_270, Feed: 4_270}); second.First != want {
		t.Errorf("new in revision 2: %+v", second.First)
	}
	if second.Update.People != 79_093 || second.Withdrawal.People != 110_907 || second.Nothing.People != 0 {
		t.Errorf("revision 2: %+v", second)
	}
	if third.Update.People != 139 || third.Nothing.People != 83_224 || third.Deliveries() != 3*139 {
		t.Errorf("revision 3: %+v", third)
	}
}

func TestAPlanOfEachRevisionFindsThePeopleAndNothingWrong(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{1e-9, 0.01} {
		comparePlans(t, scale)
	}
}

func comparePlans(t *testing.T, scale float64) {
	t.Helper()
	dir, want := write(t, scale), jal.Expect(scale)
	for i := range want.Revisions {
		comparePlan(t, jal.Folder(dir, i+1), want.Revisions[i])
	}
}

// comparePlan holds a folder's plan, in which the manifest's own totals are held, against the truth.
func comparePlan(t *testing.T, folder string, want jal.Revision) {
	t.Helper()
	got, err := plan.Read(t.Context(), folder, plan.Options{Now: time.Now(), Fonts: letters.Embedded()})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range got.Problems {
		t.Error(p)
	}
	special := want.Segments["slow-days-confirmed"] + want.Segments["test-run"]
	if got.People != want.People || got.Rejects != 0 || got.Unaffected != want.Unaffected ||
		got.Channels["feed"] != special || got.Unreachable+got.Numberless != 0 {
		t.Errorf("revision %d: %d people, %d rejects, %d rows not affected, %v; want %+v", want.Number, got.People,
			got.Rejects, got.Unaffected, got.Channels, want)
	}
	for _, s := range got.Segments {
		if s.People != want.Segments[s.Name] {
			t.Errorf("revision %d: %d people of %s, want %d", want.Number, s.People, s.Name, want.Segments[s.Name])
		}
	}
}

func TestAMemberIsTheSameInEachRevisionButForSomeMailboxes(t *testing.T) {
	t.Parallel()
	dir := write(t, 0.01)
	before, _, _ := members(t, dir, 1)
	now, _, _ := members(t, dir, 2)
	later, _, _ := members(t, dir, 3)
	if !maps.Equal(now, later) {
		t.Error("the people of revision 3 are others than those of revision 2")
	}
	known, moved := 0, 0
	for number, m := range now {
		was, found := before[number]
		if !found {
			continue
		}
		known++
		if m.email != was.email {
			moved++
		}
		m.email = was.email
		if m != was {
			t.Errorf("%s was %+v and is %+v", number, was, m)
		}
	}
	if moved == 0 || moved > known/20 {
		t.Errorf("%d of %d have another mailbox", moved, known)
	}
}

func TestNobodyRealCanBeMeant(t *testing.T) {
	t.Parallel()
	dir := write(t, 0.01)
	for number := range 3 {
		all, _, _ := members(t, dir, number+1)
		for _, m := range all {
			if _, domain, ok := strings.Cut(m.email, "@"); ok && !strings.Contains(domain, "example.") {
				t.Errorf("%q may be somebody's address", m.email)
			}
		}
	}
}

func TestWritingStopsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	dir := t.TempDir()
	if err := jal.Write(ctx, dir, 0.1); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(jal.Folder(dir, 3)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it went on to the last folder: %v", err)
	}
}
