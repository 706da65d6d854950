package bounce

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"oshirase/jobs/redact"
)

const (
	reported  = 97438 // the delivery that all reports in testdata are of
	messageID = "00112233445566778899aabbccddeeff@example.com"
)

// letter reads a message of testdata, with the names of the delivery in it.
func letter(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "reports", name+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.ReplaceAll(text, []byte("TOKEN"), []byte(token(signer("k"), reported)))
	return bytes.ReplaceAll(text, []byte("MESSAGEID"), []byte(messageID))
}

func TestReportsOfTheUsualServersAreUnderstood(t *testing.T) {
	t.Parallel()
	want := map[string]Report{
		"postfix-unknown": {Kind: Failed, Code: 550, Enhanced: "5.1.1",
			Line: "550 5.1.1 <[address]>: nobody of this name, [address]"},
		"postfix-local": {Kind: Failed, Enhanced: "5.1.1", Line: `unknown user: "[address]"`},
		"postfix-expired": {Kind: Failed, Enhanced: "4.4.1",
			Line: "connect to mx.example.jp[192.0.2.7]:25: Connection timed out"},
		"postfix-delayed": {Kind: Delayed, Code: 452, Enhanced: "4.2.2",
			Line: "452 4.2.2 <[address]> his mailbox is full"},
		"postfix-success": {Kind: Delivered, Enhanced: "2.0.0", Line: "250 2.0.0 taken"},
		"exchange": {Kind: Failed, Code: 550, Enhanced: "5.1.10",
			Line: "550 5.1.10 RESOLVER.ADR.RecipientNotFound; [address] is not here"},
		"docomo": {Kind: Failed, Code: 550, Enhanced: "5.0.0",
			Line: "550 Unknown user [address] ([address])"},
		"sendmail-headers": {Kind: Failed, Code: 552, Enhanced: "5.2.2", Line: "552 5.2.2 <[address]>... over quota"},
		"qmail": {Kind: Failed, Code: 550, Enhanced: "5.7.1",
			Line: "Remote host said: 550 5.7.1 [address]: policy"},
		"exim-warning": {Kind: Delayed, Code: 451, Enhanced: "4.7.1",
			Line: "host mx.example.org [192.0.2.8]: 451 4.7.1 try later"},
		"kddi":      {Kind: Failed, Code: 550, Line: "<<< 550 <[address]>: User unknown"},
		"forwarded": {Kind: Failed, Enhanced: "5.1.1", Line: `unknown user: "[address]"`},
		"mixed":     {Kind: Failed, Enhanced: "5.1.2"},
		"vacation":  {Kind: Reply},
		"receipt":   {Kind: Reply},
		"question":  {Kind: Unclear, Why: "it is neither a report that is known nor an automatic reply"},
		"broken":    {Kind: Failed, Enhanced: "5.4.4", Line: "5"},
		"no-status": {Kind: Unclear, Why: "its delivery status cannot be understood"},
	}
	files, err := filepath.Glob(filepath.Join("testdata", "reports", "*.eml"))
	if err != nil || len(files) != len(want) {
		t.Fatalf("%d files, want %d; %v", len(files), len(want), err)
	}
	for name, want := range want {
		got := Parse(letter(t, name))
		if got.Kind != want.Kind || got.Why != want.Why || got.Code != want.Code || got.Enhanced != want.Enhanced ||
			got.Line != want.Line {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

func TestAReportNamesItsDeliveryByTheReturnPathElseByTheMessageID(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "reports", "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".eml")
		r := Parse(letter(t, name))
		id, ok := r.Delivery(signer("k"))
		if name == "sendmail-headers" {
			if ok || len(r.MessageIDs) != 1 || r.MessageIDs[0] != messageID {
				t.Errorf("%s: delivery %d %t, %q", name, id, ok, r.MessageIDs)
			}
			continue
		}
		if !ok || id != reported {
			t.Errorf("%s: delivery %d, %t", name, id, ok)
		}
		if id, ok := r.Delivery(signer("another campaign's")); ok {
			t.Errorf("%s: another campaign's key names %d", name, id)
		}
	}
}

func TestAForgedTokenNamesNothing(t *testing.T) {
	t.Parallel()
	forged := []byte(token(signer("k"), reported))
	forged[len(forged)-2] ^= 1
	mail := bytes.ReplaceAll(letter(t, "postfix-local"), []byte(token(signer("k"), reported)), forged)
	if id, ok := Parse(mail).Delivery(signer("k")); ok {
		t.Errorf("it names %d", id)
	}
}

// Mailbox and Maildir have the same report with other headers, other line ends and more empty lines.
func TestTheDigestIsThatOfTheReportHoweverItIsKept(t *testing.T) {
	t.Parallel()
	mail := letter(t, "postfix-unknown")
	kept := append([]byte("X-Filed: twice\n"), mail...)
	if Parse(mail).Digest != Parse(append(kept, "\n\n"...)).Digest {
		t.Error("another digest for another header")
	}
	if Parse(mail).Digest == Parse(letter(t, "postfix-local")).Digest {
		t.Error("two reports have one digest")
	}
}

func TestWhatHasNoHeaderIsNoMail(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\n\n", "hello\nworld\n", "\x00\x01\x02", "%PDF-1.7\n"} {
		if r := Parse([]byte(text)); r.Kind != Unclear || !r.NoMail {
			t.Errorf("%q: %+v", text, r)
		}
	}
}

// Whoever writes to the return path may write anything: parts in parts, and more than anybody wants.
func TestPartsWithinPartsComeToAnEnd(t *testing.T) {
	t.Parallel()
	mail := letter(t, "postfix-local")
	for range 3 * mostDepth {
		mail = append([]byte("Content-Type: message/rfc822\n\n"), mail...)
	}
	if r := Parse(mail); r.Kind != Unclear {
		t.Errorf("%+v", r)
	}
	many := "Content-Type: multipart/mixed; boundary=b\n\n" +
		strings.Repeat("--b\nContent-Type: text/plain\n\nx\n", 3*mostParts)
	if w := walk([]byte(many)); len(w.texts) > mostParts {
		t.Errorf("%d texts", len(w.texts))
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "reports", "*.eml"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		f.Add(letter(f, strings.TrimSuffix(filepath.Base(file), ".eml")))
	}
	enhanced := regexp.MustCompile(`^([245]\.\d{1,3}\.\d{1,3})?$`)
	f.Fuzz(func(t *testing.T, mail []byte) {
		r := Parse(mail)
		if rank(r.Kind) == 0 && r.Kind != Reply && (r.Kind != Unclear || r.Why == "") {
			t.Errorf("kind %q, %q", r.Kind, r.Why)
		}
		if r.Code != 0 && (r.Code < 400 || r.Code > 599) || !enhanced.MatchString(r.Enhanced) {
			t.Errorf("codes %d %q", r.Code, r.Enhanced)
		}
		if len(r.Line) > redact.Most || strings.ContainsAny(r.Line, "@\r\n\x00") {
			t.Errorf("line %q", r.Line)
		}
		if len(r.MessageIDs) > mostNames || len(r.tokens) > mostNames {
			t.Errorf("%d and %d names", len(r.MessageIDs), len(r.tokens))
		}
		if id, ok := r.Delivery(signer("k")); ok && id != reported {
			t.Errorf("it names %d", id)
		}
	})
}
