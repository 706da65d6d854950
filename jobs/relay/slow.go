package relay

import (
	"log/slog"
	"math"
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
//
// A domain is slow by what its messages of the last seconds took, those under way with them, beside what all the
// others' did in the same time: a relay that is slow for everybody makes no domain slow.

const (
	// slowAfter is how long a message of a slow domain takes at the least, and slowTimes how much longer than one
	// of the others.
	slowAfter = 2 * time.Second
	slowTimes = 4

	// least is how many messages must have taken so long: fewer keep nobody waiting.
	least = 3

	// memory is in what time the most of what messages took is forgotten.
	memory = 5 * time.Second

	// soonest and latest are when a message that is put off comes back.
	soonest = 5 * time.Second
	latest  = 15 * time.Minute

	// turnsFor is how many messages have their turn for each that a slow domain would take, for it may be quick
	// again. One that is put off once more costs the ledger a claim.
	turnsFor = 8
)

// Later is an error that says when the message may come again. Nothing was sent.
type Later interface {
	error
	Again() time.Time
}

// SlowError says that the recipient's domain has as many messages here as a slow one may. Nothing was sent.
type SlowError struct {
	Until time.Time // when it is the message's turn
}

func (*SlowError) Error() string { return "the domain takes long, and others wait" }

// Again is the message's turn.
func (e *SlowError) Again() time.Time { return e.Until }

// guests are the domains to which messages go, and how long those take.
type guests struct {
	most   int           // messages of slow ones together, those that wait too
	after  time.Duration // slowAfter
	memory time.Duration
	log    *slog.Logger

	mu     sync.Mutex
	known  map[string]*guest
	slow   []*guest
	all    taken
	looked time.Time
	watch  bool // a look is due
}

// taken is what messages took, which fades.
type taken struct {
	messages float64
	seconds  float64
}

func (t *taken) fade(by float64) { t.messages, t.seconds = t.messages*by, t.seconds*by }

func (t taken) plus(o taken) taken  { return taken{t.messages + o.messages, t.seconds + o.seconds} }
func (t taken) minus(o taken) taken { return taken{t.messages - o.messages, t.seconds - o.seconds} }

// each is what one took; nothing where there was hardly one.
func (t taken) each() time.Duration {
	if t.messages < 0.5 {
		return 0
	}
	return time.Duration(t.seconds / t.messages * float64(time.Second))
}

// guest is a domain.
type guest struct {
	name     string
	here     int // messages under way, and those that wait to be
	underWay []*visit
	past     taken
	slow     bool
	takes    time.Duration // a message, at the last look
	next     time.Time     // the turn of the last one that was put off
	said     time.Time     // when the log was told
	full     chan struct{} // closed, and made anew, when the domain has turned out to be slow
}

// visit is one message's.
type visit struct {
	to    *guest
	full  <-chan struct{} // the guest's, when the message came
	began time.Time       // with a connection; zero: not yet
	sent  bool            // what was not sent says nothing of its domain
}

func newGuests(connections int, log *slog.Logger) *guests {
	return &guests{most: max(connections/2, 1), after: slowAfter, memory: memory, log: log,
		known: map[string]*guest{}, looked: time.Now()}
}

// arrive is a message that wants a connection, unless it is put off. Every one leaves.
func (g *guests) arrive(v *visit, e email.Envelope) error {
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
	return g.turnAway(d)
}

// ask tells a message that waits, and whose domain has turned out to be slow, whether it is put off.
func (g *guests) ask(v *visit) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	v.full = v.to.full
	return g.turnAway(v.to)
}

// board begins a message that has a connection.
func (g *guests) board(v *visit) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if v.began.IsZero() { // otherwise it goes on by another relay
		v.to.underWay = append(v.to.underWay, v)
	}
	v.began = time.Now()
	if !g.watch {
		g.watch = true
		time.AfterFunc(g.after/4, g.look)
	}
}

func (g *guests) leave(v *visit) {
	g.mu.Lock()
	defer g.mu.Unlock()
	d := v.to
	d.here--
	if i := slices.Index(d.underWay, v); i >= 0 {
		d.underWay = slices.Delete(d.underWay, i, i+1)
	}
	if v.sent {
		took := taken{1, time.Since(v.began).Seconds()}
		d.past, g.all = d.past.plus(took), g.all.plus(took)
	}
	if d.here == 0 && d.past.each() < g.after && !d.slow {
		delete(g.known, d.name)
	}
}

// turnAway refuses a message that has come, or waits, where there are more of slow domains than may be.
func (g *guests) turnAway(d *guest) error {
	if !d.slow || g.slowOnes() <= g.most {
		return nil
	}
	now := time.Now()
	if first := now.Add(soonest); d.next.Before(first) {
		d.next = first
	}
	d.next = d.next.Add(d.takes / time.Duration(turnsFor*g.most))
	if last := now.Add(latest); d.next.After(last) {
		d.next = last
		return &SlowError{last.Add(-rand.N(latest / 2))}
	}
	return &SlowError{d.next}
}

// slowOnes counts the messages of slow domains.
func (g *guests) slowOnes() (n int) {
	for _, d := range g.slow {
		n += d.here
	}
	return n
}

// look finds the slow ones, and tells those that wait for them. It goes on while there are messages under way.
func (g *guests) look() {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	g.fade(now)
	going, all := map[*guest]taken{}, g.all
	for _, d := range g.known {
		if len(d.underWay) > 0 {
			going[d] = d.going(now, g.after)
			all = all.plus(going[d])
		}
	}
	g.slow = g.slow[:0]
	for _, d := range g.known {
		g.judge(d, d.past.plus(going[d]), all)
	}
	if g.watch = len(going) > 0; g.watch {
		time.AfterFunc(g.after/4, g.look)
	}
	if g.slowOnes() <= g.most {
		return
	}
	for _, d := range g.slow {
		if d.here > len(d.underWay) {
			g.clear(d, now)
		}
	}
}

// fade lets what is past count less, and forgets who had nothing else.
func (g *guests) fade(now time.Time) {
	by := math.Exp(-float64(now.Sub(g.looked)) / float64(g.memory))
	g.looked = now
	g.all.fade(by)
	for name, d := range g.known {
		if d.past.fade(by); d.here == 0 && d.past.messages < 0.5 {
			delete(g.known, name)
		}
	}
}

// going is what the messages under way have taken so far, those that have taken long: the others tell nothing yet.
func (d *guest) going(now time.Time, long time.Duration) (t taken) {
	for _, v := range d.underWay {
		if took := now.Sub(v.began); took > long {
			t = t.plus(taken{1, took.Seconds()})
		}
	}
	return t
}

// judge compares what a domain's messages take with what all the others' do. Without others nobody is slow.
func (g *guests) judge(d *guest, own, all taken) {
	others := all.minus(own)
	d.takes = own.each()
	d.slow = own.messages >= least && others.messages >= 1 &&
		d.takes > g.after && d.takes > slowTimes*others.each()
	if d.slow {
		g.slow = append(g.slow, d)
	}
}

// clear has the messages of a slow domain that wait ask again.
func (g *guests) clear(d *guest, now time.Time) {
	close(d.full)
	d.full = make(chan struct{})
	if now.Sub(d.said) < latest {
		return
	}
	d.said = now
	// Without the domain's name, which is a part of somebody's address.
	g.log.Warn("a recipients' domain is slow, and its mail beyond half of the connections is put off",
		"takes", d.takes.Round(time.Millisecond), "waiting", d.here-len(d.underWay))
}
