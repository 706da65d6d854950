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

// Parse reads one mailbox as people register it. Spaces and invisible characters around it
// are dropped, full-width ASCII is folded for the wire, the domain becomes lower case, and a local
// part with dots where RFC 5322 has none is quoted. Refused is whatever is more than one plain
// address: lists, names, comments, domain literals, control characters, and what SMTP cannot carry
// without extensions. The error says why and does not repeat the address.
func Parse(raw string) (Address, error) {
	if err := checkCharacters(raw); err != nil {
		return Address{}, err
	}
	raw = strings.TrimFunc(raw, padding)
	local, domain, err := cutAddress(narrow(raw))
	if err != nil {
		return Address{}, err
	}
	if local, err = wireLocal(local); err != nil {
		return Address{}, err
	}
	if err := checkDomain(domain); err != nil {
		return Address{}, err
	}
	wire := local + "@" + strings.ToLower(domain)
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

// control tells the characters that no cell may hold: C0, C1 and the line ends of Unicode.
func control(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

// padding tells what may stand around a cell unseen.
func padding(r rune) bool { return unicode.IsSpace(r) || invisible(r) }

// invisible tells the zero-width characters.
func invisible(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad':
		return true
	}
	return false
}

// narrow folds full-width ASCII, as Japanese input methods write it.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '\uff01' && r <= '\uff5e' {
			return r - 0xfee0
		}
		return r
	}, s)
}

// cutAddress separates local part and domain at the only @.
func cutAddress(s string) (local, domain string, err error) {
	switch {
	case s == "":
		return "", "", errors.New("address is empty")
	case strings.ContainsFunc(s, padding):
		return "", "", errors.New("address holds a space or an invisible character")
	case strings.ContainsAny(s, ",;<>"):
		return "", "", errors.New("more than one plain address")
	case strings.ContainsAny(s, "()"):
		return "", "", errors.New("address holds a comment")
	case strings.Count(s, "@") == 0:
		return "", "", errors.New("address has no @")
	case strings.Count(s, "@") > 1:
		return "", "", errors.New("address has more than one @")
	}
	local, domain, _ = strings.Cut(s, "@")
	return local, domain, nil
}

// wireLocal returns the local part as RFC 5321 takes it. Carriers in Japan issued foo..bar, foo.
// and .foo until 2009; they are deliverable in quotes only.
func wireLocal(local string) (string, error) {
	if n := len(local); n >= 2 && local[0] == '"' && local[n-1] == '"' {
		local = local[1 : n-1]
	}
	if strings.Trim(local, ".") == "" {
		return "", errors.New("address has nothing before the @")
	}
	for _, r := range local {
		if r >= utf8.RuneSelf {
			return "", errors.New("local part is not ASCII, which needs SMTPUTF8")
		}
		if r != '.' && !atext(r) {
			return "", fmt.Errorf("local part holds %q", r)
		}
	}
	if "."+local+"." != strings.ReplaceAll("."+local+".", "..", ".") {
		local = `"` + local + `"`
	}
	if len(local) > maxLocal {
		return "", fmt.Errorf("local part is longer than %d bytes", maxLocal)
	}
	return local, nil
}

// atext is the character class of RFC 5322, section 3.2.3.
func atext(r rune) bool {
	return alphanumeric(r) || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
}

func alphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// checkDomain accepts names of the DNS with a dot (RFC 5321, section 2.3.5).
func checkDomain(domain string) error {
	if strings.HasPrefix(domain, "[") {
		return errors.New("domain is an address literal")
	}
	if strings.ContainsFunc(domain, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return errors.New("domain is not ASCII: its xn-- form is needed")
	}
	labels := strings.Split(domain, ".")
	if len(labels) < 2 {
		return errors.New("domain has no dot")
	}
	for _, label := range labels {
		if err := checkLabel(label); err != nil {
			return err
		}
	}
	if strings.Trim(labels[len(labels)-1], "0123456789") == "" {
		return errors.New("domain ends in a number")
	}
	return nil
}

func checkLabel(label string) error {
	switch {
	case label == "":
		return errors.New("domain has an empty label")
	case len(label) > maxLabel:
		return fmt.Errorf("domain has a label longer than %d bytes", maxLabel)
	case label[0] == '-' || label[len(label)-1] == '-':
		return errors.New("domain has a label that begins or ends with a hyphen")
	}
	for _, r := range label {
		if r != '-' && !alphanumeric(r) {
			return fmt.Errorf("domain holds %q", r)
		}
	}
	return nil
}
