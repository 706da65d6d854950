package programmes_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"oshirase/config/campaign"
	"oshirase/config/programmes"
	"oshirase/jobs/compose"
	"oshirase/jobs/ledger"
	"oshirase/jobs/recipient"
	"oshirase/letters"
	"oshirase/templates"
)

// book is what the sample is written from.
func book(t *testing.T) *compose.Book {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "sample")
	if err := programmes.WriteWhole(t.Context(), dir, 1e-9, true); err != nil {
		t.Fatal(err)
	}
	folder, problems, err := campaign.Load(dir, time.Now())
	if err != nil {
		t.Fatal(problems, err)
	}
	b, problems := compose.New(folder, letters.Embedded())
	if b == nil {
		t.Fatal(problems)
	}
	return b
}

// paragraphs are the lines of a letter that speak of a list.
func paragraphs(d templates.Document, of string) (out []string) {
	for _, b := range d.Blocks {
		var text strings.Builder
		for _, s := range b.Spans {
			text.WriteString(s.Text)
		}
		if strings.Contains(text.String(), of) {
			out = append(out, text.String())
		}
	}
	return out
}

// An encrypted list can only go by mail: a letter in its place speaks of no list and of no key.
func TestALetterToACompanySaysThatNoListIsEnclosed(t *testing.T) {
	t.Parallel()
	b := book(t)
	for locale, of := range map[string]struct{ list, letter, key, mail string }{
		"ja": {"一覧", "対象となる方の一覧は同封しておりません。", "公開鍵", "暗号化して添付いたします。"},
		"en": {"list of them", "A list of them is not enclosed.", "key", "A list of them is attached, encrypted"},
	} {
		for _, listed := range []bool{true, false} {
			c := compose.Case{Notice: "company", Locale: locale, Purpose: ledger.Report, Date: b.Folder.Today}
			c.Person = recipient.Person{
				Name: "見本 花子", Postcode: "100-0001", Address: []string{"東京都見本区例町1-1"},
				Companies: []string{"みなも電機株式会社"}, Elements: []string{"name"}, Notice: "company",
				Facts: compose.Report{People: 10, Listed: listed}.Facts(),
			}
			l, err := b.Letter(c)
			if err != nil {
				t.Fatal(err)
			}
			got := append(paragraphs(l.Document, of.list), paragraphs(l.Document, of.key)...)
			if !slices.Equal(got, []string{of.letter}) {
				t.Errorf("%s: the letter says %q, want %q", locale, got, of.letter)
			}
			text, err := b.Text(c)
			if err != nil || strings.Contains(text.Text, of.mail) != listed {
				t.Errorf("%s: listed %v, the mail says %q, %v", locale, listed, text.Text, err)
			}
		}
	}
}
