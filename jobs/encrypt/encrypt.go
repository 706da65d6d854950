// Package encrypt makes files that only their readers can open (age, age-encryption.org/v1). They are for places
// where more people can read than should: a mail house's server, somebody's mailbox. What comes out is different
// each time, for the same file too.
package encrypt

import (
	"errors"
	"io"
	"strings"

	"filippo.io/age"
)

// ErrKey says that a text is no reader's public key. It does not repeat the text.
var ErrKey = errors.New("no age recipient, which begins with age1")

// Readers are whom a file is for: each of them can open it.
type Readers []age.Recipient

// For finds readers by their public keys, age1….
func For(keys ...string) (Readers, error) {
	for _, key := range keys {
		if !strings.HasPrefix(key, "age1") {
			return nil, ErrKey
		}
	}
	to, err := age.ParseRecipients(strings.NewReader(strings.Join(keys, "\n")))
	if err != nil {
		return nil, ErrKey
	}
	return to, nil
}

// Writer encrypts what is written to it. What is under way of it is out when it is closed; out is not closed.
func (r Readers) Writer(out io.Writer) (io.WriteCloser, error) { return age.Encrypt(out, r...) }
