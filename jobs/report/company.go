package report

import (
	"strings"

	"oshirase/jobs/ledger"
)

func reportOf(b ledger.BatchCounts) *Report {
	r := b.Report
	if r == nil {
		return nil
	}
	out := &Report{Channel: r.Channel, State: r.State, Acknowledge: r.Acknowledge, Acknowledged: r.Acknowledged}
	if b.Closed() {
		out.Closes, out.Asks = Closes(r), !r.Moves()
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
	case r.State == ledger.Bound:
		return "the report is printed and not handed over"
	case r.Moves():
		return "the report is " + string(r.State)
	}
	why := strings.Join(strings.Fields(number(r.Code)+" "+r.Enhanced), " ")
	if why == "" {
		why = r.Reason
	}
	if why != "" {
		why = ": " + why
	}
	return "the report is " + string(r.State) + why
}
