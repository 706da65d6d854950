package pace

import "time"

// State is where a breaker stands.
type State string

// The states, in the order in which a provider that had enough of us goes through them.
const (
	Closed   State = "closed"   // all may go
	Open     State = "open"     // the provider rests
	Probing  State = "probing"  // a few go first, and their answers decide
	Climbing State = "climbing" // the rate doubles step by step
	Stopped  State = "stopped"  // until somebody has looked: no time opens it
)

// Sign is what an outcome says about its provider.
type Sign int

// The signs. Busy is a provider that asks us to go slower, Block one that may have shut us out: the
// 550 of a carrier stands for an unknown user and for a blocked sender alike.
const (
	Silent Sign = iota
	Good
	Busy
	Block
)

// SignOf reads an SMTP reply code.
func SignOf(accepted bool, code int) Sign {
	switch {
	case accepted:
		return Good
	case code == 421, code == 450, code == 451:
		return Busy
	case code == 550, code == 553, code == 554:
		return Block
	}
	return Silent
}

// Breaker is what is known of one provider in one campaign. The zero Breaker is closed.
type Breaker struct {
	State   State
	Until   time.Time // open: the rest ends; closed: earlier rests count; else: the round ends
	Since   time.Time // the run of bad signs began
	Rested  int       // rests without calm between them
	Step    int       // of the climb
	Out     int       // let through in this round
	Good    int       // signs in this round; for a closed breaker, bad ones in a row
	Busy    int
	Blocked int
	Code    int // of the reply that opened it
}

// IsClosed tells whether all may go.
func (b Breaker) IsClosed() bool { return b.State == "" || b.State == Closed }

// IsClean tells whether a good sign would change nothing.
func (b Breaker) IsClean() bool { return b.IsClosed() && b.Busy == 0 && b.Blocked == 0 }

// Rests tells whether nothing may go now, not even a probe.
func (b Breaker) Rests(now time.Time) bool {
	return b.State == Stopped || b.State == Open && now.Before(b.Until)
}

// Temper is how easily a breaker opens and how slowly it closes.
type Temper struct {
	Busy   int           // so many busy signs in a row open it
	Blocks int           // so many blocks in a row, or bad signs of both kinds
	Run    time.Duration // what was longer ago is no part of a run
	Pause  time.Duration // the first rest; each further one is twice as long
	Most   time.Duration // no rest is longer
	Calm   time.Duration // after which earlier rests are forgotten
	Probes int
	Answer time.Duration // after which unanswered probes are given up and others go
	Step   time.Duration // of the climb
	First  int           // deliveries in the first step; each further step has twice as many
	Steps  int
}

// Usual is the temper for mail to carriers: it opens after a handful of bad signs, rests a minute, two,
// four … up to an hour, and climbs from one a second to full speed in eighty seconds.
func Usual() Temper {
	return Temper{
		Busy: 5, Blocks: 10, Run: 10 * time.Minute,
		Pause: time.Minute, Most: time.Hour, Calm: time.Hour,
		Probes: 3, Answer: time.Minute, Step: 10 * time.Second, First: 10, Steps: 8,
	}
}

// Verdict is what else follows from a sign.
type Verdict struct {
	Spare  bool      // a refusal is to be deferred: it may be a block
	Recall time.Time // refusals since then were part of the block as well; zero: none
}

// Observe takes in what became of a delivery that the breaker let through.
func (t Temper) Observe(b Breaker, s Sign, code int, now time.Time) (Breaker, Verdict) {
	if s == Silent {
		return b, Verdict{}
	}
	if b.IsClosed() {
		return t.closed(b, s, code, now)
	}
	v := Verdict{Spare: s == Block}
	switch b.State {
	case Probing:
		return t.probed(b.count(s), code, now), v
	case Climbing:
		return t.climbed(b, s, code, now), v
	}
	return b, v // an answer to what was under way when it opened
}

func (b Breaker) count(s Sign) Breaker {
	switch s {
	case Good:
		b.Good++
	case Busy:
		b.Busy++
	case Block:
		b.Blocked++
	}
	return b
}

// calm ends a run of bad signs.
func (b Breaker) calm() Breaker {
	b.Since, b.Busy, b.Blocked = time.Time{}, 0, 0
	return b
}

func (t Temper) closed(b Breaker, s Sign, code int, now time.Time) (Breaker, Verdict) {
	if s == Good {
		return b.calm(), Verdict{}
	}
	if b.Since.IsZero() || now.Sub(b.Since) > t.Run {
		b = b.calm()
		b.Since = now
	}
	b = b.count(s)
	if b.Busy < t.Busy && b.Busy+b.Blocked < t.Blocks {
		return b, Verdict{}
	}
	v := Verdict{Spare: s == Block}
	if b.Blocked > 0 {
		v.Recall = b.Since
	}
	if now.After(b.Until) {
		b.Rested = 0
	}
	return t.open(b, code, now), v
}

// open lets the provider rest, longer each time.
func (t Temper) open(b Breaker, code int, now time.Time) Breaker {
	pause := t.Most
	if b.Rested < 20 { // beyond it a shift could overflow
		pause = min(t.Pause<<b.Rested, t.Most)
	}
	return Breaker{State: Open, Until: now.Add(pause), Rested: b.Rested + 1, Code: code}
}

// probed decides once all probes are answered, by their majority.
func (t Temper) probed(b Breaker, code int, now time.Time) Breaker {
	bad := b.Busy + b.Blocked
	switch {
	case b.Good+bad < t.Probes:
		return b
	case b.Good <= bad:
		return t.open(b, code, now)
	}
	return Breaker{State: Climbing, Until: now.Add(t.Step), Rested: b.Rested, Code: b.Code}
}

// climbed opens again at half of the bad signs that a closed breaker bears.
func (t Temper) climbed(b Breaker, s Sign, code int, now time.Time) Breaker {
	if b = b.count(s); s == Good {
		return b.calm()
	}
	if 2*b.Busy >= t.Busy || 2*(b.Busy+b.Blocked) >= t.Blocks {
		return t.open(b, code, now)
	}
	return b
}

// Admit asks whether one more delivery may go, and notes that it went.
func (t Temper) Admit(b Breaker, now time.Time) (Breaker, bool) {
	b = t.turn(b, now)
	if b.IsClosed() {
		return b, true
	}
	if b.Out >= t.round(b) {
		return b, false
	}
	b.Out++
	return b, true
}

// Room is how many deliveries Admit would let through now.
func (t Temper) Room(b Breaker, now time.Time) int {
	if b = t.turn(b, now); b.IsClosed() {
		return Unlimited
	}
	return max(t.round(b)-b.Out, 0)
}

// round is how many may go in the round that a breaker is in.
func (t Temper) round(b Breaker) int {
	switch b.State {
	case Probing:
		return t.Probes
	case Climbing:
		return t.First << b.Step
	}
	return 0
}

// turn begins the next round where one has ended. A step of the climb in which nothing was accepted
// proves nothing and is done again.
func (t Temper) turn(b Breaker, now time.Time) Breaker {
	if b.IsClosed() || b.State == Stopped || now.Before(b.Until) {
		return b
	}
	switch {
	case b.State == Open:
		return Breaker{State: Probing, Until: now.Add(t.Answer), Rested: b.Rested, Code: b.Code}
	case b.State == Probing:
		b.Out, b.Until = 0, now.Add(t.Answer)
		return b
	case b.Good == 0:
		b.Out, b.Until = 0, now.Add(t.Step)
		return b
	case b.Step+1 >= t.Steps:
		return Breaker{State: Closed, Until: now.Add(t.Calm), Rested: b.Rested}
	}
	b.Step++
	b.Out, b.Good, b.Until = 0, 0, now.Add(t.Step)
	return b
}
