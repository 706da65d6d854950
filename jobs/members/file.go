package members

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
)

// Line is what a file has for one member number: the message, as it would go over the wire, and under which
// number it belongs.
type Line struct {
	Member string `json:"member"`
	Message
}

// AppendLines appends a message's lines to a file: one for each member number, each canonical JSON (RFC 8785)
// with LF behind it. The same message gives the same bytes.
func AppendLines(b []byte, m Message) ([]byte, error) {
	for _, number := range m.Data.Members {
		text, err := json.Marshal(Line{number, m})
		if err != nil {
			return b, errors.New("message cannot be packed")
		}
		if b, err = appendCanonical(b, text); err != nil {
			return b, errors.New("message cannot be packed")
		}
		b = append(b, '\n')
	}
	return b, nil
}

// Signer signs files with Ed25519 (RFC 8032).
type Signer struct{ key ed25519.PrivateKey }

// errKey stands for what a parser says about a key: nothing of the key shall get into a log.
var errKey = errors.New("not a private key of Ed25519 in PEM (PKCS #8)")

// ReadSigner reads a key as openssl genpkey -algorithm ed25519 writes it.
func ReadSigner(file string) (*Signer, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read key of the members' page: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("key of the members' page %q: %w", file, errKey)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	edward, ok := key.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("key of the members' page %q: %w", file, errKey)
	}
	return &Signer{edward}, nil
}

// Sign gives the 64 bytes of a text's signature: the same for the same text.
func (s *Signer) Sign(text []byte) []byte { return ed25519.Sign(s.key, text) }
