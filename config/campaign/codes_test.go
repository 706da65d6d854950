package campaign

import (
	"testing"
	"time"
)

func TestATermEndsOnTheDayBeforeTheOneThatCorrespondsToItsFirst(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ first, term, last string }{
		{"2018-04-07", "2y", "2020-04-06"}, // Delta's offer
		{"2018-04-07", "24m", "2020-04-06"},
		{"2018-04-07", "1d", "2018-04-07"},
		{"2018-04-07", "90d", "2018-07-05"},
		{"2018-04-07", "1w", "2018-04-13"},
		{"2018-01-01", "1y", "2018-12-31"},
		{"2018-03-01", "1m", "2018-03-31"},
		{"2018-02-01", "1m", "2018-02-28"},
		{"2020-02-01", "1m", "2020-02-29"},
		{"2018-03-31", "1m", "2018-04-30"}, // no 31 April: the month's last day
		{"2018-01-31", "1m", "2018-02-28"},
		{"2018-01-29", "1m", "2018-02-28"},
		{"2018-01-28", "1m", "2018-02-27"},
		{"2020-01-30", "1m", "2020-02-29"},
		{"2020-01-29", "1m", "2020-02-28"},
		{"2018-12-31", "2m", "2019-02-28"},
		{"2020-02-29", "1y", "2021-02-28"}, // no 29 February
		{"2020-02-29", "4y", "2024-02-28"},
		{"2019-02-28", "1y", "2020-02-27"},
		{"2019-03-01", "1y", "2020-02-29"},
		{"2019-11-30", "3m", "2020-02-29"},
		{"1999-12-15", "100y", "2099-12-14"},
	} {
		terms, bad := ParseTerms(c.first, c.term, "")
		if bad != nil {
			t.Errorf("%s from %s: %v", c.term, c.first, bad)
			continue
		}
		if got := terms.Expires.Format(time.DateOnly); got != c.last {
			t.Errorf("%s from %s ends with %s, want %s", c.term, c.first, got, c.last)
		}
	}
}

func TestATermThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "2", "y", "0y", "-1y", "2 years", "2y6m", "1.5y", "2Y", "101y", "99999999999999999999y", "2年",
	} {
		if term, ok := ParseTerm(s); ok {
			t.Errorf("%q is %v", s, term)
		}
	}
	for _, c := range [][3]string{
		{"2018-02-30", "2y", ""}, {"7 April 2018", "2y", ""}, {"2018-04-07", "2y", "2018-04-06"},
		{"2018-04-07", "2y", "2020-04-07"}, {"2018-04-07", "2y", "soon"},
	} {
		if terms, bad := ParseTerms(c[0], c[1], c[2]); bad == nil {
			t.Errorf("%v is %v", c, terms)
		}
	}
}

func TestCodesAreForTheSegmentsNamedOrForAll(t *testing.T) {
	t.Parallel()
	all, some := &Codes{}, &Codes{For: []string{"card"}}
	var none *Codes
	for _, c := range []struct {
		codes    *Codes
		segments []string
		want     bool
	}{
		{all, []string{"a"}, true}, {some, []string{"a", "card"}, true}, {some, []string{"a"}, false},
		{all, nil, false}, {none, []string{"a"}, false},
	} {
		if got := c.codes.Entitles(c.segments); got != c.want {
			t.Errorf("%+v in %v: %v", c.codes, c.segments, got)
		}
	}
}

const codesPart = `codes: {file: codes.csv, starts: 2018-04-07, term: 2y, url: https://enroll.example.com}
`

func TestWhatIsWrongWithCodesIsSaid(t *testing.T) {
	t.Parallel()
	has := func(part string) map[string]string {
		return with(files(t, "segments:", part+"segments:"), "codes.csv", "code\nA-1\n")
	}
	check(t, "codes", []broken{
		{"sound", has(codesPart)},
		{"the file is missing", with(has(codesPart), "codes.csv", "")},
		{"the file is elsewhere", has("codes: {file: ../codes.csv, starts: 2018-04-07, term: 2y, " +
			"url: https://example.com}\n")},
		{"nothing is said", has("codes: {}\n")},
		{"everything is wrong", has("codes: {file: codes.csv, encoding: latin1, for: [nobody], starts: 2018-02-30, " +
			"term: 2 years, url: 'http://example.com/?id=1', collumn: x}\n")},
		{"the term is wrong", has("codes: {file: codes.csv, starts: 2018-04-07, term: 2 years, " +
			"url: https://example.com}\n")},
		{"enrolment ends after the term", has("codes: {file: codes.csv, starts: 2018-04-07, term: 2y, " +
			"url: https://example.com, enroll_by: 2020-04-07}\n")},
		{"the term is over", has("codes: {file: codes.csv, starts: 2011-08-29, term: 2y, url: https://example.com}\n")},
		{"the term ends today", has("codes: {file: codes.csv, starts: 2011-09-02, term: 2y, url: https://example.com}\n")},
		{"enrolment is over", has("codes: {file: codes.csv, starts: 2012-08-29, term: 2y, url: https://example.com, " +
			"enroll_by: 2013-08-01}\n")},
		{"it is over, and sent all the same", has("codes: {file: codes.csv, starts: 2011-08-29, term: 2y, " +
			"url: https://example.com, ended: accepted}\n")},
		{"it is over, and sent by another word", has("codes: {file: codes.csv, starts: 2018-04-07, term: 2y, " +
			"url: https://example.com, ended: yes}\n")},
	})
}

func TestASnapshotIsReadAfterItsCodesAreOver(t *testing.T) {
	t.Parallel()
	files := with(files(t, "segments:", codesPart+"segments:", "2018-04-07", "2025-04-07", "as_of: 2013-09-01", "as_of: 2030-09-01"),
		"codes.csv", "code\nA-1\n")
	f, problems, err := LoadToSend(writeFolder(t, files), now)
	if err != nil || Invalid(problems) {
		t.Fatal(problems, err)
	}
	after, err := FromSnapshot(f.Snapshot())
	if err != nil || !after.Manifest.Codes.Terms.Ended(after.Today) {
		t.Errorf("%v", err)
	}
}

func TestAnOfferIsOverByTheDayOfItsOwnZone(t *testing.T) {
	t.Parallel()
	terms, _ := ParseTerms("2018-04-07", "2y", "")
	zone := time.FixedZone("JST", 9*60*60)
	for _, c := range []struct {
		at   time.Time
		want bool
	}{
		{time.Date(2020, 4, 6, 14, 59, 0, 0, time.UTC), false},
		{time.Date(2020, 4, 6, 15, 0, 0, 0, time.UTC), true},
		{time.Time{}, false},
	} {
		if terms.Ended(c.at.In(zone)) != c.want {
			t.Errorf("at %s: %v", c.at, !c.want)
		}
	}
}

func TestASnapshotHasTheTermsOfItsCodesButNotTheCodes(t *testing.T) {
	t.Parallel()
	f := mustLoad(t, with(files(t, "segments:", codesPart+"segments:"), "codes.csv", "code\nA-1\n"))
	for name := range f.Snapshot() {
		if name == "codes.csv" {
			t.Error("the codes are in the snapshot")
		}
	}
	after, err := FromSnapshot(f.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	if c := after.Manifest.Codes; c.Terms != f.Manifest.Codes.Terms || c.Column != "code" ||
		c.Terms.Expires.Format(time.DateOnly) != "2020-04-06" {
		t.Errorf("%+v", c)
	}
}
