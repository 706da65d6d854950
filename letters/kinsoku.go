package letters

import "unicode"

// class is what typesetting knows of a character: where it may not stand in a line, which half of
// its square is blank, and to which script it belongs (JIS X 4051, the strict level; GB/T 15834).
type class uint16

const (
	notFirst    class = 1 << iota // begins no line
	notLast                       // ends no line
	blankBefore                   // an opening bracket: its left half is blank
	blankAfter                    // a closing bracket: its right half is blank
	blankStop                     // a comma or full stop: the same, but not in Taiwan
	blankRound                    // a middle dot, colon or semicolon: both sides are blank
	native                        // ideographs and kana
	foreign                       // letters and figures of an alphabet
	doubled                       // two of them are one sign, such as ……
)

// Characters by class. What is narrow has no blank half.
const (
	openBrackets  = "「『（［｛〔〈《【〘〖〝｟‘“"
	closeBrackets = "」』）］｝〕〉》】〙〗〟｠’”"
	stops         = "、。，．"
	middles       = "・：；"

	narrowOpenings = "([{«｢﹙﹛﹝"
	narrowClosings = ")]}»｣﹚﹜﹞"
	narrowStops    = ",.:;･｡､·﹐﹑﹒﹔﹕"
	marks          = "？！?!‼⁇⁈⁉﹖﹗"
	hyphens        = "‐–〜～゠"
	ellipses       = "…‥"
	dashes         = "—―〳〴〵"
	iterations     = "ヽヾゝゞ々〻ー゛゜"
	smallKana      = "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
	halfKana       = "ｧｨｩｪｫｬｭｮｯｰﾞﾟ"
	prefixes       = "￥＄￡＃＠§〒№£¥$€"
	suffixes       = "％‰℃℉°′″￠¢"
)

// classes are those of the blocks in which most of them are, by the rune's high byte.
var classes = classTables(map[string]class{
	openBrackets: notLast | blankBefore, closeBrackets: notFirst | blankAfter,
	stops: notFirst | blankStop, middles: notFirst | blankRound,
	narrowOpenings: notLast, narrowClosings: notFirst, narrowStops: notFirst, marks: notFirst,
	hyphens: notFirst, ellipses: notFirst | doubled, dashes: doubled, iterations: notFirst | native,
	smallKana: notFirst | native, halfKana: notFirst | native, prefixes: notLast, suffixes: notFirst,
	"%": notFirst | foreign,
})

// classTables spreads lists of characters over tables.
func classTables(lists map[string]class) map[rune]*[256]class {
	tables := map[rune]*[256]class{}
	for list, c := range lists {
		for _, r := range list {
			if tables[r>>8] == nil {
				tables[r>>8] = new([256]class)
			}
			tables[r>>8][r&0xFF] = c
		}
	}
	return tables
}

// The tables asked most: of Latin letters, of punctuation, of kana and of full-width forms.
var (
	latinClasses = classes[0x00]
	pointClasses = classes[0x20]
	kanaClasses  = classes[0x30]
	wideClasses  = classes[0xFF]
)

// classOf returns what is known of a character, 0 for nothing.
func classOf(r rune) class {
	switch {
	case r < 0x80:
		if r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' {
			return foreign
		}
		return latinClasses[r]
	case r >= 0x4E00 && r <= 0x9FFF:
		return native
	case r>>8 == 0x30:
		if c := kanaClasses[r&0xFF]; c != 0 || r < 'ぁ' {
			return c
		}
		return native
	case r>>8 == 0xFF:
		return wideClasses[r&0xFF]
	case r>>8 == 0x20:
		return pointClasses[r&0xFF]
	}
	return rareClass(r)
}

// rareClass is classOf for what is asked seldom.
func rareClass(r rune) class {
	if t := classes[r>>8]; t != nil && t[r&0xFF] != 0 {
		return t[r&0xFF]
	}
	switch {
	case unicode.Is(unicode.Han, r):
		return native
	case unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic):
		return foreign
	}
	return 0
}

// neverFirst reports characters that begin no line.
func neverFirst(r rune) bool { return classOf(r)&notFirst != 0 }

// neverLast reports characters that end no line.
func neverLast(r rune) bool { return classOf(r)&notLast != 0 }

// tied reports two characters that stay on one line.
func tied(prev, next rune) bool {
	before, after := classOf(prev), classOf(next)
	switch {
	case after&notFirst != 0, before&notLast != 0:
		return true
	case before&native != 0 && after&native != 0:
		return false
	case unicode.Is(unicode.Mn, next):
		return true
	case wideDigit(prev) && wideDigit(next):
		return true
	case prev == next && before&doubled != 0:
		return true
	}
	return !unicode.IsSpace(prev) &&
		(unicode.Is(unicode.Hangul, prev) || unicode.Is(unicode.Hangul, next))
}

func wideDigit(r rune) bool { return r >= '０' && r <= '９' }
