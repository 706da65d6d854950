package mailbox

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// errIDN stands for the errors of idna, which repeat the domain.
var errIDN = errors.New("domain is no international domain name")

// wireDomain returns a name of the DNS with a dot (RFC 5321, section 2.3.5), in lower case. One beyond
// ASCII (RFC 5890) is written as xn-- where all else is ASCII, so that any relay takes it; behind a local
// part that needs SMTPUTF8 it is what people read.
func wireDomain(domain string, ascii bool) (string, error) {
	if strings.HasPrefix(domain, "[") {
		return "", errors.New("domain is an address literal")
	}
	name, err := strings.ToLower(domain), error(nil)
	if !isASCII(domain) {
		name, err = idna.Lookup.ToASCII(domain)
	}
	if err != nil {
		return "", errIDN
	}
	if err := checkDomain(name); err != nil {
		return "", err
	}
	if ascii && isASCII(domain) {
		return name, nil
	}
	read, err := idna.Lookup.ToUnicode(name)
	if err != nil {
		return "", errIDN
	}
	if err := checkLetters(read); err != nil {
		return "", err
	}
	if ascii {
		return name, nil
	}
	return read, nil
}

// checkLetters refuses signs, of which mapping lets some through that are in no name: what stood behind the address
// (RFC 5892, 2.1 and Appendix A.7: the middle dot of Japanese is one beside its letters).
func checkLetters(domain string) error {
	for label := range strings.SplitSeq(domain, ".") {
		japanese := strings.ContainsFunc(label, func(r rune) bool {
			return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han)
		})
		for _, r := range label {
			if !unicode.In(r, unicode.L, unicode.M, unicode.Nd) && r != '-' && (r != '・' || !japanese) {
				return fmt.Errorf("domain holds %q", r)
			}
		}
	}
	return nil
}

// checkDomain looks at a domain in ASCII.
func checkDomain(domain string) error {
	labels := strings.Split(domain, ".")
	if len(labels) < 2 {
		return errors.New("domain has no dot")
	}
	for _, label := range labels {
		if err := checkLabel(label); err != nil {
			return err
		}
	}
	last := labels[len(labels)-1]
	switch {
	case strings.Trim(last, "0123456789") == "":
		return errors.New("domain ends in a number")
	case len(last) < 2:
		return errors.New("domain ends in a single letter")
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
