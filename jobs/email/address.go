package email

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of RFC 5321 4.5.3.1, in bytes.
const (
	maxLocal   = 64
	maxDomain  = 253
	maxAddress = 254
	maxLabel   = 63
)

var errAddress = errors.New("address is not in wire form")

// checkWire says whether addr is a Mailbox of RFC 5321 4.1.2 with a domain name, in ASCII: a
// dot-string or quoted local part, so that "foo..bar"@example.jp is one and foo..bar@example.jp
// is not. Nothing that passes can end a command, a header line or an angle bracket. The error
// does not repeat the address.
func checkWire(addr string) error {
	at := strings.LastIndexByte(addr, '@')
	if at < 1 || len(addr) > maxAddress || at > maxLocal {
		return errAddress
	}
	local := addr[:at]
	if !isDotString(local) && !isQuotedString(local) || !isDomain(addr[at+1:]) {
		return errAddress
	}
	return nil
}

// checkRecipient is checkWire for an address that may be beyond ASCII (RFC 6531 3.3): a relay takes it if
// it offers SMTPUTF8. What cannot be seen is refused.
func checkRecipient(addr string) error {
	if !needsUTF8(addr) {
		return checkWire(addr)
	}
	ascii := []byte(addr)
	for i, r := range addr {
		if r < utf8.RuneSelf {
			continue
		}
		if r == utf8.RuneError || !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S) {
			return errAddress
		}
		for n := range utf8.RuneLen(r) {
			ascii[i+n] = 'x'
		}
	}
	return checkWire(string(ascii))
}

// needsUTF8 tells whether a command that holds addr does (RFC 6531 3.4).
func needsUTF8(addr string) bool {
	return strings.ContainsFunc(addr, func(r rune) bool { return r >= utf8.RuneSelf })
}

func isDotString(s string) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool { return !isAtext(r) }) {
			return false
		}
	}
	return true
}

// isAtext is atext of RFC 5322 3.2.3.
func isAtext(r rune) bool {
	return isLetterOrDigit(r) || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
}

func isLetterOrDigit(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

func isQuotedString(s string) bool {
	if len(s) < 3 || s[0] != '"' || s[len(s)-1] != '"' {
		return false
	}
	inside, escaped := s[1:len(s)-1], false
	for i := range len(inside) {
		switch b := inside[i]; {
		case b < ' ' || b > '~', b == '"' && !escaped:
			return false
		default:
			escaped = b == '\\' && !escaped
		}
	}
	return !escaped
}

func isDomain(s string) bool {
	if len(s) > maxDomain {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if strings.ContainsFunc(label, isNotLDH) {
			return false
		}
	}
	return true
}

// isNotLDH says that r is no letter, digit or hyphen.
func isNotLDH(r rune) bool { return r != '-' && !isLetterOrDigit(r) }

// localForms are the ways in which a server may repeat the local part of a wire address.
func localForms(addr string) []string {
	local := addr[:max(strings.LastIndexByte(addr, '@'), 0)]
	if !isQuotedString(local) {
		return []string{local}
	}
	return []string{local, unquote(local)}
}

// unquote undoes a quoted string that isQuotedString has passed.
func unquote(s string) string {
	var out strings.Builder
	escaped := false
	for i := 1; i < len(s)-1; i++ {
		if s[i] == '\\' && !escaped {
			escaped = true
			continue
		}
		out.WriteByte(s[i])
		escaped = false
	}
	return out.String()
}
