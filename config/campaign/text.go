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
// one: time.Time, float64, bool or string by name.
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
