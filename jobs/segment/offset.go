package segment

import (
	"strings"
	"time"
)

// offset reads what a cell says of the time in which its clock goes: 2013-04-30T15:00:00Z is a moment, and its day
// another in Tokyo than in London. named is false for a cell that says nothing of it, as one without a time of day; ok
// for what can be read. The names of zones are not read, but for UTC: IST is that of three countries.
func offset(cell string) (sinceMidnight, east time.Duration, named, ok bool) {
	colon := strings.IndexByte(cell, ':')
	if colon < 0 {
		return 0, 0, false, true
	}
	rest := cell[strings.LastIndexAny(cell[:colon], " T")+1:]
	clock := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789:.,"))]
	zone, _, _ := strings.Cut(strings.TrimSpace(rest[len(clock):]), "[") // in some programs the zone's name follows
	if !strings.EqualFold(zone, "Z") && !strings.ContainsAny(zone, "+-0123456789") && !universal(zone) {
		return 0, 0, false, true
	}
	sinceMidnight, whole := sinceOf(clock)
	east, known := eastOf(zone)
	return sinceMidnight, east, true, whole && known
}

func universal(zone string) bool { return zone == "UTC" || zone == "GMT" }

// sinceOf reads 15:00, 15:00:00 and 15:00:00.123, as far as the second.
func sinceOf(clock string) (time.Duration, bool) {
	clock, _, _ = strings.Cut(strings.Replace(clock, ",", ".", 1), ".")
	parts := strings.Split(clock, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, false
	}
	var out time.Duration
	for i, unit := range []time.Duration{time.Hour, time.Minute, time.Second}[:len(parts)] {
		n, ok := below(parts[i], []int{25, 60, 61}[i])
		if !ok {
			return 0, false
		}
		out += time.Duration(n) * unit
	}
	return out, true
}

// eastOf reads Z, UTC, +09:00, +0900, +09 and UTC+9. East of Greenwich is more.
func eastOf(zone string) (time.Duration, bool) {
	if strings.EqualFold(zone, "Z") {
		return 0, true
	}
	for _, name := range []string{"UTC", "GMT"} {
		zone = strings.TrimPrefix(zone, name)
	}
	if zone == "" {
		return 0, true
	}
	sign := time.Duration(1)
	if zone[0] == '-' {
		sign = -1
	} else if zone[0] != '+' {
		return 0, false
	}
	hours, minutes, _ := strings.Cut(zone[1:], ":")
	if len(hours) == len("0900") && minutes == "" {
		hours, minutes = hours[:2], hours[2:]
	}
	h, whole := below(hours, 15)
	m, ok := 0, true
	if minutes != "" {
		m, ok = below(minutes, 60)
	}
	return sign * (time.Duration(h)*time.Hour + time.Duration(m)*time.Minute), whole && ok
}

// below reads one or two digits of a number less than most.
func below(s string, most int) (int, bool) {
	if len(s) == 0 || len(s) > 2 || digits(s, 2) != len(s) {
		return 0, false
	}
	n := decimal(s)
	return n, n < most
}
