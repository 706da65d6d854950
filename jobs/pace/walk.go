package pace

import (
	"cmp"
	"slices"
	"time"
)

// walk goes through the batches of a schedule, span by span. In a span nothing changes: it ends with a day, a window
// or a batch, or where one begins.
type walk struct {
	Schedule
	loads   []Load
	courses []Course
	next    int           // the first that is not open yet
	open    []running     // in the order in which they end
	given   time.Duration // what each batch that was open all the while has been given
	flow    float64       // of all that are open: e-mails for each nanosecond that each is given
}

// running is an open batch.
type running struct {
	batch int
	ends  time.Duration // when so much is given
	flow  float64
}

// mostSpans bounds the walk while no batch opens or ends: some fifty years of days.
const mostSpans = 20_000

// run finds the courses, and says of each span what is sent.
func (w *walk) run(now time.Time, spend func(at time.Time, n float64)) {
	w.courses = make([]Course, len(w.loads))
	for idle := 0; idle < mostSpans; idle++ {
		opened, until := w.Hours.Open(now)
		if opened && w.admit(now, spend) {
			idle = 0
		}
		starts := w.starts(now)
		switch {
		case len(w.open) == 0 && w.next == len(w.loads):
			return
		case len(w.open) == 0 && !starts.IsZero():
			now = starts
			continue
		case !opened:
			if now = until; now.IsZero() {
				return
			}
			continue
		}
		span := w.span(now, until, starts)
		given := span / time.Duration(len(w.open))
		spend(now, w.flow*float64(given))
		now, w.given = now.Add(span), w.given+given
		if w.end(now) {
			idle = 0
		}
	}
}

// starts is when the next batch may open, where it is only its start that keeps it; zero otherwise.
func (w *walk) starts(now time.Time) time.Time {
	if w.next == len(w.loads) || len(w.open) >= max(w.Parallel, 1) || !w.loads[w.next].Start.After(now) {
		return time.Time{}
	}
	return w.loads[w.next].Start
}

// admit opens the batches whose turn has come, as the ledger does: in their order, each when its start has come and
// fewer than Parallel are in their first attempts.
func (w *walk) admit(now time.Time, spend func(at time.Time, n float64)) (some bool) {
	for ; w.next < len(w.loads) && !w.loads[w.next].Start.After(now); w.next++ {
		n, needs := w.loads[w.next].Size(), w.loads[w.next].needs(w.Rates)
		if n == 0 {
			continue
		}
		if len(w.open) >= max(w.Parallel, 1) {
			return some
		}
		some = true
		w.courses[w.next].From = now
		if needs <= 0 {
			w.courses[w.next].To = now
			spend(now, float64(n))
			continue
		}
		w.enter(running{w.next, w.given + needs, float64(n) / float64(needs)})
	}
	return some
}

func (w *walk) enter(r running) {
	i, _ := slices.BinarySearchFunc(w.open, r, func(a, b running) int { return cmp.Compare(a.ends, b.ends) })
	w.open = slices.Insert(w.open, i, r)
	w.flow += r.flow
}

// span is how long nothing changes.
func (w *walk) span(now, until, starts time.Time) time.Duration {
	y, m, d := now.In(w.Zone).Date()
	span := time.Date(y, m, d+1, 0, 0, 0, 0, w.Zone).Sub(now)
	for _, limit := range []time.Time{until, starts} {
		if !limit.IsZero() {
			span = min(span, limit.Sub(now))
		}
	}
	side := time.Duration(len(w.open))
	if left := w.open[0].ends - w.given; left <= span/side {
		span = left * side
	}
	return span
}

// end closes the batches that are done.
func (w *walk) end(now time.Time) (some bool) {
	for len(w.open) > 0 && w.open[0].ends <= w.given {
		w.courses[w.open[0].batch].To = now
		w.flow -= w.open[0].flow
		w.open, some = w.open[1:], true
	}
	if len(w.open) == 0 {
		w.given, w.flow = 0, 0 // nothing adds up over a long schedule
	}
	return some
}
