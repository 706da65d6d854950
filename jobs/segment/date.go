package segment

import (
	"strings"
	"time"
)

// parseDate reads a day in one of the usual forms, none of which can be read in two ways. It does by
// hand what time.Parse would do in up to five tries: there are millions of dates.
func parseDate(s string) (time.Time, bool) {
	if len(s) == 8 && digits(s, 8) == 8 {
		return civil(decimal(s[:4]), decimal(s[4:6]), decimal(s[6:]))
	}
	if len(s) < len("2006-1-2") || digits(s, 4) != 4 {
		return time.Time{}, false
	}
	year, rest := decimal(s[:4]), s[4:]
	first, second, last := separators(rest)
	rest, ok := strings.CutPrefix(rest, first)
	if !ok {
		return time.Time{}, false
	}
	month, rest, ok := upTo(rest, second)
	if !ok {
		return time.Time{}, false
	}
	day, rest, ok := upTo(rest, last)
	if !ok || rest != "" {
		return time.Time{}, false
	}
	return civil(year, month, day)
}

// separators are what stands after the year, the month and the day.
func separators(afterYear string) (first, second, last string) {
	switch afterYear[0] {
	case '-':
		return "-", "-", ""
	case '/':
		return "/", "/", ""
	case '.':
		return ".", ".", ""
	}
	return "年", "月", "日"
}

// upTo reads one or two digits and what must follow them.
func upTo(s, separator string) (n int, rest string, ok bool) {
	length := digits(s, 2)
	if length == 0 {
		return 0, "", false
	}
	rest, ok = strings.CutPrefix(s[length:], separator)
	return decimal(s[:length]), rest, ok
}

// digits counts the digits that s begins with, up to most.
func digits(s string, most int) (n int) {
	for n < len(s) && n < most && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// decimal is the value of digits.
func decimal(digits string) (n int) {
	for i := range len(digits) {
		n = 10*n + int(digits[i]-'0')
	}
	return n
}

// civil is false for a day that the calendar does not have.
func civil(year, month, day int) (time.Time, bool) {
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t, day <= 28 || t.Day() == day
}

// serial reads a spreadsheet's number of a day, from 1927 to 2099, perhaps with a time behind the point. It counts
// from 1900, as all but some old workbooks of the Macintosh do.
func serial(s string) (time.Time, bool) {
	day, clock, fraction := strings.Cut(s, ".")
	if len(day) != 5 || digits(day, 5) != 5 || day[0] == '0' || fraction && digits(clock, len(clock)) != len(clock) {
		return time.Time{}, false
	}
	n := decimal(day)
	return time.Date(1899, time.December, 30+n, 0, 0, 0, 0, time.UTC), n <= 73050
}
