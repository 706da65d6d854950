package jtb

import (
	"embed"
	"strings"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// The lists are invented or belong to nobody: common family and given names that are put together by
// number, towns that do not exist. A line of a given name begins with the sex; a Japanese name has its kana,
// its Roman form and the ways in which it is written; a Chinese or Korean one has its Roman form and itself.
//
//go:embed names
var names embed.FS

// encoding is what a file is written in. Every word is ready in each, so that no row needs to be encoded.
type encoding uint8

const (
	utf8 encoding = iota
	cp932
	encodings
)

// text is one word in each encoding, nil where it does not have the characters.
type text [encodings][]byte

func newText(s string) text {
	t := text{utf8: []byte(s)}
	if b, err := japanese.ShiftJIS.NewEncoder().Bytes(t[utf8]); err == nil {
		t[cp932] = b
	}
	return t
}

func newTexts(list []string) []text {
	texts := make([]text, len(list))
	for i, s := range list {
		texts[i] = newText(s)
	}
	return texts
}

// word is a family name or a given name.
type word struct {
	spelt      []text // the ways in which one name is written: 高橋, 髙橋
	kana, half text   // in full and in half width; of Japanese names
	plain      text   // in Roman letters, such as Sato
	capital    text
	mail       []byte // as in an e-mail address
	male       bool
}

// speech is the names of one language.
type speech struct {
	family, given []word
	locale        string
	people        scatter // every name with every birthday
}

// place is a town, or a part of one.
type place struct {
	code        text // the first digits of the postcode
	name, latin text
}

// words are what rows are made of.
type words struct {
	speech                       [tongues]speech
	places, towns                []place
	buildings, products, outside []text
	numbers, phones              scatter
	man, woman, wideSpace        text
	chome, ban, lot, room        text // of an address
	sites                        []text
	partner                      text
	passports                    []text
	domains                      []word
	guest                        text    // in place of a member number
	desk                         [2]word // in place of a family name and a given name
	calendar                     []date
	bornFrom                     [roles]int // in the calendar
	bookedFrom, bookedUntil      int
}

func newWords() *words {
	w := &words{
		numbers: newScatter(1_000_000_000), phones: newScatter(allPhones),
		calendar: newCalendar(), bookedFrom: bookedFrom(), bookedUntil: bookedUntil(),
		products: newTexts(products), sites: newTexts(sites[:]), partner: newText(partnerSite),
		buildings: newTexts([]string{"", "", "見本ハイツ", "コーポひかり", "メゾン「葵」", `レジデンス""AOI"", 東棟`}),
		passports: newTexts([]string{noPassport: "", expired: "失効", valid: "有効"}),
		man:       newText("男"), woman: newText("女"), wideSpace: newText("\u3000"), guest: newText("非会員"),
		chome: newText("丁目"), ban: newText("番"), lot: newText("号"), room: newText("号室"),
		desk: [2]word{newJapanese("ヨヤク yoyaku 予約"), newJapanese("タントウ tanto 担当")},
	}
	for _, x := range excluded {
		w.outside = append(w.outside, newText(x.Product))
	}
	for role, year := range bornFrom {
		w.bornFrom[role] = dayNumber(newYear(year))
	}
	for _, domain := range mailDomains {
		w.domains = append(w.domains, word{mail: []byte(domain), capital: newText(strings.ToUpper(domain))})
	}
	for i, locale := range locales {
		w.speech[i] = newSpeech(tongue(i), locale)
	}
	w.addPlaces()
	return w
}

func newSpeech(t tongue, locale string) speech {
	s := speech{locale: locale}
	for _, line := range list("family." + locale) {
		s.family = append(s.family, newWord(t, line))
	}
	for _, line := range list("given." + locale) {
		sex, name, _ := strings.Cut(line, " ")
		given := newWord(t, name)
		given.male = sex == "m"
		s.given = append(s.given, given)
	}
	s.people = newScatter(len(s.family) * len(s.given) * birthdays)
	return s
}

func (w *words) addPlaces() {
	for _, line := range list("places") {
		f := strings.Fields(line)
		latin := strings.ReplaceAll(f[2], "_", " ")
		w.places = append(w.places, place{newText(f[0]), newText(f[1]), newText(latin)})
	}
	for _, line := range list("towns") {
		f := strings.Fields(line)
		w.towns = append(w.towns, place{name: newText(f[0]), latin: newText(f[1])})
	}
}

// list gives the lines of an embedded file, which is there.
func list(name string) []string {
	content, err := names.ReadFile("names/" + name + ".txt")
	if err != nil {
		panic(err)
	}
	return strings.Split(strings.TrimSpace(string(content)), "\n")
}

func newWord(t tongue, line string) word {
	if t == inJapanese {
		return newJapanese(line)
	}
	roman, own, _ := strings.Cut(line, " ")
	w := newRoman(roman)
	switch t {
	case inEnglish:
		w.spelt = []text{w.plain, newText(width.Widen.String(roman)), w.capital}
	case inChinese, inTaiwanese:
		w.spelt = newTexts([]string{own})
	case inKorean: // some systems keep syllables taken apart
		w.spelt = newTexts([]string{own, norm.NFD.String(own)})
	}
	return w
}

func newJapanese(line string) word {
	f := strings.Fields(line)
	w := newRoman(f[1])
	w.kana, w.half = newText(f[0]), newText(width.Narrow.String(norm.NFD.String(f[0])))
	w.spelt = newTexts(f[2:])
	return w
}

func newRoman(s string) word {
	lower := strings.ToLower(s)
	return word{
		plain: newText(strings.ToUpper(s[:1]) + s[1:]), capital: newText(strings.ToUpper(s)),
		mail: []byte(strings.NewReplacer("'", "", "-", "").Replace(lower)),
	}
}
