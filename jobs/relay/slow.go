package relay

import (
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"oshirase/jobs/email"
)

// A message that takes long keeps its connection from the others for as long. The feeder gives each provider a
// share; those whom no provider lists have one together, and a slow one among them would fill it with its own.
// Here it gets a part of the connections, and what comes for it beyond that is put off until its turn.

const (
	// slowAfter is how long a message of a slow domain takes at the least, and slowTimes how much longer than one
	// of a domain that is not slow.
	slowAfter = 2 * time.Second
	slowTimes = 4

	// othersFor is how long what was heard of others counts. Where there are none, nobody is slow.
	othersFor = 10 * time.Second

	// soonest and latest are when a message that is put off comes back.
	soonest = 5 * time.Second
	latest  = 15 * time.Minute

	// turnsFor is how many messages have their turn for each that a slow domain would take. One that is put off
	// once more costs the ledger a claim.
	turnsFor = 8

	// guestsMost is how many domains are remembered that have nothing under way.
	guestsMost = 1000
)

// Later is an error that says when the message may come again. Nothing was sent.
type Later interface {
	error
	Again() time.Time
}

// SlowError says that the recipient's domain has as much under way as a slow one may. Nothing was sent.
type SlowError struct {
	Until time.Time // when it is the message's turn
}

func (*SlowError) Error() string { return "the domain takes long, and others wait" }

// Again is the message's turn.
func (e *SlowError) Again() time.Time { return e.Until }

// guests are the domains to which messages go, and how long those take.
type guests struct {
	most  int           // messages of slow ones under way together
	after time.Duration // slowAfter
	heard time.Duration // othersFor

	log *slog.Logger

	mu    sync.Mutex
	known map[string]*guest
	watch bool // a look at what is under way is due

	// Of the messages to domains that are not slow: how long they take, whose the last was, when that ended, and
	// when the last of anybody else did.
	fair      time.Duration
	last      string
	at, other time.Time
}

// guest is a domain.
type guest struct {
	name     string
	here     int         // messages under way, and those that wait to be
	underWay []time.Time // when they began, the oldest first
	took     time.Duration
	next     time.Time     // the turn of the last one that was put off
	said     time.Time     // when the log was told
	full     chan struct{} // closed, and made anew, when the domain has turned out to be slow
}

// visit is one message's.
type visit struct {
	to    *guest
	full  <-chan struct{} // the guest's, when the message came
	began time.Time       // zero: not yet
	sent  bool            // what was not sent says nothing of its domain
}

func newGuests(connections int, log *slog.Logger) *guests {
	return &guests{most: max(connections/2, 1), after: slowAfter, heard: othersFor, log: log, known: map[string]*guest{}}
}

// arrive is a message that waits. Every one of them leaves.
func (g *guests) arrive(v *visit, e email.Envelope) {
	domain := strings.ToLower(e.Recipient[strings.LastIndexByte(e.Recipient, '@')+1:])
	g.mu.Lock()
	defer g.mu.Unlock()
	d := g.known[domain]
	if d == nil {
		d = &guest{name: domain, full: make(chan struct{})}
		g.known[domain] = d
	}
	d.here++
	v.to, v.full = d, d.full
}

// ask tells a message that waits, and whose domain is said to be slow, whether it is put off.
func (g *guests) ask(v *visit) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	v.full = v.to.full
	return g.turnAway(v.to, time.Now())
}

// enter begins a message that has a connection, unless its domain has enough of them.
func (g *guests) enter(v *visit) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if err := g.turnAway(v.to, now); err != nil {
		return err
	}
	v.began = now
	v.to.underWay = append(v.to.underWay, now)
	if !g.watch {
		g.watch = true
		time.AfterFunc(g.after, g.look)
	}
	return nil
}

func (g *guests) leave(v *visit) {
	g.mu.Lock()
	defer g.mu.Unlock()
	d := v.to
	d.here--
	if i := slices.Index(d.underWay, v.began); i >= 0 {
		d.underWay = slices.Delete(d.underWay, i, i+1)
	}
	if v.sent {
		g.measure(d, time.Now(), v.began)
	}
	if d.here == 0 && (d.took < g.after || len(g.known) > guestsMost) {
		delete(g.known, d.name)
	}
}

// measure takes in how long a message took.
func (g *guests) measure(d *guest, now, began time.Time) {
	took := now.Sub(began)
	if d.took == 0 {
		d.took = took
	}
	d.took += (took - d.took) / 2
	if g.slow(d, now) {
		return
	}
	if g.fair += (took - g.fair) / 8; now.Sub(g.at) > g.heard {
		g.fair = took
	}
	if g.last != d.name {
		g.last, g.other = d.name, g.at
	}
	g.at = now
}

// slow tells whether a domain takes long, by its last messages or by the oldest under way, while others do not.
func (g *guests) slow(d *guest, now time.Time) bool {
	others := g.at
	if g.last == d.name {
		others = g.other
	}
	took := d.takes(now)
	return took > g.after && took > slowTimes*g.fair && now.Sub(others) < g.heard
}

func (d *guest) takes(now time.Time) time.Duration {
	if len(d.underWay) == 0 {
		return d.took
	}
	return max(d.took, now.Sub(d.underWay[0]))
}

// turnAway refuses one more message of a slow domain where such have their part of the connections. The turns that it
// gives come faster than the domain took them, for it may be quick again.
func (g *guests) turnAway(d *guest, now time.Time) error {
	if !g.slow(d, now) || g.slowOnes(now) < g.most {
		return nil
	}
	if first := now.Add(soonest); d.next.Before(first) {
		d.next = first
	}
	d.next = d.next.Add(d.takes(now) / time.Duration(turnsFor*g.most))
	if last := now.Add(latest); d.next.After(last) {
		d.next = last
		return &SlowError{last.Add(-rand.N(latest / 2))}
	}
	return &SlowError{d.next}
}

// slowOnes counts the messages of slow domains under way.
func (g *guests) slowOnes(now time.Time) (n int) {
	for _, d := range g.known {
		if len(d.underWay) > 0 && g.slow(d, now) {
			n += len(d.underWay)
		}
	}
	return n
}

// look goes on while there are messages under way, and tells those that wait where their domain is slow.
func (g *guests) look() {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	full := g.slowOnes(now) >= g.most
	g.watch = false
	for _, d := range g.known {
		g.watch = g.watch || len(d.underWay) > 0
		if full && d.here > len(d.underWay) && g.slow(d, now) {
			close(d.full)
			d.full = make(chan struct{})
			g.say(d, now)
		}
	}
	if g.watch {
		time.AfterFunc(g.after/4, g.look)
	}
}

// say tells the log, without the domain's name: it is a part of somebody's address.
func (g *guests) say(d *guest, now time.Time) {
	if now.Sub(d.said) < latest {
		return
	}
	d.said = now
	g.log.Warn("a recipients' domain is slow, and its mail beyond half of the connections is put off",
		"takes", d.takes(now).Round(time.Millisecond), "waiting", d.here-len(d.underWay))
}
