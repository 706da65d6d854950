package campaign

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Text is a text by locale (BCP 47). A plain string in YAML is the text of every locale (key "").
type Text map[string]string

// In gives the text for the first of the locales that has one, each tried as it is and then with
// its subtags taken off from the right (RFC 4647 section 3.4). Then comes the text of every
// locale, then that of the alphabetically first locale; "" where there is no text at all.
func (t Text) In(locales ...string) string {
	for _, locale := range locales {
		if s := t.lookup(locale); s != "" {
			return s
		}
	}
	for _, key := range slices.Sorted(maps.Keys(t)) { // "" sorts first
		if t[key] != "" {
			return t[key]
		}
	}
	return ""
}

func (t Text) lookup(locale string) string {
	for locale != "" {
		if s := t.exact(locale); s != "" {
			return s
		}
		locale = locale[:max(0, strings.LastIndexByte(locale, '-'))]
	}
	return ""
}

func (t Text) exact(locale string) string {
	if s := t[locale]; s != "" {
		return s
	}
	for _, key := range slices.Sorted(maps.Keys(t)) {
		if strings.EqualFold(key, locale) {
			return t[key]
		}
	}
	return ""
}

// IncidentIn gives the incident's facts with their texts in the first of the locales that has
// one: time.Time, Moment, float64, bool or string by name.
func (m Manifest) IncidentIn(locales ...string) map[string]any {
	in := make(map[string]any, len(m.Incident))
	for name, value := range m.Incident {
		if text, ok := value.(Text); ok {
			value = text.In(locales...)
		}
		in[name] = value
	}
	return in
}

// isDate says whether a value of the incident is written as a date, valid or not.
func isDate(s string) bool {
	const form = "dddd-dd-dd"
	if len(s) != len(form) {
		return false
	}
	for i := range len(form) {
		if form[i] == 'd' && (s[i] < '0' || s[i] > '9') || form[i] == '-' && s[i] != '-' {
			return false
		}
	}
	return true
}

// Moment is a day and an hour in a zone, both as written.
type Moment time.Time

// momentForm is how a Moment is written, its zone as an IANA name.
const momentForm = "write a time with its zone, such as 2018-04-07 09:00 America/New_York"

// isMoment says whether a value of the incident begins as a Moment does, valid or not.
func isMoment(s string) bool {
	day, rest, _ := strings.Cut(s, " ")
	clock, _, _ := strings.Cut(rest, " ")
	_, err := time.Parse("15:04", clock)
	return isDate(day) && err == nil
}

// parseMoment takes no hour that its zone leaves out, as in the night in which summer time begins. Of one
// that comes twice it takes either.
func parseMoment(s string) (Moment, bool) {
	clock, name := s, ""
	if i := strings.LastIndexByte(s, ' '); i > len(time.DateOnly) {
		clock, name = s[:i], s[i+1:]
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" { // Local means something else on each machine
		return Moment{}, false
	}
	const layout = "2006-01-02 15:04"
	t, err := time.ParseInLocation(layout, clock, zone)
	return Moment(t), err == nil && t.Format(layout) == clock
}

// parseStart reads a start in one of the forms that the documentation names. A form without a
// zone is in the campaign's.
func parseStart(s string, in *time.Location) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, s, in); err == nil {
			return t, true
		}
	}
	t, err := time.Parse(time.RFC3339, s)
	return t.In(in), err == nil
}
