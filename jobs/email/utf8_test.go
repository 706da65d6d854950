package email

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"oshirase/jobs/email/emailtest"
)

const international = "太郎@例え.jp"

func TestAnAddressBeyondASCIIGoesToARelayThatOffersSMTPUTF8(t *testing.T) {
	t.Parallel()
	s := serve(t, emailtest.Options{SMTPUTF8: true})
	c := connTo(t, s)
	mustSend(t, c, "a@example.jp")
	mustSend(t, c, international)
	mustSend(t, c, "b@example.jp")
	var to []string
	for _, r := range s.Received() {
		to = append(to, r.Recipients...)
	}
	if want := []string{"a@example.jp", international, "b@example.jp"}; !slices.Equal(to, want) {
		t.Errorf("the server took mail for %q", to)
	}
}

func TestAnAddressBeyondASCIIIsRefusedWhereTheRelayLacksSMTPUTF8(t *testing.T) {
	t.Parallel()
	s := serve(t, emailtest.Options{})
	c := connTo(t, s)
	announcing(c, international)
	mustSend(t, c, "a@example.jp")
	announcing(c, "")
	out := send(t, c, international)
	if out.Class != Refused || out.Code != 0 || out.Down || !strings.Contains(out.Line, "SMTPUTF8") {
		t.Errorf("outcome %+v", out)
	}
	mustSend(t, c, "b@example.jp")
	if s.Count() != 2 || s.Connections() != 1 {
		t.Errorf("%d messages, %d connections", s.Count(), s.Connections())
	}
}

func TestTheServersLineIsCleanOfAnAddressBeyondASCII(t *testing.T) {
	t.Parallel()
	s := serve(t, emailtest.Options{SMTPUTF8: true, Reply: func(recipient string, _ int) emailtest.Reply {
		return emailtest.Reply{Code: 550, Text: "5.1.1 <" + recipient + "> 太郎 unknown"}
	}})
	out := send(t, connTo(t, s), international)
	if out.Class != Refused || out.Code != 550 || strings.Contains(out.Line, "太郎") || strings.Contains(out.Line, "例え") {
		t.Errorf("outcome %+v", out)
	}
}

func TestAMessageToAnAddressBeyondASCIIIsASCII(t *testing.T) {
	t.Parallel()
	m := sample()
	m.To = international
	data := compose(t, m)
	if bytes.ContainsFunc(data, func(r rune) bool { return r >= utf8.RuneSelf }) {
		t.Error("it is not")
	}
	to := parse(t, data).Header.Get("To")
	if got := decodeHeader(t, to); got != "髙﨑 太郎 太郎@例え.jp:;" {
		t.Errorf("To: %q", got)
	}
	for _, change := range []func(*Message){
		func(m *Message) { m.From.Address = international },
		func(m *Message) { m.ReplyTo = international },
		func(m *Message) { m.To = "太 郎@例え.jp" },
		func(m *Message) { m.ToName = "a\nb" },
	} {
		bad := m
		change(&bad)
		if _, err := bad.Bytes(); err == nil || strings.Contains(err.Error(), "例え") {
			t.Errorf("error %v", err)
		}
	}
}
