// Package mailbox reads e-mail addresses as people register them and says what can be delivered. What
// cannot is refused with its reason, and no reason repeats the address: reasons are shown and counted.
// Nothing is put right by guessing. A domain that looks mistyped gets a suggestion for a human.
package mailbox

import "unicode/utf8"

// Address is an e-mail address in the form it was registered and in the form SMTP takes (RFC 5321).
// They differ for the local parts that Japanese carriers issued against RFC 5322, which are quoted
// on the wire: foo..bar@docomo.ne.jp goes as "foo..bar"@docomo.ne.jp; and for domains beyond ASCII, which
// are xn-- on the wire, unless the local part is beyond ASCII too.
type Address struct {
	Raw  string
	Wire string
}

// NeedsUTF8 tells whether only a relay with SMTPUTF8 (RFC 6531) can take the address. With any other relay
// its delivery is refused, and says why.
func (a Address) NeedsUTF8() bool {
	for i := range len(a.Wire) {
		if a.Wire[i] >= utf8.RuneSelf {
			return true
		}
	}
	return false
}
