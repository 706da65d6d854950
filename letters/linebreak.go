package letters

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

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
	web, quoted := strings.Contains(text, "://"), strings.ContainsAny(text, quotes)
	for at < len(text) {
		size, must := 0, false
		if size = loneIdeograph(text[at:]); size > 0 {
			state = lone
		} else {
			var segment string
			segment, _, must, state = uniseg.FirstLineSegmentInString(text[at:], state)
			size = len(segment)
			if web {
				cuts = appendWebCuts(cuts, text, at, at+size)
			}
			if quoted {
				cuts = appendQuoteCuts(cuts, text, at, at+size)
			}
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

// webSigns are those of a web address after which a line may end though UAX #14 does not say so.
const webSigns = "&=_#"

// appendWebCuts adds the places inside a segment that belongs to a web address.
func appendWebCuts(cuts []cut, text string, from, to int) []cut {
	for at := from + 1; at < to; at++ {
		if strings.IndexByte(webSigns, text[at-1]) >= 0 && classOf(rune(text[at]))&foreign != 0 &&
			strings.Contains(asciiBefore(text, at), "://") {
			cuts = append(cuts, cut{at: at})
		}
	}
	return cuts
}

// quotes are marks of which UAX #14 does not know whether they open or close: its old rule ties them to
// what is on both sides. Beside an ideograph we do (UAX #14 from version 15.1 on, LB19a).
const quotes = "‘’“”"

// appendQuoteCuts adds the places inside a segment before an opening quote and after a closing one.
func appendQuoteCuts(cuts []cut, text string, from, to int) []cut {
	const wide = native | blankBefore | blankAfter | blankStop | blankRound
	prev := rune(0)
	for i, next := range text[from:to] {
		if i > 0 && classOf(prev)&wide != 0 && classOf(next)&wide != 0 && !tied(prev, next) &&
			(strings.ContainsRune(quotes, prev) || strings.ContainsRune(quotes, next)) {
			cuts = append(cuts, cut{at: from + i})
		}
		prev = next
	}
	return cuts
}

// asciiBefore is what stands before a place of the text without a space.
func asciiBefore(text string, at int) string {
	from := at
	for from > 0 && text[from-1] > ' ' && text[from-1] < 0x7F {
		from--
	}
	return text[from:at]
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
