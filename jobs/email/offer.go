package email

import (
	"crypto/tls"
	"strconv"
	"strings"
	"time"

	"oshirase/jobs/redact"
)

// Offer is what a relay offers to us: after the login, where there is one.
type Offer struct {
	TLS         string    // "TLS 1.3"; empty: in clear
	Certificate string    // the first name it is for
	Expires     time.Time // the certificate
	Auth        []string  // mechanisms
	Size        int64     // of a message, in bytes (RFC 1870); 0: no limit is named
	Pipelining  bool      // RFC 2920
	DSN         bool      // RFC 3461
	SMTPUTF8    bool      // RFC 6531
}

// Offer tells what the server said at EHLO. Without a connection (see Open) it is the zero Offer.
func (c *Conn) Offer() Offer {
	if c.live == nil {
		return Offer{}
	}
	client := c.live.client
	o := Offer{Pipelining: c.live.pipelining, DSN: c.live.dsn, SMTPUTF8: c.live.smtputf8}
	_, auth := client.Extension("AUTH")
	for _, mechanism := range strings.Fields(auth) {
		o.Auth = append(o.Auth, redact.Line(mechanism))
	}
	_, size := client.Extension("SIZE")
	if n, err := strconv.ParseInt(size, 10, 64); err == nil && n > 0 {
		o.Size = n
	}
	state, encrypted := client.TLSConnectionState()
	if encrypted {
		o.encrypted(state)
	}
	return o
}

func (o *Offer) encrypted(state tls.ConnectionState) {
	o.TLS = tls.VersionName(state.Version)
	if len(state.PeerCertificates) == 0 {
		return
	}
	leaf := state.PeerCertificates[0]
	o.Expires, o.Certificate = leaf.NotAfter, redact.Line(leaf.Subject.CommonName)
	if len(leaf.DNSNames) > 0 {
		o.Certificate = redact.Line(leaf.DNSNames[0])
	}
}
