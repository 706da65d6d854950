package main

import (
	"fmt"
	"time"
)

// meter measures how fast something goes: over its last seconds, so that a pause shows and a slow start is
// forgotten.
type meter struct {
	what  string
	marks []mark // a second apart, the oldest first
}

type mark struct {
	at   time.Time
	done int
}

const (
	meterSpan = 10 * time.Second // what is looked back on
	meterMark = time.Second
	meterSure = 2 * time.Second // before it nothing is said
)

// add takes a reading. Another kind of thing, or one that begins anew, is measured by itself.
func (m *meter) add(at time.Time, done int, what string) {
	if n := len(m.marks); what != m.what || n > 0 && done < m.marks[n-1].done {
		m.what, m.marks = what, nil
	}
	for len(m.marks) > 1 && at.Sub(m.marks[0].at) > meterSpan {
		m.marks = m.marks[1:]
	}
	if n := len(m.marks); n == 0 || at.Sub(m.marks[n-1].at) >= meterMark {
		m.marks = append(m.marks, mark{at, done})
	}
}

// rate is how many a second; 0 where that is not known.
func (m *meter) rate(at time.Time, done int) float64 {
	if len(m.marks) == 0 || at.Sub(m.marks[0].at) < meterSure {
		return 0
	}
	first := m.marks[0]
	return float64(done-first.done) / at.Sub(first.at).Seconds()
}

// tempo words the rate and the time left, behind a comma; nothing where they are not known.
func (m *meter) tempo(at time.Time, done, total int) string {
	rate := m.rate(at, done)
	if rate <= 0 {
		return ""
	}
	text := fmt.Sprintf(", %.1f/s", rate)
	if rate >= 10 {
		text = ", " + thousands(int(rate)) + "/s"
	}
	if done >= total {
		return text
	}
	return text + ", " + roughly(float64(total-done)/rate) + " left"
}

// roughly words a time as somebody who waits wants to know it.
func roughly(seconds float64) string {
	switch {
	case seconds < 99:
		return fmt.Sprintf("%d s", int(seconds+0.5))
	case seconds < 99*60:
		return fmt.Sprintf("%d min", int(seconds/60+0.5))
	}
	return fmt.Sprintf("%.1f h", seconds/3600)
}
