package email

import (
	"context"
	"slices"
	"strings"
	"time"
)

const (
	blockBytes = 64 << 10

	// oneWrite is up to where a body goes out with its dot. The socket has room for so much at once, so
	// that the dot is not written later than it was allowed: all before it has been answered.
	oneWrite = 15 << 10
	finalDot = ".\r\n"

	// lastWords is how long a server is listened to that broke off in the middle of a body: it
	// may have said why before it went.
	lastWords = time.Second
)

// Reply codes with a meaning of their own (RFC 5321 4.2.3).
const (
	codeClosing = 421
	codeOK      = 250
	codeGoOn    = 354
	codeTooBig  = 552
)

// parcel is a message as a session sends it.
type parcel struct {
	Envelope
	block     []byte // in lines of CRLF, dots stuffed
	beforeDot func() error
	next      func() (Envelope, bool) // nil: nothing is announced
}

// deliver sends one message, from MAIL to the reply to the final dot. The commands of one that was
// announced are written already.
func (s *session) deliver(ctx context.Context, p parcel) end {
	s.raw.left = maxMessageBytes
	if !s.takes(p.Envelope) {
		return end{class: Refused, stage: StageRcpt, cause: "relay does not offer SMTPUTF8", keep: true}
	}
	if s.announced == nil && s.in.Buffered() > 0 { // as a rule the server's farewell
		return end{class: Deferred, stage: StageMail, cause: "connection lost", stale: true}
	}
	if failed := s.envelope(p.Envelope); failed != nil {
		return *failed
	}
	last := p.block // what goes with the dot
	if len(last) > oneWrite {
		if failed := s.body(p.block); failed != nil {
			return *failed
		}
		last = nil
	}
	var next *Envelope
	if p.next != nil {
		if e, ok := p.next(); ok && s.takes(e) {
			next = &e
		}
	}
	if ctx.Err() != nil || p.beforeDot != nil && p.beforeDot() != nil {
		return end{class: Deferred, stage: StageBody, cause: "stopped before the final dot"}
	}
	return s.dot(last, next)
}

// takes tells whether the server can be given an envelope.
func (s *session) takes(e Envelope) bool {
	return checkWire(e.ReturnPath) == nil && checkRecipient(e.Recipient) == nil &&
		(s.smtputf8 || !needsUTF8(e.Recipient))
}

// command is one of those before the body.
type command struct {
	stage Stage
	line  string
	good  func(code int) bool
}

func (s *session) commands(e Envelope) []command {
	is := func(want int) func(int) bool { return func(code int) bool { return code == want } }
	positive := func(code int) bool { return code/100 == 2 }
	mail, rcpt := "MAIL FROM:<"+e.ReturnPath+">", "RCPT TO:<"+e.Recipient+">"
	if s.dsn { // a report that repeats the body would carry it to third parties
		mail, rcpt = mail+" RET=HDRS", rcpt+" NOTIFY=FAILURE"
	}
	if needsUTF8(e.Recipient) {
		mail += " SMTPUTF8"
	}
	list := []command{
		{StageMail, "RSET\r\n", is(codeOK)},
		{StageMail, mail + "\r\n", positive},
		{StageRcpt, rcpt + "\r\n", positive},
		{StageData, "DATA\r\n", is(codeGoOn)},
	}
	if s.dirty {
		return list
	}
	return list[1:]
}

// envelope asks the server to take a message. With PIPELINING all is asked at once; then every
// reply is read, also those after a refusal, or the next message would read them.
func (s *session) envelope(e Envelope) *end {
	all := s.commands(e)
	groups := slices.Collect(slices.Chunk(all, 1))
	if s.pipelining {
		groups = [][]command{all}
	}
	written := s.announced != nil
	s.announced = nil
	for _, group := range groups {
		if !written {
			if err := s.write(group); err != nil {
				return s.lost(group[0].stage, err)
			}
		}
		if refusal := s.replies(group); refusal != nil {
			return refusal
		}
	}
	if s.dirty = false; s.in.Buffered() > 0 {
		return &end{class: Deferred, stage: StageData, cause: "a reply nobody asked for"}
	}
	return nil
}

func (s *session) write(group []command) error {
	if err := s.raw.SetWriteDeadline(time.Now().Add(s.limits.Command)); err != nil {
		return err
	}
	for _, c := range group {
		s.out.WriteString(c.line) // its error is Flush's too
	}
	return s.out.Flush()
}

// replies reads one for each command. The first that is not good decides.
func (s *session) replies(group []command) (refusal *end) {
	for _, c := range group {
		rep, err := s.reply(s.limits.Command)
		switch {
		case err != nil && refusal == nil:
			return s.lost(c.stage, err)
		case err != nil:
			refusal.keep = false
			return refusal
		case c.stage == StageData && c.good(rep.code) && refusal != nil:
			refusal.keep = false // it waits for a body; a dot of ours could make an empty message
		case !c.good(rep.code) && refusal == nil:
			refusal = refused(c, rep)
		}
		if rep.code == codeClosing {
			refusal.keep = false
			return refusal
		}
	}
	s.dirty = s.dirty || refusal != nil
	return refusal
}

// refused is what a reply other than the wanted one means. One to MAIL is about who sends, as a rule: a wrong
// sender, or a relay that wants a rest. Nobody's address is given up for it.
func refused(c command, rep reply) *end {
	result := &end{class: Deferred, stage: c.stage, reply: rep, keep: true}
	result.sends = c.stage == StageMail && rep.code >= 400 && !ofMessage(rep)
	switch {
	case strings.HasPrefix(c.line, "RSET"), rep.code < 400: // out of step
		result.keep = false
		result.stale = c.stage == StageMail
	case rep.code == codeClosing:
		result.stale = c.stage == StageMail
	case rep.code >= 500 && !result.sends:
		result.class = Refused
	}
	return result
}

// ofMessage tells whether a reply to MAIL is about this message alone: its size (RFC 1870 6.1), or an address
// beyond ASCII (RFC 6531 3.5).
func ofMessage(rep reply) bool {
	return rep.code == codeTooBig || slices.Contains([]string{"5.3.4", "5.6.7"}, rep.enhanced())
}

// lost is the connection's end before the body. A server that has answered nothing has kept
// nothing; one that is only slow would be so again.
func (s *session) lost(stage Stage, err error) *end {
	stale := stage == StageMail && !isTimeout(err)
	return &end{class: Deferred, stage: stage, cause: cause(err), stale: stale}
}

// reply reads the next one. The deadline is for writing too, which TLS may do while it reads.
func (s *session) reply(limit time.Duration) (reply, error) {
	if err := s.raw.SetDeadline(time.Now().Add(limit)); err != nil {
		return reply{}, err
	}
	return readReply(s.in)
}

// body writes everything but the dot.
func (s *session) body(block []byte) *end {
	for part := range slices.Chunk(block, blockBytes) {
		if err := s.raw.SetWriteDeadline(time.Now().Add(s.limits.Body)); err != nil {
			return s.brokenOff(err)
		}
		if _, err := s.out.Write(part); err != nil {
			return s.brokenOff(err)
		}
	}
	if err := s.out.Flush(); err != nil {
		return s.brokenOff(err)
	}
	return nil
}

// brokenOff is a body that could not be written to its end. No server has the message; one that
// refused it for good, for its size as a rule, is taken at its word.
func (s *session) brokenOff(err error) *end {
	result := &end{class: Deferred, stage: StageBody, cause: cause(err)}
	if rep, err := s.reply(lastWords); err == nil && rep.code >= 400 {
		result.reply = rep
		if rep.code >= 500 {
			result.class = Refused
		}
	}
	return result
}

// dot writes what is left of the body, the final dot, and the commands of the message that comes next, and
// reads what became of this one. From the first byte of the dot on, everything but a clean reply is
// Uncertain.
func (s *session) dot(last []byte, next *Envelope) end {
	if err := s.raw.SetWriteDeadline(time.Now().Add(s.limits.Body)); err != nil {
		return end{class: Deferred, stage: StageBody, cause: cause(err)}
	}
	s.scratch = append(append(s.scratch[:0], last...), finalDot...)
	s.dirty = false // the dot ends the transaction
	if next != nil {
		for _, c := range s.commands(*next) {
			s.scratch = append(s.scratch, c.line...)
		}
		s.announced = next
	}
	n, err := s.out.Write(s.scratch) // at once, or into a buffer that holds nothing else
	if err == nil {
		err = s.out.Flush()
	}
	if err != nil {
		if n-s.out.Buffered() <= len(last) {
			return end{class: Deferred, stage: StageBody, cause: cause(err)}
		}
		return end{class: Uncertain, stage: StageDot, cause: cause(err)}
	}
	rep, err := s.reply(s.limits.Dot)
	if err != nil {
		return end{class: Uncertain, stage: StageDot, cause: cause(err)}
	}
	return s.verdict(rep)
}

// verdict reads the reply to the final dot.
func (s *session) verdict(rep reply) end {
	result := end{stage: StageDot, reply: rep, keep: s.announced != nil || s.in.Buffered() == 0}
	switch rep.code / 100 {
	case 2:
		result.class = Accepted
	case 4:
		result.class = Deferred
		result.keep = result.keep && rep.code != codeClosing
	case 5:
		result.class = Refused
	default:
		result.class, result.keep = Uncertain, false
	}
	return result
}
