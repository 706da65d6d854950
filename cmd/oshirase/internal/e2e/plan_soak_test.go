//go:build soak

package e2e

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"oshirase/config/programmes/cathay"
	"oshirase/config/programmes/jtb"
	"oshirase/jobs/email/emailtest"
)

// fullPlan is what plan --json says of a programme at its real size.
type fullPlan struct {
	Rows, People, Unaffected, Rejects, Deliveries int

	Files    []struct{ Rows int }
	Joined   map[string]int // rows, by key
	Segments []struct {
		Name       string
		People     int
		Exclusions []struct {
			Name string
			Rows int
		}
	}
	Batches []struct {
		Name   string
		People int
	}
	Elements []struct {
		Name   string
		People int
	}
	Locales, Channels map[string]int
	Forecast          struct {
		From, To time.Time
		Days     []struct{ Emails, Calls int }
	}
}

// planWhole writes a sample of scale 1 and plans it, and says how long that took and how much memory.
func planWhole(t *testing.T, name string) (p fullPlan) {
	t.Helper()
	s := newSite(t, emailtest.Options{})
	folder := filepath.Join(s.dir, "campaign")
	begun := time.Now()
	s.do("sample", name, "--out", folder, "--scale", "1")
	written := time.Now()
	cmd := s.command("plan", folder, "--json")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("plan: %v\n%s", err, s.log())
	}
	s.must(json.Unmarshal(out, &p))
	memory := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10
	t.Logf("written in %.1f s, planned in %.1f s with at most %d MB", written.Sub(begun).Seconds(),
		time.Since(written).Seconds(), memory)
	t.Logf("%d rows, %d people, %d deliveries, %v; forecast %v", p.Rows, p.People, p.Deliveries, p.Channels,
		p.Forecast)
	return p
}

// segments counts people by segment.
func (p fullPlan) segments() map[string]int {
	people := map[string]int{}
	for _, s := range p.Segments {
		people[s.Name] = s.People
	}
	return people
}

// elements counts people by kind of data.
func (p fullPlan) elements() map[string]int {
	people := map[string]int{}
	for _, e := range p.Elements {
		people[e.Name] = e.People
	}
	return people
}

// told counts people by batch, of those that have any.
func (p fullPlan) told() map[string]int {
	people := map[string]int{}
	for _, b := range p.Batches {
		if b.People > 0 {
			people[b.Name] = b.People
		}
	}
	return people
}

// out counts rows by segment and the exclusion that took them out.
func (p fullPlan) out() map[string]map[string]int {
	rows := map[string]map[string]int{}
	for _, s := range p.Segments {
		for _, x := range s.Exclusions {
			if rows[s.Name] == nil {
				rows[s.Name] = map[string]int{}
			}
			rows[s.Name][x.Name] = x.Rows
		}
	}
	return rows
}

// same holds counts by name against those of the sample's own facts.
func same(t *testing.T, what string, got, want map[string]int) {
	t.Helper()
	if !maps.Equal(got, want) {
		t.Errorf("%s\n%v, want\n%v", what, got, want)
	}
}

func TestAllOfTheAgencysPeopleArePlannedForTenDays(t *testing.T) {
	p := planWhole(t, "jtb")
	if p.Rows != 7_930_000+396_500 || p.People != 6_790_000 || p.Unaffected != 396_500 || p.Rejects != 0 {
		t.Errorf("%d rows, %d people, %d rows of others, %d rejects", p.Rows, p.People, p.Unaffected, p.Rejects)
	}
	want, err := jtb.Expect(jtb.Scaled(1))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "joined", p.Joined, want.Joined)
	maps.DeleteFunc(want.Told, func(_ string, n int) bool { return n == 0 })
	same(t, "told", p.told(), want.Told)
	segments := maps.Clone(want.Booked)
	segments["passport"], segments["passport-expired"] = 4_300, 8_600
	same(t, "segments", p.segments(), segments)
	out := p.out()
	for segment, rows := range want.Out {
		same(t, "out of "+segment, out[segment], rows)
	}
	p.holdTenDays(t)
}

// holdTenDays sees that all are to be written to on ten days, within the hours: twelve a day, at 15.7 a second.
func (p fullPlan) holdTenDays(t *testing.T) {
	t.Helper()
	emails, days := 0, 0
	for _, day := range p.Forecast.Days {
		if emails += day.Emails; day.Emails > 0 {
			days++
		}
		if day.Emails > 12*3600*157/10 {
			t.Errorf("%d messages in a day", day.Emails)
		}
	}
	if days != 10 || emails != p.Deliveries || p.Forecast.From.Hour() != 8 || p.Forecast.To.Hour() >= 20 {
		t.Errorf("%d messages of %d on %d days, from %s to %s", emails, p.Deliveries, days, p.Forecast.From,
			p.Forecast.To)
	}
}

func TestAllOfTheAirlinesPassengersArePlanned(t *testing.T) {
	p, want := planWhole(t, "cathay"), cathay.Expect(1)
	if p.People != 9_400_000 || p.Unaffected != want.Unaffected || p.Rejects != 0 {
		t.Errorf("%d people, %d rows of others, %d rejects", p.People, p.Unaffected, p.Rejects)
	}
	segments, elements := p.segments(), p.elements()
	if segments["card-expired"] != 403 || segments["card-without-cvv"] != 27 ||
		elements["passport_number"] != 860_000 || elements["id_card_number"] != 245_000 {
		t.Errorf("%v, %v", segments, elements)
	}
	same(t, "segments", segments, want.Segments)
	same(t, "elements", elements, want.Elements)
	same(t, "languages", p.Locales, want.Locales)
	same(t, "channels", p.Channels, map[string]int{"email": want.Email, "letter": want.Letters})
	t.Logf("%v; %v; %v", segments, elements, p.Locales)
	if len(elements) != 13 {
		t.Errorf("%d kinds of data", len(elements))
	}
}
