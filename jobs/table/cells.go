package table

import (
	"strings"
	"unicode"
)

// Trim cuts spaces, U+3000 among them, and invisible characters from both ends of a cell.
func Trim(s string) string {
	if s == "" || (plain(s[0]) || wide(s)) && (plain(s[len(s)-1]) || wide(s[max(len(s)-3, 0):])) {
		return s
	}
	return strings.TrimFunc(s, padding)
}

// wide tells texts that begin with a character of U+3001 to U+EFFF, three bytes in UTF-8: most of what is
// written in East Asia, and no padding.
func wide(s string) bool {
	return len(s) >= 3 && s[0] >= 0xe3 && s[0] <= 0xee && (s[0] > 0xe3 || s[1] > 0x80 || s[2] > 0x80)
}

// plain tells the bytes that need no second look at the end of a cell.
func plain(b byte) bool { return b > ' ' && b <= unicode.MaxASCII }

// padding tells what may stand around a cell unseen: spaces and characters of no width.
func padding(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad':
		return true
	}
	return unicode.IsSpace(r)
}

// LineBreak is what Unfit says of a cell of several lines.
const LineBreak = "cell holds a line break"

// Lines are the lines of a cell, without the spaces around them and without empty ones.
func Lines(s string) (lines []string) {
	for line := range strings.FieldsFuncSeq(s, breaks) {
		if line = Trim(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func breaks(r rune) bool { return r == '\r' || r == '\n' || r == '\u2028' || r == '\u2029' }

// Unfit says what makes a text unfit to be printed or sent; it is empty where nothing does.
func Unfit(s string) string {
	for _, r := range s {
		switch {
		case r >= ' ' && r < 0x7f, r > '\u2029' && r != '\uFFFD':
		case breaks(r):
			return LineBreak
		case unicode.IsControl(r):
			return "cell holds a control character"
		case r == '\uFFFD':
			return "cell holds U+FFFD, the trace of a character that an earlier conversion lost"
		}
	}
	return ""
}
