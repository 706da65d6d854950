package main

import (
	"testing"
	"time"

	"oshirase/jobs/ledger"
)

func TestARunEndsWhereAllThatIsLeftWasStopped(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		what     string
		campaign ledger.Campaign
		batch    ledger.BatchCounts
		states   map[ledger.State]int
		ends     bool
	}{
		{"nothing stopped", ledger.Campaign{}, ledger.BatchCounts{}, map[ledger.State]int{ledger.Ready: 1}, false},
		{"held", ledger.Campaign{}, ledger.BatchCounts{Held: true}, map[ledger.State]int{ledger.Ready: 1}, true},
		{"a cancelled batch", ledger.Campaign{}, ledger.BatchCounts{Cancelled: true},
			map[ledger.State]int{ledger.Typeset: 2}, true},
		{"a cancelled campaign", ledger.Campaign{Cancelled: true}, ledger.BatchCounts{},
			map[ledger.State]int{ledger.Ready: 2}, true},
		{"one at the relay", ledger.Campaign{Cancelled: true}, ledger.BatchCounts{Cancelled: true},
			map[ledger.State]int{ledger.Sending: 1}, false},
	} {
		test.batch.Opened = time.Now()
		test.batch.Channels = map[string]map[ledger.State]int{ledger.Email: test.states}
		c := ledger.Counts{Campaign: test.campaign, Batches: []ledger.BatchCounts{test.batch}}
		if waitsForOperator(c) != test.ends {
			t.Errorf("%s: ends %v", test.what, !test.ends)
		}
	}
}
