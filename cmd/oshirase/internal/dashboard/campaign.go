package dashboard

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"oshirase/jobs/ledger"
	"oshirase/jobs/report"
)

// campaigns lists all campaigns, the newest first.
func (d *Dashboard) campaigns(w http.ResponseWriter, r *http.Request, v visitor) {
	ids, err := d.Ledger.Campaigns(r.Context())
	if err != nil {
		d.broken(w, r, v, err)
		return
	}
	slices.Reverse(ids)
	from, pager := paged(len(ids), listMost, r.URL)
	body := listView{Pager: pager}
	for _, id := range ids[from:min(from+listMost, len(ids))] {
		s, err := d.listed(r.Context(), id)
		if err != nil {
			d.broken(w, r, v, err)
			return
		}
		body.Campaigns = append(body.Campaigns, s)
	}
	d.show(w, r, http.StatusOK, view{
		Page: "campaigns", Title: "Campaigns", Visitor: v, Live: true, Body: body,
	})
}

// listView is what the list of campaigns needs.
type listView struct {
	Campaigns []listed
	Pager
}

type listed struct {
	report.Status
	Bar   []part
	Unmet int // deliveries that failed, and whose outcome nothing has replaced
}

func (d *Dashboard) listed(ctx context.Context, id string) (out listed, err error) {
	if out.Status, err = report.Read(ctx, d.Ledger, id); err != nil {
		return out, err
	}
	out.Bar = peopleBar(out.People)
	if out.Failed() > 0 {
		out.Unmet, err = d.Ledger.Unmet(ctx, id)
	}
	return out, err
}

// The rows of one page.
const (
	listMost  = 20
	batchMost = 100
)

// campaign shows one campaign.
func (d *Dashboard) campaign(w http.ResponseWriter, r *http.Request, v visitor) {
	s, err := report.Read(r.Context(), d.Ledger, r.PathValue("id"))
	if err != nil {
		d.broken(w, r, v, err)
		return
	}
	failures, err := d.Ledger.Failures(r.Context(), s.Campaign)
	if err != nil {
		d.broken(w, r, v, err)
		return
	}
	body := newCampaignView(s, r.URL)
	body.zone, body.Failures = d.zoneOf(s), groupFailures(failures)
	body.Now, body.Retries = d.Now(), v.Operates()
	d.show(w, r, http.StatusOK, view{
		Page: "campaign", Title: s.Campaign, Visitor: v, Live: true, Body: body,
	})
}

// zoneOf is the zone in which a campaign's times are told: its own, where it is known on this machine.
func (d *Dashboard) zoneOf(s report.Status) *time.Location {
	if zone, err := time.LoadLocation(s.Zone); s.Zone != "" && err == nil {
		return zone
	}
	return d.Zone
}

// campaignView is what the page of a campaign needs.
type campaignView struct {
	report.Status
	Now      time.Time
	zone     *time.Location
	Bar      []part
	Filters  []filter
	Sums     []channelSums
	Rows     []batchRow
	Failures []failureGroup
	Retries  bool // the visitor may retry
	Pager
}

// Clock is a time in the campaign's zone, with the zone's name.
func (c campaignView) Clock(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(c.zone).Format("2006-01-02 15:04 MST")
}

// When is Clock in the parts that a narrow column must not break: the day, and the time with its zone.
func (c campaignView) When(t time.Time) []string { return strings.SplitN(c.Clock(t), " ", 2) }

// UntilWhen says until when something rests. What is over ends with the next message, which may wait for
// something else.
func (c campaignView) UntilWhen(r report.Resting) string {
	switch {
	case r.Until.IsZero():
		return "–"
	case !r.Until.After(c.Now):
		return "until the next try"
	}
	return "until " + c.Clock(r.Until)
}

// filter is a link to the batches of one state.
type filter struct {
	State, URL string
	N          int
	Current    bool
}

// channelSums are a channel's deliveries by state, in the order in which they come through them.
type channelSums struct {
	Name   string
	States []stateSum
}

type stateSum struct {
	State ledger.State
	N     int
}

// batchRow is one batch in the table.
type batchRow struct {
	report.Batch
	Ordinal int
	Bar     []part
	Sums    []channelSums
}

func newCampaignView(s report.Status, at *url.URL) campaignView {
	c := campaignView{Status: s, Bar: peopleBar(s.People), Sums: sums(s.Channels)}
	want := at.Query().Get("state")
	c.Filters = filters(s.Batches, want, at.Path)
	var chosen []batchRow
	for i, b := range s.Batches {
		if want == "" || b.State == want {
			chosen = append(chosen, batchRow{Batch: b, Ordinal: i + 1})
		}
	}
	from, pager := paged(len(chosen), batchMost, at)
	c.Pager, c.Rows = pager, chosen[from:min(from+batchMost, len(chosen))]
	for i := range c.Rows {
		c.Rows[i].Bar, c.Rows[i].Sums = deliveryBar(c.Rows[i].Channels), sums(c.Rows[i].Channels)
	}
	return c
}

func sums(channels map[string]map[ledger.State]int) (out []channelSums) {
	order := []ledger.State{
		ledger.Waiting, ledger.Ready, ledger.Queued, ledger.Sending, ledger.Deferred, ledger.Typeset,
		ledger.Sent, ledger.Bound, ledger.Handed, ledger.Mailed, ledger.Uncertain, ledger.Refused,
		ledger.Expired, ledger.Bounced, ledger.Returned, ledger.Blocked, ledger.Cancelled,
		ledger.Superseded,
	}
	for _, name := range slices.Sorted(maps.Keys(channels)) {
		c := channelSums{Name: name}
		for _, s := range order {
			if n := channels[name][s]; n != 0 {
				c.States = append(c.States, stateSum{s, n})
			}
		}
		if len(c.States) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// filters links to the states that batches are in. One kind alone needs no filter.
func filters(batches []report.Batch, current, path string) []filter {
	counts := map[string]int{}
	for _, b := range batches {
		counts[b.State]++
	}
	if len(counts) < 2 {
		return nil
	}
	out := []filter{{State: "all", URL: path, N: len(batches), Current: current == ""}}
	for _, s := range []string{"open", "halted", "held", "planned", "done", "cancelled"} {
		if counts[s] > 0 {
			at := path + "?" + url.Values{"state": {s}}.Encode()
			out = append(out, filter{State: s, URL: at, N: counts[s], Current: s == current})
		}
	}
	return out
}

// Pager is where in a list a page is. Earlier and Later are empty at the ends.
type Pager struct {
	Page, Pages    int
	Earlier, Later string
}

// paged reads the page's number from an address, and says where in a list of n the page starts.
func paged(n, most int, at *url.URL) (from int, p Pager) {
	p.Pages = max((n+most-1)/most, 1)
	p.Page, _ = strconv.Atoi(at.Query().Get("page"))
	p.Page = min(max(p.Page, 1), p.Pages)
	link := func(page int) string {
		if page < 1 || page > p.Pages {
			return ""
		}
		q := url.Values{"page": {strconv.Itoa(page)}}
		if s := at.Query().Get("state"); s != "" {
			q.Set("state", s)
		}
		return at.Path + "?" + q.Encode()
	}
	p.Earlier, p.Later = link(p.Page-1), link(p.Page+1)
	return (p.Page - 1) * most, p
}

// failureGroup is the failures of one state that are in force: what one retry takes up.
type failureGroup struct {
	State    ledger.State
	N        int
	Meaning  string
	CanRetry bool
	Classes  []ledger.Failure
	Rest     int // in classes too many to list
}

func groupFailures(classes []ledger.Failure) []failureGroup {
	meanings := map[ledger.State]string{
		ledger.Refused:   "The relay will not take these, for good.",
		ledger.Expired:   "Put off by the relay until it was given up.",
		ledger.Bounced:   "Accepted, then reported undeliverable.",
		ledger.Blocked:   "Cannot be made as things are; the reason says why.",
		ledger.Uncertain: "Nobody can know whether these arrived. They are never sent again by themselves.",
	}
	var out []failureGroup
	for _, state := range []ledger.State{
		ledger.Refused, ledger.Expired, ledger.Bounced, ledger.Blocked, ledger.Uncertain,
	} {
		g := failureGroup{State: state, Meaning: meanings[state], CanRetry: state.Failed()}
		for _, f := range classes {
			if f.State == state && f.N > 0 {
				g.Classes, g.N, g.Rest = append(g.Classes, f), f.OfState, g.Rest-f.N
			}
		}
		g.Rest += g.N
		if len(g.Classes) > 0 {
			out = append(out, g)
		}
	}
	return out
}
