package main

import (
	"bytes"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/report"
)

func TestAStatusNamesWhatRestsInTheReadersTime(t *testing.T) {
	t.Parallel()
	until := time.Date(2013, 9, 12, 3, 4, 5, 0, time.Local)
	at := "until 2013-09-12 03:04:05 " + until.Format("MST") + ": "
	for _, c := range []struct {
		r    report.Resting
		want string
	}{
		{report.Resting{Until: until, Why: "outside its windows"}, "email " + at + "outside its windows"},
		{report.Resting{Provider: "docomo", Until: until.UTC(), Why: "answered 421 too often"},
			"docomo " + at + "answered 421 too often"},
		{report.Resting{Provider: "au", Why: "answered 550 too often"}, "au: answered 550 too often"},
		{report.Resting{Relay: "b:25", Until: until, Why: "cannot be reached", Workers: []string{"w1", "w2"}},
			"relay b:25 " + at + "cannot be reached; in w1, w2"},
	} {
		if got := restingText(c.r); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestAStatusCountsWorkersWhereThereIsWork(t *testing.T) {
	t.Parallel()
	work := map[string]map[ledger.State]int{ledger.Email: {ledger.Ready: 1}}
	for _, c := range []struct {
		s    report.Status
		want string
	}{
		{report.Status{State: "open", Channels: work}, "no worker is running\n"},
		{report.Status{State: "open", Channels: work, Workers: 1}, "1 worker running\n"},
		{report.Status{State: "held", Channels: work, Workers: 3}, "3 workers running\n"},
		{report.Status{State: "held", Channels: work}, ""},
		{report.Status{State: "done", Workers: 1}, ""},
	} {
		var out bytes.Buffer
		p := &program{voice: voice{out: &out}}
		if p.showWorkers(c.s); out.String() != c.want {
			t.Errorf("%+v: %q, want %q", c.s, out.String(), c.want)
		}
	}
}
