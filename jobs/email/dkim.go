package email

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// signedHeaders are those that the reader sees or a program goes by (RFC 6376 5.4.1). One that a
// message lacks is signed as lacking.
var signedHeaders = []string{
	"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
	"Content-Language", "Auto-Submitted",
}

// oversigned headers cannot be added a second time, above ours: some mail programs show the first and
// some the last.
var oversigned = []string{"From", "To", "Reply-To", "Subject", "Date", "Content-Type"}

const minRSABits = 1024 // RFC 8301 3.2; what verifiers still take

// DKIM signs for a domain (RFC 6376), with RSA or Ed25519 (RFC 8463), relaxed/relaxed. The time of the
// signature is the message's Date, so that the bytes stay the same. That is also why it is made here:
// go-msgauth takes its time from the clock, and go-mail v0.8.1 folds the list of headers in the middle
// of a name but signs it unfolded, which no verifier accepts.
type DKIM struct {
	Domain, Selector string
	key              crypto.Signer
}

// ReadDKIM reads a key in PEM: PKCS #8 or PKCS #1.
func ReadDKIM(domain, selector, file string) (*DKIM, error) {
	switch {
	case !isDomain(domain) || !strings.Contains(domain, "."): // one label would be above all that end in it
		return nil, fmt.Errorf("dkim: %q is not a domain", domain)
	case !isDomain(selector):
		return nil, fmt.Errorf("dkim: %q is not a selector", selector)
	}
	text, err := readPEM("dkim key", file)
	if err != nil {
		return nil, err
	}
	key, err := gomail.PrivKeyFromPEM(text)
	if err != nil {
		return nil, fmt.Errorf("dkim key %q: %w, of RSA or Ed25519", file, errPrivate)
	}
	if k, ok := key.(*rsa.PrivateKey); ok && k.N.BitLen() < minRSABits {
		return nil, fmt.Errorf("dkim key %q: RSA of %d bits is too short", file, k.N.BitLen())
	}
	return &DKIM{strings.ToLower(domain), selector, key}, nil
}

// line is the signature's header, for a body of that hash below these headers.
func (d *DKIM) line(header []byte, body [sha256.Size]byte, date time.Time) (string, error) {
	line := fmt.Sprintf("DKIM-Signature: v=1; a=%s-sha256; c=relaxed/relaxed;\r\n"+
		" d=%s; s=%s;\r\n t=%d;\r\n h=%s;\r\n bh=%s;\r\n b=", d.kind(), d.Domain, d.Selector,
		date.Unix(), folded(headerNames(), ":", 6), base64.StdEncoding.EncodeToString(body[:]))
	signature, err := d.signature(relaxedHeader(header, line))
	if err != nil {
		return "", fmt.Errorf("dkim: %w", err)
	}
	text := base64.StdEncoding.EncodeToString(signature)
	for ; len(text) > maxBase64; text = text[maxBase64:] {
		line += text[:maxBase64] + "\r\n "
	}
	return line + text + "\r\n", nil
}

// maxBase64 is what stands on one line of a signature: with what is before it, below RFC 5322's 78.
const maxBase64 = 72

// signature signs the digest of the headers. Ed25519 signs it as it is (RFC 8463 3).
func (d *DKIM) signature(headers []byte) ([]byte, error) {
	digest, hash := sha256.Sum256(headers), crypto.SHA256
	if d.kind() == "ed25519" {
		hash = crypto.Hash(0)
	}
	return d.key.Sign(rand.Reader, digest[:], hash)
}

func (d *DKIM) kind() string {
	if _, ok := d.key.(ed25519.PrivateKey); ok {
		return "ed25519"
	}
	return "rsa"
}

func headerNames() []string { return slices.Concat(signedHeaders, oversigned) }

// folded joins words, with a line end after every n of them.
func folded(words []string, separator string, n int) string {
	var lines []string
	for chunk := range slices.Chunk(words, n) {
		lines = append(lines, strings.Join(chunk, separator))
	}
	return strings.Join(lines, separator+"\r\n  ")
}

// relaxedHeader is what is signed of a header: the fields in the order of headerNames, of a name that
// occurs more than once the lowest first, and the signature's own field without an end (RFC 6376 3.7).
func relaxedHeader(header []byte, own string) []byte {
	fields := map[string][]string{}
	unfolded := strings.ReplaceAll(strings.ReplaceAll(string(header), "\r\n ", " "), "\r\n\t", " ")
	for line := range strings.SplitSeq(unfolded, "\r\n") {
		if name, value, ok := strings.Cut(line, ":"); ok {
			name = strings.ToLower(strings.TrimRight(name, " \t"))
			fields[name] = append(fields[name], name+":"+relaxed(value)+"\r\n")
		}
	}
	var out bytes.Buffer
	for _, name := range headerNames() {
		name = strings.ToLower(name)
		if n := len(fields[name]); n > 0 {
			out.WriteString(fields[name][n-1])
			fields[name] = fields[name][:n-1]
		}
	}
	name, value, _ := strings.Cut(strings.ReplaceAll(own, "\r\n", ""), ":")
	out.WriteString(strings.ToLower(name) + ":" + relaxed(value))
	return out.Bytes()
}

// relaxed makes every run of white space one space, and takes it away at both ends.
func relaxed(s string) string { return strings.Join(strings.FieldsFunc(s, isBlank), " ") }

func isBlank(r rune) bool { return r == ' ' || r == '\t' }

// relaxedBody is the body in the form of RFC 6376 3.4.4.
func relaxedBody(body []byte) []byte {
	out := make([]byte, 0, len(body))
	blank := false
	for _, b := range body {
		switch {
		case isBlank(rune(b)):
			blank = true
			continue
		case blank && b != '\r':
			out = append(out, ' ')
		}
		blank = false
		out = append(out, b)
	}
	for bytes.HasSuffix(out, []byte("\r\n\r\n")) {
		out = out[:len(out)-2]
	}
	if string(out) == "\r\n" {
		return nil
	}
	return out
}

// Name is where the public key is to be found (RFC 6376 3.6.2.1).
func (d *DKIM) Name() string { return d.Selector + "._domainkey." + d.Domain }

// Record is the text to be published there.
func (d *DKIM) Record() string {
	var public []byte
	switch key := d.key.Public().(type) {
	case ed25519.PublicKey:
		public = key
	case *rsa.PublicKey:
		public, _ = x509.MarshalPKIXPublicKey(key) // cannot fail for an RSA key
	}
	return "v=DKIM1; k=" + d.kind() + "; p=" + base64.StdEncoding.EncodeToString(public)
}
