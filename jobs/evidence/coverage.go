package evidence

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// A log covers a time without a gap where, for each host that it has lines of,
//
//   - Postfix wrote a line before the time begins and a line after it ends;
//   - between them Postfix is nowhere silent for longer than the permitted gap, unless its last line
//     says that it stops and its next that it starts: a relay that is down takes no mail;
//   - where one file ends and another begins, the silence is a minute at most, for else a file
//     between the two may not have been given;
//   - no logger says that it dropped lines;
//   - the lines of the queue manager are among those logged: a log of warnings has none.
//
// Lines of other programs prove nothing: they may go another way than those of Postfix.
type coverage struct {
	maxGap time.Duration
	zone   *time.Location
	hosts  map[string]*host
	losses []time.Time
}

// host is the lines of one host.
type host struct {
	spans   []span
	stopped string // the instance whose stop the last line was
	accepts bool   // acceptances are logged
}

// span is a stretch of one file without a gap.
type span struct {
	from, to time.Time
	file     int
}

// seam is the longest silence between two files that are thought to follow each other.
const seam = time.Minute

// backwards is how far a line may be behind the one before it, as the lines of processes are that
// write at once.
const backwards = time.Minute

func (c *coverage) host(name string) *host {
	h := c.hosts[name]
	if h == nil {
		h = &host{}
		c.hosts[name] = h
	}
	return h
}

// add notes that Postfix wrote a line. One whose moment is in doubt covers nothing.
func (c *coverage) add(l line, file int) {
	h := c.host(l.host)
	if !l.sure {
		return
	}
	down := h.stopped != "" && h.stopped == l.instance && l.starts()
	h.stopped = ""
	if l.stops() {
		h.stopped = l.instance
	}
	if n := len(h.spans); n > 0 && h.spans[n-1].file == file {
		last := &h.spans[n-1]
		silence := l.at.Sub(last.to)
		if silence >= -backwards && (silence <= c.maxGap || down) {
			last.to = later(last.to, l.at)
			return
		}
	}
	h.spans = append(h.spans, span{l.at, l.at, file})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// mostLosses bounds the list; a log with more of them proves nothing anyway.
const mostLosses = 10_000

func (c *coverage) lost(l line) {
	if len(c.losses) < mostLosses {
		c.losses = append(c.losses, l.at)
	}
}

// missing says in words what the log lacks of a time; empty where it covers it.
func (c *coverage) missing(from, to time.Time) string {
	if len(c.hosts) == 0 {
		return "the log has no line of Postfix"
	}
	for _, at := range c.losses {
		// The logger tells of it afterwards.
		if !at.Before(from) && !at.After(to.Add(c.maxGap)) {
			return fmt.Sprintf("the logger dropped lines before %s", clock(at, c.zone))
		}
	}
	if len(c.losses) >= mostLosses {
		return "the logger dropped lines all the time"
	}
	for _, name := range slices.Sorted(maps.Keys(c.hosts)) {
		if why := c.hosts[name].missing(from, to, c); why != "" {
			return why
		}
	}
	return ""
}

func (h *host) missing(from, to time.Time, c *coverage) string {
	if !h.accepts {
		return "the log shows no acceptance of any message: this is not the whole log"
	}
	spans := joined(h.spans, min(seam, c.maxGap))
	i := slices.IndexFunc(spans, func(s span) bool { return !s.to.Before(from) })
	switch {
	case i < 0 && len(spans) == 0:
		return "the log has no line whose moment is certain"
	case i < 0:
		return fmt.Sprintf("the log ends at %s, before this attempt", clock(spans[len(spans)-1].to, c.zone))
	case i == 0 && spans[0].from.After(from):
		return fmt.Sprintf("the log begins at %s; it must begin before %s", clock(spans[0].from, c.zone),
			clock(from, c.zone))
	case spans[i].from.After(from):
		return gap(spans[i-1], spans[i], c.zone)
	case !spans[i].to.Before(to):
		return ""
	case i == len(spans)-1:
		return fmt.Sprintf("the log ends at %s; it must go on after %s", clock(spans[i].to, c.zone),
			clock(to, c.zone))
	}
	return gap(spans[i], spans[i+1], c.zone)
}

func gap(a, b span, zone *time.Location) string {
	return fmt.Sprintf("the log has no line from %s to %s", clock(a.to, zone), clock(b.from, zone))
}

// joined puts the spans of all files in order, and those together that meet.
func joined(spans []span, seam time.Duration) []span {
	sorted := slices.SortedFunc(slices.Values(spans), func(a, b span) int { return a.from.Compare(b.from) })
	var out []span
	for _, s := range sorted {
		if n := len(out); n > 0 && s.from.Sub(out[n-1].to) <= seam {
			out[n-1].to = later(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}
