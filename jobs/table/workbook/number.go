package workbook

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// exact is below what Excel's fifteen digits hold.
const exact = 1e15

// lastDay is 9999-12-31, the last that Excel knows.
const lastDay = 2958465

// number writes a number as it is to be read as data.
func (b *Book) number(text string, style int) string {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	if style >= 0 && style < len(b.styles) {
		f := &b.styles[style]
		if f.date && v >= 0 && v < lastDay+1 {
			return b.date(v)
		}
		if v == math.Trunc(v) && v >= 0 && v < exact {
			if padded := f.pad(int64(v)); padded != "" {
				return padded
			}
		}
	}
	return general(v)
}

// general writes a number with all its digits and nothing else. From fifteen digits on Excel has lost
// the last ones, and the exponent says so.
func general(v float64) string {
	switch {
	case v == math.Trunc(v) && math.Abs(v) < exact:
		return strconv.FormatInt(int64(v), 10)
	case math.Abs(v) >= exact:
		return strconv.FormatFloat(v, 'E', -1, 64)
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// date writes a day's number. In the count from 1900 there is a 29 February 1900, number 60, which never
// was: the days before it are one off, and it is written as Excel shows it.
func (b *Book) date(v float64) string {
	days := int(math.Floor(v))
	seconds := int(math.Round((v - math.Floor(v)) * 86400))
	if seconds == 86400 {
		days, seconds = days+1, 0
	}
	clock := time.Unix(int64(seconds), 0).UTC().Format(time.TimeOnly)
	if days == 0 && b.since == 1900 {
		return clock
	}
	day := time.Date(1899, time.December, 30+days, 0, 0, 0, 0, time.UTC)
	text := day.Format(time.DateOnly)
	switch {
	case b.since == 1904:
		text = time.Date(1904, time.January, 1+days, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	case days < 60:
		text = day.AddDate(0, 0, 1).Format(time.DateOnly)
	case days == 60:
		text = "1900-02-29"
	}
	if seconds == 0 {
		return text
	}
	return text + " " + clock
}

// isoDate writes the rarer form, in which a date is kept as such.
func isoDate(text string) string {
	day, clock, timed := strings.Cut(strings.TrimSuffix(text, "Z"), "T")
	clock, _, _ = strings.Cut(clock, ".")
	if !timed || clock == "00:00:00" {
		return day
	}
	return day + " " + clock
}
