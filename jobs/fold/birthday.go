package fold

import (
	"bytes"
	"strings"
	"time"
	"unicode/utf8"
)

// Birthday is Day for a day of birth. The zero time is also for what is nobody's: what systems put where a day
// is required and none is known, such as 1900-01-01 and 9999-12-31.
func Birthday(s string) (day time.Time, ok bool) {
	if day, ok = Day(s); !ok || nobodysBirthday(day) {
		return time.Time{}, ok
	}
	return day, true
}

// Day reads a day, at midnight UTC, from the forms that can be read in one way: 1970-01-02, 1970/1/2, 19700102,
// 1970年1月2日, 昭和45年1月2日, S45.1.2, each with a time of day or not. The zero time is for 0000-00-00, which
// databases write for none. It is not ok where the text is no such day.
func Day(s string) (day time.Time, ok bool) {
	var buffer [64]byte
	text := AppendText(buffer[:0], withoutTime([]byte(s)))
	if len(bytes.Trim(text, "0-/.")) == 0 {
		return time.Time{}, true
	}
	return readDay(text)
}

// nobodysBirthday tells 1900-01-01 and all before it, and what nobody has lived to see.
func nobodysBirthday(day time.Time) bool {
	return day.Year() < 1900 || day.Year() > 2100 || day.Year() == 1900 && day.YearDay() == 1
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
		if i == 0 && before == 0 && n != 4 || n == 0 || n > 4 || i > 0 && n > 2 {
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
