package email

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// SMIME signs with a certificate (RFC 8551), detached: a program that knows nothing of it shows the
// text, with an attachment. The certificates of a key are those of its file.
type SMIME struct {
	pair   tls.Certificate
	except []string
}

// ReadSMIME reads the certificate, with its intermediate behind it, and the key, of RSA or ECDSA, in
// PEM. Recipients in the domains of except and below get their mail unsigned: mobile carriers have
// turned such mail away, or shown the signature alone.
func ReadSMIME(certificate, key string, except []string) (*SMIME, error) {
	certificates, err := readPEM("smime certificate", certificate)
	if err != nil {
		return nil, err
	}
	private, err := readPEM("smime key", key)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(certificates, private)
	if err != nil {
		return nil, fmt.Errorf("smime: %q and %q are not a certificate and its key", certificate, key)
	}
	s := &SMIME{pair: pair}
	if err := s.sign(gomail.NewMsg()); err != nil {
		return nil, fmt.Errorf("smime key %q: %w", key, errPrivate)
	}
	for _, domain := range except {
		domain = strings.ToLower(strings.TrimPrefix(domain, "."))
		if !isDomain(domain) {
			return nil, fmt.Errorf("smime: %q is not a domain", domain)
		}
		s.except = append(s.except, domain)
	}
	return s, nil
}

var errExpired = errors.New("smime certificate is not valid at this time")

// Check says whether the certificate may be used at that time.
func (s *SMIME) Check(now time.Time) error {
	if leaf := s.pair.Leaf; now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
		return fmt.Errorf("%w: from %s to %s", errExpired,
			leaf.NotBefore.Format(time.DateOnly), leaf.NotAfter.Format(time.DateOnly))
	}
	return nil
}

// spares tells whether a recipient's domain, or one above it, is excepted.
func (s *SMIME) spares(to string) bool {
	domain := strings.ToLower(domainOf(to))
	for _, e := range s.except {
		if domain == e || strings.HasSuffix(domain, "."+e) {
			return true
		}
	}
	return false
}

func (s *SMIME) sign(msg *gomail.Msg) error { return msg.SignWithTLSCertificate(&s.pair) }
