package campaign

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// good is a small campaign that is right in every way. Tests break one thing in it.
const good = `id: ts-2013-09
revision: 1
as_of: 2013-09-01
title: {ja: 情報流出, en: Data incident}
controller:
  name: {ja: 株式会社サンプル, en: Sample Inc.}
contact:
  phone: 0120000000
  url: https://example.com/notice
incident:
  found: 2013-08-01
  count: 270
  where: {ja: 東京, en: Tokyo}
recipients:
  - file: recipients/a.csv
    rows: 3
    columns: {id: no, name: 氏名, address: 住所}
    facts:
      used_at: {column: 利用日, type: date}
      server: サーバ
segments:
  - id: a
    when: server == "A"
    elements: [name, card_number]
    notice: first
batches: {by: company, file: companies.csv}
channels:
  email: {from: "Sample <n@example.com>", bounce: bounce@example.com}
  letter:
locales: {default: ja}
rates: {total: 600/m, providers: {docomo: 5/s}}
halt: {refused: 10%}
`

const goodCompanies = `company,start,contact_name,contact_email
Late Co.,2013-09-20,見本 太郎,a@example.com
Any Co.,,,
Early Co.,2013-09-10 09:30,,
`

var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// files gives the good campaign, with changes to campaign.yaml as old, new, old, new.
func files(t *testing.T, changes ...string) map[string]string {
	t.Helper()
	manifest := good
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(manifest, changes[i]) {
			t.Fatalf("the manifest has no %q to change", changes[i])
		}
		manifest = strings.Replace(manifest, changes[i], changes[i+1], 1)
	}
	return map[string]string{
		ManifestFile:          manifest,
		"companies.csv":       goodCompanies,
		"recipients/a.csv":    "no,氏名,住所,利用日,サーバ\n",
		"notices/first.ja.md": "---\nsubject: お知らせ\n---\n",
		"notices/first.en.md": "---\nsubject: Notice\n---\n",
	}
}

// with adds or replaces a file; an empty content takes it away.
func with(files map[string]string, name, content string) map[string]string {
	files = maps.Clone(files)
	files[name] = content
	if content == "" {
		delete(files, name)
	}
	return files
}

func writeFolder(t *testing.T, files map[string]string) string {
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

func mustLoad(t *testing.T, files map[string]string) *Folder {
	t.Helper()
	f, problems, err := Load(writeFolder(t, files), now)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("unexpected problem: %s (%s)", p, p.Do)
	}
	return f
}
