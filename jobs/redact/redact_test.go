package redact

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAddressesAreTakenOutOfAServersLine(t *testing.T) {
	words := []string{`"taro..yamada"`, "taro..yamada"}
	for in, want := range map[string]string{
		"250 2.0.0 Ok: queued as 4XyZ":  "250 2.0.0 Ok: queued as 4XyZ",
		"550 <a@example.jp>: no":        "550 <[address]>: no",
		"550 a@example.jp: no":          "550 [address] no",
		"550 a@example.jp":              "550 [address]",
		"a@b.jp and c@d.jp":             "[address] and [address]",
		`550 "a b"@example.jp no`:       "550 [address] no",
		`550 <"a b"@example.jp> no`:     "550 <[address]> no",
		`550 "a \" b"@example.jp no`:    "550 [address] no",
		"550 <a b@example.jp> no":       "550 <[address]> no",
		"550 太郎@例え.jp no":               "550 [address] no",
		"550 taro＠example.jp no":        "550 [address] no",
		"550 user taro..yamada unknown": "550 user [address] unknown",
		"550 TARO..YAMADA unknown":      "550 [address] unknown",
		`550 "taro..yamada" unknown`:    "550 [address] unknown",
		"550 taro..yamada%40example.jp": "550 [address]%40example.jp",
		"550 taro..yamadas stay":        "550 taro..yamadas stay",
		"550 ta\x00ro..yam\u200bada no": "550 [address] no",
		"550 a\tb\r\nc\x1b[31m":         "550 a bc[31m",
		"550 \xff\xfe bytes":            "550  bytes",
		"@":                             "[address]",
		`"@`:                            "[address]",
	} {
		if got := Line(in, words...); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestServersLineIsCutBetweenCharacters(t *testing.T) {
	got := Line(strings.Repeat("漢", 100))
	if len(got) > Most || !utf8.ValidString(got) {
		t.Errorf("%d bytes, %q", len(got), got)
	}
}
