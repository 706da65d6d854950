package members

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// Connections is how many a process has to one endpoint, and how many messages it has under way.
const Connections = 16

// Deadlines are how long the stages of an attempt may take. Zero stands for ten seconds, and for the answer
// thirty.
type Deadlines struct{ Dial, TLS, Answer time.Duration }

func (d Deadlines) filled() Deadlines {
	for field, usual := range map[*time.Duration]time.Duration{
		&d.Dial: 10 * time.Second, &d.TLS: 10 * time.Second, &d.Answer: 30 * time.Second,
	} {
		if *field == 0 {
			*field = usual
		}
	}
	return d
}

// Sum is how long an attempt may take.
func (d Deadlines) Sum() time.Duration {
	d = d.filled()
	return d.Dial + d.TLS + d.Answer
}

// Config is what a Client takes.
type Config struct {
	Secrets   Secrets        // one at least
	Roots     *x509.CertPool // that endpoints' certificates lead to; nil: the system's
	Deadlines Deadlines
	Now       func() time.Time // of the signatures; a receiver takes none that is minutes old
}

// Client sends messages, over connections that it keeps. It is safe for concurrent use.
type Client struct {
	secrets Secrets
	http    *http.Client
	sum     time.Duration
	now     func() time.Time
}

// New makes a client.
func New(c Config) *Client {
	d := c.Deadlines.filled()
	return &Client{
		secrets: c.Secrets, sum: d.Sum(), now: c.Now,
		http: &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				Proxy:                 http.ProxyFromEnvironment,
				DialContext:           (&net.Dialer{Timeout: d.Dial}).DialContext,
				TLSClientConfig:       &tls.Config{RootCAs: c.Roots, MinVersion: tls.VersionTLS12},
				TLSHandshakeTimeout:   d.TLS,
				ResponseHeaderTimeout: d.Answer,
				ForceAttemptHTTP2:     true,
				MaxConnsPerHost:       Connections,
				MaxIdleConnsPerHost:   Connections,
				IdleConnTimeout:       time.Minute,
			},
		},
	}
}

// Close ends the connections that nothing goes over.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// mostAnswer bounds what is read of an answer, so that its connection can be used again. A longer one costs
// the connection.
const mostAnswer = 16 << 10

// Send posts a message under its id. An error says nothing about the message: the context is over, or the
// address is none. What may have arrived may be sent again.
func (c *Client) Send(ctx context.Context, url, id string, body []byte) (Outcome, error) {
	whole, cancel := context.WithTimeout(ctx, c.sum)
	defer cancel()
	var at stage
	r, err := http.NewRequestWithContext(httptrace.WithClientTrace(whole, at.trace()), http.MethodPost, url,
		bytes.NewReader(body))
	if err != nil {
		return Outcome{}, fmt.Errorf("the address of the members' page cannot be used")
	}
	c.sign(r, id, body)
	answer, err := c.http.Do(r)
	if err != nil && ctx.Err() != nil {
		return Outcome{}, ctx.Err()
	}
	if err != nil {
		return broken(Endpoint(r.URL), at.reached(), err), nil
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, mostAnswer)
	return c.answered(Endpoint(r.URL), answer), nil
}

// sign sets the headers of a Standard Webhook.
func (c *Client) sign(r *http.Request, id string, body []byte) {
	at := c.now()
	r.Header = http.Header{
		"Content-Type": {"application/json"}, "User-Agent": {"oshirase"},
		"Webhook-Id": {id}, "Webhook-Timestamp": {stamp(at)},
		"Webhook-Signature": {c.secrets.Sign(id, at, body)},
	}
}

// stage follows how far an attempt comes. A connection that was kept begins at the last one.
type stage struct{ at atomic.Value }

func (s *stage) trace() *httptrace.ClientTrace {
	s.at.Store(StageDial)
	return &httptrace.ClientTrace{
		TLSHandshakeStart: func() { s.at.Store(StageTLS) },
		GotConn:           func(httptrace.GotConnInfo) { s.at.Store(StageAnswer) },
	}
}

func (s *stage) reached() Stage { return s.at.Load().(Stage) }
