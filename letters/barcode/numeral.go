package barcode

import (
	"strconv"
	"strings"
)

// numeral reports a kanji numeral.
func numeral(r rune) bool {
	return strings.ContainsRune("〇零一二三四五六七八九十百千万", r)
}

// mostNumerals bounds a number in kanji: nine characters reach 九千九百九十九 and every real address.
const mostNumerals = 9

// value is a number in kanji as digits: 二十一 is 21, and 二〇三 is 203. It reports false for what is
// too long to be one.
func value(rs []rune) (string, bool) {
	if len(rs) > mostNumerals {
		return "", false
	}
	if strings.ContainsAny(string(rs), "十百千万") {
		return strconv.Itoa(counting(rs)), true
	}
	var b strings.Builder
	for _, r := range rs {
		b.WriteString(strconv.Itoa(figure(r)))
	}
	return b.String(), true
}

// counting adds up a number with units: each unit multiplies what stands before it, 万 the whole.
func counting(rs []rune) int {
	total, block, last := 0, 0, 0
	for _, r := range rs {
		switch unit := unitOf(r); unit {
		case 1:
			last = 10*last + figure(r)
		case 10_000:
			total += max(block+last, 1) * unit
			block, last = 0, 0
		default:
			block += max(last, 1) * unit
			last = 0
		}
	}
	return total + block + last
}

func unitOf(r rune) int {
	switch r {
	case '十':
		return 10
	case '百':
		return 100
	case '千':
		return 1_000
	case '万':
		return 10_000
	}
	return 1
}

// figure is the value of a numeral that is no unit.
func figure(r rune) int {
	if r == '零' {
		return 0
	}
	for i, f := range []rune("〇一二三四五六七八九") {
		if f == r {
			return i
		}
	}
	return 0
}
