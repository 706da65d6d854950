package plan

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oshirase/config/programmes"
	"oshirase/letters"
)

const manifest = `id: leak
revision: 1
title: A leak
controller: {name: Sample Inc.}
contact: {phone: 0120-000-000}
recipients:
  - file: people.csv
    columns: {id: id, name: name, email: email, address: [line], company: company, locale: lang}
segments:
  - {id: cards, elements: [card_number], notice: first, when: id startsWith "C"}
  - {id: names, elements: [name], notice: first, when: not (id startsWith "X")}
batches: {by: company, file: companies.csv}
channels:
  email: {from: notice@example.com, bounce: bounce@example.com}
  letter: {when: no-email}
locales: {default: ja}
`

const notice = `---
subject: Notice
title: Notice
---

{{ .Person.Name }} {{ .Elements }} {{ .Person.Reference }}
`

// Six people: two are of two companies, one is nobody's employee, one cannot be reached. The last
// row concerns nobody affected.
const people6 = `id,name,email,line,company,lang
C1,見本 一郎,one@example.jp,例町1,Early,ja
C2,見本 二郎,,例町2,Late,ja
C2,見本 二郎,,,Early,ja
N3,Three Sample,three@example.com,3 Rei-cho,Late,en
N3,Three Sample,three@example.com,3 Rei-cho,Undated,en
N4,見本 四郎,four@example.jp,,,fr
N5,見本 五郎,not an address,,Undated,
N6,www.example.com,six@docomo.ne.jp,,Early,ja
X9,見本 九郎,nine@example.jp,,Early,ja
`

const companies3 = `company,start
Late,2013-09-20
Early,2013-09-10
Undated,
`

// files is a campaign folder.
func files() map[string]string {
	return map[string]string{
		"campaign.yaml": manifest, "companies.csv": companies3, "people.csv": people6,
		"notices/first.ja.md": notice, "notices/first.en.md": notice,
	}
}

// edit replaces a text in one file, which must have it.
func edit(t *testing.T, f map[string]string, file, old, new string) {
	t.Helper()
	if !strings.Contains(f[file], old) {
		t.Fatalf("%s has no %q", file, old)
	}
	f[file] = strings.ReplaceAll(f[file], old, new)
}

func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

var now = time.Date(2013, 9, 1, 0, 0, 0, 0, time.UTC)

func read(t *testing.T, dir string) *Plan {
	t.Helper()
	p, err := Read(context.Background(), dir, Options{Now: now, Fonts: letters.Embedded()})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// valid reads a folder that must be valid.
func valid(t *testing.T, files map[string]string) *Plan {
	t.Helper()
	p := read(t, write(t, files))
	if p.Invalid() {
		t.Fatal(p.Problems)
	}
	return p
}

// sample writes the example campaign and says what is in it.
func sample(t *testing.T, scale float64) (string, programmes.Counts) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "sample")
	if err := programmes.WriteWhole(t.Context(), dir, scale, false); err != nil {
		t.Fatal(err)
	}
	want, err := programmes.TelecomSquare(scale)
	if err != nil {
		t.Fatal(err)
	}
	return dir, want
}

// entries gives everybody by the first of their rows' ids.
func entries(t *testing.T, p *Plan) map[string]Entry {
	t.Helper()
	out := map[string]Entry{}
	_, err := p.Find(context.Background(), func(e Entry) bool {
		out[e.Person.IDs[0]] = e
		return false
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
