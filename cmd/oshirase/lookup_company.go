package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/plan"
	"oshirase/jobs/report"
)

// company is the contact whose reports bear the reference that was told; nil where it is none's. A company calls with
// the number of its report, and nothing is shown of anybody's.
func (s *search) company(ctx context.Context, in *opened) (*ledger.PersonRow, error) {
	i := slices.IndexFunc(s.keys, func(k lookupKey) bool { return k.by == "reference" })
	if i < 0 || len(s.found[i]) > 0 {
		return nil, nil
	}
	ref, _ := plan.ParseReference(s.said[i])
	return in.ContactByRef(ctx, in.ID, ref, in.Key)
}

// reportSent is a report to a company.
type reportSent struct {
	Channel  string `json:"channel"`
	Revision int    `json:"revision"`
	Round    int    `json:"round"`
	State    string `json:"state"`
	At       string `json:"at"`
}

// showReported shows which company a report's number is of, and when it was reported to. The address is not shown.
func (p *program) showReported(id string, contact *ledger.PersonRow, zone *time.Location) error {
	list := []reportSent{}
	for _, d := range contact.Deliveries {
		list = append(list, reportSent{d.Channel, d.Revision, d.Round, report.Words(d),
			d.At.In(zone).Format("2006-01-02 15:04 MST")})
	}
	if p.asJSON {
		return p.json(map[string]any{"reference": contact.Ref, "company": contact.Batch, "reports": list})
	}
	p.print("%s is the number of the report to %s, and no person's.\n", contact.Ref, contact.Batch)
	var rows [][]string
	for _, x := range list {
		rows = append(rows, []string{fmt.Sprintf("  %-9s", x.Channel), fmt.Sprintf("revision %d", x.Revision), x.State, x.At})
	}
	p.table(rows)
	p.hint("what it says: oshirase preview %s --company %q", id, contact.Batch)
	return nil
}
