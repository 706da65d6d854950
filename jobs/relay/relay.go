// Package relay is a process's connections to the relays that take its mail: shared out by weight, kept
// from message to message, and rested where a relay lets nobody in.
package relay

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"oshirase/jobs/email"
	"oshirase/jobs/mishap"
)

// Pool is a process's connections. So many messages are under way at once, at whichever of the
// relays are up, shared out by weight; what one that is down would have had goes to the others.
//
// A relay is up once it has let us in. One that has not is left alone, longer each time, and then asked
// by a single connection that carries no message: so a refused login is one refused login and not one
// for each message, and nothing is claimed that cannot be sent.
type Pool struct {
	slots     chan struct{}
	waiting   chan *waiting // who waits offers itself here
	borrowers atomic.Int32  // who have a slot and wait for a connection
	door      chan struct{} // holds one: the borrower whose turn it is
	guests    *guests
	all       []*relay
	log       *slog.Logger
	stopping  <-chan struct{}
	running   context.Context // ends with stop
	stop      context.CancelFunc

	mu      sync.Mutex
	changed chan struct{} // closed, and made anew, when a probe has ended
	freed   chan struct{} // holds one: a connection has become free, or the last relay has gone down
}

// relay is one of them. What changes is under the mutex of the Pool.
type relay struct {
	email.Relay
	idle    []*email.Conn // the last used is the first to be used again
	busy    int           // connections
	sent    int           // messages, for shares where nothing is busy
	up      bool
	probing bool
	rested  int       // how often in a row
	until   time.Time // resting
	last    email.Outcome

	doubts  int                // messages in a row whose end is not known
	refused int                // messages in a row that it did not take at MAIL, whoever sent them
	senders map[string]*sender // by domain: those of whom it did not take the last message

	most      int       // connections it has let in when it refused one more; 0: not known
	mostUntil time.Time // and for how long we take its word
}

// Why nothing was sent: the process stops, or there is no relay that could be asked.
var (
	ErrStopping = errors.New("stopping")
	ErrResting  = errors.New("all relays rest")
)

// New makes a pool of n connections, which are dialled when they are wanted.
func New(list []email.Relay, n int, log *slog.Logger) *Pool {
	running, stop := context.WithCancel(context.Background())
	p := &Pool{
		slots: make(chan struct{}, max(n, 1)), log: log, changed: make(chan struct{}), freed: make(chan struct{}, 1), door: make(chan struct{}, 1),
		waiting: make(chan *waiting), guests: newGuests(n, log),
		running: running, stop: stop, stopping: running.Done(),
	}
	for _, r := range list {
		r.Weight = max(r.Weight, 1)
		p.all = append(p.all, &relay{Relay: r})
	}
	return p
}

// Stop ends the lending: whoever waits for a connection hears ErrStopping.
func (p *Pool) Stop() { p.stop() }

// Stopping is closed by Stop.
func (p *Pool) Stopping() <-chan struct{} { return p.stopping }

// Close ends the connections after the last message. One that is at its relay still is left: the
// process ends, the claim stays.
func (p *Pool) Close() {
	late, stop := context.WithTimeout(context.Background(), time.Second)
	defer stop()
	for range cap(p.slots) {
		select {
		case p.slots <- struct{}{}:
		case <-late.Done():
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var group errgroup.Group
	for _, r := range p.all {
		for _, c := range r.idle {
			group.Go(c.Close)
		}
		r.idle = nil
	}
	_ = group.Wait()
}

// Ready waits until a relay is up, so that nothing is claimed while there is none.
func (p *Pool) Ready(ctx context.Context) error {
	for {
		up, changed, rest := p.look()
		if up {
			return nil
		}
		select {
		case <-changed:
		case <-time.After(rest):
		case <-p.stopping:
			return ErrStopping
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *Pool) look() (up bool, changed <-chan struct{}, rest time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	up, rest = p.ask()
	return up, p.changed, rest
}

// ask looks after the relays whose rest is over, and tells whether another is up: otherwise, how long
// to wait for the next.
func (p *Pool) ask() (up bool, rest time.Duration) {
	rest = time.Minute
	for _, r := range p.all {
		pause := time.Until(r.until)
		switch {
		case r.up:
			up = true
		case r.probing:
		case pause > 0:
			rest = min(rest, pause)
		default:
			r.probing = true
			go p.probe(r)
		}
	}
	return up, rest
}

// probe logs in at a relay, and keeps the connection for the first message.
func (p *Pool) probe(r *relay) {
	conn := r.Conn()
	out, ok := p.open(conn)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch r.probing = false; {
	case p.running.Err() != nil:
		_ = conn.Close()
	case ok:
		p.rise(r)
		r.idle = append(r.idle, conn)
	default:
		p.rest(r, out)
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

// open dials. A relay that makes us panic cannot be used: that is all it may bring about.
func (p *Pool) open(conn *email.Conn) (out email.Outcome, ok bool) {
	err := mishap.Caught(func() error {
		out, ok = conn.Open(p.running)
		return nil
	})
	var m *mishap.Error
	if errors.As(err, &m) {
		p.log.Error("internal error", "what", m.What, "stack", m.Stack)
		return email.Outcome{Class: email.Deferred, Stage: email.StageDial, Line: err.Error(), Down: true}, false
	}
	return out, ok
}

// Guard is asked at the moments at which a message can still be kept back.
type Guard struct {
	Still     func() error // with a connection in hand, before anything is said
	BeforeDot func() error // email.Conn.BeforeDot for this message; nil: not asked
}

// Send borrows a connection, asks once more whether the message may still go, and sends it: by another
// relay where one turns out to be down. The error says that nothing was sent and the claim should go back.
func (p *Pool) Send(ctx context.Context, e email.Envelope, message []byte,
	g Guard) (email.Outcome, error) {
	var v visit
	defer p.guests.leave(&v)
	if err := p.guests.arrive(&v, e); err != nil {
		return email.Outcome{}, err
	}
	l, err := p.turn(ctx, e, &v)
	if err != nil {
		return email.Outcome{}, err
	}
	t := &trip{lent: l}
	defer p.end(t)
	for {
		if t.conn == nil {
			if t.relay, t.conn, err = p.borrow(ctx, e); err != nil {
				return email.Outcome{}, err
			}
		}
		p.guests.board(&v)
		if err := g.Still(); err != nil {
			return email.Outcome{}, err
		}
		out := p.carry(t, e, g.BeforeDot, func() email.Outcome { return t.conn.Send(ctx, e, message) })
		if v.sent = t.conn != nil; v.sent {
			return out, nil
		}
	}
}

// borrow waits for a connection that may be used. Borrowers are served in the order in which they came:
// otherwise newcomers take what was freed for who waits, again and again. While somebody borrows, no
// connection is passed on.
func (p *Pool) borrow(ctx context.Context, e email.Envelope) (*relay, *email.Conn, error) {
	p.borrowers.Add(1)
	defer p.borrowers.Add(-1)
	select {
	case p.door <- struct{}{}:
		defer func() { <-p.door }()
	case <-p.stopping:
		return nil, nil, ErrStopping
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	for {
		r, conn, err := p.take(e)
		if conn != nil || err != nil {
			return r, conn, err
		}
		if err := p.awaitFree(ctx); err != nil {
			return nil, nil, err
		}
	}
}

// awaitFree waits until a connection may be free.
func (p *Pool) awaitFree(ctx context.Context) error {
	select {
	case <-p.freed:
		return nil
	case <-p.stopping:
		return ErrStopping
	case <-ctx.Done():
		return ctx.Err()
	}
}

// take gives a connection of the relay that has least for its weight. There is none where those that take
// mail from this sender let in no more; where there are none of those, the error says so.
func (p *Pool) take(e email.Envelope) (least *relay, conn *email.Conn, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.takes(e); err != nil {
		return nil, nil, err
	}
	for _, r := range p.all {
		if r.up && !r.full() && r.rests(e) == nil && (least == nil || r.less(least)) {
			least = r
		}
	}
	if least == nil {
		return nil, nil, nil
	}
	least.busy++
	n := len(least.idle)
	if n == 0 {
		return least, least.Conn(), nil
	}
	conn = least.idle[n-1]
	least.idle = least.idle[:n-1]
	return least, conn, nil
}

// free wakes one who waits for a connection.
func (p *Pool) free() {
	select {
	case p.freed <- struct{}{}:
	default:
	}
}

// full tells whether the relay would refuse another connection.
func (r *relay) full() bool {
	return r.most > 0 && r.busy >= r.most && time.Now().Before(r.mostUntil)
}

// less compares the shares in use, and where they are equal, in what was sent.
func (r *relay) less(o *relay) bool {
	if a, b := r.busy*o.Weight, o.busy*r.Weight; a != b {
		return a < b
	}
	return r.sent*o.Weight < o.sent*r.Weight
}

// back gives back a connection on which nothing was sent, with its slot.
func (p *Pool) back(l lent) {
	l.conn.Rest()
	p.mu.Lock()
	l.relay.busy--
	l.relay.idle = append(l.relay.idle, l.conn)
	p.mu.Unlock()
	p.free()
	<-p.slots
}

// Longest is how long a message may take at the slowest of the relays.
func Longest(list []email.Relay) time.Duration {
	var d time.Duration
	for _, r := range list {
		d = max(d, r.Deadlines.Sum())
	}
	return d
}
