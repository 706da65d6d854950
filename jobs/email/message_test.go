package email

import (
	"bytes"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"oshirase/jobs/email/emailtest"
)

func sample() Message {
	return Message{
		From:      mail.Address{Name: "株式会社サンプル お客様情報係", Address: "notice@example.jp"},
		ReplyTo:   "お客様窓口 <desk@example.jp>",
		To:        `"foo..bar"@docomo.example.jp`,
		ToName:    "髙﨑 太郎",
		Subject:   "【重要】不正アクセスによるお客様情報の流出に関するお詫びとご報告（サンプル航空株式会社）",
		Text:      "髙﨑 太郎 様\n\nお詫び申し上げます。\n.\n",
		HTML:      "<p>髙﨑 太郎 様</p>\n<p>お詫び申し上げます。</p>\n",
		MessageID: "0123abcd@example.jp",
		Date:      time.Date(2013, 10, 1, 9, 0, 0, 0, time.FixedZone("JST", 9*3600)),
		Boundary:  "delivery 1",
		Locale:    "ja",
	}
}

func compose(t testing.TB, m Message) []byte {
	t.Helper()
	data, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parse(t testing.TB, data []byte) *mail.Message {
	t.Helper()
	msg, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return msg
}

func decodeHeader(t testing.TB, s string) string {
	t.Helper()
	text, err := new(mime.WordDecoder).DecodeHeader(s)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestMessageReadsBackAsItWasWritten(t *testing.T) {
	m := sample()
	raw := compose(t, m)
	msg := parse(t, raw)
	for name, want := range map[string]string{
		"Subject":          m.Subject,
		"From":             "株式会社サンプル お客様情報係 <notice@example.jp>",
		"Reply-To":         "お客様窓口 <desk@example.jp>",
		"To":               `髙﨑 太郎 <"foo..bar"@docomo.example.jp>`,
		"Message-Id":       "<0123abcd@example.jp>",
		"Date":             "Tue, 01 Oct 2013 00:00:00 +0000",
		"Auto-Submitted":   "auto-generated",
		"Content-Language": "ja",
		"Mime-Version":     "1.0",
	} {
		if got := decodeHeader(t, msg.Header.Get(name)); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
		delete(msg.Header, name)
	}
	kind, _, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("content type %q: %v", kind, err)
	}
	delete(msg.Header, "Content-Type")
	if len(msg.Header) > 0 {
		t.Errorf("headers that nobody asked for: %v", msg.Header)
	}
	hasParts(t, raw, emailtest.Part{Type: "text/plain; charset=UTF-8", Text: m.Text},
		emailtest.Part{Type: "text/html; charset=UTF-8", Text: m.HTML})
}

// hasParts reads a message back, and expects just these parts with the line ends of the wire.
func hasParts(t *testing.T, raw []byte, want ...emailtest.Part) {
	t.Helper()
	_, parts, err := emailtest.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		want[i].Text = strings.ReplaceAll(want[i].Text, "\n", "\r\n")
	}
	if !slices.Equal(parts, want) {
		t.Errorf("it reads %q, want %q", parts, want)
	}
}

func TestMessageWithoutHTMLIsPlainText(t *testing.T) {
	m := sample()
	m.HTML = ""
	hasParts(t, compose(t, m), emailtest.Part{Type: "text/plain; charset=UTF-8", Text: m.Text})
}

func TestLineEndsAnywhereInALongTextAreKept(t *testing.T) {
	m := sample()
	m.HTML = ""
	for before := 1015; before < 1030; before++ {
		for _, ends := range []string{"\n", "\n\n", "\n\n\n"} {
			m.Text = strings.Repeat("a", before) + ends + strings.Repeat("漢字\n", 800) + "b"
			hasParts(t, compose(t, m), emailtest.Part{Type: "text/plain; charset=UTF-8", Text: m.Text})
		}
	}
}

func TestSameMessageMakesTheSameBytes(t *testing.T) {
	m := sample()
	want := compose(t, m)
	m.Date = m.Date.UTC() // as a ledger gives it back
	for range 50 {
		if got := compose(t, m); !bytes.Equal(got, want) {
			t.Fatalf("differs:\n%s\n%s", got, want)
		}
	}
	m.Boundary = "delivery 2"
	if bytes.Equal(compose(t, m), want) {
		t.Error("another seed made the same boundary")
	}
}

func TestHeadersAreShortLinesThatBeginBehindTheirNames(t *testing.T) {
	for _, subject := range []string{
		sample().Subject,
		"Important notice",
		"Important: " + strings.Repeat("a notice about your data ", 8) + "end",
		strings.Repeat("𠮷", 60),
		"two  spaces and =?UTF-8?Q?a_trick?=",
		strings.Repeat("x", 200),
		" blank at both ends ",
	} {
		m := sample()
		m.Subject = subject
		data := compose(t, m)
		head, _, _ := strings.Cut(string(data), "\r\n\r\n")
		for line := range strings.SplitSeq(head, "\r\n") {
			if len(line) > 76 {
				t.Errorf("line of %d characters: %q", len(line), line)
			}
			if name, rest, ok := strings.Cut(line, ":"); ok && line[0] != ' ' && rest == "" {
				t.Errorf("%s begins on its second line", name)
			}
			if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Errorf("line is not ASCII: %q", line)
			}
		}
		if got := decodeHeader(t, parse(t, data).Header.Get("Subject")); got != subject {
			t.Errorf("subject reads %q, want %q", got, subject)
		}
	}
}

func TestMessageIsInCRLFLinesOfASCII(t *testing.T) {
	for _, html := range []string{"", sample().HTML} {
		m := sample()
		m.HTML = html
		m.Text = "a\r\nb\rc\n" + strings.Repeat("漢", 500)
		data := compose(t, m)
		if _, ok := stuff(data); !ok {
			t.Error("a line does not end in CRLF")
		}
		for _, b := range data {
			if b > '~' {
				t.Fatalf("byte %#x", b)
			}
		}
	}
}

func TestAddressesStandInTheHeaderAsGiven(t *testing.T) {
	for _, to := range []string{
		`"foo..bar"@docomo.example.jp`, `"foo."@docomo.example.jp`, `".foo"@ezweb.example.jp`,
		`-foo@example.jp`, `foo--bar@example.jp`, `foo/bar@example.jp`, `"a\"b\\c d"@example.jp`,
	} {
		m := sample()
		m.To, m.ToName = to, ""
		if got := parse(t, compose(t, m)).Header.Get("To"); got != to {
			t.Errorf("to is %q, want %q", got, to)
		}
	}
}

func TestMessageThatIsNotFitToBeSentIsAnError(t *testing.T) {
	for name, spoil := range map[string]func(*Message){
		"line break in subject":    func(m *Message) { m.Subject = "a\r\nBcc: x@example.com" },
		"line feed in subject":     func(m *Message) { m.Subject = "a\nb" },
		"bidi override in subject": func(m *Message) { m.Subject = "a\u202eb" },
		"line separator":           func(m *Message) { m.Subject = "a\u2028b" },
		"subject is not UTF-8":     func(m *Message) { m.Subject = "a\xffb" },
		"no subject":               func(m *Message) { m.Subject = "" },
		"line break in name":       func(m *Message) { m.ToName = "a\r\nBcc: x@example.com" },
		"bidi isolate in name":     func(m *Message) { m.ToName = "a\u2066b" },
		"NUL in sender's name":     func(m *Message) { m.From.Name = "a\x00" },
		"line break in sender":     func(m *Message) { m.From.Address = "a@example.jp\r\nX: y" },
		"two recipients":           func(m *Message) { m.To = "a@example.jp, b@example.jp" },
		"raw form of a recipient":  func(m *Message) { m.To = "foo..bar@example.jp" },
		"no recipient":             func(m *Message) { m.To = "" },
		"broken reply-to":          func(m *Message) { m.ReplyTo = "a@example.jp\r\nBcc: b@example.jp" },
		"encoded line break":       func(m *Message) { m.ReplyTo = "=?utf-8?q?a=0D=0AX?= <a@example.jp>" },
		"no message id":            func(m *Message) { m.MessageID = "" },
		"brackets in message id":   func(m *Message) { m.MessageID = "<a@example.jp>" },
		"line break in message id": func(m *Message) { m.MessageID = "a@example.jp\r\nX: y" },
		"no date":                  func(m *Message) { m.Date = time.Time{} },
		"line break in locale":     func(m *Message) { m.Locale = "ja\r\nX: y" },
	} {
		m := sample()
		spoil(&m)
		_, err := m.Bytes()
		if err == nil {
			t.Errorf("%s: no error", name)
		} else if strings.Contains(err.Error(), "@") {
			t.Errorf("%s: the error holds an address: %v", name, err)
		}
	}
}

func FuzzMessageHeaders(f *testing.F) {
	f.Add("件名", "髙﨑 太郎", "a@example.jp", "窓口 <b@example.jp>")
	f.Add("a\r\nBcc: x@example.com", "b\nX: y", `"a\"b"@example.jp`, "")
	f.Add("=?UTF-8?B?DQo=?=", `"\`, `"<x@y>"@example.jp`, `"a" <b@example.jp>`)
	f.Fuzz(func(t *testing.T, subject, name, to, replyTo string) {
		m := sample()
		m.Subject, m.ToName, m.To, m.ReplyTo = subject, name, to, replyTo
		data, err := m.Bytes()
		if err != nil {
			return
		}
		msg := parse(t, data)
		if len(msg.Header) > 10 {
			t.Errorf("a header was smuggled in: %v", msg.Header)
		}
		if got := decodeHeader(t, msg.Header.Get("Subject")); got != subject {
			t.Errorf("subject %q reads %q", subject, got)
		}
		list, err := msg.Header.AddressList("To")
		if err != nil || len(list) != 1 || list[0].Name != name {
			t.Errorf("to %q %q reads %v, %v", name, to, list, err)
		}
		if _, ok := stuff(data); !ok {
			t.Error("a line does not end in CRLF")
		}
	})
}

func BenchmarkMessageBytes(b *testing.B) {
	m := sample()
	m.Text = strings.Repeat("お客様情報の流出に関するお詫びとご報告\n", 25)
	m.HTML = "<p>" + strings.Repeat("お客様情報の流出に関するお詫びとご報告<br>\n", 25) + "</p>"
	b.SetBytes(int64(len(compose(b, m))))
	b.ReportAllocs()
	for b.Loop() {
		compose(b, m)
	}
}
