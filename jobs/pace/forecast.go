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

// Schedule is what has to be sent, and how fast it may be.
type Schedule struct {
	Reports  Load   // to companies: all of them go before the batches
	Batches  []Load // in their order
	Parallel int    // batches open at once; below 1 is one
	Rates    Rates
	Hours    Hours
	Zone     *time.Location // of the days
}

// Course is when a batch's first attempts begin and end. A zero To says that they never end: no window
// opens for them, or not within the years that are looked at. That of a batch without e-mails is zero.
type Course struct{ From, To time.Time }

// Day is how many first attempts fall on a day of the calendar, reports to companies among them, and how many people
// call because of all that they were sent before.
type Day struct {
	Day    string `json:"day"` // YYYY-MM-DD
	Emails int    `json:"emails"`
	Calls  int    `json:"calls"`
}

// Forecast is the course of a campaign's batches, in their order, at given rates and hours. It knows nothing of
// what providers will bear: breakers make it later. Batches that are open side by side share all rates evenly: where
// each has a slow provider of its own they are sooner than it says.
type Forecast struct {
	Reports Course
	Courses []Course // of the batches
	zone    *time.Location
	sent    map[string]float64 // e-mails by day
	told    map[string]float64 // those of them to people
}

// Foresee walks through the schedule from a moment on.
func Foresee(now time.Time, s Schedule) *Forecast {
	f := &Forecast{zone: s.Zone, sent: map[string]float64{}, told: map[string]float64{}}
	reports := walk{Schedule: s, loads: []Load{s.Reports}}
	reports.run(now, func(at time.Time, n float64) { f.sent[f.day(at)] += n })
	if f.Reports = reports.courses[0]; !f.Reports.To.IsZero() {
		now = f.Reports.To
	}
	batches := walk{Schedule: s, loads: s.Batches}
	batches.run(now, func(at time.Time, n float64) {
		f.sent[f.day(at)] += n
		f.told[f.day(at)] += n
	})
	f.Courses = batches.courses
	return f
}

func (f *Forecast) day(at time.Time) string { return at.In(f.zone).Format(time.DateOnly) }

// Size is how many e-mails there are.
func (l Load) Size() (n int) {
	for _, k := range l.Emails {
		n += k
	}
	return n
}

// needs is the open time that a batch takes by itself: that of its slowest part.
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

// callers is how those who call are spread over the days from the one on which they were written to: most
// do at once, and after eight days hardly anybody does.
func callers() []float64 { return []float64{.25, .20, .15, .12, .10, .08, .06, .04} }

// Days lists the calendar from the first day on which something is sent to the last on which somebody
// calls. Of the people who get an e-mail, a share of calls calls. The numbers of all days add up.
func (f *Forecast) Days(calls float64) []Day {
	ringing := map[string]float64{}
	first, last := "", ""
	for day := range f.sent {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			continue // it was formatted above
		}
		for i, share := range callers() {
			on := at.AddDate(0, 0, i).Format(time.DateOnly)
			ringing[on] += f.told[day] * calls * share
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
