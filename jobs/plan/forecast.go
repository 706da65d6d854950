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
	Share     float64    `json:"calling_share"`        // of the people with an e-mail who call, assumed
	From      time.Time  `json:"from,omitzero"`
	To        time.Time  `json:"to,omitzero"`
	Reports   *Foreseen  `json:"reports,omitempty"` // to companies, which go before their people are told
	Batches   []Foreseen `json:"batches"`
	Days      []pace.Day `json:"days"`
}

// Foreseen is the course of one batch, or of the reports. A zero To: its e-mails, if it has any, would never all go.
type Foreseen struct {
	Name   string    `json:"name,omitempty"` // of the batch
	Emails int       `json:"emails"`
	From   time.Time `json:"from,omitzero"`
	To     time.Time `json:"to,omitzero"`
}

// Forecast foresees a plan. perSecond is the rate of a campaign that has none; calls is the share of the
// people with an e-mail who call, which nobody knows beforehand: a few of a hundred is what others saw.
func (p *Plan) Forecast(perSecond, calls float64) Forecast {
	rates := office.Rates(p.Book)
	out := Forecast{Share: calls}
	if rates.Total == 0 {
		rates.Total, out.PerSecond = perSecond, perSecond
	}
	s := pace.Schedule{
		Reports: p.reporting, Parallel: p.Folder.Manifest.Batches.Parallel,
		Rates: rates, Hours: office.Hours(p.Book), Zone: p.Folder.Location,
	}
	for _, b := range p.Batches {
		s.Batches = append(s.Batches, pace.Load{Start: b.Start, Emails: b.providers})
	}
	f := pace.Foresee(p.Folder.Today, s)
	if n := s.Reports.Size(); n > 0 {
		out.Reports = &Foreseen{"", n, f.Reports.From, f.Reports.To}
	}
	for i, b := range p.Batches {
		out.Batches = append(out.Batches, Foreseen{b.Name, s.Batches[i].Size(), f.Courses[i].From, f.Courses[i].To})
	}
	out.From, out.To = out.span()
	out.Days = f.Days(calls)
	return out
}

// span is when the first e-mail of all goes, and the last: zero where some would never go.
func (f *Forecast) span() (from, to time.Time) {
	all := f.Batches
	if f.Reports != nil {
		all = append([]Foreseen{*f.Reports}, all...)
	}
	never := false
	for _, x := range all {
		if x.Emails == 0 {
			continue
		}
		if from.IsZero() || !x.From.IsZero() && x.From.Before(from) {
			from = x.From
		}
		if never = never || x.To.IsZero(); x.To.After(to) {
			to = x.To
		}
	}
	if never {
		to = time.Time{}
	}
	return from, to
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
