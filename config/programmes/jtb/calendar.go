package jtb

import (
	"strconv"
	"time"
)

// date is a day, ready to be written.
type date struct {
	year       uint16
	month, day uint8
}

// The years in which people are born, by their role in a group. No two roles share one, so that a name with
// a birth date is nobody else's. All have the same number of days.
const birthdays = 25*365 + 6

var bornFrom = [roles]int{first: 1961, spouse: 1936, child: 1986, namesake: 1911}

// The calendar begins with the first year.
const calendarFrom, calendarUntil = 1911, 2017

func newCalendar() []date {
	var days []date
	for at := newYear(calendarFrom); at.Year() < calendarUntil; at = at.AddDate(0, 0, 1) {
		days = append(days, date{uint16(at.Year()), uint8(at.Month()), uint8(at.Day())})
	}
	return days
}

func newYear(year int) time.Time { return time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC) }

// dayNumber counts from the calendar's beginning.
func dayNumber(at time.Time) int { return int(at.Sub(newYear(calendarFrom)).Hours() / 24) }

// bookedFrom and bookedUntil are the first and the last day of the bookings that are affected.
func bookedFrom() int  { return dayNumber(time.Date(2007, time.September, 1, 0, 0, 0, 0, time.UTC)) }
func bookedUntil() int { return dayNumber(time.Date(2016, time.March, 31, 0, 0, 0, 0, time.UTC)) }

// dateForm is how a system writes a day.
type dateForm uint8

const (
	slashes dateForm = iota // 1970/01/23
	digits                  // 19700123
	hyphens                 // 1970-01-23
	kanji                   // 1970年1月23日, in UTF-8
)

func (d date) append(b []byte, form dateForm) []byte {
	b = appendDigits(b, uint64(d.year), 4)
	switch form {
	case kanji:
		b = strconv.AppendUint(append(b, "年"...), uint64(d.month), 10)
		b = strconv.AppendUint(append(b, "月"...), uint64(d.day), 10)
		return append(b, "日"...)
	case digits:
		b = appendDigits(b, uint64(d.month), 2)
		return appendDigits(b, uint64(d.day), 2)
	}
	mark := byte('/')
	if form == hyphens {
		mark = '-'
	}
	b = appendDigits(append(b, mark), uint64(d.month), 2)
	return appendDigits(append(b, mark), uint64(d.day), 2)
}

// appendDigits writes the last width digits of n, ten at most.
func appendDigits(b []byte, n uint64, width int) []byte {
	const zeros = "0000000000"
	b = append(b, zeros[:width]...)
	for i := len(b) - 1; width > 0; i, width = i-1, width-1 {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return b
}
