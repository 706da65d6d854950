package main

import (
	"testing"
	"time"

	"oshirase/config/campaign"
	"oshirase/jobs/compose"
	"oshirase/jobs/ledger"
	"oshirase/jobs/office"
)

func TestCodesThatAreOverAreNotWrittenAgain(t *testing.T) {
	t.Parallel()
	p := &program{now: func() time.Time { return time.Date(2020, 4, 6, 15, 0, 0, 0, time.UTC) }}
	of := func(c *campaign.Codes) *office.Office {
		f := &campaign.Folder{Location: time.FixedZone("JST", 9*60*60)}
		f.Manifest.Codes = c
		return &office.Office{ID: "c", Book: &compose.Book{Folder: f}}
	}
	lots := func(list ...ledger.LotCounts) []ledger.LotCounts { return list }
	over := ledger.LotCounts{Expires: "2020-04-06", Reserved: 2}
	for name, c := range map[string]struct {
		codes   *campaign.Codes
		lots    []ledger.LotCounts
		need    int
		refused bool
	}{
		"all that were given are over":     {&campaign.Codes{}, lots(over), 1, true},
		"one day more":                     {&campaign.Codes{}, lots(ledger.LotCounts{Expires: "2020-04-07", Reserved: 2}), 1, false},
		"enrolment is over":                {&campaign.Codes{}, lots(ledger.LotCounts{Expires: "2022-04-06", EnrollBy: "2020-04-01", Reserved: 1}), 1, true},
		"some were given later":            {&campaign.Codes{}, lots(over, ledger.LotCounts{Expires: "2021-04-06", Reserved: 1}), 1, false},
		"the later ones nobody was given":  {&campaign.Codes{}, lots(over, ledger.LotCounts{Expires: "2021-04-06"}), 1, true},
		"nobody of the letters has a code": {&campaign.Codes{}, lots(over), 0, false},
		"it is a rehearsal":                {&campaign.Codes{Ended: "accepted"}, lots(over), 1, false},
		"the campaign has none":            {nil, nil, 0, false},
	} {
		if err := p.stillOfUse(of(c.codes), c.lots, c.need); (err != nil) != c.refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}
