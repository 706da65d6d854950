package relay

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"oshirase/jobs/email"
)

// A relay that answers MAIL with 4xx or 5xx says nothing of the recipient: it wants a rest, or it does not know
// the sender. After a short run of such replies it is left alone as one that lets nobody in. Where it takes the
// mail of other senders between, only this one's is kept from it.

const (
	// refusedMost is how many messages in a row are not taken at MAIL before there is a rest. After it, one
	// more begins the next.
	refusedMost = 3

	// longestAway is how long a sender's mail is kept from a relay. It is longer than a relay's rest: what is
	// kept back has been claimed, and is claimed again afterwards.
	longestAway = 15 * time.Minute
)

// sender is the domain of a return path of which a relay did not take the last message.
type sender struct {
	refused int // messages in a row
	rested  int // how often since one was taken
	away    time.Duration
	until   time.Time // resting
	last    email.Outcome
}

// SenderError says that the relays which are up take no mail of a sender for now. Nothing was sent.
type SenderError struct {
	Domain string
	Until  time.Time     // the first of them is asked again
	Rest   time.Duration // how long that one was left alone
}

func (e *SenderError) Error() string { return fmt.Sprintf("no relay takes mail from %q", e.Domain) }

// Again is some time after one is asked again: the first answers then decide.
func (e *SenderError) Again() time.Time { return e.Until.Add(rand.N(e.Rest)) }

// domain is the part of a return path that says whose mail it is.
func domain(e email.Envelope) string {
	return e.ReturnPath[strings.LastIndexByte(e.ReturnPath, '@')+1:]
}

// rests gives the sender of an envelope where their mail is kept from the relay; nil where it is not.
func (r *relay) rests(e email.Envelope) *sender {
	if len(r.senders) == 0 {
		return nil
	}
	if s := r.senders[domain(e)]; s != nil && time.Now().Before(s.until) {
		return s
	}
	return nil
}

// welcome forgets what a relay that has taken a message had against its sender.
func (r *relay) welcome(e email.Envelope) {
	if r.refused = 0; len(r.senders) > 0 {
		delete(r.senders, domain(e))
	}
}

// takes tells whether a relay is up that takes mail from a sender; the error says why there is none.
func (p *Pool) takes(e email.Envelope) error {
	if up, _ := p.ask(); !up {
		return ErrResting
	}
	var first *sender
	for _, r := range p.all {
		s := r.rests(e)
		switch {
		case !r.up:
		case s == nil:
			return nil
		case first == nil || s.until.Before(first.until):
			first = s
		}
	}
	return &SenderError{domain(e), first.until, first.away}
}

// turnedAway is a message that a relay did not take at MAIL. It loses its connection where it is to go on: to
// another relay, or back to where it came from where this one was resting already. Otherwise its attempt has ended,
// so that one that will never be taken is not always the first to be tried again.
func (p *Pool) turnedAway(t *trip, e email.Envelope, out email.Outcome) {
	r := t.relay
	rests := func() bool { return !r.up || r.rests(e) != nil }
	if !rests() {
		if p.hold(r, e, out); !rests() || p.takes(e) != nil {
			return
		}
	}
	t.conn.Rest()
	r.busy--
	r.idle = append(r.idle, t.conn)
	t.conn = nil
	p.free()
}

// hold counts a message that was not taken, and begins a rest of the relay, or of the sender there.
func (p *Pool) hold(r *relay, e email.Envelope, out email.Outcome) {
	if r.senders == nil {
		r.senders = map[string]*sender{}
	}
	s := r.senders[domain(e)]
	if s == nil {
		s = &sender{}
		r.senders[domain(e)] = s
	}
	r.refused++
	s.refused++
	switch {
	case r.refused >= refusedMost:
		p.rest(r, out)
	case s.refused >= refusedMost:
		s.away, s.last = pause(s.rested, longestAway), out
		s.until = time.Now().Add(s.away)
		s.rested++
		p.log.Error("relay takes no mail of a sender", "relay", out.Relay, "sender", domain(e),
			"code", out.Code, "line", out.Line, "rests", s.away)
	}
}
