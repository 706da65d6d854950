package letters

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// hardNames are names as they are registered, each with what is hard about it.
var hardNames = []struct{ locale, name, why string }{
	{"ja", "\U00020BB7\u7530 \u82B1\u5B50", "吉 with a long lower stroke, beyond the basic plane"},
	{"ja", "\U0002123D\u5C4B \u592A\u90CE", "土 with a dot"},
	{"ja", "\u845B\U000E0100\u57CE \u82B1\u5B50", "葛 with the old lower part, a variation sequence"},
	{"ja", "\u845B\u57CE \u82B1\u5B50", "葛 as it is without a selector"},
	{"ja", "\u8FBB\U000E0100\u6751 \u82B1\u5B50", "辻 with one dot"},
	{"ja", "\u8FBB\u6751 \u82B1\u5B50", "辻 with two dots"},
	{"ja", "\u9AD9\uFA11 \u82B1\u5B50", "髙 and 﨑, compatibility forms"},
	{"ja", "\uFA19\u8C37 \uFA1A\u5B50", "神 and 祥 in the old form"},
	{"ja", "\u6E21\u908A \u592A\u90CE", "邊"},
	{"ja", "\u6E21\u9089 \u592A\u90CE", "邉"},
	{"ja", "\u9F4B\u85E4 \u9F4A", "齋 and 齊"},
	{"ja", "\U00020089\u7530 \u82B1\u5B50", "𠂉, a part of characters that is a name too"},
	{"ja", "\U000233CC\u6751 \u592A\u90CE", "𣏌"},
	{"ja", "\u9DD7 \u5916", "鷗"},
	{"ja", "\u304B\u3099\u304F \u3055\u3093", "が in two characters"},
	{"ja", "\uFF8A\uFF9D\uFF76\uFF78 \uFF80\uFF9B\uFF73", "half-width kana"},
	{"ja", "\u2460\u3231\u337E", "squares of several characters"},
	{"ja", "\uAE40\uACAC\uBCF8", "Hangul in a Japanese letter"},
	{"ja", "\u9648\u89C1\u672C", "a simplified character in a Japanese letter"},
	{"ja", "Anton\u00EDn Dvo\u0159\u00E1k", "a Czech name in a Japanese letter"},
	{"en", "Nguy\u1EC5n V\u0103n \u0110\u1EE9c", "Vietnamese"},
	{"en", "Nguye\u0302\u0303n Va\u0306n \u0110u\u031B\u0301c", "the same, decomposed"},
	{"en", "\u0141ukasz \u017B\u00F3\u0142\u0107", "Polish"},
	{"en", "\u0218tefan \u021Aeposu", "Romanian with commas below"},
	{"en", "\u00DE\u00F3rd\u00EDs Eir\u00EDksd\u00F3ttir", "Icelandic"},
	{"en", "\u0130brahim Y\u0131ld\u0131z", "Turkish"},
	{"en", "\u0393\u03B9\u03CE\u03C1\u03B3\u03BF\u03C2 \u0421\u0435\u0440\u0433\u0435\u0439", "Greek and Cyrillic"},
	{"zh-Hans", "\u76F4\u9AA8 \u5173\u95E8", "直 and 骨 as China writes them"},
	{"zh-Hant", "\u76F4\u9AA8 \u95DC\u9580", "直 and 骨 as Taiwan writes them"},
	{"ko", "\u1112\u1161\u11AB\u1100\u1173\u11AF \uBDC1", "Hangul in single letters, and a rare syllable"},
}

// hardLetter is a letter in a language to somebody.
func hardLetter(locale, name string) Letter {
	l := japaneseLetter(1)
	l.Document.Locale, l.Address.Style, l.Address.Name = locale, "ja", name
	return l
}

func TestEveryNameIsPrintedAsItIsRegistered(t *testing.T) {
	t.Parallel()
	var letters []Letter
	for i := range 2 * len(hardNames) {
		l := japaneseLetter(i)
		l.Address.Name = hardNames[i%len(hardNames)].name
		letters = append(letters, l)
	}
	conserved(t, letters)
}

// The digest is of the letter and not of the codes that a print file happens to give its rare signs.
func TestTheDigestKnowsNothingOfTheFile(t *testing.T) {
	t.Parallel()
	digests := map[string][32]byte{}
	for _, order := range [][]string{{"\U00020BB7", "\U0002123D"}, {"\U0002123D", "\U00020BB7"}} {
		err := testPress().Bind(new(strings.Builder), Job{Title: "", Created: bindDate},
			all(2, func(i int) Letter { return hardLetter("ja", order[i]) }),
			func(i int, b Bound) error {
				if had, ok := digests[order[i]]; ok && had != b.Digest {
					t.Errorf("%+q has another digest in another place", order[i])
				}
				digests[order[i]] = b.Digest
				return nil
			})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A character looks as its language writes it: the same text has other glyphs in each.
func TestGlyphsAreTheLanguagesOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, lang := range []string{"ja", "zh-Hans", "zh-Hant", "ko"} {
		f, err := testPress().faces[lang][serif].find("直骨")
		if err != nil || f == nil {
			t.Fatal(lang, err)
		}
		outline := string(f.outline(f.glyph("骨")))
		if other, ok := seen[outline]; ok {
			t.Errorf("%s and %s have one 骨", lang, other)
		}
		seen[outline] = lang
		l := hardLetter(lang, "直骨")
		text := bind(t, 1, func(int) Letter { return l })
		if !strings.Contains(string(text), strings.ToLower(f.name)) {
			t.Errorf("%s: %s is not in the print file", lang, f.name)
		}
	}
}

func TestANameIsInOneFont(t *testing.T) {
	t.Parallel()
	got, _, err := testPress().faces["ja"][serif].split("見本 Antonín Dvořák様")
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, s := range got {
		parts = append(parts, s.face.name+":"+s.text)
	}
	want := "NotoSerifJP-Regular:見本 |NotoSerif-Regular:Antonín Dvořák|NotoSerifJP-Regular:様"
	if strings.Join(parts, "|") != want {
		t.Errorf("%s, want %s", strings.Join(parts, "|"), want)
	}
}

func TestAVariantWithoutAGlyphNeedsLeave(t *testing.T) {
	t.Parallel()
	l := hardLetter("ja", "\u9089\U000E01EF \u845B\U000E0100")
	var glyph *GlyphError
	if _, err := testPress().Typeset(l); !errors.As(err, &glyph) || glyph.Selector != '\U000E01EF' {
		t.Errorf("without leave: %v", err)
	}
	p, err := NewPress(Embedded(), "jp-chou3")
	if err != nil {
		t.Fatal(err)
	}
	p.PrintBaseForms()
	set, err := p.Typeset(l)
	if err != nil || set.BaseForms != "U+9089 U+E01EF" {
		t.Errorf("with leave: %q, %v", set.BaseForms, err)
	}
	l.Address.Name = "\u9089 \u845B\U000E0100"
	plain, err := p.Typeset(l)
	if err != nil || plain.BaseForms != "" || plain.Digest == set.Digest {
		t.Errorf("the base form by itself: %q, %v", plain.BaseForms, err)
	}
}

func TestCampaignsOwnFontIsAskedFirst(t *testing.T) {
	t.Parallel()
	own, err := OwnFont("house", notoSansTC)
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewPress(append(Embedded(), own), "none")
	if err != nil {
		t.Fatal(err)
	}
	for _, style := range []font{serif, sans} {
		if f := p.faces["ja"][style].whole("見本"); f == nil || f.name != "house" {
			t.Errorf("%v is asked first", f)
		}
	}
}

func TestFontsOfACampaignAreThoseOfItsLanguages(t *testing.T) {
	t.Parallel()
	names := func(f Fonts) string {
		var s []string
		for _, x := range f {
			s = append(s, strings.TrimSuffix(strings.TrimPrefix(x.Name, "Noto"), "-Regular"))
		}
		return strings.Join(s, " ")
	}
	for _, c := range []struct{ locales, want string }{
		{"", "Serif Sans"}, {"de", "Serif Sans"}, {"ja en", "SerifJP SansJP Serif Sans"},
		{"zh-CN", "Serif Sans SerifSC SansSC"}, {"zh-HK", "Serif Sans SerifTC SansTC"},
		{"ko-KR", "Serif Sans SansKR"},
	} {
		if got := names(Embedded().For(strings.Fields(c.locales)...)); got != c.want {
			t.Errorf("%q: %s, want %s", c.locales, got, c.want)
		}
	}
}

func TestSumsAreThoseOfTheFonts(t *testing.T) {
	t.Parallel()
	for _, f := range Embedded() {
		data, err := f.Open()
		if err != nil || sha256.Sum256(data) != f.SHA256 {
			t.Errorf("%s: %x, %v", f.Name, sha256.Sum256(data), err)
		}
	}
}

// The font of the system is asked for ideographs that no other has, and opened for nothing else.
func TestSystemFontIsAskedLast(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ipamjm.ttf")
	if err := os.WriteFile(path, withGlyphFor(t, '\U0002A6D6'), 0o600); err != nil {
		t.Fatal(err)
	}
	fonts := System(path)
	if len(fonts) != 1 || fonts[0].Use != Spare {
		t.Fatalf("found %v", fonts)
	}
	opened, open := 0, fonts[0].Open
	fonts[0].Open = func() ([]byte, error) { opened++; return open() }
	p, err := NewPress(append(Embedded(), fonts...), "jp-chou3")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Typeset(hardLetter("ja", "見本🎉")); err == nil || opened > 0 {
		t.Errorf("an emoji: opened %d times, %v", opened, err)
	}
	if _, err := p.Typeset(hardLetter("ja", "\U0002A6D6")); err != nil || opened != 1 {
		t.Errorf("a rare ideograph: opened %d times, %v", opened, err)
	}
}

// withGlyphFor is a font with one glyph, under a character beyond the basic plane.
func withGlyphFor(t *testing.T, r rune) []byte {
	t.Helper()
	f := testPress().faces["ja"][serif].whole("見")
	sub := []byte{0, 12, 0, 0, 0, 0, 0, 28, 0, 0, 0, 0, 0, 0, 0, 1}
	for _, v := range []uint32{uint32(r), uint32(r), 1} {
		sub = binary.BigEndian.AppendUint32(sub, v)
	}
	cut := f.subset([]coded{{'x', f.glyph("見")}})
	tables, err := tableDirectory(cut)
	if err != nil {
		t.Fatal(err)
	}
	tables["cmap"] = append([]byte{0, 0, 0, 1, 0, 3, 0, 10, 0, 0, 0, 12}, sub...)
	return assemble(tables)
}

func FuzzSigns(f *testing.F) {
	f.Add("葛\U000E0100e\u0301か\u3099\u1112\u1161\u11AB")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		var b strings.Builder
		for rest := text; len(rest) > 0; {
			n := firstSign(rest)
			b.WriteString(rest[:n])
			if r := composed(rest[:n]); r != 0 && norm.NFD.String(string(r)) != norm.NFD.String(rest[:n]) {
				t.Errorf("%+q is not %U", rest[:n], r)
			}
			rest = rest[n:]
		}
		if b.String() != text {
			t.Errorf("%+q became %+q", text, b.String())
		}
		got, _, err := testPress().faces["ja"][serif].split(text)
		b.Reset()
		for _, s := range got {
			b.WriteString(s.text)
		}
		if err == nil && b.String() != text {
			t.Errorf("%+q was split into %+q", text, b.String())
		}
	})
}

func FuzzReadSlots(f *testing.F) {
	f.Add([]byte(keywords + "E000=20BB7 E001=845B+E0100)"))
	f.Fuzz(func(t *testing.T, pdf []byte) {
		if s, err := ReadSlots(pdf); err == nil {
			s.Restore(string(pdf))
		}
	})
}
