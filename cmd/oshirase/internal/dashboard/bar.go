package dashboard

import (
	"strconv"

	"oshirase/jobs/ledger"
	"oshirase/jobs/report"
)

// part is a piece of a bar, as wide as its share.
type part struct {
	Kind  string // a class of the style sheet
	Label string
	N     int
	X, W  string // of a bar 100 wide
}

// partLeast is how wide the narrowest part is drawn, of 100: five failures among a million show.
const partLeast = 0.6

// lay places parts beside each other, and leaves out the empty ones.
func lay(parts ...part) []part {
	var out []part
	total, wide := 0, 0.0
	for _, p := range parts {
		total += p.N
	}
	width := func(p part) float64 { return max(100*float64(p.N)/float64(total), partLeast) }
	for _, p := range parts {
		if p.N > 0 {
			out, wide = append(out, p), wide+width(p)
		}
	}
	x := 0.0
	for i, p := range out {
		w := 100 * width(p) / wide
		out[i].X, out[i].W = decimal(x), decimal(w)
		x += w
	}
	return out
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) }

// peopleBar is where people stand.
func peopleBar(p report.People) []part {
	return lay(
		part{Kind: "told", Label: "told", N: p.Told},
		part{Kind: "uncertain", Label: "uncertain", N: p.Uncertain},
		part{Kind: "unreachable", Label: "unreachable", N: p.Unreachable},
		part{Kind: "untold", Label: "not told yet", N: p.Untold},
	)
}

// deliveryBar is where deliveries stand, put together as a reader sees them.
func deliveryBar(channels map[string]map[ledger.State]int) []part {
	sums := map[string]int{}
	for _, states := range channels {
		for s, n := range states {
			sums[kindOf(s)] += n
		}
	}
	return lay(
		part{Kind: "told", Label: "sent", N: sums["told"]},
		part{Kind: "bound", Label: "in a print file", N: sums["bound"]},
		part{Kind: "uncertain", Label: "uncertain", N: sums["uncertain"]},
		part{Kind: "failed", Label: "failed", N: sums["failed"]},
		part{Kind: "gone", Label: "cancelled", N: sums["gone"]},
		part{Kind: "untold", Label: "to be done", N: sums["untold"]},
	)
}

func kindOf(s ledger.State) string {
	switch s {
	case ledger.Sent, ledger.Handed, ledger.Mailed:
		return "told"
	case ledger.Bound:
		return "bound"
	case ledger.Uncertain:
		return "uncertain"
	case ledger.Cancelled, ledger.Superseded:
		return "gone"
	}
	if s.Open() {
		return "untold"
	}
	return "failed"
}
