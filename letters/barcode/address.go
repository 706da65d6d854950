package barcode

import (
	"slices"
	"strings"
	"unicode"
)

// AddressNumber extracts the number of an address for the customer barcode (住所表示番号) from the part
// after the town (住所B), by the rules of the manual, p. 19: 3丁目-20-5 郵便・A&bコーポB604号 becomes
// 3-20-5B604. Numbers and single letters are taken; all else between two of them is one hyphen, and none
// stands beside a letter. Kanji numerals count before 丁目, 丁, 番地, 番, 号, 地割, 線, の and ノ. The F
// of a floor is left out.
func AddressNumber(rest string) string {
	rs := slices.DeleteFunc(fold(rest), func(r rune) bool { return strings.ContainsRune("&/・･.", r) })
	rs = arabic(rs)
	var out []byte
	for i, gap := 0, false; i < len(rs); i++ {
		switch {
		case !digit(rs[i]) && !lone(rs, i):
			gap = true
			continue
		case gap && len(out) > 0 && digit(rs[i]) && digit(rune(out[len(out)-1])):
			out = append(out, '-')
		}
		out = append(out, byte(rs[i]))
		gap = false
	}
	return string(out)
}

// lone reports a letter without another beside it, which is not a floor's.
func lone(rs []rune, i int) bool {
	if !capital(rs[i]) || i+1 < len(rs) && capital(rs[i+1]) {
		return false
	}
	return i == 0 || !capital(rs[i-1]) && (rs[i] != 'F' || !digit(rs[i-1]))
}

// fold turns full-width letters, digits and signs into ASCII and letters into capitals. It keeps the
// number of characters.
func fold(s string) []rune {
	rs := []rune(s)
	for i, r := range rs {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		rs[i] = r
	}
	return rs
}

// arabic writes the kanji numerals that count as digits.
func arabic(rs []rune) []rune {
	out := make([]rune, 0, len(rs))
	for i := 0; i < len(rs); {
		end := i + span(rs[i:], numeral)
		if end == i {
			out = append(out, rs[i])
			i++
			continue
		}
		if v, ok := value(rs[i:end]); ok && counted(rs[end:]) {
			out = append(out, []rune(v)...)
		} else {
			out = append(out, rs[i:end]...)
		}
		i = end
	}
	return out
}

// counted reports whether a text begins with one of the words that make the kanji numerals before it a
// number.
func counted(rs []rune) bool {
	return len(rs) > 0 && strings.ContainsRune("丁番号線のノ", rs[0]) || begins(rs, "地割")
}

func begins(rs []rune, word string) bool {
	for _, r := range word {
		if len(rs) == 0 || rs[0] != r {
			return false
		}
		rs = rs[1:]
	}
	return true
}

// span counts the characters of a kind at the beginning of a text.
func span(rs []rune, kind func(rune) bool) int {
	n := 0
	for n < len(rs) && kind(rs[n]) {
		n++
	}
	return n
}

// japanese reports whether a text has a character of Japanese script.
func japanese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
	})
}
