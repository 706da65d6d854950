package main

import (
	"bytes"
	"testing"
	"time"

	"oshirase/jobs/report"
)

func TestAStatusNamesWhatRestsInTheReadersTime(t *testing.T) {
	t.Parallel()
	until := time.Date(2013, 9, 12, 3, 4, 5, 0, time.Local)
	var out bytes.Buffer
	p := &program{voice: voice{out: &out}}
	p.showResting([]report.Resting{
		{Until: until, Why: "outside its windows"},
		{Provider: "docomo", Until: until.UTC(), Why: "answered 421 too often"},
		{Provider: "au", Why: "answered 550 too often"},
	})
	want := "resting email until 2013-09-12 03:04:05: outside its windows\n" +
		"resting docomo until 2013-09-12 03:04:05: answered 421 too often\n" +
		"resting au: answered 550 too often\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &out, want)
	}
}
