package fold

import (
	"bytes"
	"strings"
	"time"
	"unicode/utf8"
)

// Birthday returns a day of birth as 1970-01-02, from the forms that can be read in one way: 1970/1/2,
// 19700102, 1970年1月2日, 昭和45年1月2日, S45.1.2, each with a time of day or not. Another text is compared
// as Text. A placeholder (see NoBirthday) is nothing.
func Birthday(s string) string { return string(AppendBirthday(nil, []byte(s))) }

// AppendBirthday appends Birthday of s.
func AppendBirthday(dst, s []byte) []byte {
	var buffer [64]byte
	text := AppendText(buffer[:0], withoutTime(s))
	day, ok := readDay(text)
	switch {
	case ok && NoBirthday(day), !ok && len(bytes.Trim(text, "0-/.")) == 0:
		return dst
	case ok:
		return day.AppendFormat(dst, time.DateOnly)
	}
	return append(dst, text...)
}

// withoutTime cuts the time of day off.
func withoutTime(s []byte) []byte {
	colon := max(bytes.IndexByte(s, ':'), 0)
	if cut := bytes.LastIndexAny(s[:colon], " T"); cut > 0 {
		return s[:cut]
	}
	return s
}

// readDay reads a folded text.
func readDay(text []byte) (day time.Time, ok bool) {
	before, text := era(text)
	if before == 0 && len(text) == len("19700102") && len(bytes.Trim(text, "0123456789")) == 0 {
		return calendarDay(atoi(text[:4]), atoi(text[4:6]), atoi(text[6:]))
	}
	var parts [3]int
	for i, marks := range []string{"年-/.", "月-/.", "日"} {
		n := len(text) - len(bytes.TrimLeft(text, "0123456789"))
		if i == 0 && before == 0 && n != 4 || n == 0 || n > 4 {
			return day, false
		}
		parts[i], text = atoi(text[:n]), text[n:]
		mark, size := utf8.DecodeRune(text)
		if size == 0 && i < 2 || size > 0 && !strings.ContainsRune(marks, mark) {
			return day, false
		}
		text = text[size:]
	}
	if len(text) > 0 {
		return day, false
	}
	return calendarDay(before+parts[0], parts[1], parts[2])
}

// era cuts the name of an era off and returns the year before its first; 0 where there is none.
func era(text []byte) (before int, rest []byte) {
	for _, e := range []struct {
		name, letter string
		before       int
	}{{"明治", "m", 1867}, {"大正", "t", 1911}, {"昭和", "s", 1925}, {"平成", "h", 1988}, {"令和", "r", 2018}} {
		rest, ok := bytes.CutPrefix(text, []byte(e.name))
		if !ok {
			rest, ok = bytes.CutPrefix(text, []byte(e.letter))
		}
		if !ok {
			continue
		}
		if after, first := bytes.CutPrefix(rest, []byte("元年")); first {
			rest = append([]byte("1年"), after...)
		}
		return e.before, rest
	}
	return 0, text
}

func atoi(digits []byte) (n int) {
	for _, b := range digits {
		n = 10*n + int(b-'0')
	}
	return n
}

// calendarDay tells whether there is such a day.
func calendarDay(year, month, day int) (time.Time, bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	y, m, d := t.Date()
	return t, y == year && int(m) == month && d == day
}
