package email

import (
	"net/mail"
	"strings"
	"testing"
)

func TestWireFormIsToldFromRawForm(t *testing.T) {
	long := strings.Repeat("a", 64)
	for addr, want := range map[string]bool{
		"a@example.jp":                  true,
		`"foo..bar"@docomo.example.jp`:  true,
		`".foo"@example.jp`:             true,
		`"a b"@example.jp`:              true,
		`"a\"b"@example.jp`:             true,
		`"a@b"@example.jp`:              true,
		"-foo@example.jp":               true,
		"foo/bar+x=y@example.jp":        true,
		"a@localhost":                   true,
		long + "@example.jp":            true,
		long + "a@example.jp":           false,
		"foo..bar@example.jp":           false,
		"foo.@example.jp":               false,
		`""@example.jp`:                 false,
		`"a"b"@example.jp`:              false,
		`"a\"@example.jp`:               false,
		"a b@example.jp":                false,
		"a>b@example.jp":                false,
		"a@example..jp":                 false,
		"a@-example.jp":                 false,
		"a@exa_mple.jp":                 false,
		"a@例え.jp":                       false,
		"太郎@example.jp":                 false,
		"a@example.jp>\r\nRCPT TO:<b@c": false,
		"a@":                            false,
		"@example.jp":                   false,
		"a":                             false,
		"":                              false,
	} {
		if got := checkWire(addr) == nil; got != want {
			t.Errorf("%q: %v, want %v", addr, got, want)
		}
	}
}

func TestARecipientMayBeBeyondASCII(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]bool{
		"太郎@example.jp":                   true,
		"太郎@例え.jp":                        true,
		`"太郎..花子"@example.jp`:             true,
		"jürgen@example.com":              true,
		"a@example.jp":                    true,
		strings.Repeat("あ", 21) + "@e.jp": true,
		strings.Repeat("あ", 22) + "@e.jp": false,
		"太..郎@example.jp":                 false,
		"太 郎@example.jp":                  false,
		"太\u3000郎@example.jp":             false,
		"太\u200b郎@example.jp":             false,
		"太\u202e郎@example.jp":             false,
		"太\u0085郎@example.jp":             false,
		"太\xff郎@example.jp":               false,
		"太郎@example.jp>\r\nRCPT TO:<b@c":  false,
		"太郎":                              false,
	} {
		if got := checkRecipient(addr) == nil; got != want {
			t.Errorf("%q: %v, want %v", addr, got, want)
		}
	}
}

func FuzzCheckWire(f *testing.F) {
	f.Add(`"foo..bar"@docomo.example.jp`)
	f.Add("a@example.jp>\r\nRCPT TO:<b@example.jp")
	f.Add(`"a\"@x"@example.jp`)
	f.Add("太郎@例え.jp")
	f.Fuzz(func(t *testing.T, addr string) {
		if checkRecipient(addr) == nil && strings.ContainsFunc(addr, isUnsafe) {
			t.Errorf("%q holds what a command must not", addr)
		}
		if checkWire(addr) != nil {
			return
		}
		if strings.ContainsFunc(addr, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%q holds what a command must not", addr)
		}
		if _, err := mail.ParseAddress(addr); err != nil {
			t.Errorf("%q: %v", addr, err)
		}
		for _, form := range localForms(addr) {
			if form == "" {
				t.Errorf("%q has an empty form", addr)
			}
		}
	})
}
