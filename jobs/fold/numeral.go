package fold

import (
	"bytes"
	"slices"
	"strconv"
)

// numeral tells the runes that numbers are written with.
func numeral(r rune) bool { return r >= '0' && r <= '9' || kanjiDigit(r) >= 0 }

// kanjiDigit is the value of a kanji numeral; -1 where it is none.
func kanjiDigit(r rune) int {
	switch r {
	case '〇', '零':
		return 0
	case '一', '壱':
		return 1
	case '二', '弐':
		return 2
	case '三', '参':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	case '十':
		return 10
	case '百':
		return 100
	case '千':
		return 1000
	}
	return -1
}

// digitRun counts the digits at the beginning.
func digitRun(runes []rune) (n int) {
	for n < len(runes) && runes[n] >= '0' && runes[n] <= '9' {
		n++
	}
	return n
}

// kanjiRun counts the kanji numerals at the beginning.
func kanjiRun(runes []rune) (n int) {
	for n < len(runes) && kanjiDigit(runes[n]) >= 0 {
		n++
	}
	return n
}

// maxSpelled is how many kanji spell a number with places: 九千九百九十九.
const maxSpelled = 7

// appendNumber writes digits, or kanji numerals of either way, 二十三 and 二三, without leading zeros.
func appendNumber(dst []byte, number []rune) []byte {
	places := slices.ContainsFunc(number, func(r rune) bool { return kanjiDigit(r) >= 10 })
	if places && len(number) <= maxSpelled {
		return strconv.AppendInt(dst, spelled(number), 10)
	}
	start := len(dst)
	for _, r := range number {
		if value := kanjiDigit(r); value >= 0 {
			dst = strconv.AppendInt(dst, int64(value), 10)
		} else {
			dst = append(dst, byte(r))
		}
	}
	if zeros := len(dst) - start - len(bytes.TrimLeft(dst[start:], "0")); zeros > 0 {
		zeros = min(zeros, len(dst)-start-1)
		dst = append(dst[:start], dst[start+zeros:]...)
	}
	return dst
}

// spelled is the value of a number with places.
func spelled(number []rune) (sum int64) {
	digit := int64(0)
	for _, r := range number {
		value := int64(kanjiDigit(r))
		if value < 10 {
			digit = 10*digit + value
			continue
		}
		sum += max(digit, 1) * value
		digit = 0
	}
	return sum + digit
}
