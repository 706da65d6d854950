package main

import (
	"crypto/x509"
	"fmt"
	"os"

	"oshirase/jobs/ledger"
	"oshirase/jobs/members"
)

// pages makes what sends to members' pages. It is nil without a secret: then checkPages says so, where there
// is something to send.
func (p *program) pages() (*members.Client, error) {
	s := p.settings.Webhook
	if len(s.Secret.Words()) == 0 {
		return nil, nil
	}
	secrets, err := members.ParseSecrets(s.Secret.Words())
	if err != nil {
		return nil, failed("OSHIRASE_WEBHOOK_SECRET").because(err).
			hint("make one with: echo whsec_$(openssl rand -base64 32)")
	}
	roots, err := rootsOf(s.CA)
	if err != nil {
		return nil, err
	}
	return members.New(members.Config{
		Secrets: secrets, Roots: roots, Deadlines: members.Deadlines{Answer: s.Timeout}, Now: p.now,
	}), nil
}

// rootsOf reads the certificates of a file; nil stands for the system's.
func rootsOf(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read OSHIRASE_WEBHOOK_CA %q: %w", file, bare(err))
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, failed("there is no certificate in OSHIRASE_WEBHOOK_CA %q", file).
			hint("it takes a PEM file with the certificate that the page's own was signed with")
	}
	return roots, nil
}

// checkPages makes sure that messages can be signed, where the campaign has some to come.
func (p *program) checkPages(c ledger.Counts) error {
	if openOf(c, ledger.Page) == 0 || len(p.settings.Webhook.Secret.Words()) > 0 {
		return nil
	}
	return failed("campaign %s has messages for the members' page, and no secret to sign them with", c.Campaign.ID).
		hint("set OSHIRASE_WEBHOOK_SECRET to the secret that its server knows, or agree on a new one: " +
			"echo whsec_$(openssl rand -base64 32)")
}

// openOf counts what is still to be done in one channel.
func openOf(c ledger.Counts, channel string) int {
	open := 0
	for state, n := range c.Channels[channel] {
		if state.Open() {
			open += n
		}
	}
	return open
}
