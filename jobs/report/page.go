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

// Page writes the report as one HTML file without anything from outside, and without personal data: the
// numbers, a picture of the progress per batch, the classes of failures, the print files and the
// journal.
func Page(ctx context.Context, l *ledger.Ledger, campaign, title string, now time.Time, w io.Writer) error {
	s, err := Read(ctx, l, campaign)
	if err != nil {
		return err
	}
	view := page{Status: s, Title: title, At: now}
	if view.Failures, err = l.Failures(ctx, campaign); err != nil {
		return err
	}
	if view.Files, err = l.PrintFiles(ctx, campaign); err != nil {
		return err
	}
	if view.Journal, err = l.Journal(ctx, campaign); err != nil {
		return err
	}
	for _, b := range s.Batches {
		view.Bars = append(view.Bars, barOf(b))
	}
	t, err := template.New("page").Funcs(template.FuncMap{"n": thousands, "time": clock}).Parse(pageSource)
	if err != nil {
		return err
	}
	return t.Execute(w, view)
}

type page struct {
	Status
	Title    string
	At       time.Time
	Bars     []bar
	Failures []ledger.Failure
	Files    []ledger.PrintFile
	Journal  []ledger.JournalRow
}

// bar is the picture of one batch: shares of its deliveries in per cent.
type bar struct {
	Batch
	Deliveries int
	Parts      []part
}

type part struct {
	Kind  string // a class of the style sheet
	Label string
	N     int
	Width template.CSS
}

// kinds put states together as a reader sees them.
var kinds = []struct {
	kind, label string
	states      []ledger.State
}{
	{"sent", "sent by e-mail", []ledger.State{ledger.Sent, ledger.Handed, ledger.Mailed}},
	{"bound", "in a print file", []ledger.State{ledger.Bound}},
	{"open", "to be done", []ledger.State{
		ledger.Waiting, ledger.Ready, ledger.Queued, ledger.Sending, ledger.Deferred, ledger.Typeset,
	}},
	{"uncertain", "uncertain", []ledger.State{ledger.Uncertain}},
	{"failed", "failed", []ledger.State{
		ledger.Refused, ledger.Expired, ledger.Blocked, ledger.Bounced, ledger.Returned,
	}},
	{"gone", "cancelled", []ledger.State{ledger.Cancelled, ledger.Superseded}},
}

func barOf(b Batch) bar {
	out := bar{Batch: b}
	for _, states := range b.Channels {
		for _, n := range states {
			out.Deliveries += n
		}
	}
	for _, k := range kinds {
		n := 0
		for _, states := range b.Channels {
			for _, s := range k.states {
				n += states[s]
			}
		}
		if n == 0 {
			continue
		}
		width := fmt.Sprintf("width:%.2f%%", 100*float64(n)/float64(out.Deliveries))
		out.Parts = append(out.Parts, part{k.kind, k.label, n, template.CSS(width)})
	}
	return out
}

func thousands(n int) string { return message.NewPrinter(language.English).Sprintf("%d", n) }

func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04 MST")
}
