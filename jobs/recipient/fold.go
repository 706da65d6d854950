package recipient

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns s as it is compared: compatibility forms made one (NFKC), letter case, spaces and
// invisible characters gone, everything that looks like a hyphen made one. For matching only: it
// changes characters that people are particular about in their names.
func Fold(s string) string { return fold(s, foldRune) }

// FoldName is Fold, with the variant forms of a kanji made one as well: 髙 and 高, 﨑 and 崎, 邊, 邉 and
// 辺 are the same family in two of a company's systems.
func FoldName(s string) string {
	return fold(s, func(r rune) rune { return plainForm(foldRune(r)) })
}

// FoldEmail returns the wire form of an address as it is compared. No relay in use tells the case
// of local parts apart.
func FoldEmail(wire string) string { return strings.ToLower(wire) }

// foldPhone keeps the digits.
func foldPhone(s string) string {
	return keep(norm.NFKC.String(s), func(r rune) bool { return r >= '0' && r <= '9' })
}

// foldPostcode keeps digits and, for other countries' sake, letters.
func foldPostcode(s string) string { return keep(Fold(s), alphanumeric) }

// foldID is Fold, but nothing for what people write into a required field: a 0 or a dash that a
// thousand rows share is nobody's number.
func foldID(s string) string {
	s = Fold(s)
	switch s {
	case "na", "n/a", "null", "none", "nil", "unknown", "なし", "無し", "不明", "未登録", "非会員":
		return ""
	}
	if strings.Trim(s, "0-*./_?#") == "" {
		return ""
	}
	return s
}

func keep(s string, want func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if want(r) {
			return r
		}
		return -1
	}, s)
}

// fold normalises before and after each rune's folding: taking a space away may bring a letter and
// its mark together.
func fold(s string, each func(rune) rune) string {
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

// hyphen tells what is typed for a hyphen, the mark of long vowels among them.
func hyphen(r rune) bool {
	switch r {
	case '‐', '‑', '‒', '–', '—', '―', '−', 'ー', '─', '━', '⁃', '﹣':
		return true
	}
	return false
}
