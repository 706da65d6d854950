// Package email hands messages to a relay: it composes them, keeps connections, and says of each attempt
// what became of it.
package email

import (
	"context"
	"crypto/tls"
	"errors"
	"net/mail"
	"time"
)

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
	StageTLS      Stage = "starttls"
	StageAuth     Stage = "auth"
	StageMail     Stage = "mail"
	StageRcpt     Stage = "rcpt"
	StageData     Stage = "data"
	StageBody     Stage = "body"
	StageDot      Stage = "dot" // the final dot and its reply
)

// Outcome is the result of one attempt. It holds no personal data.
type Outcome struct {
	Class    Class
	Stage    Stage
	Code     int    // SMTP reply code (RFC 5321 4.2); 0 where there was none
	Enhanced string // RFC 3463, such as 5.1.1; empty where there was none
	Line     string // the server's line with addresses removed, at most 200 bytes
	Relay    string // host:port
	Down     bool   // the relay itself could not be used: says nothing about this recipient
}

// Message is one e-mail to one person.
type Message struct {
	From      mail.Address
	ReplyTo   string
	To        string // wire form
	ToName    string // empty: none is shown
	Subject   string
	Text      string
	HTML      string // empty: text only
	MessageID string // without angle brackets
	Date      time.Time
	Boundary  string // seed of the MIME boundaries
	Locale    string // Content-Language
}

// Bytes composes the message: CRLF line ends, the same bytes for the same Message.
func (m Message) Bytes() ([]byte, error) { return nil, errors.ErrUnsupported }

// Envelope is what SMTP is told, in wire form.
type Envelope struct{ ReturnPath, Recipient string }

// Relay is a server that takes the mail.
type Relay struct {
	Host, Port     string
	User, Password string
	TLS            TLSMode
	Config         *tls.Config // nil: system roots; ServerName is filled in
	Hello          string      // EHLO name; localhost by default
	Deadlines      Deadlines
}

// TLSMode says when a connection must be encrypted.
type TLSMode string

// The modes.
const (
	STARTTLS TLSMode = "starttls" // required; the default
	Implicit TLSMode = "implicit" // smtps
	NoTLS    TLSMode = "none"
)

// Deadlines per stage (RFC 5321 4.5.3.2). Zero fields take the RFC's values.
type Deadlines struct{ Dial, Greeting, Command, Body, Dot time.Duration }

// ParseRelay reads smtp://user:pass@host:587?tls=none|starttls and smtps://…; ca=FILE names a PEM file of
// further roots. The error never repeats the password.
func ParseRelay(url string) (Relay, error) { return Relay{}, errors.ErrUnsupported }

// Conn is one connection that is used for message after message and dialled again when it is lost. It is
// for one goroutine at a time.
type Conn struct{}

// Conn returns a connection that is dialled at its first Send.
func (r Relay) Conn() *Conn { return nil }

// Send delivers the finished bytes. It always returns an Outcome; what went wrong is in it.
func (c *Conn) Send(ctx context.Context, e Envelope, message []byte) Outcome { return Outcome{} }

// Close says QUIT where the connection is in a state to hear it.
func (c *Conn) Close() error { return nil }
