package pace

import (
	"fmt"
	"slices"
	"time"
)

// Window is a part of the day, on some days of the week, at which mail may go.
type Window struct {
	From, To time.Duration // since midnight by the clock on the wall; To is not part of it
	Days     []time.Weekday
	Zone     string   // IANA name
	Except   []string // days on which it does not open, as YYYY-MM-DD
}

// Hours are the windows of a campaign: mail goes while one of them is open. Without any it always may.
type Hours []Window

// farthest is how far ahead an opening is looked for: two holidays' seasons.
const farthest = 400

// Open tells whether mail may go, and until when that stays so. The zero time is never.
func (h Hours) Open(now time.Time) (open bool, until time.Time) {
	if len(h) == 0 {
		return true, time.Time{}
	}
	// Windows may touch or overlap: the end of one is no end while another is open.
	for t := now; ; {
		end := h.end(t)
		if end.IsZero() {
			if open = t.After(now); open {
				return true, t
			}
			return false, h.next(now)
		}
		if t = end; t.Sub(now) > 8*24*time.Hour {
			return true, t
		}
	}
}

// end is when the window that is open at a moment closes, the last one of several; zero: none is open.
func (h Hours) end(at time.Time) (end time.Time) {
	for _, w := range h {
		from, to, ok := w.on(at, 0)
		if ok && !at.Before(from) && at.Before(to) && to.After(end) {
			end = to
		}
	}
	return end
}

// next is when the first window opens after a moment; zero: none does.
func (h Hours) next(after time.Time) (next time.Time) {
	for _, w := range h {
		for day := range farthest {
			from, _, ok := w.on(after, day)
			if ok && from.After(after) {
				if next.IsZero() || from.Before(next) {
					next = from
				}
				break
			}
		}
	}
	return next
}

// on is the window's opening on the day that a moment is in, or days later.
func (w Window) on(at time.Time, days int) (from, to time.Time, ok bool) {
	zone, err := time.LoadLocation(w.Zone)
	if err != nil { // the manifest's check has seen it; a machine may lack the zone: stay shut
		return from, to, false
	}
	y, m, d := at.In(zone).Date()
	noon := time.Date(y, m, d+days, 12, 0, 0, 0, zone)
	if !slices.Contains(w.Days, noon.Weekday()) ||
		slices.Contains(w.Except, noon.Format(time.DateOnly)) {
		return from, to, false
	}
	// The clock on the wall, so that 09:00 is 09:00 on a day that is an hour shorter too.
	wall := func(t time.Duration) time.Time {
		return time.Date(y, m, d+days, 0, int(t.Minutes()), 0, 0, zone)
	}
	return wall(w.From), wall(w.To), true
}

// String is a window as a manifest writes it.
func (w Window) String() string {
	clock := func(t time.Duration) string {
		return fmt.Sprintf("%02d:%02d", int(t.Hours()), int(t.Minutes())%60)
	}
	return clock(w.From) + "-" + clock(w.To) + " " + w.Zone
}
