// Package evidence reads relay logs to find out what became of deliveries whose reply was lost.
//
// A wrong answer harms a person: one called sent by mistake is never told, one called unsent is
// told twice. So it answers only what a log proves. Sent needs the queue manager's acceptance of
// the very message: the line of the cleanup daemon is written while the message still comes in, and
// says nothing of its end. Unsent is the absence of a line, and is worth as much as the log is
// whole: it needs lines before and after the whole time in question and no silence in between (see
// coverage). Everything else stays uncertain, with the reason in words.
//
// A log holds what strangers wrote: host names, addresses, Message-IDs. Only fixed places of a line
// are read, and only the deliveries' own Message-IDs and return paths are compared with them; both
// are keyed, so nobody outside can make them up.
package evidence

import (
	"fmt"
	"slices"
	"time"
)

// The time in question begins a minute before the claim, for clocks differ, and ends fifteen
// minutes after it: ten for the reply to the final dot (RFC 5321 section 4.5.3.2.6), and five for
// the relay.
const (
	Before = time.Minute
	After  = 15 * time.Minute
)

// MaxGap is the longest silence of a log that is still no gap, unless the caller says otherwise.
const MaxGap = 10 * time.Minute

// Delivery is what is looked for.
type Delivery struct {
	ID         int64
	MessageID  string // without angle brackets
	ReturnPath string
	// Earliest and Latest bound the moment of the claim; they are equal where it is known.
	Earliest, Latest time.Time
}

func (d Delivery) begin() time.Time { return d.Earliest.Add(-Before) }
func (d Delivery) end() time.Time   { return d.Latest.Add(After) }

// asked tells whether a moment is in the time in question.
func (d Delivery) asked(at time.Time) bool {
	return !at.Before(d.begin()) && !at.After(d.end())
}

// Finding is what the logs of a relay prove of a delivery.
type Finding string

// The findings.
const (
	Sent      Finding = "sent"      // the relay took responsibility for the message
	Unsent    Finding = "ready"     // it did not: the delivery may be made again
	Uncertain Finding = "uncertain" // the logs do not say
)

// Verdict is the answer for one delivery, with the reason in words. It holds no personal data.
type Verdict struct {
	Finding Finding
	Why     string
}

// Options say how logs are to be read. Zero values are the machine's own zone and MaxGap.
type Options struct {
	Zone   *time.Location // of stamps that do not name one
	MaxGap time.Duration
	Ours   func(returnPath string) bool // tells our own mail, for Familiar; nil: none is
}

// Search looks for deliveries in the logs of one relay. Read its files, then ask for the verdicts.
type Search struct {
	options    Options
	about      time.Time // when all of it was, for stamps without a year
	deliveries map[int64]*trace
	byMessage  map[string]*trace
	byPath     map[string]*trace
	queues     map[queue]*trace // queue ids whose last Message-ID was one of the deliveries'
	held       map[queue]bool   // queue ids that were put on hold or thrown away
	coverage   coverage
	familiar   bool
}

// Familiar tells whether the logs show any mail of ours: without it they may be another relay's.
func (s *Search) Familiar() bool { return s.familiar }

// queue is one place in a queue. Instances of Postfix on one host have queues of their own.
type queue struct{ host, instance, id string }

// trace is what was found of one delivery.
type trace struct {
	Delivery
	cleaned []mark // its Message-ID was logged, in the time in question
	active  []mark // its return path was accepted, at whatever time
	foreign bool   // a queue id that logged its Message-ID was accepted under another return path
	kept    bool   // the relay put it on hold or threw it away
	crowded bool   // there was more than is kept
}

type mark struct {
	queue queue
	at    time.Time
}

// mostMarks bounds what is kept of one delivery. A message that its relay defers for five days is
// activated some hundred times.
const mostMarks = 1000

// New prepares a search for deliveries.
func New(deliveries []Delivery, o Options) *Search {
	if o.Zone == nil {
		o.Zone = time.Local
	}
	if o.MaxGap <= 0 {
		o.MaxGap = MaxGap
	}
	s := &Search{
		options: o, deliveries: map[int64]*trace{}, byMessage: map[string]*trace{},
		byPath: map[string]*trace{}, queues: map[queue]*trace{}, held: map[queue]bool{},
		coverage: coverage{maxGap: o.MaxGap, zone: o.Zone, hosts: map[string]*host{}},
	}
	for _, d := range deliveries {
		t := &trace{Delivery: d}
		s.deliveries[d.ID], s.byMessage[d.MessageID], s.byPath[d.ReturnPath] = t, t, t
	}
	s.about = middle(deliveries)
	return s
}

func middle(deliveries []Delivery) time.Time {
	if len(deliveries) == 0 {
		return time.Time{}
	}
	times := make([]time.Time, len(deliveries))
	for i, d := range deliveries {
		times[i] = d.Latest
	}
	slices.SortFunc(times, time.Time.Compare)
	return times[len(times)/2]
}

// note takes what one line says. Lines come in the order of their files.
func (s *Search) note(l line, file int) {
	if l.lossy() {
		s.coverage.lost(l)
	}
	if !l.postfix() {
		return
	}
	s.coverage.add(l, file)
	id, rest, ok := l.queueID()
	if !ok {
		return
	}
	q := queue{l.host, l.instance, id}
	switch l.daemon {
	case "cleanup":
		s.cleaned(q, rest, l.at)
	case "qmgr", "nqmgr", "oqmgr":
		s.accepted(q, rest, l.at)
	}
	if path, ok := keptBack(rest); ok {
		s.kept(q, path)
	}
}

func (s *Search) cleaned(q queue, text string, at time.Time) {
	id, ok := messageID(text)
	if !ok {
		return
	}
	delete(s.queues, q) // the queue id stands for another message from here on
	if t := s.byMessage[id]; t != nil && t.asked(at) {
		s.queues[q] = t
		t.cleaned = t.keep(t.cleaned, mark{q, at})
	}
}

func (s *Search) accepted(q queue, text string, at time.Time) {
	path, ok := acceptance(text)
	if !ok {
		return
	}
	s.coverage.host(q.host).accepts = true
	s.familiar = s.familiar || s.options.Ours != nil && s.options.Ours(path)
	if t := s.byPath[path]; t != nil {
		t.active = t.keep(t.active, mark{q, at})
	}
	if t := s.queues[q]; t != nil && t.ReturnPath != path {
		t.foreign = true
	}
}

// mostHeld bounds the queue ids on hold that are remembered.
const mostHeld = 100_000

// kept notes a message that its relay keeps back. It may say so before the Message-ID is logged.
func (s *Search) kept(q queue, path string) {
	if len(s.held) < mostHeld {
		s.held[q] = true
	}
	if t := s.byPath[path]; t != nil {
		t.kept = true
	}
}

// keptBack tells whether the relay may have a delivery where the queue manager does not see it.
func (s *Search) keptBack(t *trace) bool {
	return t.kept || len(s.held) >= mostHeld ||
		slices.ContainsFunc(t.cleaned, func(m mark) bool { return s.held[m.queue] })
}

func (t *trace) keep(marks []mark, m mark) []mark {
	if len(marks) >= mostMarks {
		t.crowded = true
		return marks
	}
	return append(marks, m)
}

// Verdict says what the logs read so far prove of a delivery.
func (s *Search) Verdict(id int64) Verdict {
	t := s.deliveries[id]
	if t == nil {
		return Verdict{Uncertain, "it was not looked for"}
	}
	if m, ok := t.proof(); ok {
		return Verdict{Sent, fmt.Sprintf("the relay accepted it as %s at %s", m.queue.id, s.clock(m.at))}
	}
	switch {
	case len(t.active) > 0:
		const why = "the relay accepted it at %s, which does not belong to this attempt"
		return Verdict{Uncertain, fmt.Sprintf(why, s.clock(t.active[0].at))}
	case t.foreign:
		return Verdict{Uncertain, "the relay accepted its Message-ID under another return path"}
	case s.keptBack(t):
		return Verdict{Uncertain, "the relay took it, and holds it back or threw it away"}
	case t.crowded:
		return Verdict{Uncertain, "the log names it too often"}
	}
	if why := s.coverage.missing(t.begin(), t.end()); why != "" {
		return Verdict{Uncertain, why}
	}
	return Verdict{Unsent, fmt.Sprintf("the log is whole from %s to %s and shows no acceptance",
		s.clock(t.begin()), s.clock(t.end()))}
}

// proof is the acceptance of a queue id after it has logged the Message-ID in this attempt's time.
// The acceptance itself may come later: a relay with a full queue takes its time.
func (t *trace) proof() (mark, bool) {
	for _, a := range t.active {
		for _, c := range t.cleaned {
			if a.queue == c.queue && !a.at.Before(c.at) {
				return a, true
			}
		}
	}
	return mark{}, false
}

func (s *Search) clock(t time.Time) string { return clock(t, s.options.Zone) }

func clock(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("2006-01-02 15:04:05 MST")
}
