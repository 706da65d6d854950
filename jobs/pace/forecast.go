package pace

import (
	"math"
	"time"
)

// Load is what a batch has to send: e-mails by provider, from Start on. The zero Start is as soon as its
// turn comes.
type Load struct {
	Start  time.Time
	Emails map[string]int
}

// Course is when a batch's first attempts begin and end. A zero To says that they never end: no window
// opens for them, or not within the years that are looked at.
type Course struct{ From, To time.Time }

// Day is how many first attempts fall on a day of the calendar, and how many people call because of all
// that went before.
type Day struct {
	Day    string `json:"day"` // YYYY-MM-DD
	Emails int    `json:"emails"`
	Calls  int    `json:"calls"`
}

// Forecast is the course of a campaign's batches, one after the other, at given rates and hours. It knows
// nothing of what providers will bear: breakers make it later, and nothing makes it sooner. Batches that are
// open side by side share the rates, so that the last of them ends when it would in turn.
type Forecast struct {
	Courses []Course
	zone    *time.Location
	sent    map[string]float64 // by day
}

// mostSpans bounds the walk: a span is a window's part of a day.
const mostSpans = 20_000

// Foresee walks through the batches. The zone is that of the days.
func Foresee(now time.Time, loads []Load, r Rates, hours Hours, zone *time.Location) *Forecast {
	f := &Forecast{zone: zone, sent: map[string]float64{}}
	for _, load := range loads {
		if load.Start.After(now) {
			now = load.Start
		}
		c := f.walk(now, load.needs(r), load.Size(), hours)
		if f.Courses = append(f.Courses, c); !c.To.IsZero() {
			now = c.To
		}
	}
	return f
}

// Size is how many e-mails there are.
func (l Load) Size() (n int) {
	for _, k := range l.Emails {
		n += k
	}
	return n
}

// needs is the open time that a batch takes: that of its slowest part.
func (l Load) needs(r Rates) time.Duration {
	longest := 0.0
	if r.Total > 0 {
		longest = float64(l.Size()) / r.Total
	}
	for provider, n := range l.Emails {
		if rate := r.Providers[provider]; rate > 0 {
			longest = max(longest, float64(n)/rate)
		}
	}
	return time.Duration(min(longest*float64(time.Second), math.MaxInt64/2))
}

// walk spends a batch's time in the hours in which mail may go.
func (f *Forecast) walk(at time.Time, needs time.Duration, n int, hours Hours) Course {
	var c Course
	left := needs
	for range mostSpans {
		open, until := hours.Open(at)
		if !open {
			if at = until; at.IsZero() {
				return c
			}
			continue
		}
		if c.From.IsZero() {
			c.From = at
		}
		span := f.midnight(at).Sub(at)
		if !until.IsZero() {
			span = min(span, until.Sub(at))
		}
		span = min(span, left)
		f.spend(at, n, span, needs)
		at, left = at.Add(span), left-span
		if left <= 0 {
			c.To = at
			return c
		}
	}
	return c
}

// midnight is when the day of a moment ends.
func (f *Forecast) midnight(at time.Time) time.Time {
	y, m, d := at.In(f.zone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, f.zone)
}

func (f *Forecast) spend(at time.Time, n int, span, needs time.Duration) {
	share := 1.0
	if needs > 0 {
		share = float64(span) / float64(needs)
	}
	f.sent[at.In(f.zone).Format(time.DateOnly)] += float64(n) * share
}

// callers is how those who call are spread over the days from the one on which they were written to: most
// do at once, and after eight days hardly anybody does.
func callers() []float64 { return []float64{.25, .20, .15, .12, .10, .08, .06, .04} }

// Days lists the calendar from the first day on which something is sent to the last on which somebody
// calls. Of those who are written to, a share of calls calls. The numbers of all days add up.
func (f *Forecast) Days(calls float64) []Day {
	ringing := map[string]float64{}
	first, last := "", ""
	for day, n := range f.sent {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			continue // it was formatted above
		}
		for i, share := range callers() {
			on := at.AddDate(0, 0, i).Format(time.DateOnly)
			ringing[on] += n * calls * share
			last = max(last, on)
		}
		if first == "" || day < first {
			first = day
		}
	}
	var days []Day
	var sent, rung float64
	for day := first; day != "" && day <= last; day = following(day) {
		d := Day{Day: day, Emails: -int(math.Round(sent)), Calls: -int(math.Round(rung))}
		sent, rung = sent+f.sent[day], rung+ringing[day]
		d.Emails, d.Calls = d.Emails+int(math.Round(sent)), d.Calls+int(math.Round(rung))
		days = append(days, d)
	}
	return days
}

// following is the next day; empty for what is none.
func following(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return at.AddDate(0, 0, 1).Format(time.DateOnly)
}
