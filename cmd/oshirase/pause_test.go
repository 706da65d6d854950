package main

import (
	"bytes"
	"context"
	"testing"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/pace"
)

func TestARunSaysOnceWhatItWaitsForAndOnceThatItGoesOn(t *testing.T) {
	t.Parallel()
	ctx, f := context.Background(), ledgertest.New(t)
	f.Import(t, ledgertest.Batch{Name: "a", People: 2, Start: f.Clock.T})
	rules := pace.Rules{Temper: pace.Usual(), Hours: pace.Hours{{
		From: 11 * time.Hour, To: 20 * time.Hour, Zone: "Asia/Tokyo", Days: []time.Weekday{time.Thursday},
	}}}
	if err := f.SetRules(ctx, "test", rules); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	p, said := &program{voice: voice{err: &out}}, pauses{}
	look := func(rests ...ledger.RelayRest) {
		t.Helper()
		if err := f.Heartbeat(ctx, "w1", rests...); err != nil {
			t.Fatal(err)
		}
		c, err := f.Counts(ctx, "test")
		if err != nil {
			t.Fatal(err)
		}
		if err := p.sayPauses(ctx, f.Ledger, c, said); err != nil {
			t.Fatal(err)
		}
	}
	opens := f.Clock.T.Add(time.Hour) // it is ten in Tokyo
	down := ledger.RelayRest{Relay: "127.0.0.1:25", Until: opens.Add(2 * time.Minute), Stage: "dial"}
	look()
	look()
	f.Clock.T = opens
	look(down)
	down.Until = down.Until.Add(time.Minute)
	look(down)
	look()
	look()
	zoned := func(at time.Time) string { return at.Local().Format("2006-01-02 15:04:05 MST") }
	want := "oshirase: waiting for email until " + zoned(opens) + ": outside its windows\n" +
		"oshirase: going on with email\n" +
		"oshirase: waiting for relay 127.0.0.1:25 until " + zoned(opens.Add(2*time.Minute)) +
		": cannot be reached\n" +
		"oshirase: going on with relay 127.0.0.1:25\n"
	if out.String() != want {
		t.Errorf("said\n%s\nwant\n%s", &out, want)
	}
}
