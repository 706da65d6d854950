package pace

import (
	"testing"
	"time"
)

func days(d ...time.Weekday) []time.Weekday { return d }

var week = days(0, 1, 2, 3, 4, 5, 6)

func TestHoursOpenAndClose(t *testing.T) {
	t.Parallel()
	const h = time.Hour
	office := Window{From: 9 * h, To: 20 * h, Days: days(1, 2, 3, 4, 5), Zone: "Asia/Tokyo",
		Except: []string{"2013-09-16"}}
	for _, test := range []struct {
		name  string
		hours Hours
		now   string
		open  bool
		until string
	}{
		{"without windows always", nil, "2013-09-12T03:00:00+09:00", true, ""},
		{"on a working day", Hours{office}, "2013-09-12T09:00:00+09:00", true, "2013-09-12T20:00:00+09:00"},
		{"before it opens", Hours{office}, "2013-09-12T08:59:59+09:00", false, "2013-09-12T09:00:00+09:00"},
		{"at its end", Hours{office}, "2013-09-12T20:00:00+09:00", false, "2013-09-13T09:00:00+09:00"},
		{"over a weekend and a holiday", Hours{office}, "2013-09-13T20:00:00+09:00", false,
			"2013-09-17T09:00:00+09:00"},
		{"in another zone than the reader's", Hours{office}, "2013-09-12T00:30:00Z", true,
			"2013-09-12T20:00:00+09:00"},
		{"windows that touch are one", Hours{
			{From: 9 * h, To: 12 * h, Days: week, Zone: "UTC"}, {From: 12 * h, To: 15 * h, Days: week, Zone: "UTC"},
		}, "2013-09-12T10:00:00Z", true, "2013-09-12T15:00:00Z"},
		{"a night is two windows", Hours{
			{From: 22 * h, To: 24 * h, Days: week, Zone: "UTC"}, {To: 6 * h, Days: week, Zone: "UTC"},
		}, "2013-09-12T23:00:00Z", true, "2013-09-13T06:00:00Z"},
		{"the earlier of two openings", Hours{
			{From: 22 * h, To: 23 * h, Days: week, Zone: "UTC"}, {From: 8 * h, To: 9 * h, Days: days(5), Zone: "UTC"},
		}, "2013-09-12T23:30:00Z", false, "2013-09-13T08:00:00Z"},
		{"on the day that lacks an hour", Hours{{From: 9 * h, To: 10 * h, Days: week, Zone: "Europe/Berlin"}},
			"2013-03-31T00:00:00+01:00", false, "2013-03-31T09:00:00+02:00"},
		{"on no day at all", Hours{{From: 9 * h, To: 10 * h, Zone: "UTC"}}, "2013-09-12T10:00:00Z", false, ""},
		{"in a zone that there is not", Hours{{To: 24 * h, Days: week, Zone: "Japan/Osaka"}},
			"2013-09-12T10:00:00Z", false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			now, err := time.Parse(time.RFC3339, test.now)
			if err != nil {
				t.Fatal(err)
			}
			var want time.Time
			if test.until != "" {
				if want, err = time.Parse(time.RFC3339, test.until); err != nil {
					t.Fatal(err)
				}
			}
			open, until := test.hours.Open(now)
			if open != test.open || !until.Equal(want) {
				t.Errorf("open %v until %v, want %v until %v", open, until, test.open, want)
			}
		})
	}
	if open, until := (Hours{{To: 24 * h, Days: week, Zone: "UTC"}}).Open(noon); !open ||
		until.Sub(noon) < 7*24*h {
		t.Errorf("all day, every day: open %v until %v", open, until)
	}
}
