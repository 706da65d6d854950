package email

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Message is one e-mail to one person.
type Message struct {
	From      mail.Address
	ReplyTo   string // an address, with or without a name; empty: none
	To        string // wire form
	ToName    string // empty: none is shown
	Subject   string
	Text      string // UTF-8, as package templates makes it
	HTML      string // the same; empty: text only
	MessageID string // without angle brackets
	Date      time.Time
	Boundary  string // seed of the MIME boundaries
	Locale    string // Content-Language

	Attachment *Attachment // nil: there is none
}

// Attachment is a file that goes with a message.
type Attachment struct {
	Name    string // letters, digits, dots and hyphens
	Content []byte
}

// Bytes composes the message: CRLF line ends, the same bytes for the same Message on any machine, unless
// something is attached: the library makes two boundaries then, of chance.
// It is US-ASCII throughout (names and subject as encoded words, bodies as base64), so that no
// relay has a reason to convert it. The date is written in UTC. There is nothing in it that
// invites a reply by machine, and no List-Unsubscribe: it is a notice, not a list.
func (m Message) Bytes() ([]byte, error) { return Signing{}.Bytes(m) }

// build fills a go-mail message. Every header is set as a generic one, addresses included:
// go-mail writes those sorted and folded, and leaves ASCII as it is.
func (m Message) build() (*gomail.Msg, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(
		gomail.WithCharset(gomail.CharsetUTF8),
		gomail.WithEncoding(gomail.EncodingB64),
		gomail.WithNoDefaultUserAgent(),
	)
	if m.Attachment == nil {
		msg.SetBoundary(boundary(m.Boundary))
	} else if err := msg.AttachReader(m.Attachment.Name, bytes.NewReader(m.Attachment.Content)); err != nil {
		return nil, err
	}
	if err := m.setAddresses(msg); err != nil {
		return nil, err
	}
	msg.SetMessageIDWithValue(m.MessageID)
	msg.SetDateWithValue(m.Date.UTC())
	msg.Subject(encodeText(m.Subject))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834 5
	if m.Locale != "" {
		msg.SetGenHeader("Content-Language", m.Locale) // RFC 3282
	}
	msg.SetBodyWriter(gomail.TypeTextPlain, writing(m.Text))
	if m.HTML != "" {
		msg.AddAlternativeWriter(gomail.TypeTextHTML, writing(m.HTML))
	}
	return msg, nil
}

// check refuses what go-mail would fill in by itself, differently each time, and what it would
// let through.
func (m Message) check() error {
	switch {
	case !isMessageID(m.MessageID):
		return errors.New("message id is missing or malformed")
	case m.Date.IsZero():
		return errors.New("no date")
	case !isLocale(m.Locale):
		return errors.New("locale is not a language tag")
	case m.Subject == "":
		return errors.New("no subject")
	case m.Attachment != nil && !isFileName(m.Attachment.Name):
		return errors.New("attachment has no plain name")
	}
	if err := checkText(m.Subject); err != nil {
		return fmt.Errorf("subject: %w", err)
	}
	return nil
}

func (m Message) setAddresses(msg *gomail.Msg) error {
	from, err := formatAddress(m.From)
	if err != nil {
		return fmt.Errorf("from: %w", err)
	}
	to, err := formatRecipient(mail.Address{Name: m.ToName, Address: m.To})
	if err != nil {
		return fmt.Errorf("to: %w", err)
	}
	msg.SetGenHeader("From", from)
	msg.SetGenHeader("To", to)
	if m.ReplyTo == "" {
		return nil
	}
	reply, err := parseMailbox(m.ReplyTo)
	if err != nil {
		return fmt.Errorf("reply-to: %w", err)
	}
	text, err := formatAddress(reply)
	if err != nil {
		return fmt.Errorf("reply-to: %w", err)
	}
	msg.SetGenHeader("Reply-To", text)
	return nil
}

// parseMailbox reads an address that may have a name before it.
func parseMailbox(s string) (mail.Address, error) {
	if checkWire(s) == nil {
		return mail.Address{Address: s}, nil
	}
	a, err := mail.ParseAddress(s)
	if err != nil {
		return mail.Address{}, errAddress // the parser's own error repeats the address
	}
	return *a, nil
}

// isMessageID is msg-id of RFC 5322 3.6.4 without its brackets, in the form that everybody accepts.
func isMessageID(s string) bool {
	left, right, ok := strings.Cut(s, "@")
	return ok && len(s) <= maxAddress && isDotString(left) && isDomain(right)
}

// isFileName takes names that need no encoding in a header (RFC 2183 2.3).
func isFileName(s string) bool {
	return s != "" && len(s) <= 78 && s[0] != '.' && !strings.ContainsFunc(strings.ReplaceAll(s, ".", ""), isNotLDH)
}

func isLocale(s string) bool {
	return len(s) <= 35 && !strings.ContainsFunc(s, isNotLDH)
}

// boundary makes a MIME boundary of the seed. It holds an underscore, which base64 never does.
func boundary(seed string) string {
	sum := sha256.Sum256([]byte(seed))
	return "_" + hex.EncodeToString(sum[:16])
}

// writing hands go-mail a text without the copies that its own way of taking one makes, with the line ends that
// RFC 2045 6.8 asks for under base64.
func writing(text string) func(io.Writer) (int64, error) {
	if strings.ContainsRune(text, '\r') {
		text = strings.ReplaceAll(text, "\r\n", "\n")
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	return func(w io.Writer) (n int64, err error) {
		var piece piece
		for rest := text; rest != "" && err == nil; {
			var filled, written int
			filled, rest = piece.fill(rest)
			written, err = w.Write(piece[:filled])
			n += int64(written)
		}
		return n, err
	}
}

// piece is some of a text on its way: a copy of all of it would be an eighth of a message's garbage.
type piece [1 << 10]byte

// fill takes what there is room for, each line end as CRLF, and gives the rest back.
func (p *piece) fill(text string) (n int, rest string) {
	for text != "" && n+2 < len(p) {
		line := text[:min(len(text), len(p)-n-2)]
		end := strings.IndexByte(line, '\n')
		if end >= 0 {
			line = line[:end]
		}
		n += copy(p[n:], line)
		text = text[len(line):]
		if end >= 0 {
			n += copy(p[n:], "\r\n")
			text = text[1:]
		}
	}
	return n, text
}
