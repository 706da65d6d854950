package letters

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// neverFirst reports characters that begin no line, beyond what UAX #14 says or to be sure of it
// (JIS X 4051, strict).
func neverFirst(r rune) bool {
	switch r {
	case '、', '。', '，', '．', '・', '：', '；', '？', '！', '゛', '゜', 'ヽ', 'ヾ',
		'ゝ', 'ゞ', '々', '〻', 'ー', '‐', '–', '〜', '～', '゠', '…', '‥', '％', '‰', '℃',
		'°', '」', '』', '）', '］', '｝', '〕', '〉', '》', '】', '〙', '〗', '〟', '’',
		'”', '｠', '»', 'ぁ', 'ぃ', 'ぅ', 'ぇ', 'ぉ', 'っ', 'ゃ', 'ゅ', 'ょ', 'ゎ', 'ゕ',
		'ゖ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ッ', 'ャ', 'ュ', 'ョ', 'ヮ', 'ヵ', 'ヶ', 'ㇰ',
		'ㇱ', 'ㇲ', 'ㇳ', 'ㇴ', 'ㇵ', 'ㇶ', 'ㇷ', 'ㇸ', 'ㇹ', 'ㇺ', 'ㇻ', 'ㇼ', 'ㇽ', 'ㇾ',
		'ㇿ', ',', '.', ':', ';', '?', '!', ')', ']', '}', '%':
		return true
	}
	return false
}

// neverLast reports characters that end no line.
func neverLast(r rune) bool {
	switch r {
	case '「', '『', '（', '［', '｛', '〔', '〈', '《', '【', '〘', '〖', '〝', '‘', '“',
		'｟', '«', '￥', '＄', '£', '＃', '＠', '§', '〒', '№', '(', '[', '{':
		return true
	}
	return false
}

// cut is a place where a line may end, as a byte offset; must marks a forced one.
type cut struct {
	at   int
	must bool
}

// appendCuts adds the line break opportunities of text: UAX #14, without those against kinsoku,
// inside full-width numbers and, in Korean, anywhere but at spaces. The last cut is the end of
// text.
func appendCuts(cuts []cut, text string) []cut {
	const lone = -1 // uniseg's state at the start of a text, where nothing before matters
	state, at := lone, 0
	for at < len(text) {
		size, must := 0, false
		if size = loneIdeograph(text[at:]); size > 0 {
			state = lone
		} else {
			var segment string
			segment, _, must, state = uniseg.FirstLineSegmentInString(text[at:], state)
			size = len(segment)
		}
		at += size
		if must && at == len(text) {
			must = strings.HasSuffix(text, "\n")
		}
		if must || state == lone || at == len(text) || mayBreak(text, at) {
			cuts = append(cuts, cut{at, must})
		}
	}
	return cuts
}

// loneIdeograph returns the size of the first character if it and the next are plain ideographs or
// kana: between those a line may always end, and no rule looks back across. Most of a Japanese text
// goes this way, at a tenth of the cost.
func loneIdeograph(text string) int {
	r, size := utf8.DecodeRuneInString(text)
	if !plainIdeograph(r) {
		return 0
	}
	if next, _ := utf8.DecodeRuneInString(text[size:]); !plainIdeograph(next) {
		return 0
	}
	return size
}

func plainIdeograph(r rune) bool {
	switch {
	case r >= 0x4E00 && r <= 0x9FFF:
		return true
	case r >= 'あ' && r <= 'ん', r >= 'ア' && r <= 'ン':
		return !neverFirst(r)
	}
	return false
}

// mayBreak applies our own rules to an opportunity that UAX #14 gives.
func mayBreak(text string, at int) bool {
	prev, _ := utf8.DecodeLastRuneInString(text[:at])
	next, _ := utf8.DecodeRuneInString(text[at:])
	return !tied(prev, next)
}

// tied reports two characters that stay on one line.
func tied(prev, next rune) bool {
	switch {
	case neverFirst(next), neverLast(prev):
		return true
	case plainIdeograph(prev) && plainIdeograph(next):
		return false
	case unicode.Is(unicode.Mn, next):
		return true
	case wideDigit(prev) && wideDigit(next):
		return true
	}
	return !unicode.IsSpace(prev) &&
		(unicode.Is(unicode.Hangul, prev) || unicode.Is(unicode.Hangul, next))
}

func wideDigit(r rune) bool { return r >= '０' && r <= '９' }
