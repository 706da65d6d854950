package compose

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"oshirase/config/campaign"
	"oshirase/jobs/segment"
	"oshirase/letters"
)

func TestALetterIsOfOneRecordFromTheCampaign(t *testing.T) {
	t.Parallel()
	l, err := book(t).Letter(taro())
	if err != nil {
		t.Fatal(err)
	}
	want := letters.Sender{
		Name: "株式会社サンプル", Postcode: "100-0000", Address: "東京都見本区1-1",
		Signer: "代表取締役 見本太郎", Phone: "0120-000-000", Country: "JP",
	}
	if l.Sender != want {
		t.Errorf("sender %+v", l.Sender)
	}
	if a := l.Address; a.Name != "見本 太郎" || a.Company != "みなも電機" || a.Postcode != "100-0001" ||
		strings.Join(a.Lines, "/") != "東京都見本区例町1-2-3" {
		t.Errorf("address %+v", a)
	}
	if l.Piece != "0268435457-2" || l.Date != "2013年9月12日" || l.Document.Title != "お知らせ" {
		t.Errorf("piece %q of %q: %q", l.Piece, l.Date, l.Document.Title)
	}
}

func TestALetterIsTypesetTheSameEveryTime(t *testing.T) {
	t.Parallel()
	b := book(t)
	_, one, err := b.Typeset(taro())
	if err != nil || one.Pages != 1 || one.Sheets != 1 {
		t.Fatalf("%+v, %v", one, err)
	}
	if _, two, _ := b.Typeset(taro()); one != two {
		t.Error("the same letter was laid out in two ways")
	}
	other := taro()
	other.Person.Name = "見本 次郎"
	if _, three, _ := b.Typeset(other); one.Digest == three.Digest {
		t.Error("two people have one digest")
	}
}

func TestAnAddressKeepsTheFormOfWhereItIs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		locale, country, line, want string
	}{
		"at home, in Japanese":                {"ja", "", "東京都見本区1-2-3", "ja"},
		"an English reader in Japanese":       {"en", "", "東京都見本区1-2-3", "ja"},
		"an English reader in Latin letters":  {"en", "", "1-2-3 Mihon-ku, Tokyo", "en"},
		"a Japanese reader in Latin letters":  {"ja", "jp", "1-2-3 Mihon-ku, Tokyo", "ja"},
		"a Japanese reader abroad":            {"ja", "US", "1 Example Street, Springfield", "en"},
		"a reader abroad, with Han ideograms": {"en", "TW", "臺北市例路1號", "zh-Hant"},
		"a reader in China":                   {"en", "CN", "北京市例路1号", "zh-Hans"},
		"a reader in Korea":                   {"ko", "kr", "서울특별시 예시로 1", "ko"},
		"another language that begins alike":  {"jam", "", "1 Example Road", "en"},
	} {
		person := taro()
		person.Locale, person.Person.Country = c.locale, c.country
		person.Person.Address = []string{c.line}
		if got := book(t).address(person).Style; got != c.want {
			t.Errorf("%s: style %q, want %q", name, got, c.want)
		}
	}
}

func TestACharacterWithoutGlyphIsNamedAndNothingElse(t *testing.T) {
	t.Parallel()
	c := taro()
	c.Person.Name = "見本 ሴ太郎"
	_, _, err := book(t).Typeset(c)
	reason := reasonOf(t, err)
	expect(t, reason, []string{"U+1234"}, []string{"見本", "太郎", "例町", "A-1"})
}

func TestAnAddressThatDoesNotFitIsBlockedWithoutRepeatingIt(t *testing.T) {
	t.Parallel()
	c := taro()
	c.Person.Address = []string{strings.Repeat("見本", 200)}
	_, _, err := book(t).Typeset(c)
	expect(t, reasonOf(t, err), nil, []string{"見本"})
}

func TestFontsThatAreNoneAreNotThePersonsFault(t *testing.T) {
	t.Parallel()
	b := book(t)
	b.fonts = letters.Fonts{{Name: "none", Open: func() ([]byte, error) { return []byte("no font"), nil }}}
	_, _, err := b.Typeset(taro())
	var blocked *BlockedError
	if err == nil || errors.As(err, &blocked) {
		t.Errorf("error %v", err)
	}
}

func TestThePieceNumberIsTheDeliverysWithItsCheckDigit(t *testing.T) {
	t.Parallel()
	for delivery, want := range map[int64]string{
		1: "0000000001-0", 1<<28 + 1: "0268435457-2", 9_999_999_999_999: "9999999999999-6",
	} {
		if got := PieceNumber(delivery); got != want {
			t.Errorf("piece of delivery %d is %q, want %q", delivery, got, want)
		}
	}
}

func TestFactsSayHowAPersonIsAddressed(t *testing.T) {
	t.Parallel()
	b := book(t, func(f map[string][]byte) {
		f["campaign.yaml"] = []byte(strings.NewReplacer(
			"letter: {when: always}", "letter: {when: always, honorific: title, department: unit, guardian: minor}",
			"facts: {", "facts: {title: {column: t}, unit: {column: u}, minor: {column: m, type: bool}, ",
		).Replace(manifest))
	})
	c := taro()
	c.Person.Country = "FR"
	c.Person.Facts = maps.Clone(c.Person.Facts)
	maps.Copy(c.Person.Facts, map[string]segment.Value{
		"title": {Kind: segment.Text, Text: "Ms."}, "unit": {Kind: segment.Text, Text: "Sales"},
		"minor": {Kind: segment.Bool, Bool: true},
	})
	a := b.address(c)
	if a.Honorific != "Ms." || a.Department != "Sales" || !a.Guardian || a.Country != "FR" {
		t.Errorf("%+v", a)
	}
}

func TestAMailHousesEnvelopeIsCheckedWhole(t *testing.T) {
	t.Parallel()
	with := func(figures string) func(map[string][]byte) {
		return func(f map[string][]byte) {
			f["campaign.yaml"] = []byte(strings.Replace(manifest, "letter: {when: always}",
				"letter: {when: always, "+figures+"}", 1))
		}
	}
	b := book(t, with("window: {left: 20, top: 12, width: 90, height: 55}, slack: {across: 10, up: 10}"))
	if _, _, err := b.Typeset(taro()); err != nil {
		t.Error(err)
	}
	for figures, want := range map[string]string{
		"folds: [140]": "is larger than",
		"window: {left: 200, top: 12, width: 90, height: 45}": "not inside",
		"window: {left: 20, top: 12, width: 90, height: 25}":  "always show",
	} {
		f := files()
		with(figures)(f)
		folder, err := campaign.FromSnapshot(f)
		if err != nil {
			t.Fatal(err)
		}
		made, problems := New(folder, letters.Embedded())
		if made != nil || len(problems) != 1 || !strings.Contains(problems[0].What, want) {
			t.Errorf("%s: %v", figures, problems)
		}
	}
}
