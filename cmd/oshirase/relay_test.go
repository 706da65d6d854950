package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/email"
	"oshirase/jobs/email/emailtest"
)

// dkimKey writes a key file.
func dkimKey(t *testing.T, file string) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// checkRelayOf runs check --relay at a time, with the relay's certificate trusted and the DKIM key of
// example.com set.
func checkRelayOf(t *testing.T, s *emailtest.Server, dns, key string, now time.Time) (int, string, string) {
	t.Helper()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, s.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{
		"OSHIRASE_SMTP":     s.URL() + "?ca=" + url.QueryEscape(ca),
		"OSHIRASE_RESOLVER": dns, "OSHIRASE_DKIM_KEY": key,
	}
	var out, stderr bytes.Buffer
	p := &program{
		voice: voice{out: &out, err: &stderr}, now: func() time.Time { return now },
		getenv: func(k string) string { return env[k] },
	}
	code := p.run(t.Context(), []string{"check", "--relay"})
	return code, out.String(), stderr.String()
}

func TestCheckRelayTellsWhatARelayAndDNSOffer(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	dkimKey(t, "dkim.pem")
	settings := "dkim: {domain: example.com, selector: s1}\n"
	if err := os.WriteFile("oshirase.yaml", []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := email.ReadDKIM("example.com", "s1", "dkim.pem")
	if err != nil {
		t.Fatal(err)
	}
	dns, err := emailtest.NewDNS(map[string][]string{
		"TXT example.com": {"v=spf1 ip4:192.0.2.0/24 -all"}, "MX example.com": {"10 mail.example.com"},
		"TXT " + d.Name(): {d.Record()}, "TXT _dmarc.example.com": {"v=DMARC1; p=reject"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer dns.Close()
	relay, err := emailtest.NewServer(emailtest.Options{STARTTLS: true, User: "u", Password: "geheim"})
	if err != nil {
		t.Fatal(err)
	}
	defer relay.Close()
	code, out, stderr := checkRelayOf(t, relay, dns.Addr(), "dkim.pem", time.Now().AddDate(0, -2, 0))
	if code != exitDone || strings.Contains(out, "warning") || strings.Contains(out, "error") {
		t.Errorf("code %d\n%s%s", code, out, stderr)
	}
	for _, want := range []string{
		"TLS 1.3", "certificate of localhost, until 20", "logged in", "PIPELINING yes", "DSN yes",
		"v=spf1 ip4:192.0.2.0/24 -all", "our key", "v=DMARC1; p=reject", "mail.example.com",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(out+stderr, "geheim") {
		t.Error("the password is shown")
	}
	if _, out, _ = checkRelayOf(t, relay, dns.Addr(), "dkim.pem", time.Now()); !strings.Contains(out, "warning") {
		t.Errorf("a certificate that ends tomorrow is not warned of:\n%s", out)
	}
}

// checkDomains runs check --relay over settings, and gives the exit code and all that is said.
func checkDomains(t *testing.T, settings, dns string, folder ...string) (int, string) {
	t.Helper()
	if err := os.WriteFile("oshirase.yaml", []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	relay, err := emailtest.NewServer(emailtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer relay.Close()
	env := map[string]string{"OSHIRASE_SMTP": relay.URL(), "OSHIRASE_RESOLVER": dns}
	var out bytes.Buffer
	p := &program{
		voice: voice{out: &out, err: &out}, now: time.Now, getenv: func(k string) string { return env[k] },
	}
	return p.run(t.Context(), append([]string{"check", "--relay"}, folder...)), out.String()
}

func TestCheckRelayLooksUpTheKeysOfEachSender(t *testing.T) {
	campaigns, err := filepath.Abs("testdata/campaign")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	dkimKey(t, "a.pem")
	dkimKey(t, "b.pem")
	ours, err := email.ReadDKIM("example.com", "s1", "a.pem")
	if err != nil {
		t.Fatal(err)
	}
	dns, err := emailtest.NewDNS(map[string][]string{"TXT " + ours.Name(): {ours.Record()}})
	if err != nil {
		t.Fatal(err)
	}
	defer dns.Close()
	const keys = "dkim:\n- {domain: example.com, selector: s1, key: a.pem}\n" +
		"- {domain: rurubu.example.jp, selector: s1, key: b.pem}\n"
	code, out := checkDomains(t, keys, dns.Addr())
	if code != exitDone || !strings.Contains(out, "our key") || !strings.Contains(out, "none: publish v=DKIM1; k=ed25519") ||
		strings.Count(out, " SPF ") != 2 {
		t.Errorf("without a folder: code %d\n%s", code, out)
	}
	code, out = checkDomains(t, keys, dns.Addr(), campaigns)
	if code != exitDone || !strings.Contains(out, "our key") || strings.Contains(out, "rurubu") {
		t.Errorf("code %d\n%s", code, out)
	}
	code, out = checkDomains(t, strings.Replace(keys, "example.com", "example.org", 1), dns.Addr(), campaigns)
	if code != exitDone || !strings.Contains(out, "DKIM example.com") || !strings.Contains(out, "not signed here") {
		t.Errorf("another's key: code %d\n%s", code, out)
	}
	code, out = checkDomains(t, strings.Replace(keys, "rurubu.example.jp", "example.com", 1), dns.Addr(), campaigns)
	if code != exitError || !strings.Contains(out, "two keys of kind ed25519") || !strings.Contains(out, "hint: ") {
		t.Errorf("twice the same: code %d\n%s", code, out)
	}
}
