package report

import (
	"strings"
	"time"

	"oshirase/jobs/ledger"
)

// reportOf says how far the report of the n-th batch is.
func reportOf(c ledger.Counts, n int, asks bool) *Report {
	r := c.Batches[n].Report
	if r == nil {
		return nil
	}
	out := &Report{
		Channel: r.Channel, State: r.State, Acknowledge: r.Acknowledge, Acknowledged: r.Acknowledged, Asks: asks,
	}
	switch {
	case c.Batches[n].Missed():
		out.Missed = sentence(r)
	case asks || c.Batches[n].Closed():
		out.Closes = Closes(r)
	}
	return out
}

// Closes says why a batch whose company is reported to may not open yet; it is empty where the batch may.
func Closes(r *ledger.ReportCounts) string {
	switch {
	case !r.Closes():
		return ""
	case r.Reached:
		return "the company has not acknowledged its report"
	}
	return sentence(r)
}

func sentence(r *ledger.ReportCounts) string { return "the report is " + standing(r) }

// standing is how far a report is that has not reached anybody.
func standing(r *ledger.ReportCounts) string {
	switch {
	case r.State == ledger.Bound:
		return "printed and not handed over"
	case r.Moves():
		return string(r.State)
	}
	why := strings.Join(strings.Fields(number(r.Code)+" "+r.Enhanced), " ")
	if why == "" {
		why = r.Reason
	}
	if why != "" {
		why = ": " + why
	}
	return string(r.State) + why
}

// waits says what the i-th batch waits for until it opens: the reports behind which it is closed, its start, or
// else its turn.
func waits(c ledger.Counts, i int, zone *time.Location) (out []string) {
	b := c.Batches[i]
	if b.Closed() {
		for _, n := range b.Behind {
			of := "its report"
			if n != i {
				of = "the report to " + c.Batches[n].Name
			}
			out = append(out, awaited(c.Batches[n].Report, of))
		}
	}
	switch {
	case batchState(c, b) != planned || b.Released:
	case b.Start.After(c.At):
		out = append(out, "its start, "+b.Start.In(zone).Format("2006-01-02 15:04 MST"))
	case len(out) == 0:
		out = append(out, "its turn")
	}
	return out
}

func awaited(r *ledger.ReportCounts, of string) string {
	if r.Reached {
		return "the acknowledgement of " + of
	}
	return of + ", " + standing(r)
}

// zone is the campaign's, or UTC where this machine does not know it.
func zone(c ledger.Counts) *time.Location {
	if z, err := time.LoadLocation(c.Campaign.Zone); err == nil {
		return z
	}
	return time.UTC
}
