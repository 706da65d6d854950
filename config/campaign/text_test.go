package campaign

import (
	"reflect"
	"testing"
	"time"
)

func TestTextIsFoundByLocaleThenByItsBaseThenAtAll(t *testing.T) {
	t.Parallel()
	text := Text{"ja": "日", "en": "e", "en-GB": "gb", "zh-Hant": "繁", "ko": ""}
	for _, test := range []struct {
		text    Text
		locales []string
		want    string
	}{
		{text, []string{"ja"}, "日"},
		{text, []string{"en-GB"}, "gb"},
		{text, []string{"EN-gb"}, "gb"},
		{text, []string{"en-US"}, "e"},
		{text, []string{"zh-Hant-TW"}, "繁"},
		{text, []string{"fr", "ja-JP"}, "日"},
		{text, []string{"ko", "en"}, "e"},
		{text, []string{"fr"}, "e"},
		{text, nil, "e"},
		{Text{"": "all", "ja": "日"}, []string{"en"}, "all"},
		{Text{"": "all", "ja": "日"}, []string{"ja"}, "日"},
		{nil, []string{"ja"}, ""},
	} {
		if got := test.text.In(test.locales...); got != test.want {
			t.Errorf("%v in %v is %q, want %q", test.text, test.locales, got, test.want)
		}
	}
}

func TestIncidentInOneLanguageHasNoTextsByLocale(t *testing.T) {
	t.Parallel()
	m := Manifest{Incident: map[string]any{"where": Text{"ja": "東京", "en": "Tokyo"}, "count": 2.0}}
	want := map[string]any{"where": "Tokyo", "count": 2.0}
	if got := m.IncidentIn("en", "ja"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestAMomentNeedsAZoneAndAnHourThatThereWas(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"2018-04-07 09:00 America/New_York":  "2018-04-07T09:00:00-04:00",
		"2018-04-07 09:00 Asia/Tokyo":        "2018-04-07T09:00:00+09:00",
		"2018-04-07 09:00 UTC":               "2018-04-07T09:00:00Z",
		"2018-04-07 09:00":                   "",
		"2018-04-07 09:00 ":                  "",
		"2018-04-07 09:00 Local":             "",
		"2018-04-07 09:00 Nowhere":           "",
		"2018-04-07 9:00 Asia/Tokyo":         "",
		"2018-02-30 09:00 Asia/Tokyo":        "",
		"2018-03-11 02:30 America/New_York":  "", // summer time began at 2:00
		"2018-04-07 09:00 ../etc/Asia/Tokyo": "",
	} {
		at, ok := parseMoment(s)
		if got := time.Time(at).Format(time.RFC3339); ok != (want != "") || ok && got != want {
			t.Errorf("%q is %s, %v", s, got, ok)
		}
	}
	for s, want := range map[string]bool{
		"2018-04-07 09:00 Asia/Tokyo": true, "2018-04-07 09:00": true, "2018-04-07 9:00 x": true,
		"2018-04-07": false, "2018-04-07 to 2018-04-09": false, "9:00 on 2018-04-07": false,
	} {
		if isMoment(s) != want {
			t.Errorf("%q is taken as a moment: %v", s, !want)
		}
	}
}

func TestRatesAreReadPerSecondMinuteAndHour(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]Rate{
		"50/s": 50, "600/m": 10, "36000/h": 10, "2.5": 2.5, "7": 7,
		"": 0, "-1/s": 0, "NaN": 0, "Inf/s": 0, "5/d": 0, "5/": 0, "5 /s": 0, "/s": 0,
	} {
		if got, ok := parseRate(s); got != want || ok != (want > 0) {
			t.Errorf("%q is %v, %v", s, got, ok)
		}
	}
}

func TestProblemsAreWrittenWithThePlaceThatIsKnown(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]Problem{
		"a.csv:3:7: bad": {File: "a.csv", Line: 3, Column: 7, What: "bad", Do: "mend it"},
		"a.csv:3: bad":   {File: "a.csv", Line: 3, What: "bad"},
		"a.csv: bad":     {File: "a.csv", What: "bad", Warning: true},
	} {
		if got := p.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if Invalid([]Problem{{Warning: true}}) || !Invalid([]Problem{{Warning: true}, {}}) {
		t.Error("a warning makes a campaign invalid, or an error does not")
	}
}

func TestTheNearestKeyIsSuggestedOnlyIfItIsNear(t *testing.T) {
	t.Parallel()
	known := []string{"identity", "id", "incident", "title"}
	for word, want := range map[string]string{
		"identy": "identity", "Identity": "identity", "incidnt": "incident", "titel": "title",
		"ix": "id", "colour": "", "": "", "x": "",
	} {
		if got, _ := nearest(word, known); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}
