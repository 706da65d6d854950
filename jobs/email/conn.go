package email

import (
	"bytes"
	"context"
	"time"
)

// Envelope is what SMTP is told, in wire form. A recipient beyond ASCII (RFC 6531) is refused where the
// relay does not offer SMTPUTF8.
type Envelope struct{ ReturnPath, Recipient string }

// Conn is one connection that is used for message after message and dialled again when it is
// lost. It is for one goroutine at a time.
type Conn struct {
	// BeforeDot, where set, is called when all of a message but its final dot has been written.
	// With an error the connection is cut and the message Deferred: no server keeps it. It is the
	// last moment at which a sender can know that it may still send, and note down that it is
	// about to.
	BeforeDot func() error

	// Next, where set, is asked with BeforeDot which message comes next on this connection, if that is
	// known. Where the server offers PIPELINING its envelope is announced behind the final dot. The next
	// Send must be of that message; on any other the connection is cut and dialled again.
	Next func() (Envelope, bool)

	relay Relay
	live  *session // nil: to be dialled
	sent  int      // messages on live
	used  time.Time
}

// Conn returns a connection that is dialled at its first Send.
func (r Relay) Conn() *Conn { return &Conn{relay: r} }

// Open dials where there is no connection, up to the login, and sends nothing. Where it is not ok, the
// Outcome says why: as a rule it is Down.
func (c *Conn) Open(ctx context.Context) (out Outcome, ok bool) {
	if failed := c.open(ctx); failed != nil {
		return c.outcome(ctx, *failed, Envelope{}), false
	}
	return Outcome{}, true
}

// Send delivers the finished bytes. It always returns an Outcome; what went wrong is in it. The
// message must be in lines that end in CRLF.
//
// Where ctx ends, the connection is cut: before the final dot the message is Deferred, after it
// Uncertain. A kept connection that the server has meanwhile closed is dialled again, once, and
// unnoticed: the server was told nothing that it could have kept.
func (c *Conn) Send(ctx context.Context, e Envelope, message []byte) Outcome {
	return c.outcome(ctx, c.send(ctx, e, message), e)
}

func (c *Conn) outcome(ctx context.Context, result end, e Envelope) Outcome {
	if ctx.Err() != nil && result.reply.code == 0 && result.class == Deferred {
		result.cause, result.down = "stopped", false
	}
	return result.outcome(c.relay.address(), c.private(e)...)
}

func (c *Conn) send(ctx context.Context, e Envelope, message []byte) end {
	if checkWire(e.ReturnPath) != nil {
		return end{class: Refused, stage: StageMail, cause: "return path is not in wire form"}
	}
	if checkRecipient(e.Recipient) != nil {
		return end{class: Refused, stage: StageRcpt, cause: "recipient is not in wire form"}
	}
	block, ok := stuff(message)
	if !ok {
		return end{class: Refused, stage: StageBody, cause: "message is not in lines of CRLF"}
	}
	result := c.attempt(ctx, e, block)
	if result.stale && ctx.Err() == nil {
		result = c.attempt(ctx, e, block)
	}
	return result
}

// attempt makes one try on the live connection, or on a new one. Only the former can be stale.
func (c *Conn) attempt(ctx context.Context, e Envelope, block []byte) end {
	if ctx.Err() != nil {
		return end{class: Deferred, stage: StageMail}
	}
	c.renew(e)
	kept := c.live != nil
	if failed := c.open(ctx); failed != nil {
		return *failed
	}
	stop := context.AfterFunc(ctx, c.live.cut)
	result := c.live.deliver(ctx, parcel{e, block, c.BeforeDot, c.next()})
	if stopped := stop(); !stopped || !result.keep {
		c.live.cut()
		c.live = nil
	}
	c.sent, c.used = c.sent+1, time.Now()
	result.stale = result.stale && kept
	return result
}

// next is Next, unless the connection is to be renewed before another message.
func (c *Conn) next() func() (Envelope, bool) {
	if c.Next == nil || !c.live.pipelining || c.sent+1 >= c.relay.messages() {
		return nil
	}
	return c.Next
}

// Cut ends the connection without a word. Conn may be used again afterwards; it dials.
func (c *Conn) Cut() {
	if c.live != nil {
		c.live.cut()
		c.live = nil
	}
}

// Rest is called before the connection is put by: one that waits for a message which does not come is cut.
func (c *Conn) Rest() {
	if c.live != nil && c.live.announced != nil {
		c.Cut()
	}
}

// Live tells whether there is a connection, as far as we know.
func (c *Conn) Live() bool { return c.live != nil }

// renew ends a connection before its server does: that could be in the middle of a message. One that
// waits for the body of another message than this cannot be used for any.
func (c *Conn) renew(e Envelope) {
	if c.live == nil {
		return
	}
	if a := c.live.announced; a != nil {
		if *a != e {
			c.Cut()
		}
		return
	}
	if c.sent >= c.relay.messages() || time.Since(c.used) > c.relay.idle() {
		_ = c.Close()
	}
}

func (c *Conn) open(ctx context.Context) *end {
	if c.live != nil {
		return nil
	}
	live, failed := c.relay.open(ctx)
	if failed != nil {
		return failed
	}
	c.live, c.sent, c.used = live, 0, time.Now()
	return nil
}

// private lists what a relay may repeat and nobody else shall read.
func (c *Conn) private(e Envelope) []string {
	words := append(localForms(e.Recipient), localForms(e.ReturnPath)...)
	return append(words, c.relay.secrets()...)
}

// Close says QUIT where the connection is in a state to hear it. A connection that was cut needs
// none. Conn may be used again afterwards; it dials.
func (c *Conn) Close() error {
	if c.live == nil {
		return nil
	}
	if c.Rest(); c.live == nil { // it waited for a body, and would have taken QUIT for one
		return nil
	}
	c.live.quit()
	c.live = nil
	return nil
}

// stuff doubles the dots at the beginning of lines (RFC 5321 4.5.2). It is not ok for a message
// with a bare CR or LF, in which servers have seen the end of one message and the start of
// another. A message without such dots is returned as it is.
func stuff(message []byte) (block []byte, ok bool) {
	dots := 0
	for rest := message; len(rest) > 0; {
		n := bytes.IndexByte(rest, '\n')
		if n < 1 || bytes.IndexByte(rest[:n], '\r') != n-1 {
			return nil, false
		}
		if rest[0] == '.' {
			dots++
		}
		rest = rest[n+1:]
	}
	if dots == 0 {
		return message, len(message) > 0
	}
	block = make([]byte, 0, len(message)+dots)
	for line := range bytes.Lines(message) {
		if line[0] == '.' {
			block = append(block, '.')
		}
		block = append(block, line...)
	}
	return block, true
}
