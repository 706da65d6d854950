package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/mail"
	"slices"
	"strings"
	"time"

	"oshirase/config"
	"oshirase/config/campaign"
	"oshirase/jobs/email"
)

// relayChecks is what check --relay has found.
type relayChecks struct {
	relays   []relayJSON
	lines    []relayLine
	unusable int
}

// relayLine is one thing found: ok, warning or error.
type relayLine struct {
	Kind    string `json:"kind"`
	Subject string `json:"subject"`
	What    string `json:"what"`
}

// relayJSON is one relay as --json tells it.
type relayJSON struct {
	Relay       string   `json:"relay"`
	Usable      bool     `json:"usable"`
	TLS         string   `json:"tls"`
	Certificate string   `json:"certificate"`
	Expires     string   `json:"expires"`
	Auth        []string `json:"auth"`
	Size        int64    `json:"size"`
	Pipelining  bool     `json:"pipelining"`
	DSN         bool     `json:"dsn"`
	SMTPUTF8    bool     `json:"smtputf8"`
	Stage       string   `json:"stage"`
	Line        string   `json:"line"`
}

// checkRelay looks at the relays and at the sender's domains, with a folder or without. Nothing is sent.
func (p *program) checkRelay(ctx context.Context, folder string) error {
	to, err := p.outgoing()
	if err != nil {
		return err
	}
	domains, err := p.senderDomains(folder, to.signing.DKIM)
	if err != nil {
		return err
	}
	var found relayChecks
	for _, r := range to.relays {
		found.relay(ctx, r, p.now())
	}
	for _, f := range p.lookUp(ctx, domains, to.signing.DKIM) {
		found.add(f.Subject, f.Warning, "%s", f.What)
	}
	if ctx.Err() != nil {
		return context.Canceled
	}
	if err := p.showRelays(&found); err != nil || found.unusable == 0 {
		return err
	}
	if p.asJSON {
		return quiet(exitError)
	}
	return failed("%d of %s cannot be used", found.unusable, plural(len(found.relays), "relay", "relays")).
		hint("what it said is above; OSHIRASE_SMTP says where the relay is and how we log in")
}

// domains are those that receivers look at.
type domains struct{ from, bounce []string }

// senderDomains are those of the folder's From addresses and return path; without a folder, those of the
// DKIM keys.
func (p *program) senderDomains(folder string, keys email.Keys) (domains, error) {
	if folder == "" {
		return domains{keys.Domains(), keys.Domains()}, nil
	}
	f, problems, err := campaign.Load(folder, p.now())
	if err != nil {
		return domains{}, folderFault(folder, err)
	}
	if campaign.Invalid(problems) {
		f := failed("%s is not in order", folder).hint("see what is wrong with: oshirase check %s", folder)
		f.code = exitInvalid
		return domains{}, f
	}
	channel := f.Manifest.Channels.Email
	if channel == nil {
		return domains{}, nil
	}
	return domains{fromDomains(f), []string{domainOf(channel.Bounce)}}, nil
}

// fromDomains are the domains that a folder's e-mails come from, each once, sorted.
func fromDomains(f *campaign.Folder) (domains []string) {
	if f.Manifest.Channels.Email == nil {
		return nil
	}
	for _, n := range f.Notices {
		domains = append(domains, domainOf(f.Manifest.Channels.Email.SenderOf(n.Name).From))
	}
	slices.Sort(domains)
	return slices.Compact(domains)
}

// unsigned warns of what would go without a signature, where the settings have keys for others: DMARC takes
// it for nobody's. The keys themselves are with the workers, and perhaps not here.
func (p *program) unsigned(f *campaign.Folder) (found []campaign.Problem) {
	var signed []string
	for _, d := range p.settings.DKIM {
		signed = append(signed, d.Domain)
	}
	for _, domain := range fromDomains(f) {
		if len(signed) > 0 && domain != "" && email.SigningDomain(domain, signed) == "" {
			found = append(found, campaign.Problem{
				File: campaign.ManifestFile, Warning: true,
				What: "what comes from " + domain + " is not signed: no dkim key is of it, or of a domain above it",
				Do:   "add its key to dkim in " + config.File + ", unless the relay signs it",
			})
		}
	}
	return found
}

func domainOf(mailbox string) string {
	a, err := mail.ParseAddress(mailbox)
	if err != nil {
		return ""
	}
	return strings.ToLower(a.Address[strings.LastIndexByte(a.Address, '@')+1:])
}

// relayPatience is how long check waits for a relay: less than a worker.
const relayPatience = 30 * time.Second

func (found *relayChecks) relay(ctx context.Context, r email.Relay, now time.Time) {
	for _, d := range []*time.Duration{&r.Deadlines.Dial, &r.Deadlines.Greeting, &r.Deadlines.Command} {
		if *d == 0 || *d > relayPatience {
			*d = relayPatience
		}
	}
	name := net.JoinHostPort(r.Host, r.Port)
	conn := r.Conn()
	defer conn.Close()
	out, ok := conn.Open(ctx)
	o := conn.Offer()
	j := relayJSON{
		Relay: name, Usable: ok, TLS: o.TLS, Certificate: o.Certificate, Auth: append([]string{}, o.Auth...),
		Size: o.Size, Pipelining: o.Pipelining, DSN: o.DSN, SMTPUTF8: o.SMTPUTF8,
		Stage: string(out.Stage), Line: out.Line,
	}
	if !o.Expires.IsZero() {
		j.Expires = o.Expires.UTC().Format(time.DateOnly)
	}
	found.relays = append(found.relays, j)
	if !ok {
		found.unusable++
		what := fmt.Sprintf("cannot be used: %s: %s", out.Stage, out.Line)
		found.lines = append(found.lines, relayLine{"error", name, what})
		return
	}
	found.offer(name, r, o, now)
}

func (found *relayChecks) add(subject string, warning bool, format string, args ...any) {
	kind := "ok"
	if warning {
		kind = "warning"
	}
	found.lines = append(found.lines, relayLine{kind, subject, fmt.Sprintf(format, args...)})
}

// renewal is how long before its end a certificate is warned of.
const renewal = 21 * 24 * time.Hour

// offer says what each thing that a relay offers, or does not, is to us.
func (found *relayChecks) offer(name string, r email.Relay, o email.Offer, now time.Time) {
	if o.TLS == "" {
		found.add(name, true, "not encrypted: what is sent can be read on the way")
	} else {
		found.add(name, false, "%s", o.TLS)
		found.add(name, o.Expires.Sub(now) < renewal, "certificate of %s, until %s", o.Certificate,
			o.Expires.UTC().Format(time.DateOnly))
	}
	login := "no login is set"
	if r.User != "" {
		login = "logged in"
	}
	found.add(name, false, "AUTH %s; %s", cmp.Or(strings.Join(o.Auth, " "), "not offered"), login)
	size := "names no limit"
	if o.Size > 0 {
		size = thousands(int(o.Size)) + " bytes a message"
	}
	found.add(name, false, "SIZE %s", size)
	found.extension(name, "PIPELINING", o.Pipelining, "each command waits for a reply, which is slower")
	found.extension(name, "DSN", o.DSN, "a delivery report may repeat the message")
	found.add(name, false, "SMTPUTF8 %s; only addresses beyond ASCII need it", yes(o.SMTPUTF8))
}

func (found *relayChecks) extension(name, what string, offered bool, lack string) {
	if offered {
		found.add(name, false, "%s yes", what)
		return
	}
	found.add(name, true, "%s no: %s", what, lack)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// lookUp asks the resolver of the settings, and none without one: a look-up tells others what is planned.
func (p *program) lookUp(ctx context.Context, of domains, keys email.Keys) []email.Finding {
	server := p.settings.Resolver
	switch {
	case server == "":
		return []email.Finding{{Subject: "DNS", What: "nothing looked up: no resolver is set " +
			"(OSHIRASE_RESOLVER, host:port)"}}
	case len(of.from) == 0:
		return []email.Finding{{Subject: "DNS", What: "nothing looked up: name a campaign folder that sends e-mail"}}
	}
	if _, _, err := net.SplitHostPort(server); err != nil {
		server = net.JoinHostPort(server, "53")
	}
	r := email.NewResolver(server)
	var found []email.Finding
	for _, domain := range of.bounce {
		findings := email.LookUpReturnPath(ctx, r, domain)
		if slices.Contains(of.from, domain) {
			findings = findings[:1] // its exchanger is looked up with the senders
		}
		found = append(found, findings...)
	}
	for _, domain := range of.from {
		found = append(found, email.LookUpSender(ctx, r, domain, keys)...)
	}
	return found
}

// showRelays prints one line a finding.
func (p *program) showRelays(found *relayChecks) error {
	if p.asJSON {
		return p.json(map[string]any{
			"usable": found.unusable == 0, "relays": found.relays, "findings": found.lines,
		})
	}
	var rows [][]string
	for _, l := range found.lines {
		rows = append(rows, []string{l.Kind, l.Subject, l.What})
	}
	p.table(rows)
	return nil
}
