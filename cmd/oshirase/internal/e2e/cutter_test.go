package e2e

import (
	"bytes"
	"io"
	"net"
	"strings"
	"sync"

	"oshirase/jobs/jobstest"
)

// cutter is a wire to a server that a test cuts: all of it, or one connection where the server says
// something.
type cutter struct {
	s    *site
	addr string // host:port to connect to
	to   string // host:port of the server
	word []byte // of the server's: it is swallowed and the connection cut
	nth  int    // time that it is said, and every nth after it
	most int    // cuts

	mu       sync.Mutex
	listener net.Listener // nil while connections are refused
	conns    map[net.Conn]bool
	said     int
	cuts     int
}

// wire makes one that passes everything on.
func (s *site) wire(to string) *cutter {
	port, err := jobstest.Port()
	s.must(err)
	c := &cutter{s: s, to: to, addr: "127.0.0.1:" + port, conns: map[net.Conn]bool{}}
	c.mend()
	s.t.Cleanup(c.cut)
	return c
}

// through is a server's URL by way of the wire.
func (c *cutter) through(url string) string { return strings.ReplaceAll(url, c.to, c.addr) }

// mend lets connections in.
func (c *cutter) mend() {
	c.s.t.Helper()
	l, err := net.Listen("tcp", c.addr)
	c.s.must(err)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listener = l
	go c.serve(l)
}

// cut ends all connections and lets no further one in.
func (c *cutter) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.listener != nil {
		_ = c.listener.Close()
		c.listener = nil
	}
	for conn := range c.conns {
		_ = conn.Close()
	}
}

func (c *cutter) serve(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		go c.pass(l, client)
	}
}

func (c *cutter) pass(l net.Listener, client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer server.Close()
	if !c.keep(l, client) {
		return
	}
	defer c.drop(client)
	go func() {
		_, _ = io.Copy(server, client)
		_ = server.Close()
	}()
	_, _ = io.Copy(scissors{client, c}, server)
}

func (c *cutter) keep(l net.Listener, conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.listener != l {
		return false
	}
	c.conns[conn] = true
	return true
}

func (c *cutter) drop(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.conns, conn)
}

// swallow has the server's answers with a word swallowed: each nth, and no more than most.
func (c *cutter) swallow(word string, nth, most int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.word, c.nth, c.most = []byte(word), nth, most
}

// swallows decides whether what the server says is swallowed.
func (c *cutter) swallows(said []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.word) == 0 || !bytes.Contains(said, c.word) {
		return false
	}
	if c.said++; c.said%c.nth != 0 || c.cuts == c.most {
		return false
	}
	c.cuts++
	return true
}

// scissors are the way to the client. The server writes an answer at once, so that it comes in one piece
// as a rule; one that does not is passed on.
type scissors struct {
	io.Writer
	c *cutter
}

func (w scissors) Write(b []byte) (int, error) {
	if w.c.swallows(b) {
		return 0, net.ErrClosed
	}
	return w.Writer.Write(b)
}

// severed is a row's proof: the connection was cut where it should be.
func (c *cutter) severed() {
	c.s.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cuts == 0 {
		c.s.t.Error("the server never said what the wire waits for")
	}
}
