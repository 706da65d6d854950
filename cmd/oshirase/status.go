package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oshirase/jobs/ledger"
	"oshirase/jobs/report"
)

func (p *program) statusCommand() *cobra.Command {
	var watch bool
	c := &cobra.Command{
		Use: "status [ID]", Short: "Say how many are told, untold, uncertain and unreachable",
		Long: `Say how many are told, untold, uncertain and unreachable, per batch, channel and state. Without an id
the campaigns of the ledger are listed.

With --json:
  {"campaign":"ts-2013-09","revision":1,"state":"open",
   "people":{"affected":97,"told":60,"untold":35,"uncertain":1,"unreachable":1},
   "channels":{"email":{"sent":60,"deferred":1,"ready":28},"letter":{"bound":6}},
   "batches":[{"name":"…","state":"planned","people":{…},"channels":{…},
     "waits":["the acknowledgement of its report","its start, 2013-09-12 00:00 JST"],
     "report":{"channel":"email","state":"sent","acknowledge":true,"acknowledged":false,
       "closes":"the company has not acknowledged its report","asks":true}}],
   "timezone":"Asia/Tokyo","workers":2,
   "resting":[{"provider":"docomo","until":"2013-09-12T03:04:00Z","why":"answered 421 too often"},
     {"provider":"","relay":"relay.example.com:587","until":"…","why":"…","workers":["…"]}],
   "uncertain":[268435457]}

Uncertain has the numbers of the first ten deliveries of which nobody knows whether they arrived; resolve lists them
all. A purged campaign has "purged_at" as well. "waits" is what a batch waits for before it opens: reports, its own
and those to further companies of its people, its start, or its turn. "report" is of a batch whose company is
reported to first: why its people may not be told yet, or how it was lost although they may ("missed"), and
whether somebody has to do something about that.

Workers counts the processes (work, run) heard of within twenty seconds. Resting is what does not go at
full speed, and until when: a provider, a relay (with the workers that rest it, where not all do), or
without either all e-mail, outside the campaign's windows.

States of a campaign and of a batch: planned, open, held, halted, done, cancelled; of a campaign also revising,
while a further revision comes in or was cut off meanwhile.`,
		Args: p.atMostOne("a campaign id"),
		RunE: func(c *cobra.Command, args []string) error {
			return p.status(c.Context(), args, watch)
		},
	}
	c.Flags().BoolVar(&watch, "watch", false, "show it again every second until Ctrl-C")
	p.jsonFlag(c)
	return c
}

func (p *program) status(ctx context.Context, args []string, watch bool) error {
	l, err := p.openAnyLedger(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	for {
		if watch {
			p.again()
		}
		err := p.statusOnce(ctx, l, args)
		if err == nil {
			err = p.sayGone(ctx, l)
		}
		if err != nil || !watch {
			return err
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return nil
		}
	}
}

func (p *program) statusOnce(ctx context.Context, l *ledger.Ledger, args []string) error {
	if len(args) == 0 {
		return p.listCampaigns(ctx, l)
	}
	s, err := report.Read(ctx, l, args[0])
	if err != nil {
		return err
	}
	if p.asJSON {
		return p.json(s)
	}
	p.showStatus(s)
	if s.Deserted() {
		p.hint("start one: oshirase work")
	}
	p.hintDoubts(s)
	return nil
}

// sayGone says that what was shown is how a ledger stood when it was copied to a server.
func (p *program) sayGone(ctx context.Context, l *ledger.Ledger) error {
	err := l.Here(ctx)
	var gone *ledger.GoneError
	if !errors.As(err, &gone) {
		return err
	}
	p.warning("%v: this is how it stood when it was copied there", err)
	p.hint("see how it stands with: OSHIRASE_LEDGER=%s oshirase status", gone.To)
	return nil
}

// hintDoubts says what can be done about uncertain deliveries.
func (p *program) hintDoubts(s report.Status) {
	if s.Doubts() > 0 {
		p.hint("find out about the uncertain ones: oshirase resolve %s", s.Campaign)
	}
}

// numbersText names deliveries, and how many more there are.
func numbersText(numbers []int64, more int) string {
	var all []string
	for _, n := range numbers {
		all = append(all, strconv.FormatInt(n, 10))
	}
	text := strings.Join(all, ", ")
	if more > 0 {
		text += " and " + thousands(more) + " more"
	}
	return text
}

func (p *program) listCampaigns(ctx context.Context, l *ledger.Ledger) error {
	ids, err := l.Campaigns(ctx)
	if err != nil {
		return err
	}
	rows := [][]string{{"CAMPAIGN", "STATE", "PEOPLE", "TOLD", "UNTOLD", "UNCERTAIN", "UNREACHABLE"}}
	all := []report.Status{}
	for _, id := range ids {
		s, err := report.Read(ctx, l, id)
		if err != nil {
			return err
		}
		all = append(all, s)
		rows = append(rows, append([]string{s.Campaign, s.State}, peopleCells(s.People)...))
	}
	if p.asJSON {
		return p.json(all)
	}
	p.table(rows)
	return nil
}

func peopleCells(x report.People) []string {
	var out []string
	for _, n := range []int{x.Affected, x.Told, x.Untold, x.Uncertain, x.Unreachable} {
		out = append(out, thousands(n))
	}
	return out
}

// stateOrder is the order in which a delivery meets its states.
var stateOrder = []ledger.State{
	ledger.Waiting, ledger.Ready, ledger.Queued, ledger.Sending, ledger.Deferred, ledger.Typeset,
	ledger.Sent, ledger.Bound, ledger.Handed, ledger.Mailed, ledger.Refused, ledger.Bounced,
	ledger.Returned, ledger.Expired, ledger.Uncertain, ledger.Blocked, ledger.Cancelled,
	ledger.Superseded,
}

func (p *program) showStatus(s report.Status) {
	p.print("campaign %s, revision %d: %s\n", s.Campaign, s.Revision, s.State)
	p.saySwitching(s)
	if !s.Purged.IsZero() {
		p.print("purged on %s: its people cannot be read\n", s.Purged.Format(time.DateOnly))
	}
	p.print("\n")
	p.table([][]string{
		{"PEOPLE", "TOLD", "UNTOLD", "UNCERTAIN", "UNREACHABLE"}, peopleCells(s.People),
	})
	if s.People.Cleared > 0 {
		p.print("%s no longer affected\n", plural(s.People.Cleared, "person is", "people are"))
	}
	p.print("\n")
	for _, channel := range slices.Sorted(maps.Keys(s.Channels)) {
		p.print("%-8s%s\n", channel, statesText(s.Channels[channel]))
	}
	if s.Resent > 0 {
		p.print("%s sent again after being uncertain\n", plural(s.Resent, "delivery", "deliveries"))
	}
	if len(s.Uncertain) > 0 {
		p.print("uncertain %s\n", numbersText(s.Uncertain, s.MoreDoubts()))
	}
	p.showWorkers(s)
	for _, r := range s.Resting {
		p.print("resting %s\n", restingText(r))
	}
	p.print("\n")
	p.table(batchRows(s.Batches))
	for _, b := range s.Batches {
		switch {
		case b.Report == nil || !b.Report.Asks:
		case b.Report.Missed != "":
			p.print("missed   %s: %s, and its batch is open\n", b.Name, b.Report.Missed)
		default:
			p.print("closed   %s: %s\n", b.Name, b.Report.Closes)
		}
	}
}

// batchRows are the batches as a table, with columns for reports and for what is waited for where there is any.
func batchRows(batches []report.Batch) [][]string {
	reporting := slices.ContainsFunc(batches, func(b report.Batch) bool { return b.Report != nil })
	waiting := slices.ContainsFunc(batches, func(b report.Batch) bool { return len(b.Waits) > 0 })
	line := func(all []string, reports, waits string) []string {
		if reporting {
			all = append(all, reports)
		}
		if waiting {
			all = append(all, waits)
		}
		return all
	}
	heading := []string{"BATCH", "STATE", "PEOPLE", "TOLD", "UNTOLD", "UNCERTAIN", "UNREACHABLE", "DELIVERIES"}
	rows := [][]string{line(heading, "CORPORATE-REPORT", "WAITS FOR")}
	for _, b := range batches {
		row := append([]string{b.Name, b.State}, peopleCells(b.People)...)
		row = append(row, channelsText(b.Channels))
		rows = append(rows, line(row, reportText(b.Report), strings.Join(b.Waits, "; ")))
	}
	return rows
}

func channelsText(channels map[string]map[ledger.State]int) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(channels)) {
		out = append(out, name+" "+statesText(channels[name]))
	}
	return strings.Join(out, "; ")
}

// reportText is how far the report to a company is.
func reportText(r *report.Report) string {
	switch {
	case r == nil:
		return "none"
	case r.Acknowledged:
		return r.Channel + " " + string(r.State) + ", acknowledged"
	}
	return r.Channel + " " + string(r.State)
}

// showWorkers counts them where there is something for them to do.
func (p *program) showWorkers(s report.Status) {
	switch {
	case s.Deserted():
		p.print("no worker is running\n")
	case s.Workers > 0 && s.Open():
		p.print("%s running\n", plural(s.Workers, "worker", "workers"))
	}
}

// restingText says what rests, until when in the reader's time, why, and where.
func restingText(r report.Resting) string {
	text := r.What()
	if !r.Until.IsZero() {
		text += " until " + r.Until.Local().Format("2006-01-02 15:04:05 MST")
	}
	text += ": " + r.Why
	if len(r.Workers) > 0 {
		text += "; in " + strings.Join(r.Workers, ", ")
	}
	return text
}

func statesText(states map[ledger.State]int) string {
	var out []string
	for _, s := range stateOrder {
		if n := states[s]; n != 0 {
			out = append(out, fmt.Sprintf("%s %s", thousands(n), s))
		}
	}
	return strings.Join(out, ", ")
}
