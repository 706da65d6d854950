package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Text returns s as it is compared: compatibility forms made one (NFKC), letter case, spaces and
// invisible characters gone, everything that looks like a hyphen made one.
func Text(s string) string { return slow(s, foldRune) }

// AppendText appends Text of s.
func AppendText(dst, s []byte) []byte { return append(dst, Text(string(s))...) }

// Name is Text, with the variant forms of a kanji made one as well: 髙 and 高, 﨑 and 崎, 邊, 邉 and 辺
// are the same family in two of a company's systems.
func Name(s string) string {
	return slow(s, func(r rune) rune { return plainForm(foldRune(r)) })
}

// AppendName appends Name of s.
func AppendName(dst, s []byte) []byte { return append(dst, Name(string(s))...) }

// Kana is Name for the reading of a name, which the next system has in hiragana, or in the capitals of
// half-width katakana: しょう and ｼﾖｳ are ショウ.
func Kana(s string) string { return slow(s, func(r rune) rune { return kana(plainForm(foldRune(r))) }) }

// AppendKana appends Kana of s.
func AppendKana(dst, s []byte) []byte { return append(dst, Kana(string(s))...) }

// kana makes hiragana katakana, and small ones large.
func kana(r rune) rune {
	if r >= 'ぁ' && r <= 'ゖ' || r == 'ゝ' || r == 'ゞ' {
		r += 'ァ' - 'ぁ'
	}
	switch r {
	case 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ッ', 'ャ', 'ュ', 'ョ', 'ヮ':
		return r + 1
	case 'ヵ':
		return 'カ'
	case 'ヶ':
		return 'ケ'
	}
	return r
}

// slow folds by the book. It normalises before and after each rune's folding: taking a space away may
// bring a letter and its mark together.
func slow(s string, each func(rune) rune) string {
	for range 4 {
		next := norm.NFKC.String(strings.Map(each, norm.NFKC.String(s)))
		if strings.Contains(next, "ß") {
			next = strings.ReplaceAll(next, "ß", "ss")
		}
		if next == s {
			break
		}
		s = next
	}
	return s
}

// foldRune folds one rune of a normalised text, -1 for none.
func foldRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return foldASCII(r)
	case unicode.IsSpace(r) || invisible(r) || unicode.Is(unicode.Variation_Selector, r):
		return -1
	case hyphen(r):
		return '-'
	case r == 'ẞ':
		return 'ß'
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

func foldASCII(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r == ' ' || r >= '\t' && r <= '\r':
		return -1
	}
	return r
}

// invisible tells the zero-width characters.
func invisible(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad':
		return true
	}
	return false
}

// hyphen tells what is typed for a hyphen, the mark of long vowels among them.
func hyphen(r rune) bool {
	switch r {
	case '‐', '‑', '‒', '–', '—', '―', '−', 'ー', '─', '━', '⁃', '﹣':
		return true
	}
	return false
}
