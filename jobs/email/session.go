package email

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/textproto"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

const (
	// A server gets to say this much until the connection is set up (certificates included), and
	// this much for each message. Without a limit a line that never ends would fill the memory.
	maxSetUpBytes   = 256 << 10
	maxMessageBytes = 64 << 10

	quitWait = 5 * time.Second // nothing depends on the reply
)

var (
	errEndless    = errors.New("too much was answered")
	errNoSTARTTLS = errors.New("server does not offer STARTTLS")
	errNoAuth     = errors.New("no AUTH offered of SCRAM-SHA-256, SCRAM-SHA-1, PLAIN, LOGIN")
)

// session is a connection that is greeted, encrypted and logged in.
type session struct {
	raw        *boundedConn // for deadlines and limits
	conn       net.Conn     // raw, or TLS over it from the start
	client     *smtp.Client
	in         *bufio.Reader // client's own, below TLS where there is TLS
	out        *bufio.Writer
	limits     Deadlines
	pipelining bool // RFC 2920
	dsn        bool // RFC 3461
	smtputf8   bool // RFC 6531
	dirty      bool // a refused transaction is still open: RSET comes first

	announced *Envelope // its commands are written, its replies are to be read
	scratch   []byte    // what one write puts together
}

// boundedConn limits how much may be read.
type boundedConn struct {
	net.Conn
	left int
}

func (b *boundedConn) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errEndless
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// open dials and does everything up to the first MAIL. Whatever fails here concerns the relay and
// not the recipient, a reply of 5xx included.
func (r Relay) open(ctx context.Context) (*session, *end) {
	limits := r.Deadlines.orRFC()
	dialer := net.Dialer{Timeout: limits.Dial}
	conn, err := dialer.DialContext(ctx, "tcp", r.address())
	if err != nil {
		return nil, setUpFailed(StageDial, err)
	}
	s := &session{raw: &boundedConn{Conn: conn, left: maxSetUpBytes}, limits: limits}
	s.conn = s.raw
	stop := context.AfterFunc(ctx, s.cut)
	failed := s.setUp(r)
	if stopped := stop(); failed != nil || !stopped {
		s.cut()
	}
	if failed != nil {
		return nil, failed
	}
	s.in, s.out = s.client.Text.R, s.client.Text.W
	s.pipelining, _ = s.client.Extension("PIPELINING")
	s.dsn, _ = s.client.Extension("DSN")
	s.smtputf8, _ = s.client.Extension("SMTPUTF8")
	return s, nil
}

func (s *session) setUp(r Relay) *end {
	steps := []struct {
		stage Stage
		limit time.Duration
		do    func(Relay) error
	}{
		{StageTLS, s.limits.Greeting, s.encryptAtOnce},
		{StageGreeting, s.limits.Greeting, s.greet},
		{StageEHLO, s.limits.Command, s.hello},
		{StageTLS, s.limits.Command, s.startTLS},
		{StageAuth, s.limits.Command, s.login},
	}
	for _, step := range steps {
		if err := s.raw.SetDeadline(time.Now().Add(step.limit)); err != nil {
			return setUpFailed(step.stage, err)
		}
		if err := step.do(r); err != nil {
			return setUpFailed(step.stage, err)
		}
	}
	return nil
}

func setUpFailed(stage Stage, err error) *end {
	failed := &end{class: Deferred, stage: stage, cause: cause(err), down: true}
	if said := (*textproto.Error)(nil); errors.As(err, &said) {
		failed.reply = reply{said.Code, strings.ReplaceAll(said.Msg, "\n", " ")}
	}
	return failed
}

// encryptAtOnce is the handshake of smtps.
func (s *session) encryptAtOnce(r Relay) error {
	if r.mode() != Implicit {
		return nil
	}
	conn := tls.Client(s.raw, r.tlsConfig())
	s.conn = conn
	return conn.Handshake()
}

func (s *session) greet(r Relay) (err error) {
	s.client, err = smtp.NewClient(s.conn, r.Host)
	return err
}

func (s *session) hello(r Relay) error {
	if r.Hello == "" {
		return s.client.Hello("localhost")
	}
	return s.client.Hello(r.Hello)
}

func (s *session) startTLS(r Relay) error {
	if r.mode() != STARTTLS {
		return nil
	}
	if offered, _ := s.client.Extension("STARTTLS"); !offered {
		return errNoSTARTTLS
	}
	return s.client.StartTLS(r.tlsConfig())
}

func (s *session) login(r Relay) error {
	if r.User == "" {
		return nil
	}
	_, offered := s.client.Extension("AUTH")
	auth := r.auth(strings.Fields(strings.ToUpper(offered)))
	if auth == nil {
		return errNoAuth
	}
	return s.client.Auth(auth)
}

// cut ends the connection without a word. It may be called at any time, from anywhere.
func (s *session) cut() { s.raw.Close() }

// quit ends it politely.
func (s *session) quit() {
	s.raw.left = maxMessageBytes
	if s.raw.SetDeadline(time.Now().Add(quitWait)) != nil || s.client.Quit() != nil {
		s.cut()
	}
}

// cause puts an error in words that need no reading of Go's own.
func cause(err error) string {
	var op *net.OpError
	switch {
	case isTimeout(err):
		return "timeout"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection lost"
	case errors.Is(err, net.ErrClosed):
		return "connection cut from this side"
	case errors.As(err, &op):
		return op.Err.Error()
	}
	return err.Error()
}

func isTimeout(err error) bool {
	var netErr net.Error
	return errors.As(err, &netErr) && netErr.Timeout()
}
