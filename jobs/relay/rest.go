package relay

import (
	"maps"
	"slices"
	"time"

	"oshirase/jobs/email"
)

// longestMost is how long a relay that lets in no more is not asked for more.
const longestMost = time.Minute

// failed is a connection that the relay did not let in. Where others are in, it is content with those:
// many relays limit how many one client may have. Where none is, it is down.
func (p *Pool) failed(r *relay, out email.Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.free()
	r.busy--
	others := r.busy
	for _, c := range r.idle {
		if c.Live() {
			others++
		}
	}
	switch {
	case !r.up:
	case others == 0:
		p.rest(r, out)
	default:
		r.most, r.mostUntil = others, time.Now().Add(longestMost)
		p.log.Warn("relay lets in no more", "relay", out.Relay, "stage", string(out.Stage),
			"code", out.Code, "line", out.Line, "connections", others)
	}
}

// longestRest lets a relay that comes back wait no longer than this.
const longestRest = 2 * time.Minute

// rest begins a pause: a second, and twice as long each time that no message came between.
func (p *Pool) rest(r *relay, out email.Outcome) {
	d := pause(r.rested, longestRest)
	r.up, r.last, r.until = false, out, time.Now().Add(d)
	r.rested++
	p.log.Error("relay down", "relay", out.Relay, "stage", string(out.Stage), "code", out.Code,
		"line", out.Line, "rests", d)
}

// doubtsMost is how many messages in a row may be lost at their ends before there is a rest. After it, one more
// begins the next.
const doubtsMost = 3

// doubt counts a message whose end is not known. A relay, or a line to it, that loses one after the other would
// leave a whole campaign uncertain.
func (p *Pool) doubt(r *relay, out email.Outcome) {
	r.sent++
	if r.doubts++; r.doubts >= doubtsMost && r.up && p.running.Err() == nil {
		p.rest(r, out)
	}
}

// pause is a second, doubled so many times, and no longer than most.
func pause(rested int, most time.Duration) time.Duration {
	return min(time.Second<<min(rested, 10), most)
}

// rise lets a relay work again. Its new share begins now: it does not make up for what it missed.
func (p *Pool) rise(r *relay) {
	if r.rested > 0 {
		p.log.Info("relay up", "relay", r.last.Relay)
	}
	r.up, r.most = true, 0
	for _, other := range p.all {
		other.sent = 0
	}
}

// Resting is a relay that could not be used, and is not asked until then.
type Resting struct {
	Relay string // host:port
	Until time.Time
	Stage email.Stage
	Code  int    // 0: no reply
	Line  string // what it said, or what happened

	Sender string // the domain whose mail alone it does not take; empty: everybody's
}

// Resting lists the relays that this process leaves alone.
func (p *Pool) Resting() []Resting {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []Resting
	for _, r := range p.all {
		if !r.up && r.rested > 0 {
			o := r.last
			list = append(list, Resting{o.Relay, r.until, o.Stage, o.Code, o.Line, ""})
		}
		for _, domain := range slices.Sorted(maps.Keys(r.senders)) {
			if s := r.senders[domain]; s.rested > 0 {
				list = append(list, Resting{s.last.Relay, s.until, s.last.Stage, s.last.Code, s.last.Line, domain})
			}
		}
	}
	return list
}
