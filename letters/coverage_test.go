package letters

import (
	_ "embed"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/encoding"
	euckr "golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

//go:embed testdata/jisx0213.txt
var jisx0213 string

// decoded are the characters that two bytes stand for, each from a range.
func decoded(e encoding.Encoding, first, last, low byte) []rune {
	var out []rune
	for a := int(first); a <= int(last); a++ {
		for b := int(low); b <= 0xFE; b++ {
			s, err := e.NewDecoder().String(string([]byte{byte(a), byte(b)}))
			if err == nil && len([]rune(s)) == 1 && !strings.ContainsRune(s, unicode.ReplacementChar) {
				out = append(out, []rune(s)...)
			}
		}
	}
	return out
}

func between(first, last rune) []rune {
	var out []rune
	for r := first; r <= last; r++ {
		out = append(out, r)
	}
	return out
}

// controlPicture reports pictures of control characters, which one vendor added to Big5.
func controlPicture(r rune) bool { return r >= 0x2400 && r <= 0x2421 }

// borrowed are the characters of a set that its own font has not: nothing that a name is written in.
const borrowed = "\u9699\uf95f\uf9aa" // the last two are compatibility forms

// Every character of the sets in which names are registered comes from its language's own chain,
// its ideographs and syllables from the font that draws them as the language does. A combining mark
// is no character by itself.
func TestEveryCharacterOfTheNationalSetsHasAGlyph(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, lang, font string
		set              []rune
		least            int
	}{
		{"JIS X 0213", "ja", "NotoSerifJP-Regular", []rune(strings.ReplaceAll(jisx0213, "\n", "")), 11208},
		{"GB 2312, both levels of GB 18030", "zh-Hans", "NotoSerifSC-Regular",
			decoded(simplifiedchinese.GBK, 0xA1, 0xF7, 0xA1), 6763 + 600},
		{"Big5", "zh-Hant", "NotoSerifTC-Regular",
			decoded(traditionalchinese.Big5, 0xA1, 0xF9, 0x40), 13053},
		{"KS X 1001", "ko", "NotoSansKR-Regular", decoded(euckr.EUCKR, 0xA1, 0xFD, 0xA1), 8226},
		{"Hangul", "ko", "NotoSansKR-Regular", between(0xAC00, 0xD7A3), 11172},
		{"Latin Extended-A and -B", "en", "NotoSerif-Regular", between(0xA0, 0x24F), 430},
		{"Latin Extended Additional", "en", "NotoSerif-Regular", between(0x1E00, 0x1EFF), 256},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if len(c.set) < c.least {
				t.Errorf("%d characters, at least %d are to be seen", len(c.set), c.least)
			}
			var missing, foreign []rune
			for _, r := range c.set {
				if private(r) || invisible(r) || unicode.Is(unicode.M, r) || controlPicture(r) {
					continue
				}
				for _, style := range []font{serif, sans} {
					f, err := testPress().faces[c.lang][style].find(string(r))
					if err != nil {
						t.Fatal(err)
					}
					if f == nil {
						missing = append(missing, r)
					} else if style == serif && f.name != c.font &&
						!strings.ContainsRune(borrowed, r) &&
						(c.lang == "en" || unicode.In(r, unicode.Han, unicode.Hangul)) {
						foreign = append(foreign, r)
					}
				}
			}
			if len(missing) > 0 {
				t.Errorf("%d of %d have no glyph: %U", len(missing), len(c.set), missing)
			}
			if len(foreign) > 0 {
				t.Errorf("%d are from another font than %s: %s", len(foreign), c.font, string(foreign))
			}
		})
	}
}
