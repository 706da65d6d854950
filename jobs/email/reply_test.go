package email

import (
	"bufio"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"oshirase/jobs/redact"
)

func read(s string) (reply, error) { return readReply(bufio.NewReader(strings.NewReader(s))) }

func TestReplyIsReadInAllItsForms(t *testing.T) {
	for in, want := range map[string]reply{
		"250 ok\r\n":                          {250, "ok"},
		"250\r\n":                             {250, ""},
		"250 ok\n":                            {250, "ok"},
		"250-one\r\n250-two\r\n250 three\r\n": {250, "one two three"},
		"550-5.1.1 no\r\n550 5.1.1 such user\r\n":     {550, "5.1.1 no 5.1.1 such user"},
		"354 " + strings.Repeat("go on ", 9) + "\r\n": {354, strings.Repeat("go on ", 9)},
	} {
		if got, err := read(in); err != nil || got != want {
			t.Errorf("%q reads %v, %v", in, got, err)
		}
	}
}

func TestHostileReplyIsMalformed(t *testing.T) {
	for name, in := range map[string]string{
		"no code":           "hello\r\n",
		"empty line":        "\r\n",
		"code too low":      "150 hm\r\n",
		"code too high":     "650 hm\r\n",
		"code runs on":      "2500 hm\r\n",
		"codes that differ": "250-a\r\n550 b\r\n",
		"binary":            "\x00\xff\xfe\r\n",
		"endless line":      "250 " + strings.Repeat("x", 10_000) + "\r\n",
		"broken off":        "250 o",
		"broken off inside": "250-one\r\n",
	} {
		if got, err := read(in); err == nil {
			t.Errorf("%s: reads %v", name, got)
		}
	}
}

func TestTextOfALongReplyEndsWithAWholeWord(t *testing.T) {
	word := "taro.yamada@example.jp"
	got, err := read(strings.Repeat("550-"+word+" \r\n", 200) + "550 " + word + "\r\n")
	if err != nil {
		t.Fatal(err)
	}
	if len(got.text) > maxReplyText {
		t.Errorf("%d bytes of text", len(got.text))
	}
	for _, w := range strings.Fields(got.text) {
		if w != word {
			t.Errorf("half a word: %q", w)
		}
	}
}

func TestEnhancedCodeIsTakenFromTheText(t *testing.T) {
	for in, want := range map[reply]string{
		{550, "5.1.1 no such user"}:           "5.1.1",
		{550, "5.1.1"}:                        "5.1.1",
		{250, "2.0.0 ok"}:                     "2.0.0",
		{550, "5.7.515 denied"}:               "5.7.515",
		{550, "2.0.0 of a class not its own"}: "",
		{550, "5.1 short"}:                    "",
		{550, "5.1.1111 long"}:                "",
		{550, "5.1.x"}:                        "",
		{550, "no such user"}:                 "",
		{550, ""}:                             "",
	} {
		if got := in.enhanced(); got != want {
			t.Errorf("%v has %q, want %q", in, got, want)
		}
	}
}

func FuzzReply(f *testing.F) {
	f.Add("550 5.1.1 <taro@example.jp>: no\r\n", "taro@example.jp")
	f.Add("550-5.7.1 a\r\n550 \"b c\"@d\r\n", `"b c"@example.jp`)
	f.Add("421 \x00\xff＠\r\n", "a@example.jp")
	f.Add("250-\r\n250\r\n", "user@example.jp")
	f.Fuzz(func(t *testing.T, in, recipient string) {
		rep, err := read(in)
		if err != nil || checkWire(recipient) != nil {
			return
		}
		if rep.code < 200 || rep.code > 599 || len(rep.text) > maxReplyText {
			t.Fatalf("reads %v", rep)
		}
		e := end{class: Refused, reply: rep}
		line := e.outcome("relay:25", localForms(recipient)...).Line
		if len(line) > redact.Most || !utf8.ValidString(line) {
			t.Errorf("%q", line)
		}
		bad := func(r rune) bool { return strings.ContainsRune("@＠﹫", r) || unicode.IsControl(r) }
		if strings.ContainsFunc(line, bad) {
			t.Errorf("%q", line)
		}
		local := localForms(recipient)[0]
		for _, word := range strings.Fields(line) {
			if strings.EqualFold(word, local) && !strings.Contains(redact.Mark, local) {
				if strings.Trim(local, "0123456789") != "" || len(line) < redact.Most-len(local) {
					t.Errorf("%q is left in %q", local, line)
				}
			}
		}
	})
}
