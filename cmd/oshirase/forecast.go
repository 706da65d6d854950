package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oshirase/jobs/plan"
)

// foresight is what a forecast assumes.
type foresight struct {
	whole       bool
	rate, calls string
}

func (f *foresight) flags(c *cobra.Command) {
	c.Flags().BoolVar(&f.whole, "forecast", false, "show when each batch goes, and the calls of each day")
	c.Flags().StringVar(&f.rate, "rate", "100/s", "the forecast's `RATE` where the campaign has none")
	c.Flags().StringVar(&f.calls, "calls", "3%", "the forecast's `SHARE` of those e-mailed who call within eight days")
}

// values are the e-mails a second and the share of one.
func (f *foresight) values() (rate, calls float64, err error) {
	text, ok := strings.CutSuffix(f.rate, "/s")
	rate, bad := strconv.ParseFloat(text, 64)
	if !ok || bad != nil || rate <= 0 || rate > 1e6 {
		return 0, 0, usage("--rate takes e-mails a second").hint("such as 100/s")
	}
	text, ok = strings.CutSuffix(f.calls, "%")
	calls, bad = strconv.ParseFloat(text, 64)
	if !ok || bad != nil || calls < 0 || calls > 100 {
		return 0, 0, usage("--calls takes a share in per cent").hint("such as 3%%")
	}
	return rate, calls / 100, nil
}

// sayForecast says in a line when the e-mails go.
func (p *program) sayForecast(folder string, f *plan.Plan, c plan.Forecast) {
	if f.Channels["email"] == 0 {
		return
	}
	p.print("\ne-mails go from %s to %s%s; day by day: oshirase plan %s --forecast\n",
		clockText(c.From, f.Folder.Location), clockText(c.To, f.Folder.Location), rateText(c.PerSecond), folder)
}

// showForecast says when the e-mails go, and how many people call.
func (p *program) showForecast(f *plan.Plan, c plan.Forecast) {
	zone := f.Folder.Location
	rows := [][]string{{"E-MAILS OF", "NUMBER", "FROM", "TO", "TAKES"}}
	add := func(name string, b plan.Foreseen) {
		if b.Emails > 0 {
			rows = append(rows, []string{name, thousands(b.Emails), clockText(b.From, zone),
				clockText(b.To, zone), lasting(b.From, b.To)})
		}
	}
	if c.Reports != nil {
		add("reports to companies", *c.Reports)
	}
	for _, b := range c.Batches {
		add(b.Name, b)
	}
	if len(rows) > 2 {
		rows = append(rows, []string{"all", thousands(f.Channels["email"]), clockText(c.From, zone),
			clockText(c.To, zone), lasting(c.From, c.To)})
	}
	p.table(rows)
	rows = [][]string{{"DAY", "E-MAILS", "CALLS"}}
	for _, d := range c.Days {
		rows = append(rows, []string{d.Day, thousands(d.Emails), thousands(d.Calls)})
	}
	p.print("\n")
	p.table(rows)
	p.print("\nassumed: %g%% of the people e-mailed call within eight days, most of them on the first days; letters are not in it\n", c.Share*100)
	if c.PerSecond > 0 {
		p.print("assumed: %g e-mails a second, for the manifest has no rate\n", c.PerSecond)
	}
}

func rateText(perSecond float64) string {
	if perSecond == 0 {
		return ""
	}
	return fmt.Sprintf(", at %g a second (assumed: the manifest has no rate)", perSecond)
}

func clockText(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "never"
	}
	return t.In(zone).Format("2006-01-02 15:04")
}

// lasting is a span as people speak of it.
func lasting(from, to time.Time) string {
	d := to.Sub(from).Round(time.Minute)
	switch {
	case to.IsZero():
		return "for ever"
	case d < time.Minute:
		return "a moment"
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%.1f days", d.Hours()/24)
}
