package main

import (
	"testing"
	"time"
)

func TestTheTimeLeftFollowsTheLastSeconds(t *testing.T) {
	t.Parallel()
	var m meter
	begin := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
	done, total := 0, 100_000
	say := func(after time.Duration) string {
		at := begin.Add(after)
		m.add(at, done, "rows")
		return m.tempo(at, done, total)
	}
	if got := say(0); got != "" {
		t.Errorf("at the start: %q", got)
	}
	done = 500
	if got := say(time.Second); got != "" {
		t.Errorf("too early to know: %q", got)
	}
	for s := 2; s <= 30; s++ {
		done = 500 * s
		say(time.Duration(s) * time.Second)
	}
	if got := say(30 * time.Second); got != ", 500/s, 3 min left" {
		t.Errorf("at an even pace: %q", got)
	}
	for s := 31; s <= 45; s++ {
		say(time.Duration(s) * time.Second)
	}
	if got := say(45 * time.Second); got != "" {
		t.Errorf("nothing moves any more: %q", got)
	}
	done, total = 15_050, 15_100
	if got := say(50 * time.Second); got != ", 5.0/s, 10 s left" {
		t.Errorf("slowly: %q", got)
	}
	done, total = 15_100, 15_100
	if got := say(51 * time.Second); got != ", 10/s" {
		t.Errorf("at the end: %q", got)
	}
}

func TestWhatBeginsAnewIsMeasuredByItself(t *testing.T) {
	t.Parallel()
	var m meter
	at := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
	m.add(at, 1000, "rows")
	m.add(at.Add(5*time.Second), 10, "rows")
	if got := m.tempo(at.Add(5*time.Second), 10, 1000); got != "" {
		t.Errorf("from the start again: %q", got)
	}
	m.add(at.Add(9*time.Second), 1_000_010, "rows")
	m.add(at.Add(10*time.Second), 20, "people")
	if got := m.tempo(at.Add(10*time.Second), 20, 1000); got != "" {
		t.Errorf("something else: %q", got)
	}
}

func TestTimesAreWordedRoughly(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[float64]string{
		0.2: "0 s", 98: "98 s", 150: "3 min", 5400: "90 min", 9000: "2.5 h",
	} {
		if got := roughly(seconds); got != want {
			t.Errorf("%v: %q, want %q", seconds, got, want)
		}
	}
}
