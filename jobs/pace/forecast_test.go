package pace

import (
	"testing"
	"time"
)

func tokyo(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func sum(days []Day) (emails, calls int) {
	for _, d := range days {
		emails, calls = emails+d.Emails, calls+d.Calls
	}
	return emails, calls
}

func TestAForecastKeepsToTheHoursAndTheRates(t *testing.T) {
	t.Parallel()
	zone := tokyo(t)
	all := []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	hours := Hours{{From: 9 * time.Hour, To: 21 * time.Hour, Days: all, Zone: "Asia/Tokyo"}}
	now := time.Date(2016, 6, 14, 12, 0, 0, 0, zone)
	loads := []Load{{Emails: map[string]int{"docomo": 3_000_000, "other": 3_790_000}}}
	f := Foresee(now, Schedule{Batches: loads, Rates: Rates{Total: 15.7}, Hours: hours, Zone: zone})
	// 6.79 million at 15.7 a second are 120.13 hours: 9 on the first day, 12 on each of the next nine, and
	// the rest on the eleventh.
	c := f.Courses[0]
	if want := time.Date(2016, 6, 24, 12, 8, 0, 0, zone); !c.From.Equal(now) || c.To.Sub(want).Abs() > time.Minute {
		t.Errorf("from %v to %v, want %v", c.From, c.To.In(zone), want)
	}
	days := f.Days(0.03)
	emails, calls := sum(days)
	if emails != 6_790_000 || calls != 203_700 {
		t.Errorf("%d e-mails, %d calls", emails, calls)
	}
	if len(days) != 11+7 || days[0].Day != "2016-06-14" || days[0].Emails != 508_680 || days[1].Emails != 678_240 ||
		days[0].Calls != 3815 || days[17].Emails != 0 || days[17].Calls == 0 {
		t.Errorf("days %v", days)
	}
}

func TestABatchWaitsForItsStartAndForTheOneBefore(t *testing.T) {
	t.Parallel()
	now := time.Date(2013, 9, 10, 0, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	loads := []Load{
		{Emails: map[string]int{"other": 86_400}},
		{Start: now.Add(-day), Emails: map[string]int{"other": 10}},
		{Start: now.Add(3 * day), Emails: map[string]int{"docomo": 3600, "other": 3600}},
	}
	f := Foresee(now, Schedule{
		Batches: loads, Rates: Rates{Total: 1, Providers: map[string]float64{"docomo": 0.25}}, Zone: time.UTC,
	})
	want := []Course{
		{now, now.Add(day)}, {now.Add(day), now.Add(day + 10*time.Second)},
		{now.Add(3 * day), now.Add(3*day + 4*time.Hour)},
	}
	for i, c := range f.Courses {
		if !c.From.Equal(want[i].From) || !c.To.Equal(want[i].To) {
			t.Errorf("batch %d: %v, want %v", i+1, c, want[i])
		}
	}
}

func TestWhatHasNoRateGoesAtOnceAndWhatHasNoWindowNever(t *testing.T) {
	t.Parallel()
	now := time.Date(2013, 9, 10, 0, 0, 0, 0, time.UTC)
	loads := []Load{{Emails: map[string]int{"other": 5}}, {}}
	f := Foresee(now, Schedule{Batches: loads, Zone: time.UTC})
	if c := f.Courses[0]; !c.From.Equal(now) || !c.To.Equal(now) {
		t.Errorf("course %v", c)
	}
	if emails, calls := sum(f.Days(1)); emails != 5 || calls != 5 {
		t.Errorf("%d e-mails, %d calls", emails, calls)
	}
	shut := Hours{{From: 0, To: time.Hour, Zone: "UTC"}} // on no day of the week
	f = Foresee(now, Schedule{Batches: loads, Rates: Rates{Total: 1}, Hours: shut, Zone: time.UTC})
	if c := f.Courses[0]; !c.To.IsZero() || len(f.Days(1)) != 0 {
		t.Errorf("course %v, days %v", c, f.Days(1))
	}
	f = Foresee(now, Schedule{Batches: loads, Rates: Rates{Total: 1e-9}, Zone: time.UTC})
	if c := f.Courses[0]; c.From.IsZero() || !c.To.IsZero() {
		t.Errorf("a course of 158 years: %v", c)
	}
}

func TestBatchesSideBySideShareTheRates(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	other := func(n int, start time.Time) Load { return Load{Start: start, Emails: map[string]int{"other": n}} }
	f := Foresee(now, Schedule{
		Batches: []Load{
			other(3*86_400, now), other(86_400, now.Add(2*day)), other(43_200, now.Add(2*day)), {Start: now.Add(9 * day)},
			other(10, time.Time{}),
		},
		Parallel: 2, Rates: Rates{Total: 1}, Zone: time.UTC,
	})
	// Two days alone; then two share for two days, when both are done; then the third, and the last after the start of
	// one that has none.
	want := []Course{
		{now, now.Add(4 * day)}, {now.Add(2 * day), now.Add(4 * day)}, {now.Add(4 * day), now.Add(4*day + 12*time.Hour)}, {},
		{now.Add(9 * day), now.Add(9*day + 10*time.Second)},
	}
	for i, c := range f.Courses {
		if !c.From.Equal(want[i].From) || !c.To.Equal(want[i].To) {
			t.Errorf("batch %d: %v, want %v", i+1, c, want[i])
		}
	}
	days := f.Days(0)
	if emails, _ := sum(days); emails != 4*86_400+43_200+10 || days[2].Emails != 86_400 || days[4].Emails != 43_200 {
		t.Errorf("%d e-mails, %v", emails, days)
	}
}

func TestReportsGoBeforeTheBatchesAndNobodyCallsForThem(t *testing.T) {
	t.Parallel()
	now := time.Date(2013, 9, 10, 0, 0, 0, 0, time.UTC)
	f := Foresee(now, Schedule{
		Reports:  Load{Start: now.Add(time.Hour), Emails: map[string]int{"other": 60}},
		Batches:  []Load{{Start: now, Emails: map[string]int{"other": 100}}},
		Parallel: 1, Rates: Rates{Total: 1}, Zone: time.UTC,
	})
	if r := f.Reports; !r.From.Equal(now.Add(time.Hour)) || !f.Courses[0].From.Equal(r.To) || !r.To.Equal(r.From.Add(time.Minute)) {
		t.Errorf("reports %v, batch %v", r, f.Courses[0])
	}
	if emails, calls := sum(f.Days(0.5)); emails != 160 || calls != 50 {
		t.Errorf("%d e-mails, %d calls", emails, calls)
	}
	if days := Foresee(now, Schedule{Batches: []Load{{Start: now}}, Zone: time.UTC}).Days(1); len(days) != 0 {
		t.Errorf("of nothing: %v", days)
	}
}
