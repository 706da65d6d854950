package email

import (
	"bytes"
	"errors"
	"fmt"
	"os"
)

// Signing says how messages are signed: with the DKIM keys of the From's domain, and with one S/MIME
// certificate. The zero value signs nothing.
//
// With DKIM alone the same Message gives the same bytes, on any machine and at any time. With S/MIME it
// does not: the library takes the time of signing from the clock, and an outer boundary from chance. Of
// such a message the digest proves what was sent, and its content can be made again, but not the bytes.
type Signing struct {
	DKIM  Keys
	SMIME *SMIME
}

// Bytes composes and signs a message. S/MIME comes first: DKIM covers what is sent in the end.
func (s Signing) Bytes(m Message) ([]byte, error) {
	msg, err := m.build()
	if err != nil {
		return nil, fmt.Errorf("compose message: %w", err)
	}
	if s.SMIME != nil && !s.SMIME.spares(m.To) {
		if err := s.SMIME.sign(msg); err != nil {
			return nil, fmt.Errorf("sign message: %w", err)
		}
	}
	var out bytes.Buffer
	out.Grow(2048 + (len(m.Text)+len(m.HTML))*3/2)
	if _, err := msg.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("compose message: %w", err)
	}
	keys := s.DKIM.For(domainOf(m.From.Address))
	if len(keys) == 0 {
		return out.Bytes(), nil
	}
	return keys.sign(out.Bytes(), m.Date)
}

// errPrivate stands for what a parser says about a key: nothing of the key shall get into a log.
var errPrivate = errors.New("not a private key in PEM")

func readPEM(what, file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	return text, nil
}
