package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/evidence"
	"oshirase/jobs/ledger"
)

func TestALogIsOfTheRelayThatIsNamedOrOfTheOnlyOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ given, relays, want string }{
		{"a.log b.log", "mx1:25", "map[mx1:25:[a.log b.log]]"},
		{"mx1:25=a.log mx2:25=b.log mx1:25=c.log", "mx1:25 mx2:25", "map[mx1:25:[a.log c.log] mx2:25:[b.log]]"},
		{"[::1]:25=a.log", "[::1]:25", "map[[::1]:25:[a.log]]"},
		{"x=y.log", "mx1:25", "map[mx1:25:[x=y.log]]"},
		{"a.log", "", "map[:[a.log]]"},
		{"a.log", "mx1:25 mx2:25", "whose log"},
		{"mx3:25=a.log", "mx1:25", "no attempt was made"},
	} {
		files, err := logsOf(strings.Fields(c.given), strings.Fields(c.relays))
		got := fmt.Sprint(files)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%q of %q: %s, want %s", c.given, c.relays, got, c.want)
		}
	}
}

// relayLog is what the log of a relay says of delivery 7: that it is whole, and that it was taken or not.
func relayLog(t *testing.T, o evidence.Options, took bool) *evidence.Search {
	t.Helper()
	claimed := time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC)
	s := evidence.New([]evidence.Delivery{
		{ID: 7, MessageID: "m@example.com", ReturnPath: "b@example.com", Earliest: claimed, Latest: claimed},
	}, o)
	var text strings.Builder
	line := func(minute int, daemon, says string) {
		at := claimed.Add(time.Duration(minute) * time.Minute).Format(time.RFC3339)
		fmt.Fprintf(&text, "%s mx postfix/%s[1]: %s\n", at, daemon, says)
	}
	for minute := -5; minute < 20; minute++ {
		line(minute, "qmgr", "4ZZ111zzz: from=<x@example.jp>, size=1, nrcpt=1 (queue active)")
		if took && minute == 1 {
			line(minute, "cleanup", "4ZZ222zzz: message-id=<m@example.com>")
			line(minute, "qmgr", "4ZZ222zzz: from=<b@example.com>, size=1, nrcpt=1 (queue active)")
		}
	}
	if err := s.Read(evidence.File{Reader: strings.NewReader(text.String())}); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhereTheRelayIsNotKnownAllMustSayThatTheyDidNotTakeIt(t *testing.T) {
	t.Parallel()
	none, took := relayLog(t, evidence.Options{}, false), relayLog(t, evidence.Options{}, true)
	for name, c := range map[string]struct {
		relay    string // of the attempt
		relays   string
		searches map[string]*evidence.Search
		want     evidence.Finding
	}{
		"its own relay took it":         {"a:1", "a:1 b:1", map[string]*evidence.Search{"a:1": took}, evidence.Sent},
		"its own relay did not":         {"a:1", "a:1 b:1", map[string]*evidence.Search{"a:1": none}, evidence.Unsent},
		"another's log says nothing":    {"a:1", "a:1 b:1", map[string]*evidence.Search{"b:1": none}, evidence.Uncertain},
		"unknown, and one took it":      {"", "a:1 b:1", map[string]*evidence.Search{"b:1": took}, evidence.Sent},
		"unknown, and one log is given": {"", "a:1 b:1", map[string]*evidence.Search{"b:1": none}, evidence.Uncertain},
		"unknown, and none did":         {"", "a:1 b:1", map[string]*evidence.Search{"a:1": none, "b:1": none}, evidence.Unsent},
		"no relay is known":             {"", "", map[string]*evidence.Search{"": none}, evidence.Uncertain},
	} {
		in := &inquiry{relays: strings.Fields(c.relays), searches: c.searches}
		v := in.verdict(ledger.Doubt{Delivery: 7, Relay: c.relay})
		if v.Finding != c.want || v.Why == "" {
			t.Errorf("%s: %+v, want %s", name, v, c.want)
		}
	}
}

func TestALogWithoutMailOfTheCampaignIsStrange(t *testing.T) {
	t.Parallel()
	ours := evidence.Options{Ours: func(path string) bool { return path == "b@example.com" }}
	in := &inquiry{searches: map[string]*evidence.Search{
		"a:1": relayLog(t, ours, true), "b:1": relayLog(t, ours, false),
	}}
	if got := in.strange(); len(got) != 1 || got[0] != "b:1" {
		t.Errorf("strange %v", got)
	}
	if got := in.given(); got != "a:1, b:1" {
		t.Errorf("given %q", got)
	}
}
