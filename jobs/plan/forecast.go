package plan

import (
	"time"

	"oshirase/jobs/office"
	"oshirase/jobs/pace"
)

// Forecast is when a campaign's e-mails go and what follows at the telephone. Letters are not in it: when
// they land is the mail house's doing.
type Forecast struct {
	PerSecond float64    `json:"per_second,omitempty"` // assumed, where the campaign has no rate of its own
	Share     float64    `json:"calling_share"`        // of those written to who call, assumed
	From      time.Time  `json:"from,omitzero"`
	To        time.Time  `json:"to,omitzero"`
	Reports   *Foreseen  `json:"reports,omitempty"` // to companies, which go before their people are told
	Batches   []Foreseen `json:"batches"`
	Days      []pace.Day `json:"days"`
}

// Foreseen is the course of one batch, or of the reports. A zero To: its e-mails would never all go.
type Foreseen struct {
	Name   string    `json:"name,omitempty"` // of the batch
	Emails int       `json:"emails"`
	From   time.Time `json:"from,omitzero"`
	To     time.Time `json:"to,omitzero"`
}

// Forecast foresees a plan. perSecond is the rate of a campaign that has none; calls is the share of those
// written to who call, which nobody knows beforehand: a few of a hundred is what others saw.
func (p *Plan) Forecast(perSecond, calls float64) Forecast {
	rates := office.Rates(p.Book)
	out := Forecast{Share: calls}
	if rates.Total == 0 {
		rates.Total, out.PerSecond = perSecond, perSecond
	}
	loads := []pace.Load{p.reporting}
	for _, b := range p.Batches {
		loads = append(loads, pace.Load{Start: b.Start, Emails: b.providers})
	}
	f := pace.Foresee(p.Folder.Today, loads, rates, office.Hours(p.Book), p.Folder.Location)
	seen := func(i int, name string) Foreseen {
		return Foreseen{name, loads[i].Size(), f.Courses[i].From, f.Courses[i].To}
	}
	if reports := seen(0, ""); reports.Emails > 0 {
		out.Reports, out.From = &reports, reports.From
	}
	for i, b := range p.Batches {
		c := seen(i+1, b.Name)
		out.Batches = append(out.Batches, c)
		if out.From.IsZero() {
			out.From = c.From
		}
		out.To = c.To
	}
	out.Days = f.Days(calls)
	return out
}

// carriers finds the provider of a domain, and keeps what was asked: addresses are many, domains few. A
// column of nonsense must not fill the memory.
type carriers struct {
	table pace.Providers
	known map[string]string
}

const mostDomains = 10_000

func newCarriers(domains map[string]string) carriers {
	return carriers{pace.Shipped().With(domains), map[string]string{}}
}

func (c carriers) of(domain string) string {
	if name, known := c.known[domain]; known {
		return name
	}
	name := c.table.Of(domain)
	if len(c.known) < mostDomains {
		c.known[domain] = name
	}
	return name
}
