package mailbox

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The limits of RFC 5321, section 4.5.3.1, and erratum 1690 of RFC 3696, in bytes.
const (
	maxLocal   = 64
	maxAddress = 254
	maxLabel   = 63
)

// Parse reads one mailbox as people register it. Spaces and line ends around it are dropped, and what
// nobody sees (zero-width characters); full-width ASCII is folded for the wire; the domain becomes lower
// case, and xn-- unless the local part needs SMTPUTF8 anyway; a local part that is no dot-atom (RFC 5322,
// section 3.2.3) is quoted. Refused is whatever is more than one plain address: lists, names, comments,
// links, domain literals, control characters. The error says why and does not repeat the address.
func Parse(raw string) (Address, error) {
	if plain(raw) {
		return Address{Raw: raw, Wire: raw}, nil
	}
	return parse(strings.TrimFunc(raw, padding))
}

func parse(raw string) (Address, error) {
	if err := checkCharacters(raw); err != nil {
		return Address{}, err
	}
	text, err := narrow(raw)
	if err != nil {
		return Address{}, err
	}
	local, domain, err := cut(text)
	if err != nil {
		return Address{}, err
	}
	if local, err = wireLocal(local); err != nil {
		return Address{}, err
	}
	if domain, err = wireDomain(domain, isASCII(local)); err != nil {
		return Address{}, err
	}
	wire := local + "@" + domain
	if len(wire) > maxAddress {
		return Address{}, fmt.Errorf("address is longer than %d bytes", maxAddress)
	}
	return Address{Raw: raw, Wire: wire}, nil
}

// checkCharacters refuses what could end a header or a command.
func checkCharacters(s string) error {
	if !utf8.ValidString(s) {
		return errors.New("address is not valid UTF-8")
	}
	if strings.ContainsFunc(s, control) {
		return errors.New("address holds a control character or line break")
	}
	return nil
}

// control tells the characters that no address may hold: C0, C1 and the line ends of Unicode.
func control(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

// padding tells what may stand around an address.
func padding(r rune) bool { return unicode.IsSpace(r) || invisible(r) }

// invisible tells the zero-width characters, and those that only turn the direction of reading.
func invisible(r rune) bool {
	return r >= utf8.RuneSelf &&
		unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// narrow folds full-width ASCII, as Japanese input methods write it, and drops what nobody sees. In scripts
// where a zero-width character parts two words it is refused: the address may be registered with it.
func narrow(s string) (string, error) {
	seen := strings.Map(func(r rune) rune {
		switch {
		case invisible(r):
			return -1
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		}
		return r
	}, s)
	if !isASCII(seen) && strings.ContainsFunc(s, invisible) {
		return "", errors.New("address holds an invisible character")
	}
	return seen, nil
}

// cut separates local part and domain. A quoted local part may hold whatever parts addresses elsewhere.
func cut(s string) (local, domain string, err error) {
	if local, domain, ok := cutQuoted(s); ok {
		return local, domain, nil
	}
	at := strings.Count(s, "@")
	switch {
	case s == "":
		return "", "", errors.New("address is empty")
	case at > 1 && strings.ContainsAny(s, ",;/|、 \u3000"):
		return "", "", errors.New("more than one address")
	case hasPrefixFold(s, "mailto:"):
		return "", "", errors.New("address is a link (mailto:)")
	case strings.ContainsAny(s, "<>"):
		return "", "", errors.New("address stands in angle brackets, or with a name")
	case strings.ContainsAny(s, "()"):
		return "", "", errors.New("address holds a comment")
	case strings.ContainsFunc(s, unicode.IsSpace):
		return "", "", errors.New("address holds a space")
	case at == 0:
		return "", "", errors.New("address has no @")
	case at > 1:
		return "", "", errors.New("address has more than one @")
	}
	local, domain, _ = strings.Cut(s, "@")
	if strings.Contains(local, `"`) {
		return "", "", fmt.Errorf("local part holds %q", '"')
	}
	if strings.ContainsAny(domain, ",;") {
		return "", "", errors.New("more than one address, or a comma for a dot")
	}
	return local, domain, nil
}

// cutQuoted reads a quoted local part (RFC 5321, section 4.1.2) up to its end.
func cutQuoted(s string) (local, domain string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		return "", "", false
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			domain, ok = strings.CutPrefix(s[i+1:], "@")
			return s[:i+1], domain, ok
		}
	}
	return "", "", false
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
