package email

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"oshirase/jobs/redact"
)

// Finding is what a check has found of one thing.
type Finding struct {
	Subject string // what was looked at
	What    string // what there is
	Warning bool   // and that it is likely to cost deliveries
}

func good(subject, format string, args ...any) Finding {
	return Finding{Subject: subject, What: fmt.Sprintf(format, args...)}
}

func bad(subject, format string, args ...any) Finding {
	return Finding{subject, fmt.Sprintf(format, args...), true}
}

// NewResolver asks one DNS server, given as host:port, and no other.
func NewResolver(address string) *net.Resolver {
	return &net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, address)
		},
	}
}

// LookUpSender looks for what receivers will look for in the domain of a From address: its signatures'
// keys, of those that there are, its policy, and whether it takes replies.
func LookUpSender(ctx context.Context, r *net.Resolver, domain string, keys Keys) []Finding {
	l := lookup{ctx, r}
	return append(l.signatures(domain, keys), l.dmarc(domain), l.exchanger(domain))
}

// LookUpReturnPath does so for the domain of the return path: who may send for it, and whether it takes
// delivery reports.
func LookUpReturnPath(ctx context.Context, r *net.Resolver, domain string) []Finding {
	l := lookup{ctx, r}
	return []Finding{l.spf(domain), l.exchanger(domain)}
}

type lookup struct {
	ctx context.Context
	*net.Resolver
}

// txt gives the texts of a name that begin with tag; no such name is no error.
func (l lookup) txt(name, tag string) (found []string, err error) {
	all, err := l.LookupTXT(l.ctx, name+".")
	for _, text := range all {
		rest, ok := strings.CutPrefix(strings.ToLower(text), tag)
		if ok && (rest == "" || strings.ContainsAny(rest[:1], " ;\t")) {
			found = append(found, text)
		}
	}
	return found, unlessMissing(err)
}

func unlessMissing(err error) error {
	var failed *net.DNSError
	if errors.As(err, &failed) && failed.IsNotFound {
		return nil
	}
	return err
}

// quoted is a record fit to be shown: strangers write them.
func quoted(s string) string { return redact.Plain(s) }

// spf reads the record of RFC 7208. Whether it covers the relay's addresses only the relay can know.
func (l lookup) spf(domain string) Finding {
	subject := "SPF " + domain
	found, err := l.txt(domain, "v=spf1")
	switch {
	case err != nil:
		return bad(subject, "cannot be looked up: %s", quoted(err.Error()))
	case len(found) == 0:
		return bad(subject, "none: nobody is named who may send for it")
	case len(found) > 1:
		return bad(subject, "%d records: receivers then take it for broken", len(found))
	}
	for word := range strings.FieldsSeq(strings.ToLower(found[0])) {
		if word == "all" || word == "+all" {
			return bad(subject, "anybody may send for it: %s", quoted(found[0]))
		}
	}
	return good(subject, "%s", quoted(found[0]))
}

// signatures says of each key that signs for the domain whether receivers find it.
func (l lookup) signatures(domain string, keys Keys) (found []Finding) {
	subject := "DKIM " + domain
	if len(keys) == 0 {
		return []Finding{good(subject, "not looked up: no key is set here, so the relay must sign")}
	}
	for _, d := range keys.For(domain) {
		found = append(found, l.dkim(d))
	}
	if len(found) == 0 {
		return []Finding{bad(subject, "not signed here: no key is of it, or of a domain above it")}
	}
	return found
}

// dkim compares the published key with ours.
func (l lookup) dkim(d *DKIM) Finding {
	subject := "DKIM " + d.Name()
	texts, err := l.LookupTXT(l.ctx, d.Name()+".")
	text := strings.Join(texts, "\n")
	published, _ := tag(text, "p")
	wanted, _ := tag(d.Record(), "p")
	switch err := unlessMissing(err); {
	case err != nil:
		return bad(subject, "cannot be looked up: %s", quoted(err.Error()))
	case len(texts) == 0:
		return bad(subject, "none: publish %s", d.Record())
	case len(texts) > 1:
		return bad(subject, "%d records, where one is allowed", len(texts))
	case published == "":
		return bad(subject, "the key is withdrawn or cannot be read: %s", quoted(text))
	case published != wanted:
		return bad(subject, "another key: messages will not verify; publish %s", d.Record())
	}
	return good(subject, "our key")
}

// tag reads one value of a list of tags (RFC 6376 3.2).
func tag(list, name string) (value string, ok bool) {
	for part := range strings.SplitSeq(list, ";") {
		k, v, found := strings.Cut(part, "=")
		if found && strings.EqualFold(strings.TrimSpace(k), name) {
			return strings.Join(strings.Fields(v), ""), true
		}
	}
	return "", false
}

// dmarc finds the policy of RFC 7489, of the domain or of one above it.
func (l lookup) dmarc(domain string) Finding {
	subject := "DMARC " + domain
	for at := domain; strings.Contains(at, "."); _, at, _ = strings.Cut(at, ".") {
		found, err := l.txt("_dmarc."+at, "v=dmarc1")
		switch policy, _ := tag(strings.Join(found, ";"), "p"); {
		case err != nil:
			return bad(subject, "cannot be looked up: %s", quoted(err.Error()))
		case len(found) > 1:
			return bad(subject, "%d records at %s: receivers then ignore them", len(found), at)
		case len(found) == 1 && policy == "":
			return bad(subject, "names no policy: %s", quoted(found[0]))
		case len(found) == 1 && at != domain:
			return good(subject, "%s (of %s)", quoted(found[0]), at)
		case len(found) == 1:
			return good(subject, "%s", quoted(found[0]))
		}
	}
	return bad(subject, "none: large providers ask for one from those who send much")
}

// exchanger finds who takes the domain's mail (RFC 5321 5.1).
func (l lookup) exchanger(domain string) Finding {
	subject := "MX " + domain
	found, err := l.LookupMX(l.ctx, domain+".")
	if err := unlessMissing(err); err != nil && len(found) == 0 {
		return bad(subject, "cannot be looked up: %s", quoted(err.Error()))
	}
	if len(found) > 0 {
		host := strings.TrimSuffix(found[0].Host, ".")
		if host == "" {
			return bad(subject, "it says that it takes no mail (RFC 7505)")
		}
		return good(subject, "%s", quoted(host))
	}
	addresses, err := l.LookupNetIP(l.ctx, "ip", domain+".")
	if err := unlessMissing(err); err != nil {
		return bad(subject, "cannot be looked up: %s", quoted(err.Error()))
	}
	if len(addresses) == 0 {
		return bad(subject, "neither MX nor address: some receivers turn such mail away")
	}
	return good(subject, "no MX; by its address %s", addresses[0])
}
