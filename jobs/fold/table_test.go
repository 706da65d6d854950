package fold

import (
	"testing"
	"unicode"
)

func tables() map[string]*table {
	return map[string]*table{"Text": texts, "Name": names, "Kana": kanas}
}

// contexts are what a rune may change or be changed by: a kana and a letter that take marks, a Hangul
// syllable that takes a final, a space that vanishes, the brackets of ㈱.
var contexts = [][2]string{{"", ""}, {"か", ""}, {"か ", "゛"}, {"e", "\u0301"}, {"ﾊ", "ﾟ"}, {"가", ""},
	{"ㅎ", "ㅏ"}, {"(株", ""}, {"(", ")"}, {"\u0345", "\u0327"}}

// TestTheTablesAgreeWithTheBookOnAllOfUnicode puts every rune that is folded, and some of those that are
// not, between what they may change or be changed by.
func TestTheTablesAgreeWithTheBookOnAllOfUnicode(t *testing.T) {
	t.Parallel()
	for name, table := range tables() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for r := rune(0); r <= unicode.MaxRune; r++ {
				if r == 0x40000 {
					r = 0xe0000 // no characters between
				} else if r == 0xe1000 {
					break // private use from here on
				}
				if stays := table.page(r).forms[r&0xff] == string(r); stays && r%61 != 0 {
					continue
				}
				for _, c := range contexts {
					s := c[0] + string(r) + c[1]
					if got, want := table.string(s), table.book.fold(s); got != want {
						t.Fatalf("%+q (%U) folds to %+q, by the book to %+q", s, r, got, want)
					}
				}
			}
		})
	}
}
