package letters

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// face is what layout needs of a font: what it can print and how wide that is.
//
// A sign is what one glyph prints: a character, or a character with what belongs to it, which is a
// variation selector, combining marks that canonically compose with it (a decomposed é), or the
// vowel and final of a Hangul syllable. Its text stays as it is registered; only its glyph is looked
// up in the composed form.
type face struct {
	name    string
	tables  map[string][]byte
	metrics metrics
	cmap    *cmap
	advance [0x10000]uint16 // in 1/1000 em, of characters that are a sign by themselves
}

// absent marks a character that is no sign by itself or has no glyph.
const absent = 0xFFFF

// parseFace reads a TrueType font with glyf outlines.
func parseFace(name string, data []byte) (*face, error) {
	tables, err := tableDirectory(data)
	if err != nil {
		return nil, err
	}
	f := &face{name: name, tables: tables}
	if f.metrics, err = readMetrics(tables); err != nil {
		return nil, err
	}
	if f.cmap, err = readCmap(tables["cmap"], f.metrics.last); err != nil {
		return nil, err
	}
	for r, glyph := range f.cmap.glyphs {
		f.advance[r] = absent
		if r := rune(r); glyph != 0 && !unprintable(r) && !extends(r) && !private(r) {
			f.advance[r] = f.metrics.width(glyph)
		}
	}
	return f, nil
}

// private reports the codes that print files use for signs without a code of their own.
func private(r rune) bool { return r >= 0xE000 && r <= 0xF8FF }

// extends reports characters that are part of the sign before.
func extends(r rune) bool {
	switch {
	case r < 0x0300:
		return false
	case r >= 0x1160 && r <= 0x11FF, r >= 0xD7B0 && r <= 0xD7FF: // Hangul vowels and finals
		return true
	}
	return unicode.Is(unicode.M, r)
}

// soundMark reports the kana sound marks, which fonts draw beside what stands before.
func soundMark(r rune) bool { return r == '\u3099' || r == '\u309A' }

// unprintable reports characters that never come out as themselves, whatever a font has for them.
func unprintable(r rune) bool { return r == utf8.RuneError || invisible(r) }

// firstSign returns the size of the first sign of text.
func firstSign(text string) int {
	_, size := utf8.DecodeRuneInString(text)
	end := size
	for end < len(text) {
		r, n := utf8.DecodeRuneInString(text[end:])
		if !extends(r) || soundMark(r) && composed(text[:end+n]) == 0 {
			break
		}
		end += n
	}
	return end
}

// composed returns the one character that is canonically equal to a sign of several, or 0.
func composed(sign string) rune {
	var buf [32]byte
	if len(sign) > len(buf) {
		return 0
	}
	b := norm.NFC.AppendString(buf[:0], sign)
	if r, size := utf8.DecodeRune(b); size == len(b) {
		return r
	}
	return 0
}

// glyph returns the glyph of a sign, 0 for none. A combining mark without its letter is none: the
// fonts' tables of mark positions are not in use, and it would stand on the wrong letter.
func (f *face) glyph(sign string) uint16 {
	r, size := utf8.DecodeRuneInString(sign)
	if unprintable(r) {
		return 0
	}
	if size == len(sign) {
		if extends(r) && !soundMark(r) {
			return 0
		}
		return f.known(f.cmap.glyph(r))
	}
	selector, n := utf8.DecodeRuneInString(sign[size:])
	if unicode.Is(unicode.Variation_Selector, selector) {
		if size+n < len(sign) {
			return 0
		}
		return f.known(f.cmap.variant(r, selector))
	}
	if whole := composed(sign); whole != 0 {
		return f.known(f.cmap.glyph(whole))
	}
	return 0
}

// known is 0 for a glyph that the font names and does not have.
func (f *face) known(glyph uint16) uint16 {
	if int(glyph) >= f.metrics.last {
		return 0
	}
	return glyph
}

// plain reports text whose every character is a sign that the font has.
func (f *face) plain(text string) bool {
	for _, r := range text {
		if r > 0xFFFF || f.advance[r] == absent {
			return false
		}
	}
	return true
}

// signs yields the signs of text that the font prints, with their glyphs. A variant that it lacks
// comes in its base form: whether that may be is decided where the font is chosen.
func (f *face) signs(text string) func(yield func(sign string, glyph uint16) bool) {
	return func(yield func(string, uint16) bool) {
		for len(text) > 0 {
			n := firstSign(text)
			sign := text[:n]
			text = text[n:]
			glyph := f.glyph(sign)
			if base, ok := baseForm(sign); glyph == 0 && ok {
				sign, glyph = base, f.glyph(base)
			}
			if glyph != 0 && !yield(sign, glyph) {
				return
			}
		}
	}
}

// baseForm returns what a variation sequence varies.
func baseForm(sign string) (string, bool) {
	r, size := utf8.DecodeLastRuneInString(sign)
	return sign[:len(sign)-size], size < len(sign) && unicode.Is(unicode.Variation_Selector, r)
}

// measure returns the width of text at a size; what has no face has none.
func (f *face) measure(text string, size float64) float64 {
	if f == nil {
		return 0
	}
	sum := 0
	for _, r := range text {
		if r > 0xFFFF || f.advance[r] == absent {
			return float64(f.measureSigns(text)) * size / 1000
		}
		sum += int(f.advance[r])
	}
	return float64(sum) * size / 1000
}

func (f *face) measureSigns(text string) int {
	sum := 0
	for _, glyph := range f.signs(text) {
		sum += int(f.metrics.width(glyph))
	}
	return sum
}

// count returns the number of signs in text.
func (f *face) count(text string) int {
	if f.plain(text) {
		return runeCount(text)
	}
	n := 0
	for range f.signs(text) {
		n++
	}
	return n
}
