package campaign

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func containsFold(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

// FuzzManifest looks for a manifest that ends the process, that is reported in no readable way,
// or that is valid and yet not the same when it comes back from its snapshot.
func FuzzManifest(f *testing.F) {
	for _, seed := range []string{
		good, "", "a", "- a", "{", "\t", "id: [", "? a\n: b", "\"\\x", "'", "id: |\n  a\n b",
		"a: &x [*x, *x]", "<<: {id: a}", "--- a\n--- b", "id: !!binary aGFsbG8=",
		"%YAML 1.1\n---\nid: a", "incident: {a: .nan}", "segments: [{id: a}, {id: a}]",
		"recipients:\n- facts: {a: b}\n  columns: {address: x}", "rates: 1e999",
		"revision: 99999999999999999999", "incident: {n: 0x1F, d: 2013-13-99}",
		"incident: {at: 2018-04-07 09:00 America/New_York, on: 2018-04-07 24:00 x}",
		"title: {ja: {ja: x}}", "\xef\xbb\xbfid: a", "id: a\r\nid: b\r",
		"channels:\n  email:\n  letter: ~", "halt: {after: -1}",
		"segments: [{id: a, unless: {b: c}, elements_by: {d: e, d: f}}]",
		"expect: {people: 1, rows: ~, segments: {a: -1}, exclusions: {a: {b: 1}}}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		l := newLoader(snapshot{
			ManifestFile: source, "companies.csv": []byte(goodCompanies),
			"notices/first.ja.md": []byte("x"), "notices/first.en.md": []byte("x"),
		}, now)
		l.load()
		for _, p := range l.problems {
			if p.What == "" || p.Do == "" || p.File == "" || p.Line < 0 || p.Column < 0 {
				t.Fatalf("a problem that says too little: %+v", p)
			}
			if strings.ContainsAny(p.String(), "\n\r\x00\x1b") || !utf8.ValidString(p.String()) {
				t.Fatalf("a problem that spoils the terminal: %q", p)
			}
		}
		if Invalid(l.problems) {
			return
		}
		again, err := FromSnapshot(l.folder.Snapshot())
		if err != nil {
			t.Fatal(err)
		}
		if again.Digest() != l.folder.Digest() ||
			!reflect.DeepEqual(again.Manifest, l.folder.Manifest) {
			t.Fatal("the snapshot is another campaign")
		}
	})
}

// FuzzCompanies looks for a companies file that ends the process or gives batches that cannot be
// told apart.
func FuzzCompanies(f *testing.F) {
	for _, seed := range []string{
		goodCompanies, "", "company,start\n", "company,start\n\"a", "start,company\n,a\n",
		"company\nA\n", "\xef\xbb\xbfcompany,start\nA,\n", "company,start\n\x82\xa0,\n",
		"company,start\nA,0000-00-00\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		c := companies{file: "c.csv", zone: time.UTC, lines: map[string]int{}}
		c.parse(source)
		if len(c.problems) > maxCompanyProblems+10+len(bytes.SplitN(source, []byte("\n"), 2)[0]) {
			t.Fatalf("%d problems", len(c.problems))
		}
		ordered := byStart(c.list)
		seen := map[string]bool{}
		for _, b := range ordered {
			reserved := strings.EqualFold(b.Name, IndividualsBatch)
			if b.Name == "" || b.Line < 2 || seen[b.Name] || reserved {
				t.Fatalf("batch %+v", b)
			}
			seen[b.Name] = true
		}
		if len(ordered) != len(c.list) {
			t.Fatal("batches were lost")
		}
	})
}
