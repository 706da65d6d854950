package email

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Keys are the DKIM keys of an installation, of any number of domains: a campaign may have a sender for
// each of its brands. nil signs nothing.
type Keys []*DKIM

// NewKeys puts keys together. A domain may have one of each kind, under a selector of its own, and then
// both sign (RFC 8463 3): a verifier that does not know Ed25519 goes by the RSA signature.
func NewKeys(keys ...*DKIM) (Keys, error) {
	for i, d := range keys {
		for _, other := range keys[:i] {
			switch {
			case d.Domain != other.Domain:
			case d.kind() == other.kind():
				return nil, fmt.Errorf("dkim: %q has two keys of kind %s", d.Domain, d.kind())
			case strings.EqualFold(d.Selector, other.Selector):
				return nil, fmt.Errorf("dkim: %q has two keys under selector %q", d.Domain, d.Selector)
			}
		}
	}
	return keys, nil
}

// For are the keys that sign what comes from a domain. What no key is for is not signed: a signature of
// another domain would say nothing of the sender.
func (k Keys) For(from string) Keys {
	if len(k) == 0 {
		return nil
	}
	domain := SigningDomain(from, k.Domains())
	return slices.DeleteFunc(slices.Clone(k), func(d *DKIM) bool { return d.Domain != domain })
}

// Domains are those that the keys are of, each once, sorted.
func (k Keys) Domains() (domains []string) {
	for _, d := range k {
		domains = append(domains, d.Domain)
	}
	slices.Sort(domains)
	return slices.Compact(domains)
}

// SigningDomain is the one of domains that signs for a From's domain: the same, or the nearest above it,
// which DMARC takes for the sender's as well (RFC 7489 3.1.1). It is empty where there is none.
func SigningDomain(from string, domains []string) (nearest string) {
	from = "." + strings.ToLower(from)
	for _, d := range domains {
		if len(d) > len(nearest) && strings.HasSuffix(from, "."+strings.ToLower(d)) {
			nearest = d
		}
	}
	return nearest
}

// domainOf is what stands behind an address's last @.
func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

var errNoHeader = errors.New("message has no header")

// sign puts the keys' signatures above the message. None covers another: whoever knows only one of them can
// verify it.
func (k Keys) sign(message []byte, date time.Time) ([]byte, error) {
	end := bytes.Index(message, []byte("\r\n\r\n"))
	if end < 0 {
		return nil, errNoHeader
	}
	body := sha256.Sum256(relaxedBody(message[end+4:]))
	var lines []byte
	for _, d := range k {
		line, err := d.line(message[:end+2], body, date)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line...)
	}
	return append(lines, message...), nil
}
