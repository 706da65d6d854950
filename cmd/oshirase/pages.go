package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"os"

	"oshirase/jobs/ledger"
	"oshirase/jobs/members"
	"oshirase/jobs/office"
	"oshirase/jobs/pagefile"
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

// pageFiles is where files for members' pages go. It has no signer without a key: then checkPages says so, where
// there is something to write.
func (p *program) pageFiles() (place pagefile.Place, err error) {
	place.Dir = p.settings.Feed.Dir
	if p.settings.Feed.Key == "" {
		return place, nil
	}
	if place.Signer, err = members.ReadSigner(p.settings.Feed.Key); err != nil {
		return place, failed("OSHIRASE_FEED_KEY").because(err).hint(makeFeedKey)
	}
	return place, nil
}

const makeFeedKey = "make one with: openssl genpkey -algorithm ed25519 -out feed.pem; " +
	"its public part, for the page: openssl pkey -in feed.pem -pubout -out feed.pub"

// checkPages makes sure that messages can be signed, and files written, where the campaign has some to come.
func (p *program) checkPages(ctx context.Context, l *ledger.Ledger, c ledger.Counts) error {
	if openOf(c, ledger.Page) == 0 {
		return nil
	}
	o, err := office.New(l, p.keys()).Get(ctx, c.Campaign.ID)
	if err != nil {
		return err
	}
	if o.Page.InFile > 0 {
		return p.checkPageFiles(c.Campaign.ID)
	}
	if len(p.settings.Webhook.Secret.Words()) > 0 {
		return nil
	}
	return failed("campaign %s has messages for the members' page, and no secret to sign them with", c.Campaign.ID).
		hint("set OSHIRASE_WEBHOOK_SECRET to the secret that its server knows, or agree on a new one: " +
			"echo whsec_$(openssl rand -base64 32)")
}

func (p *program) checkPageFiles(id string) error {
	if p.settings.Feed.Key == "" {
		return failed("campaign %s has files for the members' page, and no key to sign them with", id).
			hint("set OSHIRASE_FEED_KEY to the file of the private key").hint(makeFeedKey)
	}
	return writable("files for the members' page", p.settings.Feed.Dir)
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
