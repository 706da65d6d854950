package campaign

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Window is a part of the day in which e-mail may go. Windows add up: it goes while one of them is
// open.
type Window struct {
	From     string   `yaml:"from"`     // HH:MM
	To       string   `yaml:"to"`       // HH:MM, up to 24:00; not part of it
	Days     []string `yaml:"days"`     // mon … sun, or ranges such as mon-fri; every day by default
	Timezone string   `yaml:"timezone"` // IANA name; the campaign's by default
	Except   []string `yaml:"except"`   // YYYY-MM-DD: holidays

	Opens    time.Duration  `yaml:"-"` // From, since midnight
	Closes   time.Duration  `yaml:"-"`
	Weekdays []time.Weekday `yaml:"-"` // of Days, in the order of the week
}

// weekdays are the names that days have in a manifest, as time.Weekday numbers them.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

const clockForm = `write "HH:MM", such as "09:00"`

// checkWindows also fills what the manifest leaves out.
func (l *loader) checkWindows(m *Manifest) {
	for i := range m.Windows {
		w, at := &m.Windows[i], index("windows", i)
		orDefault(&w.Timezone, m.Timezone)
		if zone, err := time.LoadLocation(w.Timezone); l.given(at+".timezone") &&
			(err != nil || zone == time.Local) {
			l.add(at+".timezone", fmt.Sprintf("unknown time zone %q", w.Timezone),
				"write an IANA name such as Asia/Tokyo")
		}
		l.checkClock(at, w)
		l.checkDays(at+".days", w)
		for j, day := range w.Except {
			if _, err := time.Parse(time.DateOnly, day); err != nil {
				l.add(index(at+".except", j), fmt.Sprintf("%q is not a day", day), "write YYYY-MM-DD")
			}
		}
	}
}

func (l *loader) checkClock(at string, w *Window) {
	from, okFrom := parseClock(w.From)
	to, okTo := parseClock(w.To)
	if !okFrom {
		l.add(at+".from", fmt.Sprintf("%q is not a time of the day", w.From), clockForm)
	}
	if !okTo {
		l.add(at+".to", fmt.Sprintf("%q is not a time of the day", w.To), clockForm)
	}
	if okFrom && okTo && from >= to {
		l.add(at+".to", fmt.Sprintf("a window that ends at %s before it begins", w.To),
			"for a night write two windows, one up to 24:00 and one from 00:00")
	}
	w.Opens, w.Closes = from, to
}

func parseClock(s string) (time.Duration, bool) {
	if s == "24:00" {
		return 24 * time.Hour, true
	}
	t, err := time.Parse("15:04", s)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err == nil
}

func (l *loader) checkDays(at string, w *Window) {
	on := map[time.Weekday]bool{}
	if len(w.Days) == 0 {
		w.Days = slices.Clone(weekdays)
	}
	for i, day := range w.Days {
		first, last, isRange := strings.Cut(day, "-")
		if !isRange {
			last = first
		}
		from, to := slices.Index(weekdays, first), slices.Index(weekdays, last)
		if from < 0 || to < 0 {
			l.add(index(at, i), fmt.Sprintf("%q is no day of the week", day),
				"write mon, tue, wed, thu, fri, sat, sun or a range such as mon-fri")
			continue
		}
		for d := from; ; d = (d + 1) % len(weekdays) { // fri-mon goes over the week's end
			on[time.Weekday(d)] = true
			if d == to {
				break
			}
		}
	}
	w.Weekdays = slices.Sorted(maps.Keys(on))
}

// checkPace looks at what slows e-mail down.
func (l *loader) checkPace(m *Manifest) {
	l.checkWindows(m)
	for _, domain := range sortedKeys(m.Providers) {
		at := "providers." + domain
		if domain != strings.ToLower(domain) || !strings.Contains(strings.Trim(domain, "."), ".") ||
			strings.ContainsAny(domain, "@ ") {
			l.add(at, fmt.Sprintf("%q is not a domain", domain),
				"write in lower case what follows the @, such as example.jp: provider")
		}
		if name := m.Providers[domain]; !isID(name) {
			l.add(at, fmt.Sprintf("provider %q is not in the form of an id", name), idForm)
		}
	}
	for _, name := range sortedKeys(m.Rates.Connections) {
		if m.Rates.Connections[name] < 1 {
			l.add("rates.connections."+name, "connections must be 1 or more",
				"leave it out for as many as there are; to send nothing, hold the campaign")
		}
	}
}
