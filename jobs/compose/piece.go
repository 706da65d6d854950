package compose

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"oshirase/jobs/bounce"
	"oshirase/jobs/email"
	"oshirase/jobs/recipient"
	"oshirase/letters"
	"oshirase/templates"
)

// Case is one delivery to be made: the person and what was decided for them.
type Case struct {
	Person   recipient.Person
	Ref      string
	Notice   string
	Locale   string
	Batch    string
	Delivery int64
	Date     time.Time // of the first claim: the same for every attempt
	NamesOK  bool      // names that look like links were accepted
}

// LinkName tells whether a mail client would make a link of a person's name: somebody may have
// registered it for that. Companies are the operator's own list.
func LinkName(p recipient.Person) bool { return templates.LooksLikeLink(p.Name) }

const linkReason = "the name looks like a web or mail address"

func (b *Book) values(c Case) (templates.Values, error) {
	if !c.NamesOK && LinkName(c.Person) {
		return templates.Values{}, &BlockedError{linkReason}
	}
	m, fallback := b.Folder.Manifest, b.Folder.Manifest.Locales.Default
	v := templates.Values{
		Name: c.Person.Name, Reference: c.Ref, Company: company(c),
		Facts: facts(c.Person.Facts), Incident: m.IncidentIn(c.Locale, fallback),
		Segments: c.Person.Segments, Elements: c.Person.Elements, Certainty: c.Person.Certainty,
		Date: c.Date.In(b.Folder.Location), Revision: m.Revision,
		Controller: templates.Controller{
			Name: m.Controller.Name.In(c.Locale, fallback), Postcode: m.Controller.Postcode,
			Address: m.Controller.Address.In(c.Locale, fallback),
			Signer:  m.Controller.Signer.In(c.Locale, fallback),
		},
		Contact: templates.Contact{
			Phone: m.Contact.Phone, Hours: m.Contact.Hours.In(c.Locale, fallback),
			URL: m.Contact.URL, Email: m.Contact.Email,
		},
	}
	return v, nil
}

// company is the one with whose batch the person goes, else the first.
func company(c Case) string {
	if slices.Contains(c.Person.Companies, c.Batch) || len(c.Person.Companies) == 0 {
		if len(c.Person.Companies) == 0 {
			return ""
		}
		return c.Batch
	}
	return c.Person.Companies[0]
}

func facts(in map[string]recipient.Value) map[string]any {
	out := make(map[string]any, len(in))
	for name, v := range in {
		switch v.Kind {
		case recipient.Date:
			out[name] = v.Date
		case recipient.Number:
			out[name] = v.Number
		case recipient.Bool:
			out[name] = v.Bool
		default:
			out[name] = v.Text
		}
	}
	return out
}

// Email composes a person's e-mail and its envelope. A BlockedError says why it cannot be made.
func (b *Book) Email(c Case, key bounce.Signer) (email.Message, email.Envelope, error) {
	notice, err := b.notice(c.Notice, c.Locale)
	if err != nil {
		return email.Message{}, email.Envelope{}, err
	}
	v, err := b.values(c)
	if err != nil {
		return email.Message{}, email.Envelope{}, err
	}
	out, err := notice.Email(v)
	if err != nil {
		return email.Message{}, email.Envelope{}, blocked(err)
	}
	channel := b.Folder.Manifest.Channels.Email
	path, err := bounce.ReturnPath(key, channel.Bounce, c.Delivery)
	return email.Message{
		From: b.from, ReplyTo: channel.ReplyTo, To: c.Person.Email.Wire,
		Subject: out.Subject, Text: out.Text, HTML: out.HTML,
		MessageID: MessageID(key, c.Delivery, b.from.Address), Date: c.Date.In(b.Folder.Location),
		Boundary: keyed(key, "boundary", c.Delivery), Locale: c.Locale,
	}, email.Envelope{ReturnPath: path, Recipient: c.Person.Email.Wire}, err
}

// MessageID is a keyed hash of the delivery at the sender's domain (RFC 5322 3.6.4): the same for all
// attempts, so that whoever gets two copies has one message.
func MessageID(key bounce.Signer, delivery int64, from string) string {
	return keyed(key, "message id", delivery) + "@" + domain(from)
}

func keyed(key bounce.Signer, purpose string, delivery int64) string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(delivery))
	return hex.EncodeToString(key.MAC(purpose, raw)[:16])
}

// Letter composes a person's letter. A BlockedError says why it cannot be made.
func (b *Book) Letter(c Case) (letters.Letter, error) {
	notice, err := b.notice(c.Notice, c.Locale)
	if err != nil {
		return letters.Letter{}, err
	}
	v, err := b.values(c)
	if err != nil {
		return letters.Letter{}, err
	}
	doc, err := notice.Letter(v)
	if err != nil {
		return letters.Letter{}, blocked(err)
	}
	return letters.Letter{
		Piece:   PieceNumber(c.Delivery),
		Address: address(c),
		Sender: letters.Sender{
			Name: v.Controller.Name, Postcode: v.Controller.Postcode, Address: v.Controller.Address,
			Signer: v.Controller.Signer, Phone: v.Contact.Phone,
		},
		Date: notice.FormatDate(v.Date), Document: doc,
	}, nil
}

// address keeps the form of the country it is sent within: a Japanese address stays in Japanese form
// in a letter of another language, for it is the post that reads it.
func address(c Case) letters.Address {
	a := letters.Address{
		Postcode: c.Person.Postcode, Lines: c.Person.Address, Company: company(c), Name: c.Person.Name,
		Style: "en",
	}
	if strings.HasPrefix(c.Locale, "ja") {
		a.Style = "ja"
	}
	return a
}

// Typeset lays a person's letter out. A BlockedError says why it cannot be printed.
func (b *Book) Typeset(c Case) (letters.Letter, letters.Typeset, error) {
	l, err := b.Letter(c)
	if err != nil {
		return l, letters.Typeset{}, err
	}
	press, err := b.Press()
	if err != nil {
		return l, letters.Typeset{}, err
	}
	set, err := press.Typeset(l)
	return l, set, blocked(err)
}

// PieceNumber is the number of a delivery's paper with a check digit (ISO/IEC 7064, MOD 11-10), as
// printed: 0268435457-3.
func PieceNumber(delivery int64) string {
	digits := fmt.Sprintf("%010d", delivery)
	p := 10
	for _, d := range digits {
		s := (p + int(d-'0')) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return fmt.Sprintf("%s-%d", digits, (11-p)%10)
}
