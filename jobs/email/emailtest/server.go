// Package emailtest is a mail server that does as it is told: it takes messages and keeps a
// record of them, and it defers, refuses, delays, breaks off and lies at whatever stage a script
// says. Tests run against it, and so does the product's demonstration.
//
// It is its own small server and none from a library, because what a test needs most is what a
// good server library prevents: a connection cut in the middle of a body, a message kept whose
// reply is never sent, half a reply.
package emailtest

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"sync"
	"time"
)

// Options say how a server behaves. The zero value takes everything, in clear.
type Options struct {
	STARTTLS bool // offered, and required before MAIL
	Implicit bool // TLS from the first byte

	User, Password string   // AUTH is required where there is a user
	Mechanisms     []string // what AUTH offers; default PLAIN LOGIN SCRAM-SHA-256

	// Strange, while it says so, has another certificate shown, which CA does not vouch for. It may be
	// called by several connections at once.
	Strange func() bool

	NoPipelining bool
	SMTPUTF8     bool          // is offered
	Most         int           // connections at once; further ones are greeted with 421; 0: no limit
	Delay        time.Duration // before each reply
	Forget       bool          // Received.Data is not kept

	// Reply decides by recipient; n counts the RCPT commands for it, from 1. Nil takes everybody.
	Reply func(recipient string, n int) Reply

	// Script decides by stage; what it leaves at zero goes its usual way. It is asked before Reply.
	// Both may be called by several connections at once.
	Script func(Event) Action

	// OnMessage is called for each message kept, before the reply to its final dot is written.
	OnMessage func(Received)
}

// Reply is what becomes of one recipient. The zero Reply accepts.
type Reply struct {
	At    Stage // Rcpt by default; Dot refuses after the message has come
	Code  int
	Text  string // with the enhanced code, if there shall be one
	Close bool   // cut instead of a reply where Code is 0, after it elsewhere
}

// Stage is a moment of a connection.
type Stage string

// The stages at which a script is asked.
const (
	Greeting Stage = "greeting"
	EHLO     Stage = "ehlo"
	STARTTLS Stage = "starttls"
	AUTH     Stage = "auth" // once the client has proved itself or failed to
	Mail     Stage = "mail"
	Rcpt     Stage = "rcpt"
	Data     Stage = "data"
	Body     Stage = "body" // before the body is read; no reply is due
	Dot      Stage = "dot"  // the body has come to its end
	Reset    Stage = "rset"
	Quit     Stage = "quit"
)

// Event is what a script decides about.
type Event struct {
	Conn      int // connections from 1
	Message   int // MAIL commands on this connection, from 1; 0 before the first
	Stage     Stage
	Recipient string // of the last RCPT, from Rcpt on

	ReturnPath string // of the last MAIL, from Mail on
}

// Action is what a server does out of the ordinary. The zero Action is nothing.
type Action struct {
	Line    string        // written in place of the usual reply; with CRLF inside, several lines
	Raw     bool          // Line is written exactly as it is, without an end of line
	Delay   time.Duration // before the reply
	Split   bool          // the reply goes out byte by byte
	Drip    time.Duration // after each byte of a reply that is split
	Close   bool          // cut: in place of the reply where Line is empty, after it elsewhere
	Begin   bool          // at Rcpt: DATA is begun even if this leaves no recipient
	After   int           // at Body: bytes of the body to be read before the cut
	Discard bool          // at Dot: the message is not kept, though the reply may say so
	Unasked string        // written after the reply, as a line that nobody asked for
}

// Received is a message that the server keeps. A message is kept if its dot is answered with 2xx,
// or was to be and the connection was cut instead.
type Received struct {
	Order      int // of acceptance, from 1
	Conn       int
	ReturnPath string
	Recipients []string
	MessageID  string // without angle brackets
	Data       []byte // without the dots that were added for the transfer; nil with Options.Forget
}

// Server is a running server. Its methods may be called from anywhere.
type Server struct {
	options  Options
	listener net.Listener
	tls      *tls.Config
	ca       []byte
	closing  chan struct{}
	done     sync.WaitGroup

	mu         sync.Mutex
	conns      map[net.Conn]bool // nil once closed
	accepted   int               // connections
	received   []Received
	recipients []string
	attempts   map[string]int
}

// NewServer starts a server on a free port of 127.0.0.1. Close it.
func NewServer(o Options) (*Server, error) {
	if len(o.Mechanisms) == 0 {
		o.Mechanisms = []string{"PLAIN", "LOGIN", "SCRAM-SHA-256"}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s := &Server{
		options: o, listener: listener, closing: make(chan struct{}),
		conns: map[net.Conn]bool{}, attempts: map[string]int{},
	}
	if o.STARTTLS || o.Implicit {
		if s.tls, s.ca, err = certificates(o.Strange); err != nil {
			listener.Close()
			return nil, fmt.Errorf("make certificate: %w", err)
		}
	}
	s.done.Go(s.listen)
	return s, nil
}

func (s *Server) listen() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		number, ok := s.add(conn)
		if !ok {
			conn.Close()
			return
		}
		s.done.Go(func() {
			defer s.remove(conn)
			newSession(s, conn, number).run()
		})
	}
}

func (s *Server) add(conn net.Conn) (number int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil {
		return 0, false
	}
	s.conns[conn] = true
	s.accepted++
	return s.accepted, true
}

// crowded tells whether there are more connections than there may be.
func (s *Server) crowded() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.options.Most > 0 && len(s.conns) > s.options.Most
}

func (s *Server) remove(conn net.Conn) {
	conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
}

// Close cuts all connections and waits until the server has come to rest.
func (s *Server) Close() error {
	err := s.listener.Close()
	s.mu.Lock()
	if s.conns != nil {
		close(s.closing)
	}
	for conn := range s.conns {
		conn.Close()
	}
	s.conns = nil
	s.mu.Unlock()
	s.done.Wait()
	return err
}

// sleep waits, but not beyond Close.
func (s *Server) sleep(d time.Duration) {
	select {
	case <-time.After(d):
	case <-s.closing:
	}
}

// Addr is host:port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// URL is the server as a relay's URL, with user and password. CA is not part of it.
func (s *Server) URL() string {
	u := url.URL{Scheme: "smtp", Host: s.Addr()}
	if s.options.User != "" {
		u.User = url.UserPassword(s.options.User, s.options.Password)
	}
	switch {
	case s.options.Implicit:
		u.Scheme = "smtps"
	case !s.options.STARTTLS:
		u.RawQuery = "tls=none"
	}
	return u.String()
}

// CA is the certificate to trust, in PEM. It is for 127.0.0.1 and localhost. Nil without TLS.
func (s *Server) CA() []byte { return s.ca }

// Connections is how many there have been.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

// Count is how many messages were kept.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.received)
}

// Received lists the messages kept, in the order of their acceptance.
func (s *Server) Received() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Received(nil), s.received...)
}

// Recipients lists the addresses of all RCPT commands in the order of their arrival, whatever the
// reply.
func (s *Server) Recipients() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.recipients...)
}

// keep records a message and tells OnMessage.
func (s *Server) keep(m Received) {
	data := m.Data
	if s.options.Forget {
		m.Data = nil
	}
	s.mu.Lock()
	m.Order = len(s.received) + 1
	s.received = append(s.received, m)
	s.mu.Unlock()
	if m.Data = data; s.options.OnMessage != nil {
		s.options.OnMessage(m)
	}
}

// arrived records a RCPT and asks what becomes of it.
func (s *Server) arrived(recipient string) Reply {
	s.mu.Lock()
	s.recipients = append(s.recipients, recipient)
	decide := s.options.Reply
	if decide == nil {
		s.mu.Unlock()
		return Reply{}
	}
	s.attempts[recipient]++
	n := s.attempts[recipient]
	s.mu.Unlock()
	return decide(recipient, n)
}
