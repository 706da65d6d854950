package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"oshirase/jobs/email"
)

// relays is the process's connections to the relay. A relay that cannot be used is rested, longer each
// time, instead of being asked by every connection for every message.
type relays struct {
	conns    chan *email.Conn
	all      []*email.Conn
	log      *slog.Logger
	stopping chan struct{}

	mu     sync.Mutex
	until  time.Time // resting
	rested int       // how often in a row
}

var errStopping = errors.New("stopping")
var errResting = errors.New("relay is resting")

func newRelays(r email.Relay, n int, log *slog.Logger) *relays {
	n = max(n, 1)
	p := &relays{conns: make(chan *email.Conn, n), stopping: make(chan struct{}), log: log}
	for range n {
		c := r.Conn()
		p.all = append(p.all, c)
		p.conns <- c
	}
	return p
}

func (p *relays) stop() { close(p.stopping) }

// close ends the connections after the last message.
func (p *relays) close() {
	for range p.all {
		select {
		case c := <-p.conns:
			_ = c.Close()
		case <-time.After(time.Second): // at the relay still: the process ends, the claim stays
			return
		}
	}
}

// ready waits while the relay rests, so that nothing is claimed for it.
func (p *relays) ready(ctx context.Context) error {
	for {
		d := p.resting()
		if d <= 0 {
			return nil
		}
		select {
		case <-time.After(min(d, time.Second)):
		case <-p.stopping:
			return errStopping
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *relays) resting() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Until(p.until)
}

// guard is asked at the moments at which a message can still be kept back.
type guard struct {
	still     func() error // with a connection in hand, before anything is said
	beforeDot func() error // email.Conn.BeforeDot for this message; nil: not asked
}

// send borrows a connection, asks once more whether the message may still go, and sends it. The error
// says that nothing was sent and the claim should go back.
func (p *relays) send(ctx context.Context, e email.Envelope, message []byte,
	g guard) (email.Outcome, error) {
	conn, err := p.borrow(ctx)
	if err != nil {
		return email.Outcome{}, err
	}
	if err := g.still(); err != nil {
		p.conns <- conn
		return email.Outcome{}, err
	}
	conn.BeforeDot = g.beforeDot
	out := conn.Send(ctx, e, message)
	p.conns <- conn
	if out.Down {
		p.rest(out)
		return out, errResting
	}
	p.worked()
	return out, nil
}

func (p *relays) borrow(ctx context.Context) (*email.Conn, error) {
	select { // before a connection that may be free as well
	case <-p.stopping:
		return nil, errStopping
	default:
	}
	select {
	case conn := <-p.conns:
		if p.resting() > 0 {
			p.conns <- conn
			return nil, errResting
		}
		return conn, nil
	case <-p.stopping:
		return nil, errStopping
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *relays) rest(out email.Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Until(p.until) > 0 {
		return
	}
	p.rested = min(p.rested+1, 6)
	d := time.Second << (p.rested - 1)
	p.until = time.Now().Add(d)
	p.log.Error("relay down", "relay", out.Relay, "stage", string(out.Stage), "code", out.Code,
		"line", out.Line, "rests", d)
}

func (p *relays) worked() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rested = 0
}
