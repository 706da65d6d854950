package email

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
)

func writePEM(t testing.TB, kind string, der []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "x.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func writeKey(t testing.TB, key crypto.Signer) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return writePEM(t, "PRIVATE KEY", der)
}

func rsaKey(t testing.TB, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// dkimKeys is a DKIM for each kind of key, of the sample's sender.
func dkimKeys(t testing.TB) map[string]*DKIM {
	t.Helper()
	long := rsaKey(t, 2048)
	return map[string]*DKIM{
		"ed25519":      readDKIM(t, "example.jp", "s1", writeKey(t, edwardKey(t))),
		"rsa":          readDKIM(t, "example.jp", "s1", writeKey(t, long)),
		"rsa, PKCS #1": readDKIM(t, "example.jp", "s1", writePEM(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(long))),
	}
}

func edwardKey(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func readDKIM(t testing.TB, domain, selector, file string) *DKIM {
	t.Helper()
	d, err := ReadDKIM(domain, selector, file)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func sign(t testing.TB, s Signing, m Message) []byte {
	t.Helper()
	out, err := s.Bytes(m)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// verify asks a verifier that nobody here has written.
func verify(t testing.TB, d *DKIM, message []byte) error {
	t.Helper()
	found, err := dkim.VerifyWithOptions(bytes.NewReader(message), &dkim.VerifyOptions{
		LookupTXT: func(name string) ([]string, error) {
			if name != d.Name() {
				t.Errorf("looked up %q", name)
			}
			return []string{d.Record()}, nil
		},
	})
	if err != nil {
		return err
	}
	if len(found) != 1 {
		t.Fatalf("%d signatures", len(found))
	}
	return found[0].Err
}

func TestDKIMSignatureIsGoodAndTheBytesStayTheSame(t *testing.T) {
	for name, d := range dkimKeys(t) {
		plain, multi := sample(), sample()
		plain.HTML = ""
		multi.HTML = "<p>お知らせ</p>"
		for _, m := range []Message{plain, multi} {
			message := sign(t, Signing{DKIM: Keys{d}}, m)
			if err := verify(t, d, message); err != nil {
				t.Errorf("%s: %v\n%s", name, err, message)
			}
			if !bytes.Equal(message, sign(t, Signing{DKIM: Keys{d}}, m)) {
				t.Errorf("%s: signed twice, differs", name)
			}
			if _, ok := stuff(message); !ok || !bytes.HasSuffix(message, sign(t, Signing{}, m)) {
				t.Errorf("%s: more than a header was added:\n%q", name, message)
			}
			for line := range bytes.Lines(message) {
				if len(line) > 80 {
					t.Errorf("%s: long line %q", name, line)
				}
			}
		}
	}
}

func TestDKIMSignatureNoticesEveryChangeThatIsSeen(t *testing.T) {
	d := dkimKeys(t)["ed25519"]
	message := sign(t, Signing{DKIM: Keys{d}}, sample())
	for _, added := range []string{
		"From: other@example.com", "To: other@example.jp", "Subject: other", "Reply-To: other@example.com",
		"Date: Mon, 01 Jan 2024 00:00:00 +0000", "Content-Type: text/html",
	} {
		for _, changed := range [][]byte{
			append([]byte(added+"\r\n"), message...),
			bytes.Replace(message, []byte("\r\n\r\n"), []byte("\r\n"+added+"\r\n\r\n"), 1),
		} {
			if verify(t, d, changed) == nil {
				t.Errorf("%q can be added", added)
			}
		}
	}
	body := bytes.Index(message, []byte("\r\n\r\n")) + 10
	message[body] ^= 1
	if verify(t, d, message) == nil {
		t.Error("the body can be changed")
	}
}

func FuzzAnyBodyIsSignedAsVerifiersReadIt(f *testing.F) {
	d := dkimKeys(f)["ed25519"]
	for _, seed := range []string{
		"", "\r\n", " \r\n", "a \t b \r\n\r\n \r\n\r\n", "\r\n\r\n\r\n", " a\r\n\t\tb\r\n", "a\r\n\r\nb\r\n",
	} {
		f.Add(seed, "x")
	}
	f.Add("a\r\n", "\r\n \t x  y\t")
	f.Fuzz(func(t *testing.T, body, subject string) {
		header := "From: a@example.com\r\nSubject:" + subject + "\r\nTo : b@example.jp\r\n"
		if _, ok := stuff([]byte(header + "\r\n" + body)); !ok || strings.Contains(header, "\r\n\r\n") {
			return // not what we compose
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(header, "\r\n"), "\r\n") {
			field := strings.Contains(line, ":") && !strings.HasPrefix(line, ":")
			if blank := strings.Trim(line, " \t") == ""; blank || !field && line[0] != ' ' && line[0] != '\t' {
				return
			}
		}
		message, err := Keys{d}.sign([]byte(header+"\r\n"+body), time.Unix(1, 0))
		if err != nil {
			t.Fatal(err)
		}
		if err := verify(t, d, message); err != nil {
			t.Errorf("%v\n%q", err, message)
		}
	})
}

func TestRelaysMayFoldHeadersOfASignedMessage(t *testing.T) {
	d := dkimKeys(t)["ed25519"]
	message := sign(t, Signing{DKIM: Keys{d}}, sample())
	folded := bytes.Replace(message, []byte("\r\nAuto-Submitted: "), []byte("\r\nauto-submitted:\r\n   "), 1)
	if bytes.Equal(folded, message) {
		t.Fatal("nothing to fold")
	}
	if err := verify(t, d, append([]byte("Received: by x\r\n"), folded...)); err != nil {
		t.Error(err)
	}
}

func TestKeysThatCannotSignAreRefusedBeforehandAndNotRepeated(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := writeKey(t, rsaKey(t, 1024))
	secret := filepath.Join(t.TempDir(), "k")
	if err := os.WriteFile(secret, []byte("-----BEGIN geheim-----"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ domain, selector, file string }{
		"ECDSA":        {"example.com", "s1", writeKey(t, curve)},
		"no PEM":       {"example.com", "s1", secret},
		"no file":      {"example.com", "s1", secret + "x"},
		"no domain":    {"", "s1", good},
		"only a TLD":   {"jp", "s1", good},
		"no selector":  {"example.com", "", good},
		"bad domain":   {"example.com; x=1", "s1", good},
		"bad selector": {"example.com", "s 1", good},
	} {
		_, err := ReadDKIM(c.domain, c.selector, c.file)
		if err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ReadDKIM("example.com", "s1.sub", good); err != nil {
		t.Error(err)
	}
}

// certificate makes a certificate for mail of its own authority.
func certificate(t testing.TB, key crypto.Signer) string {
	t.Helper()
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Sample Inc."},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		EmailAddresses: []string{"notice@example.com"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return writePEM(t, "CERTIFICATE", der)
}

func TestSMIMESignatureIsGood(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip("no openssl")
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	d := dkimKeys(t)["ed25519"]
	for _, key := range []crypto.Signer{rsaKey(t, 2048), curve} {
		cert := certificate(t, key)
		s, err := ReadSMIME(cert, writeKey(t, key), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, html := range []string{"", "<p>お知らせ</p>"} {
			m := sample()
			m.HTML = html
			message := sign(t, Signing{SMIME: s, DKIM: Keys{d}}, m)
			check := exec.Command(openssl, "cms", "-verify", "-CAfile", cert, "-purpose", "any")
			check.Stdin = bytes.NewReader(message)
			if out, err := check.CombinedOutput(); err != nil {
				t.Errorf("%T, HTML %q: %v\n%s\n%s", key, html, err, out, message)
			}
			if err := verify(t, d, message); err != nil {
				t.Errorf("dkim over it: %v", err)
			}
			if _, ok := stuff(message); !ok {
				t.Error("a bare line end")
			}
		}
	}
}

func TestExceptedDomainsAndThoseBelowGetNoSMIME(t *testing.T) {
	key := rsaKey(t, 2048)
	s, err := ReadSMIME(certificate(t, key), writeKey(t, key), []string{"Docomo.example.jp", ".example.org"})
	if err != nil {
		t.Fatal(err)
	}
	for to, want := range map[string]bool{
		"a@docomo.example.jp": false, "a@DOCOMO.example.JP": false, "a@mail.docomo.example.jp": false,
		"a@example.org": false, "a@xdocomo.example.jp": true, "a@example.jp": true,
	} {
		m := sample()
		m.To = to
		message := sign(t, Signing{SMIME: s}, m)
		if bytes.Contains(message, []byte("multipart/signed")) != want {
			t.Errorf("%s: signed is %v, want %v", to, !want, want)
		}
		if !want && !bytes.Equal(message, sign(t, Signing{}, m)) {
			t.Errorf("%s: not the plain message", to)
		}
	}
}

func TestSMIMESettingsThatCannotWorkAreRefused(t *testing.T) {
	key, other := rsaKey(t, 2048), rsaKey(t, 2048)
	cert := certificate(t, key)
	edward := edwardKey(t)
	for name, c := range map[string]struct {
		cert, key string
		except    []string
	}{
		"another's key": {cert, writeKey(t, other), nil},
		"swapped":       {writeKey(t, key), cert, nil},
		"no file":       {cert + "x", writeKey(t, key), nil},
		"no key file":   {cert, cert + "x", nil},
		"Ed25519":       {certificate(t, edward), writeKey(t, edward), nil},
		"no domain":     {cert, writeKey(t, key), []string{"*.jp"}},
	} {
		if _, err := ReadSMIME(c.cert, c.key, c.except); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	s, err := ReadSMIME(cert, writeKey(t, key), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(time.Now()); err != nil {
		t.Error(err)
	}
	if err := s.Check(time.Now().AddDate(1, 0, 0)); !errors.Is(err, errExpired) {
		t.Errorf("in a year: %v", err)
	}
}

func BenchmarkSigningBytes(b *testing.B) {
	for name, d := range dkimKeys(b) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				sign(b, Signing{DKIM: Keys{d}}, sample())
			}
		})
	}
}
