package email

import (
	"fmt"
	"strings"
	"testing"

	"oshirase/jobs/email/emailtest"
)

func TestADomainsRecordsAreReadAsReceiversReadThem(t *testing.T) {
	d := readDKIM(t, "example.com", "s1", writeKey(t, rsaKey(t, 1024)))
	other := readDKIM(t, "example.com", "s1", writeKey(t, edwardKey(t)))
	const key = "TXT s1._domainkey.example.com"
	for name, c := range map[string]struct {
		records map[string][]string
		want    []string // the texts of SPF, MX, DKIM, DMARC; those that are warnings begin with "!"
	}{
		"all in order": {
			map[string][]string{
				"TXT mail.example.com":   {"other=1", "v=spf1 include:x.example -all"},
				"MX mail.example.com":    {"20 b.example.com", "10 a.example.com"},
				key:                      {d.Record()},
				"TXT _dmarc.example.com": {"v=DMARC1; p=none"},
			},
			[]string{"v=spf1 include:x.example -all", "a.example.com", "our key", "v=DMARC1; p=none (of example.com)"},
		},
		"nothing": {
			nil, []string{"!none", "!neither MX", "!none: publish v=DKIM1; k=rsa; p=", "!none"},
		},
		"too much": {
			map[string][]string{
				"TXT mail.example.com":        {"v=spf1 -all", "V=SPF1 all"},
				"MX mail.example.com":         {"0 ."},
				key:                           {d.Record(), d.Record()},
				"TXT _dmarc.mail.example.com": {"v=DMARC1; p=none", "v=DMARC1; p=reject"},
			},
			[]string{"!2 records", "!it says that it takes no mail", "!2 records", "!2 records"},
		},
		"wrong": {
			map[string][]string{
				"TXT mail.example.com":        {"v=spf1 +all"},
				"A mail.example.com":          {"192.0.2.1"},
				key:                           {other.Record()},
				"TXT _dmarc.mail.example.com": {"v=DMARC1;"},
			},
			[]string{"!anybody", "no MX; by its address 192.0.2.1", "!another key", "!names no policy"},
		},
		"withdrawn": {
			map[string][]string{key: {"v=DKIM1; p="}, "TXT mail.example.com": {"v=spf10 -all"}},
			[]string{"!none", "!neither", "!the key is withdrawn", "!none"},
		},
		"the server fails": {
			map[string][]string{
				"TXT mail.example.com": {"SERVFAIL"}, "MX mail.example.com": {"SERVFAIL"}, key: {"SERVFAIL"},
				"TXT _dmarc.mail.example.com": {"SERVFAIL"},
			},
			[]string{"!cannot be", "!cannot be", "!cannot be", "!cannot be"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, err := emailtest.NewDNS(c.records)
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			r := NewResolver(server.Addr())
			found := append(LookUpReturnPath(t.Context(), r, "mail.example.com"),
				LookUpSender(t.Context(), r, "mail.example.com", Keys{d})[:2]...)
			for i, f := range found {
				text := f.What
				if f.Warning {
					text = "!" + text
				}
				if !strings.HasPrefix(text, c.want[i]) {
					t.Errorf("%s: %q, want %q", f.Subject, text, c.want[i])
				}
			}
		})
	}
}

func TestTheKeysOfASendersDomainAreLookedUpAndNoOthers(t *testing.T) {
	keys := brandKeys(t)
	records := map[string][]string{}
	for _, d := range keys[1:] {
		records["TXT "+d.Name()] = []string{d.Record()}
	}
	server, err := emailtest.NewDNS(records)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	for domain, want := range map[string][]string{
		"travel.example.com": {
			"DKIM s1._domainkey.travel.example.com: our key", "DKIM s2._domainkey.travel.example.com: our key",
		},
		"a.mail.rurubu.example.jp": {"DKIM s1._domainkey.mail.rurubu.example.jp: our key"},
		"rurubu.example.jp":        {"!DKIM s1._domainkey.rurubu.example.jp: none: publish v=DKIM1; k=rsa; p="},
		"example.jp":               {"!DKIM example.jp: not signed here"},
	} {
		found := LookUpSender(t.Context(), NewResolver(server.Addr()), domain, keys)
		if len(found) != len(want)+2 {
			t.Fatalf("%s: %+v", domain, found)
		}
		for i, w := range want {
			text := found[i].Subject + ": " + found[i].What
			if found[i].Warning {
				text = "!" + text
			}
			if !strings.HasPrefix(text, w) {
				t.Errorf("%s: %q, want %q", domain, text, w)
			}
		}
	}
	if f := LookUpSender(t.Context(), NewResolver(server.Addr()), "example.jp", nil)[0]; f.Warning {
		t.Errorf("without any key: %+v", f)
	}
}

func TestAnOfferIsReadFromTheServer(t *testing.T) {
	for _, o := range []emailtest.Options{
		{STARTTLS: true, User: "u", Password: "p", SMTPUTF8: true}, {Implicit: true}, {NoPipelining: true},
	} {
		c := connTo(t, serve(t, o))
		if c.Offer().Size != 0 {
			t.Error("an offer without a connection")
		}
		if out, ok := c.Open(t.Context()); !ok {
			t.Fatalf("%+v", out)
		}
		got := c.Offer()
		encrypted := o.STARTTLS || o.Implicit
		if (got.TLS == "TLS 1.3") != encrypted || (got.Certificate == "localhost") != encrypted ||
			got.Expires.IsZero() == encrypted {
			t.Errorf("TLS: %+v", got)
		}
		if got.Size != 52428800 || got.Pipelining == o.NoPipelining || !got.DSN || got.SMTPUTF8 != o.SMTPUTF8 {
			t.Errorf("extensions: %+v", got)
		}
		if auth := fmt.Sprint(got.Auth); o.User != "" && auth != "[PLAIN LOGIN SCRAM-SHA-256]" {
			t.Errorf("AUTH %s", auth)
		}
	}
}
