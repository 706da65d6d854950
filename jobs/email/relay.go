package email

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// Relay is a server that takes the mail.
type Relay struct {
	Host, Port     string
	User, Password string
	TLS            TLSMode
	Config         *tls.Config // nil: system roots; ServerName is filled in
	Hello          string      // EHLO name; localhost by default
	Deadlines      Deadlines
	Weight         int           // share of the connections, against other relays'; 0: 1
	Messages       int           // a connection takes, then another is dialled; 0: 500
	Idle           time.Duration // after which a connection is not used again; 0: 30 s
}

// TLSMode says when a connection must be encrypted.
type TLSMode string

// The modes.
const (
	STARTTLS TLSMode = "starttls" // required; the default
	Implicit TLSMode = "implicit" // smtps
	NoTLS    TLSMode = "none"     // passwords go in clear, if they are asked for
)

// Deadlines per stage (RFC 5321 4.5.3.2). Zero fields take the RFC's values.
type Deadlines struct {
	Dial     time.Duration // 30 s; the RFC has none
	Greeting time.Duration // 5 min
	Command  time.Duration // 5 min, for each reply
	Body     time.Duration // 3 min, for each block of 64 KiB
	Dot      time.Duration // 10 min
}

func (d Deadlines) orRFC() Deadlines {
	def := func(v *time.Duration, rfc time.Duration) {
		if *v <= 0 {
			*v = rfc
		}
	}
	def(&d.Dial, 30*time.Second)
	def(&d.Greeting, 5*time.Minute)
	def(&d.Command, 5*time.Minute)
	def(&d.Body, 3*time.Minute)
	def(&d.Dot, 10*time.Minute)
	return d
}

// Most of the commands before a body: EHLO twice, STARTTLS, AUTH, RSET, MAIL, RCPT and DATA.
const mostCommands = 8

// Sum is the longest that a Send of one block can take, with every stage at its limit.
func (d Deadlines) Sum() time.Duration {
	d = d.orRFC()
	return d.Dial + d.Greeting + mostCommands*d.Command + d.Body + d.Dot
}

// maxWeight is far beyond any use; nothing that is computed with it overflows.
const maxWeight = 1000

// What a connection is good for where the Relay does not say. Servers close one that idles, some after
// a minute, and many end one after some hundreds of messages, in the middle of the next one.
const (
	defaultMessages = 500
	defaultIdle     = 30 * time.Second
)

// Ports where the URL names none.
const (
	submissionPort = "587" // RFC 6409
	smtpsPort      = "465" // RFC 8314
)

var errRelayURL = errors.New("relay URL cannot be read; write smtp://user:password@host:587 " +
	"with @ : / ? # % of the password as %40 %3A %2F %3F %23 %25")

// ParseRelays reads one or more relays, separated by spaces or commas. A comma counts where another
// URL or nothing follows: passwords have commas too.
func ParseRelays(addresses string) ([]Relay, error) {
	words := strings.Fields(strings.ReplaceAll(addresses, ",smtp", " smtp"))
	if len(words) == 0 {
		return nil, errRelayURL
	}
	var all []Relay
	for i, word := range words {
		r, err := ParseRelay(strings.TrimSuffix(word, ","))
		if err != nil && len(words) > 1 {
			return nil, fmt.Errorf("relay %d of %d: %w", i+1, len(words), err)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// ParseRelay reads smtp://user:pass@host:587?tls=none|starttls and smtps://…; ca=FILE names a PEM
// file of further roots, and weight=N gives the relay N shares of the connections. The error never repeats the password: not even what was taken for
// something else, since a password with an unescaped character moves into the parts beside it.
func ParseRelay(address string) (Relay, error) {
	u, err := url.Parse(address)
	if err != nil || u.Opaque != "" || u.Fragment != "" || u.Path != "" && u.Path != "/" {
		return Relay{}, errRelayURL
	}
	r := Relay{Host: u.Hostname(), Port: u.Port(), User: u.User.Username()}
	r.Password, _ = u.User.Password()
	switch {
	case r.Host == "":
		return Relay{}, errRelayURL
	case (r.User == "") != (r.Password == ""):
		return Relay{}, errors.New("relay URL has a user without a password, or the reverse")
	}
	if err := r.setTLS(u.Scheme, u.Query().Get("tls")); err != nil {
		return Relay{}, err
	}
	if err := r.setOptions(u.RawQuery); err != nil {
		return Relay{}, err
	}
	return r, nil
}

func (r *Relay) setTLS(scheme, mode string) error {
	port := submissionPort
	switch {
	case scheme == "smtp" && (mode == "" || mode == string(STARTTLS)):
		r.TLS = STARTTLS
	case scheme == "smtp" && mode == string(NoTLS):
		r.TLS = NoTLS
	case scheme == "smtps" && mode == "":
		r.TLS, port = Implicit, smtpsPort
	case scheme == "smtp":
		return errors.New("relay URL: tls is none or starttls")
	case scheme == "smtps":
		return errors.New("relay URL: smtps:// takes no tls option")
	default:
		return errors.New("relay URL begins with smtp:// or smtps://")
	}
	if r.Port == "" {
		r.Port = port
	}
	return nil
}

func (r *Relay) setOptions(query string) error {
	options, err := url.ParseQuery(query)
	if err != nil {
		return errRelayURL
	}
	for key := range options {
		if key != "tls" && key != "ca" && key != "weight" {
			return errors.New("relay URL has options other than tls, ca and weight")
		}
	}
	if weight := options.Get("weight"); weight != "" {
		r.Weight, err = strconv.Atoi(weight)
		if err != nil || r.Weight < 1 || r.Weight > maxWeight {
			return fmt.Errorf("relay URL: weight is a whole number from 1 to %d", maxWeight)
		}
	}
	if file := options.Get("ca"); file != "" {
		r.Config, err = withRoots(file)
	}
	return err
}

// withRoots trusts the certificates of a PEM file as well as the system's.
func withRoots(file string) (*tls.Config, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read relay's ca: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // a system without roots: the file's are all there are
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("relay's ca %q holds no certificate", file)
	}
	return &tls.Config{RootCAs: roots}, nil
}

// String is the relay's URL without the password.
func (r Relay) String() string {
	u := url.URL{Scheme: "smtp", Host: r.address()}
	if r.User != "" {
		u.User = url.User(r.User)
	}
	switch r.mode() {
	case Implicit:
		u.Scheme = "smtps"
	default:
		u.RawQuery = "tls=" + string(r.mode())
	}
	return u.String()
}

func (r Relay) address() string { return net.JoinHostPort(r.Host, r.Port) }

// mode falls back to the safe one, for a Relay that was made by hand.
func (r Relay) mode() TLSMode {
	if r.TLS == "" {
		return STARTTLS
	}
	return r.TLS
}

func (r Relay) messages() int {
	if r.Messages <= 0 {
		return defaultMessages
	}
	return r.Messages
}

func (r Relay) idle() time.Duration {
	if r.Idle <= 0 {
		return defaultIdle
	}
	return r.Idle
}

func (r Relay) tlsConfig() *tls.Config {
	config := r.Config.Clone()
	if config == nil {
		config = &tls.Config{}
	}
	if config.ServerName == "" {
		config.ServerName = r.Host
	}
	return config
}
