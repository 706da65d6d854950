// Package email hands messages to a relay: it composes them, keeps connections, and says of each
// attempt what became of it.
//
// An attempt has four ends and not two, because SMTP has a moment at which nobody can know:
// between the final dot and its reply (RFC 5321 4.2.5, RFC 1047). Whatever breaks before the
// first byte of the dot was written is Deferred, since no server keeps half a message; whatever
// breaks after it is Uncertain, and it is for others to find out. Everything here is arranged
// round that byte: the message is finished before DATA, the dot goes last and only after the sender
// was asked once more, and a connection that did anything unforeseen is cut, never closed politely,
// because a QUIT after a broken body could complete it.
//
// A relay that offers PIPELINING gets the next message's envelope behind the dot of this one (RFC
// 2920 3.1 permits both): one write and one answer a message instead of three and two. It blurs
// nothing: of two messages whose connection breaks there, one was at its dot and the other had not
// begun its body.
//
// go-mail builds the messages, shakes hands, encrypts and authenticates. Its own way of sending
// is not used: it neither pipelines nor tells the stages apart.
package email

import "oshirase/jobs/redact"

// Class is what became of an attempt.
type Class string

// The four classes. Uncertain means that the relay may or may not have the message.
const (
	Accepted  Class = "accepted"
	Deferred  Class = "deferred"
	Refused   Class = "refused"
	Uncertain Class = "uncertain"
)

// Stage is the SMTP command at which an attempt ended.
type Stage string

// The stages, in order.
const (
	StageDial     Stage = "dial"
	StageGreeting Stage = "greeting"
	StageEHLO     Stage = "ehlo"
	StageTLS      Stage = "starttls" // the handshake of smtps too
	StageAuth     Stage = "auth"
	StageMail     Stage = "mail"
	StageRcpt     Stage = "rcpt"
	StageData     Stage = "data"
	StageBody     Stage = "body" // all of the message, up to the final dot
	StageDot      Stage = "dot"  // the final dot and its reply
)

// Outcome is the result of one attempt. It holds no personal data.
type Outcome struct {
	Class    Class
	Stage    Stage
	Code     int    // SMTP reply code (RFC 5321 4.2); 0 where there was none
	Enhanced string // RFC 3463, such as 5.1.1; empty where there was none
	Line     string // the server's line, else what happened; no addresses, at most 200 bytes
	Relay    string // host:port
	Down     bool   // the relay itself could not be used: says nothing about this recipient
	Sender   bool   // the reply was to MAIL: it speaks of the sender or the relay, not of this recipient
}

// end is how an attempt ended, before anything that could be personal is taken out of it.
type end struct {
	class Class
	stage Stage
	reply reply  // zero where the server said nothing that could be read
	cause string // what happened, where there is no reply
	down  bool
	sends bool // the reply speaks of who sends: Outcome.Sender
	keep  bool // the connection is in a state to take the next message
	stale bool // the connection had gone before it was told anything
}

// outcome takes out the words that are private: addresses, and each of private.
func (e end) outcome(relay string, private ...string) Outcome {
	line := e.cause
	if e.reply.code != 0 {
		line = e.reply.String()
	}
	return Outcome{
		Class:    e.class,
		Stage:    e.stage,
		Code:     e.reply.code,
		Enhanced: e.reply.enhanced(),
		Line:     redact.Line(line, private...),
		Relay:    relay,
		Down:     e.down,
		Sender:   e.sends,
	}
}
