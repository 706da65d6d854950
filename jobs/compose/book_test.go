package compose

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"oshirase/config/campaign"
	"oshirase/jobs/mailbox"
	"oshirase/jobs/recipient"
	"oshirase/jobs/segment"
	"oshirase/letters"
)

const manifest = `id: leak-2013
revision: 1
title: {ja: 流出, en: A leak}
controller:
  name: {ja: 株式会社サンプル, en: Sample Inc.}
  postcode: 100-0000
  address: {ja: 東京都見本区1-1, en: "1-1 Mihon-ku, Tokyo"}
  signer: {ja: 代表取締役 見本太郎, en: "Taro Mihon, President"}
contact:
  phone: 0120-000-000
  hours: {ja: 平日9時から18時, en: "9:00 to 18:00"}
  url: https://example.com/notice
incident: {found_on: 2013-08-01, updated_at: 2013-08-01 09:00 Asia/Tokyo, place: {ja: 本社, en: head office}}
elements: {mileage: {ja: マイル残高, en: mileage balance}}
recipients:
  - file: people.csv
    columns: {id: id, name: name, email: email, address: [line], company: company, locale: lang}
    facts: {joined: {column: joined, type: date}, points: {column: points, type: number}}
segments:
  - {id: cards, elements: [name, card_number], notice: first}
  - {id: miles, elements: [mileage], notice: first}
channels:
  email:
    from: "株式会社サンプル <notice@mail.example.com>"
    reply_to: help@example.com
    bounce: bounce@example.com
  letter: {when: always}
locales: {default: ja}
`

const noticeJA = `---
subject: お知らせ({{ .Person.Reference }})
title: お知らせ
---

{{ .Person.Company }} {{ .Person.Name }} 様

{{ .Elements }}

入会 {{ date .Facts.joined }}、発覚 {{ date .Incident.found_on }}、場所 {{ .Incident.place }}、更新 {{ time .Incident.updated_at }}。

{{ .Controller.Name }} {{ .Contact.Hours }}
`

const noticeEN = `---
subject: Notice {{ .Person.Reference }}
title: Notice
---

Dear {{ .Person.Name }} of {{ .Person.Company }},

{{ .Elements }}

Joined {{ date .Facts.joined }}, found {{ date .Incident.found_on }} at our {{ .Incident.place }}.

{{ .Controller.Name }} {{ .Contact.Hours }}
`

// files is a campaign folder in memory.
func files() map[string][]byte {
	return map[string][]byte{
		"campaign.yaml":       []byte(manifest),
		"notices/first.ja.md": []byte(noticeJA),
		"notices/first.en.md": []byte(noticeEN),
	}
}

func book(t *testing.T, change ...func(map[string][]byte)) *Book {
	t.Helper()
	f := files()
	for _, c := range change {
		c(f)
	}
	folder, err := campaign.FromSnapshot(f)
	if err != nil {
		t.Fatal(err)
	}
	b, problems := New(folder, letters.Embedded())
	if b == nil {
		t.Fatal(problems)
	}
	return b
}

// replace changes the manifest.
func replace(old, new string) func(map[string][]byte) {
	return func(f map[string][]byte) {
		text := string(f["campaign.yaml"])
		if !strings.Contains(text, old) {
			panic("the manifest has no " + old)
		}
		f["campaign.yaml"] = []byte(strings.Replace(text, old, new, 1))
	}
}

type signer string

func (s signer) MAC(purpose string, data []byte) []byte {
	h := hmac.New(sha256.New, []byte(s))
	fmt.Fprintf(h, "%s\x00%s", purpose, data)
	return h.Sum(nil)
}

const key = signer("key")

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// taro has two companies and goes with the second.
func taro() Case {
	return Case{
		Person: recipient.Person{
			Name: "見本 太郎", IDs: []string{"A-1"},
			Email:    mailbox.Address{Raw: "taro@example.jp", Wire: "taro@example.jp"},
			Postcode: "100-0001", Address: []string{"東京都見本区例町1-2-3"}, Locale: "ja",
			Companies: []string{"かえで商事", "みなも電機"},
			Segments:  []string{"cards"}, Elements: []string{"name", "card_number"},
			Certainty: "confirmed", Notice: "first",
			Facts: map[string]segment.Value{
				"joined": {Kind: segment.Date, Text: "2010/4/1", Date: date(2010, 4, 1)},
				"points": {Kind: segment.Number, Text: "12", Number: 12},
			},
		},
		Ref: "7K2-9QX-M3D", Notice: "first", Locale: "ja", Batch: "みなも電機",
		Delivery: 1<<28 + 1, Date: time.Date(2013, 9, 12, 1, 2, 3, 0, time.UTC),
	}
}

// emily reads English and lives in the same town.
func emily() Case {
	c := taro()
	c.Person.Name, c.Person.Locale, c.Locale = "Emily Carter", "en", "en"
	c.Person.Email = mailbox.Address{Raw: "emily@example.com", Wire: "emily@example.com"}
	c.Person.Address = []string{"1-2-3 Honcho, Mihon-ku, Tokyo"}
	c.Person.Elements = []string{"mileage"}
	return c
}

func reasonOf(t *testing.T, err error) string {
	t.Helper()
	var b *BlockedError
	if !errors.As(err, &b) {
		t.Fatalf("error %v, want a BlockedError", err)
	}
	if b.Error() != b.Reason {
		t.Errorf("the error says %q, its reason %q", b.Error(), b.Reason)
	}
	return b.Reason
}

func TestAPersonIsWrittenToInTheBestLanguageThatTheNoticeHas(t *testing.T) {
	t.Parallel()
	b := book(t)
	for want, have := range map[string]string{
		"": "ja", "ja": "ja", "ja-JP": "ja", "en": "en", "en-US": "en", "en_GB": "en", "fr": "ja",
		"\x00junk": "ja",
	} {
		for range 2 { // computed, then kept
			if got := b.Locale("first", want); got != have {
				t.Errorf("Locale(%q) = %q, want %q", want, got, have)
			}
		}
	}
}

func TestAColumnOfAnythingDoesNotFillTheMemory(t *testing.T) {
	t.Parallel()
	b := book(t)
	for i := range 3 * mostMatches {
		b.Locale("first", fmt.Sprintf("junk%d", i))
	}
	n := 0
	b.matched.Range(func(any, any) bool { n++; return true })
	if n > mostMatches {
		t.Errorf("%d answers are kept, want at most %d", n, mostMatches)
	}
	if got := b.Locale("first", "en-AU"); got != "en" {
		t.Errorf("with the memory full, en-AU gets %q", got)
	}
}

func TestProblemsOfAllNoticesComeAtOnceWithTheirPlace(t *testing.T) {
	t.Parallel()
	f := files()
	f["notices/first.ja.md"] = []byte(strings.Replace(noticeJA, ".joined", ".jioned", 1))
	f["notices/first.en.md"] = []byte(strings.Replace(noticeEN, ".place", ".plaice", 1))
	folder, err := campaign.FromSnapshot(f)
	if err != nil {
		t.Fatal(err)
	}
	b, problems := New(folder, letters.Embedded())
	if b != nil || len(problems) != 2 {
		t.Fatalf("book %v, problems %v", b != nil, problems)
	}
	for i, want := range []string{"notices/first.en.md:10:", "notices/first.ja.md:10:"} {
		if got := problems[i].String(); !strings.HasPrefix(got, want) {
			t.Errorf("problem %q, want it at %s", got, want)
		}
	}
}

func TestANoticeThatCouldNotBeReadIsReportedOnlyOnce(t *testing.T) {
	t.Parallel()
	folder, err := campaign.FromSnapshot(files())
	if err != nil {
		t.Fatal(err)
	}
	folder.Notices[0].Source = nil // as the folder leaves it, with a problem of its own
	if _, problems := New(folder, letters.Embedded()); len(problems) != 0 {
		t.Errorf("problems %v", problems)
	}
}

func TestASnapshotGivesTheSameBookAgain(t *testing.T) {
	t.Parallel()
	before := book(t)
	packed, fonts, err := before.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	again, _, _ := before.Snapshot()
	if string(packed) != string(again) {
		t.Error("the same book was packed into other bytes")
	}
	after, err := FromSnapshot(packed, func(sum [32]byte) ([]byte, error) { return fonts[sum], nil })
	if err != nil {
		t.Fatal(err)
	}
	if before.Digest() != after.Digest() {
		t.Error("the digest changed")
	}
	for _, c := range []Case{taro(), emily()} {
		if rawEmail(t, before, c) != rawEmail(t, after, c) {
			t.Error("the bytes of the e-mail changed")
		}
		_, one, err1 := before.Typeset(c)
		_, two, err2 := after.Typeset(c)
		if err1 != nil || err2 != nil || one != two {
			t.Errorf("the letter changed: %v %v, %v %v", one, two, err1, err2)
		}
	}
}

func TestASnapshotWithoutLettersNeedsNoFonts(t *testing.T) {
	t.Parallel()
	b := book(t, replace("  letter: {when: always}\n", ""))
	packed, fonts, err := b.Snapshot()
	if err != nil || len(fonts) != 0 {
		t.Fatalf("%d fonts, %v", len(fonts), err)
	}
	after, err := FromSnapshot(packed, nil)
	if err != nil || after.Digest() != b.Digest() {
		t.Fatalf("digest differs or %v", err)
	}
	if _, err := after.Press(); err == nil {
		t.Error("a campaign without letters has a press")
	}
}

func TestTheDigestIsOfFilesAndFonts(t *testing.T) {
	t.Parallel()
	folder, err := campaign.FromSnapshot(files())
	if err != nil {
		t.Fatal(err)
	}
	swapped, _ := New(folder, foreign(t))
	digests := map[[32]byte]string{}
	for name, b := range map[string]*Book{
		"the book": book(t), "other fonts": swapped,
		"another word": book(t, func(f map[string][]byte) {
			f["notices/first.ja.md"] = append(f["notices/first.ja.md"], "以上\n"...)
		}),
	} {
		if had, ok := digests[b.Digest()]; ok {
			t.Errorf("%s and %s have one digest", had, name)
		}
		digests[b.Digest()] = name
	}
}

func TestWhatIsNotASnapshotIsRefused(t *testing.T) {
	t.Parallel()
	packed, fonts, err := book(t).Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	have := func(sum [32]byte) ([]byte, error) { return fonts[sum], nil }
	for name, packed := range map[string][]byte{
		"nothing": nil, "no gzip": []byte("{}"), "cut off": packed[:len(packed)/2],
		"no campaign":                    must(t, snapshot{}),
		"a notice that does not compile": must(t, snapshot{Files: broken()}),
	} {
		if b, err := FromSnapshot(packed, have); b != nil || err == nil {
			t.Errorf("%s: book %v, error %v", name, b != nil, err)
		}
	}
}

func TestFontsAreFetchedOnceAndForTheFirstLetter(t *testing.T) {
	t.Parallel()
	packed, fonts, err := bookIn(t, foreign(t)).Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	fetched := 0
	b, err := FromSnapshot(packed, func(sum [32]byte) ([]byte, error) { fetched++; return fonts[sum], nil })
	if err != nil {
		t.Fatal(err)
	}
	rawEmail(t, b, taro())
	b.Digest()
	if fetched != 0 {
		t.Errorf("%d fonts were fetched for an e-mail", fetched)
	}
	for _, c := range []Case{taro(), emily()} {
		if _, _, err := b.Typeset(c); err != nil {
			t.Fatal(err)
		}
	}
	if fetched != 4 {
		t.Errorf("%d fonts were fetched for a Japanese and an English letter, want 4", fetched)
	}
}

func TestALetterWhoseFontsCannotBeFetchedIsMadeWhenTheyCan(t *testing.T) {
	t.Parallel()
	packed, fonts, err := bookIn(t, foreign(t)).Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	lost := errors.New("lost")
	answers := []func(sum [32]byte) ([]byte, error){
		func([32]byte) ([]byte, error) { return nil, lost },
		func([32]byte) ([]byte, error) { return []byte("another font"), nil },
		func(sum [32]byte) ([]byte, error) { return fonts[sum], nil },
	}
	now := 0
	b, err := FromSnapshot(packed, func(sum [32]byte) ([]byte, error) { return answers[now](sum) })
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.Typeset(taro()); !errors.Is(err, lost) {
		t.Errorf("with a lost font: %v", err)
	}
	now = 1
	var blocked *BlockedError
	if _, _, err := b.Typeset(taro()); err == nil || errors.As(err, &blocked) {
		t.Errorf("with another font: %v", err)
	}
	now = 2
	if _, _, err := b.Typeset(taro()); err != nil {
		t.Errorf("with the fonts: %v", err)
	}
}

// foreign are fonts that another program has embedded: the same with another last byte.
func foreign(t *testing.T) letters.Fonts {
	t.Helper()
	fonts := letters.Embedded()
	for i, f := range fonts {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content = append(slices.Clone(content), 0)
		fonts[i].SHA256 = sha256.Sum256(content)
		fonts[i].Open = func() ([]byte, error) { return content, nil }
	}
	return fonts
}

func bookIn(t *testing.T, fonts letters.Fonts) *Book {
	t.Helper()
	folder, err := campaign.FromSnapshot(files())
	if err != nil {
		t.Fatal(err)
	}
	b, problems := New(folder, fonts)
	if b == nil {
		t.Fatal(problems)
	}
	return b
}

func TestTheProgramsOwnFontsAreNotFetched(t *testing.T) {
	t.Parallel()
	packed, fonts, err := book(t).Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if len(fonts) == 0 || len(fonts) == len(letters.Embedded()) {
		t.Errorf("%d fonts are kept", len(fonts))
	}
	b, err := FromSnapshot(packed, func([32]byte) ([]byte, error) { return nil, errors.New("asked") })
	if err != nil {
		t.Fatal(err)
	}
	c := taro()
	c.Person.Name = "김견본" // in a font that is not kept either
	if _, _, err := b.Typeset(c); err != nil {
		t.Error(err)
	}
}

func must(t *testing.T, s snapshot) []byte {
	t.Helper()
	packed, err := s.pack()
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

func broken() map[string][]byte {
	f := maps.Clone(files())
	f["notices/first.ja.md"] = []byte(noticeJA + "{{ .Person.Nmae }}\n")
	return f
}
