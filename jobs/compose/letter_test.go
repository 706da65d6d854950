package compose

import (
	"errors"
	"strings"
	"testing"

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
		Signer: "代表取締役 見本太郎", Phone: "0120-000-000",
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
		"a reader abroad, with Han ideograms": {"en", "TW", "臺北市例路1號", "en"},
		"another language that begins alike":  {"jam", "", "1 Example Road", "en"},
	} {
		person := taro()
		person.Locale, person.Person.Country = c.locale, c.country
		person.Person.Address = []string{c.line}
		if got := person.address().Style; got != c.want {
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
	b.fonts = letters.Fonts{Serif: []byte("no font"), Sans: []byte("no font")}
	_, _, err := b.Typeset(taro())
	var blocked *BlockedError
	if err == nil || errors.As(err, &blocked) {
		t.Errorf("error %v", err)
	}
}

// The German tax number, a German VAT number and the Croatian OIB end in this digit; 0794 is the
// standard's own example.
func TestTheCheckDigitIsTheStandards(t *testing.T) {
	t.Parallel()
	for digits, want := range map[string]int{
		"0794": 5, "8609574271": 9, "13669597": 6, "6943515153": 0, "3339200596": 1,
	} {
		if got := checkDigit(digits); got != want {
			t.Errorf("check digit of %s is %d, want %d", digits, got, want)
		}
	}
}

func TestThePieceNumberIsTheDeliverysWithItsCheckDigit(t *testing.T) {
	t.Parallel()
	for delivery, want := range map[int64]string{
		1: "0000000001-", 1<<28 + 1: "0268435457-2", 9_999_999_999_999: "9999999999999-",
	} {
		if got := PieceNumber(delivery); !strings.HasPrefix(got, want) {
			t.Errorf("piece of delivery %d is %q, want %q…", delivery, got, want)
		}
	}
}

func TestEverySingleWrongDigitShows(t *testing.T) {
	t.Parallel()
	for delivery := int64(1 << 28); delivery < 1<<28+5000; delivery += 7 {
		number := []byte(strings.Replace(PieceNumber(delivery), "-", "", 1))
		for i := range number {
			right := number[i]
			for d := byte('0'); d <= '9'; d++ {
				if number[i] = d; d != right && holds(string(number)) {
					t.Fatalf("%s passes, the number is of delivery %d", number, delivery)
				}
			}
			number[i] = right
		}
		if !holds(string(number)) {
			t.Fatalf("%s does not pass", number)
		}
	}
}

func holds(number string) bool {
	last := len(number) - 1
	return checkDigit(number[:last]) == int(number[last]-'0')
}
