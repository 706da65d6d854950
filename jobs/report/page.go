package report

import (
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"oshirase/jobs/ledger"
)

//go:embed page.html
var pageSource string

// Page writes the report as one HTML file without anything from outside, and without personal
// data: the numbers, a picture of the progress per batch, the classes of failures, the print files
// and the journal. Times are shown in the zone of now. A journal whose chain is broken is an error.
func Page(ctx context.Context, l *ledger.Ledger, campaign, title string, now time.Time,
	w io.Writer) error {
	view, err := newPage(ctx, l, campaign)
	if err != nil {
		return err
	}
	view.Title, view.At = title, now
	t, err := template.New("page").Funcs(functions(now.Location())).Parse(pageSource)
	if err != nil {
		return err
	}
	return t.Execute(w, view)
}

// functions write numbers like 97,438 and times in a zone.
func functions(zone *time.Location) template.FuncMap {
	in := func(layout string) func(time.Time) string {
		return func(t time.Time) string {
			if t.IsZero() {
				return ""
			}
			return t.In(zone).Format(layout)
		}
	}
	return template.FuncMap{
		"n":    message.NewPrinter(language.English).Sprint,
		"time": in("2006-01-02 15:04 MST"),
		"day":  in("2006-01-02"),
	}
}

// page is what is shown.
type page struct {
	Status
	Title    string
	At       time.Time
	Total    bar
	Bars     []bar
	Kinds    []kind
	Failures []ledger.Failure
	Files    []ledger.PrintFile
	Journal  []ledger.JournalRow
}

func newPage(ctx context.Context, l *ledger.Ledger, campaign string) (p page, err error) {
	if p.Status, err = Read(ctx, l, campaign); err != nil {
		return p, err
	}
	if p.Failures, err = l.Failures(ctx, campaign); err != nil {
		return p, err
	}
	if p.Files, err = l.PrintFiles(ctx, campaign); err != nil {
		return p, err
	}
	if p.Journal, err = l.Journal(ctx, campaign); err != nil {
		return p, err
	}
	p.Kinds, p.Total = kinds, barOf(p.Channels)
	for _, b := range p.Batches {
		x := barOf(b.Channels)
		x.Batch = b
		p.Bars = append(p.Bars, x)
	}
	return p, nil
}

// bar is the picture of one batch, or of all.
type bar struct {
	Batch
	Deliveries int
	Parts      []part
}

// part is a share of a bar.
type part struct {
	kind
	N     int
	Width template.CSS
}

// kind puts states together as a reader sees them.
type kind struct {
	Class  string // of the style sheet
	Label  string
	states []ledger.State
}

var kinds = []kind{
	{"sent", "sent", []ledger.State{ledger.Sent, ledger.Handed, ledger.Mailed}},
	{"bound", "in a print file, not handed over yet", []ledger.State{ledger.Bound}},
	{"open", "to be done", []ledger.State{
		ledger.Waiting, ledger.Ready, ledger.Queued, ledger.Sending, ledger.Deferred,
		ledger.Typeset,
	}},
	{"uncertain", "uncertain", []ledger.State{ledger.Uncertain}},
	{"failed", "failed", failed},
	{"gone", "cancelled", []ledger.State{ledger.Cancelled, ledger.Superseded}},
}

func barOf(channels map[string]map[ledger.State]int) bar {
	out := bar{}
	for _, states := range channels {
		for _, n := range states {
			out.Deliveries += n
		}
	}
	before := 0
	for _, k := range kinds {
		if n := k.count(channels); n > 0 {
			out.Parts = append(out.Parts, part{k, n, width(before, before+n, out.Deliveries)})
			before += n
		}
	}
	return out
}

func (k kind) count(channels map[string]map[ledger.State]int) (n int) {
	for _, states := range channels {
		for _, s := range k.states {
			n += states[s]
		}
	}
	return n
}

// width is the share from one delivery to another, in hundredths of a per cent. Ends are rounded
// and not widths, so that the widths of a bar add up to 100 %.
func width(from, to, all int) template.CSS {
	at := func(n int) int { return int(10_000*float64(n)/float64(all) + 0.5) }
	w := at(to) - at(from)
	return template.CSS(fmt.Sprintf("width:%d.%02d%%", w/100, w%100))
}
