package relay

import (
	"context"
	"sync/atomic"

	"oshirase/jobs/email"
)

// lent is a slot, and the connection in use in it; none at first.
type lent struct {
	relay *relay
	conn  *email.Conn
}

// trip is a message on its way, with what it has borrowed.
type trip struct {
	lent
	midway bool     // its connection is in the middle of it
	after  *waiting // what was announced behind it
}

// carry sends a message on the connection in use. Where the relay has not let it in, or takes no mail and another
// may, the trip has none any more.
func (p *Pool) carry(t *trip, e email.Envelope, beforeDot func() error, send func() email.Outcome) email.Outcome {
	t.conn.BeforeDot = beforeDot
	t.conn.Next = func() (e email.Envelope, ok bool) {
		if t.after = p.next(t.relay); t.after == nil {
			return e, false
		}
		return t.after.envelope, true
	}
	t.midway = true
	out := send()
	t.midway = false
	if out.Down {
		t.conn = nil
		p.failed(t.relay, out)
		return out
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if out.Sender {
		p.turnedAway(t, e, out)
		return out
	}
	if out.Class == email.Uncertain {
		p.doubt(t.relay, out)
		return out
	}
	t.relay.doubts = 0
	t.relay.sent++
	if out.Stage != email.StageMail {
		t.relay.welcome(e)
	}
	if t.relay.up {
		t.relay.rested = 0
	}
	return out
}

// end gives back what a message had, however it ended: to the one that was announced behind it, or to the pool.
// A connection on which somebody panicked is cut, and dialled anew by whoever has it next.
func (p *Pool) end(t *trip) {
	if t.conn == nil {
		<-p.slots
		return
	}
	if t.midway {
		t.conn.Cut()
	}
	if t.after == nil || !t.after.give(t.lent) {
		p.back(t.lent)
	}
}

// waiting is a message that waits for its turn. Whoever is about to write a final dot may take it up: its
// envelope goes behind that dot, and the connection is passed on.
type waiting struct {
	envelope email.Envelope
	given    chan lent
	gone     atomic.Bool // set once: by whoever gives, or by who waits no longer
}

// give passes a connection on, with its slot. It is false where nobody waits any more.
func (w *waiting) give(l lent) bool {
	if w.gone.Swap(true) {
		return false
	}
	w.given <- l
	return true
}

// turn waits for a slot, or for a connection that is passed on, as long as the recipient's domain may.
func (p *Pool) turn(ctx context.Context, e email.Envelope, v *visit) (lent, error) {
	select { // before a slot that may be free as well
	case <-p.stopping:
		return lent{}, ErrStopping
	default:
	}
	select {
	case p.slots <- struct{}{}:
		return lent{}, nil
	default:
	}
	w := &waiting{envelope: e, given: make(chan lent, 1)}
	for {
		select {
		case p.slots <- struct{}{}:
			return lent{}, nil
		case p.waiting <- w:
			return p.passed(ctx, w, v)
		case <-v.full:
			if err := p.guests.ask(v); err != nil {
				return lent{}, err
			}
		case <-p.stopping:
			return lent{}, ErrStopping
		case <-ctx.Done():
			return lent{}, ctx.Err()
		}
	}
}

// passed waits for the connection that has announced a message. Nothing is lost where the message does not
// come: without a body, no server keeps anything.
func (p *Pool) passed(ctx context.Context, w *waiting, v *visit) (lent, error) {
	var err error
	for err == nil {
		select {
		case l := <-w.given:
			return l, nil
		case <-v.full:
			err = p.guests.ask(v)
		case <-p.stopping:
			err = ErrStopping
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	if w.gone.Swap(true) { // it is being given just now
		return <-w.given, nil
	}
	return lent{}, err
}

// next takes up a message that waits, where a relay may keep the connection: no other has less for its
// weight, and nobody has a slot and no connection. It does not wait for one.
func (p *Pool) next(r *relay) *waiting {
	if p.borrowers.Load() > 0 || !p.keeps(r) {
		return nil
	}
	select {
	case w := <-p.waiting:
		return w
	default:
		return nil
	}
}

// keeps tells whether a connection that becomes free would go to the same relay again.
func (p *Pool) keeps(r *relay) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !r.up {
		return false
	}
	r.busy--
	defer func() { r.busy++ }()
	for _, o := range p.all {
		if o != r && o.up && !o.full() && o.less(r) {
			return false
		}
	}
	return true
}
