package jobstest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Late is a long line to an SMTP server: all that the server says arrives so much later, and what it
// says at once arrives at once. So it is the distance that is slow, and not the server.
type Late struct {
	Addr     string // host:port of the near end
	to       string
	by       time.Duration
	listener net.Listener
	closing  context.Context
	close    context.CancelFunc
	open     sync.WaitGroup
	trips    atomic.Int64
}

// NewLate opens a line to the server at an address. Close it.
func NewLate(to string, by time.Duration) (*Late, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	l := &Late{Addr: listener.Addr().String(), to: to, by: by, listener: listener}
	l.closing, l.close = context.WithCancel(context.Background())
	l.open.Go(l.serve)
	return l, nil
}

// Trips is how often a client has waited for an answer in the middle of its messages, all connections
// together: greeting, EHLO and QUIT are not counted. However much was asked in between, and in however
// many pieces it was answered, it is one wait.
func (l *Late) Trips() int64 { return l.trips.Load() }

// Close cuts all connections.
func (l *Late) Close() {
	l.close()
	_ = l.listener.Close()
	l.open.Wait()
}

func (l *Late) serve() {
	for {
		client, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.open.Go(func() { l.pass(client) })
	}
}

// pass carries one connection until either side ends it.
func (l *Late) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	defer server.Close()
	defer context.AfterFunc(l.closing, func() { client.Close(); server.Close() })()
	c := &lateConn{line: l, client: client, server: server, underWay: make(chan answer, 64)}
	l.open.Go(c.deliver)
	l.open.Go(func() {
		defer close(c.underWay)
		_, _ = io.Copy(answers{c}, server)
	})
	_, _ = io.Copy(questions{c}, client)
}

// What a client waits for.
const (
	nothing int32 = iota
	setUp
	message
)

type lateConn struct {
	line           *Late
	client, server net.Conn
	asked          atomic.Int32 // since the last answer
	underWay       chan answer
}

type answer struct {
	text []byte
	due  time.Time
}

// deliver hands the answers over when they are due.
func (c *lateConn) deliver() {
	defer c.client.Close()
	for a := range c.underWay {
		time.Sleep(time.Until(a.due))
		if c.asked.Swap(nothing) == message {
			c.line.trips.Add(1)
		}
		if _, err := c.client.Write(a.text); err != nil {
			_ = c.server.Close() // which ends the answers
		}
	}
}

type answers struct{ *lateConn }

func (c answers) Write(text []byte) (int, error) {
	c.underWay <- answer{bytes.Clone(text), time.Now().Add(c.line.by)}
	return len(text), nil
}

type questions struct{ *lateConn }

func (c questions) Write(text []byte) (int, error) {
	c.asked.CompareAndSwap(nothing, kind(text))
	return c.server.Write(text)
}

func kind(question []byte) int32 {
	for _, command := range []string{"EHLO", "HELO", "QUIT"} {
		if bytes.HasPrefix(question, []byte(command)) {
			return setUp
		}
	}
	return message
}
