package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxRounds is how often a text is folded at most. Two settle whatever people write.
const maxRounds = 8

// book is a fold by definition. It is slow: the tables are made from it, and give way to it where a
// character is changed by the one before.
type book struct {
	each  func(rune) rune     // folds a rune of a normalised text; -1 is none
	words func(string) string // folds what is longer than a rune
}

// fold makes compatibility forms one, folds each rune, and does so again until nothing changes: taking a
// space away may bring a letter and its mark together.
func (b book) fold(s string) string {
	s = strings.ReplaceAll(s, "´", "'") // NFKC would put it on the letter before
	for range maxRounds {
		next := norm.NFKC.String(b.words(strings.Map(b.each, norm.NFKC.String(s))))
		if next == s {
			break
		}
		s = next
	}
	return s
}

func textWords(s string) string { return strings.ReplaceAll(s, "ß", "ss") }

// nameWords writes the two usual forms of a company in full.
func nameWords(s string) string {
	s = strings.ReplaceAll(textWords(s), "(株)", "株式会社")
	return strings.ReplaceAll(s, "(有)", "有限会社")
}

func textRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return asciiRune(r)
	case invisible(r):
		return -1
	case hyphen(r):
		return '-'
	}
	if twin := twin(r); twin != 0 {
		return twin
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

func asciiRune(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r <= ' ' || r == '\x7f':
		return -1
	case r == '`':
		return '\''
	}
	return r
}

// nameRune takes away the signs between the parts of a name as well.
func nameRune(r rune) rune {
	switch r = textRune(r); r {
	case '.', ',', '\'', '・', '·', '•', '‧', '、', '。':
		return -1
	}
	return plainForm(r)
}

// kanaRune makes hiragana katakana, and small ones large.
func kanaRune(r rune) rune {
	r = nameRune(r)
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

// invisible tells what leaves no ink: spaces, controls, and what Unicode calls ignorable, such as the
// selectors of a kanji's variant (IVS).
func invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector,
		unicode.Other_Default_Ignorable_Code_Point)
}

// hyphen tells what is typed for a hyphen, the mark of long vowels among them.
func hyphen(r rune) bool {
	switch r {
	case 'ー', '−', '─', '━', '⁃', '˗', '➖':
		return true
	case '〜', '〰':
		return false
	}
	return unicode.Is(unicode.Pd, r)
}

// twin returns the character that another one is taken for, 0 if none: encodings of one Japanese
// character lead to two of Unicode, and an apostrophe is typed in many ways.
func twin(r rune) rune {
	switch r {
	case '〜', '〰':
		return '~'
	case '‖':
		return '∥'
	case '’', '‘', '‛', 'ʼ', 'ʻ', 'ʹ', '′':
		return '\''
	case '“', '”', '„', '″':
		return '"'
	}
	return 0
}
