package compose

import (
	"encoding/binary"
	"encoding/hex"
	"errors"

	"oshirase/jobs/bounce"
	"oshirase/jobs/email"
	"oshirase/templates"
)

var errNoEmail = errors.New("the campaign sends no e-mail")

// Email composes a person's e-mail and its envelope. A BlockedError says why it cannot be made.
func (b *Book) Email(c Case, key bounce.Signer) (email.Message, email.Envelope, error) {
	m, err := b.message(c, key)
	if err != nil {
		return email.Message{}, email.Envelope{}, err
	}
	path, err := bounce.ReturnPath(key, b.Folder.Manifest.Channels.Email.Bounce, c.Delivery)
	if err != nil {
		return email.Message{}, email.Envelope{}, err
	}
	return m, email.Envelope{ReturnPath: path, Recipient: m.To}, nil
}

// Text is what a person's e-mail says. A BlockedError says why it cannot be made.
func (b *Book) Text(c Case) (templates.Email, error) {
	notice, err := b.notice(c)
	if err != nil {
		return templates.Email{}, err
	}
	v, err := b.values(c)
	if err != nil {
		return templates.Email{}, err
	}
	out, err := notice.Email(v)
	return out, blocked(err)
}

func (b *Book) message(c Case, key bounce.Signer) (email.Message, error) {
	if b.Folder.Manifest.Channels.Email == nil {
		return email.Message{}, errNoEmail
	}
	out, err := b.Text(c)
	if err != nil {
		return email.Message{}, err
	}
	from := b.senders[c.Notice]
	m := email.Message{
		From: from.from, ReplyTo: from.replyTo, To: c.Person.Email.Wire,
		Subject: out.Subject, Text: out.Text, HTML: out.HTML,
		MessageID: MessageID(key, c.Delivery, b.from.Address), Date: c.Date.In(b.Folder.Location),
		Boundary: keyed(key, "boundary", c.Delivery), Locale: c.Locale,
	}
	if c.List != nil {
		m.Attachment = &email.Attachment{Name: listName, Content: c.List}
	}
	return m, nil
}

// MessageID is that of a delivery, whether or not it was composed. All notices have the domain of the
// campaign's own sender in it, so that the delivery alone is enough to find it.
func (b *Book) MessageID(key bounce.Signer, delivery int64) string {
	return MessageID(key, delivery, b.from.Address)
}

// MessageID is a keyed hash of the delivery at the sender's domain (RFC 5322 section 3.6.4): the
// same for all attempts, so that whoever gets two copies has one message.
func MessageID(key bounce.Signer, delivery int64, from string) string {
	return keyed(key, "message id", delivery) + "@" + domain(from)
}

// keyed is 128 bits, which is more than enough for no two deliveries ever to share them.
func keyed(key bounce.Signer, purpose string, delivery int64) string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(delivery))
	return hex.EncodeToString(key.MAC(purpose, raw)[:16])
}
