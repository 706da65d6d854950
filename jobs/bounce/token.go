// Package bounce knows the return path of a delivery, the address to which mail servers report what became of a
// message after the relay had taken it (VERP), and reads what comes there.
//
// A return path names the delivery, never the person, and carries a MAC so that nobody can report a delivery
// that they were not sent. What comes to it may be anything: a delivery report (RFC 3464), one in the words of a
// server that knows no such form, an automatic reply, somebody's question, or an attack. So everything is read
// within bounds, nothing that was read is repeated but what Report has, and a message that is not understood is
// said to be so: whoever counts as told must not do so for want of a word in a table.
package bounce

import (
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// ErrToken says that a return path is not one of ours.
var ErrToken = errors.New("not a return path of this campaign")

// macSize is 80 bits, the least that a return path may carry.
const macSize = 10

// Signer authenticates bytes for a purpose; seal.Key is one.
type Signer interface {
	MAC(purpose string, data []byte) []byte
}

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// ReturnPath is the envelope sender of a delivery: bounce@example.com becomes
// bounce+TOKEN@example.com, 29 characters longer. Case does not matter on the way back.
func ReturnPath(k Signer, address string, delivery int64) (string, error) {
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return "", fmt.Errorf("bounce address %q has no @", address)
	}
	return address[:at] + "+" + token(k, delivery) + address[at:], nil
}

// Delivery reads the delivery back from a return path.
func Delivery(k Signer, returnPath string) (int64, error) {
	local, _, _ := strings.Cut(strings.ToLower(returnPath), "@")
	text := local[strings.LastIndexByte(local, '+')+1:] // the address of the campaign may have a + of its own
	raw, err := encoding.DecodeString(text)
	if len(text) == len(local) || err != nil || len(raw) != 8+macSize {
		return 0, ErrToken
	}
	delivery := int64(binary.BigEndian.Uint64(raw))
	if token(k, delivery) != text {
		return 0, ErrToken
	}
	return delivery, nil
}

func token(k Signer, delivery int64) string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(delivery))
	raw = append(raw, k.MAC("return path", raw)[:macSize]...)
	return encoding.EncodeToString(raw)
}
