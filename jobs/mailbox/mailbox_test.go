package mailbox

import (
	"strings"
	"testing"
)

func TestAddressesThatCanBeUsedHaveAWireForm(t *testing.T) {
	long := strings.Repeat("a", 64)
	for raw, wire := range map[string]string{
		"a@example.com":                          "a@example.com",
		"Taro.Yamada@Example.COM":                "Taro.Yamada@example.com",
		"taro+tag@example.com":                   "taro+tag@example.com",
		"taro_y@example.co.jp":                   "taro_y@example.co.jp",
		"-foo@example.jp":                        "-foo@example.jp",
		"foo--bar@example.jp":                    "foo--bar@example.jp",
		"foo-@example.jp":                        "foo-@example.jp",
		"foo/bar@example.jp":                     "foo/bar@example.jp",
		"o'brien@example.com":                    "o'brien@example.com",
		"!#$%&'*+-/=?^_`{|}~@a.example":          "!#$%&'*+-/=?^_`{|}~@a.example",
		"1@example.com":                          "1@example.com",
		"a@1.example":                            "a@1.example",
		"a@163.com":                              "a@163.com",
		"a@xn--r8jz45g.jp":                       "a@xn--r8jz45g.jp",
		"a@b.c.d.e.f.example":                    "a@b.c.d.e.f.example",
		"a@ex-ample.jp":                          "a@ex-ample.jp",
		"a@EXAMPLE.JP":                           "a@example.jp",
		" a@example.com ":                        "a@example.com",
		"\u3000a@example.com\u3000":              "a@example.com",
		"\ufeffa@example.com":                    "a@example.com",
		"a@example.com\u200b":                    "a@example.com",
		"\u00a0a@example.com\u2060":              "a@example.com",
		"a＠example.com":                          "a@example.com",
		"ａｂｃ＠ｅｘａｍｐｌｅ．ｃｏｍ":                        "abc@example.com",
		"ＡＢＣ@example.jp":                         "ABC@example.jp",
		"foo..bar@docomo.ne.jp":                  `"foo..bar"@docomo.ne.jp`,
		"foo.@ezweb.ne.jp":                       `"foo."@ezweb.ne.jp`,
		".foo@ezweb.ne.jp":                       `".foo"@ezweb.ne.jp`,
		".foo.@docomo.ne.jp":                     `".foo."@docomo.ne.jp`,
		"f...b@docomo.ne.jp":                     `"f...b"@docomo.ne.jp`,
		"a..b..c@example.com":                    `"a..b..c"@example.com`,
		"-.-.@docomo.ne.jp":                      `"-.-."@docomo.ne.jp`,
		`"foo..bar"@docomo.ne.jp`:                `"foo..bar"@docomo.ne.jp`,
		`"foo"@example.com`:                      "foo@example.com",
		`"foo.bar"@example.com`:                  "foo.bar@example.com",
		long + "@example.com":                    long + "@example.com",
		"a@" + long[:63] + ".example":            "a@" + long[:63] + ".example",
		strings.Repeat("a.", 31) + "a@b.example": strings.Repeat("a.", 31) + "a@b.example",
	} {
		got, err := Parse(raw)
		if err != nil || got.Wire != wire {
			t.Errorf("Parse(%q) = %q, %v; want %q", raw, got.Wire, err, wire)
		}
		again, err := Parse(got.Wire)
		if err != nil || again.Wire != got.Wire {
			t.Errorf("wire form %q parses as %q, %v", got.Wire, again.Wire, err)
		}
	}
}

func TestTheRawFormStaysAsItWasRegistered(t *testing.T) {
	got, err := Parse("　ＡＢＣ＠Example.com ")
	if want := (Address{Raw: "ＡＢＣ＠Example.com", Wire: "ABC@example.com"}); err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

func TestUnusableAddressesAreRefusedWithTheReason(t *testing.T) {
	for raw, reason := range map[string]string{
		"":                                       "empty",
		"   ":                                    "empty",
		"\u3000\u200b":                           "empty",
		"taro":                                   "no @",
		"taro.example.com":                       "no @",
		"@":                                      "nothing before",
		"@example.com":                           "nothing before",
		"..@example.com":                         "nothing before",
		`""@example.com`:                         "nothing before",
		"a@":                                     "no dot",
		"a@@example.com":                         "more than one @",
		"a@b@example.com":                        "more than one @",
		`"a@b"@example.com`:                      "more than one @",
		"a@example":                              "no dot",
		"a@localhost":                            "no dot",
		"a@.example.com":                         "empty label",
		"a@example.com.":                         "empty label",
		"a@example..com":                         "empty label",
		"a@-example.com":                         "hyphen",
		"a@example-.com":                         "hyphen",
		"a@exa_mple.com":                         "domain holds '_'",
		"a@exa!mple.com":                         "domain holds '!'",
		"a@example.com/x":                        "domain holds '/'",
		"a@example.com:25":                       "domain holds ':'",
		"a@192.0.2.1":                            "ends in a number",
		"a@[192.0.2.1]":                          "literal",
		"a@[IPv6:2001:db8::1]":                   "literal",
		"a@例え.jp":                                "xn--",
		"a@example。com":                          "xn--",
		"太郎@example.jp":                          "SMTPUTF8",
		"jürgen@example.com":                     "SMTPUTF8",
		"ｱ@example.jp":                           "SMTPUTF8",
		"a b@example.com":                        "space",
		"a @example.com":                         "space",
		"a@ example.com":                         "space",
		"a@exam\u3000ple.com":                    "space",
		"a\u200bb@example.com":                   "invisible",
		"a@exa\u00admple.com":                    "invisible",
		"a@b.example, c@d.example":               "space",
		"a@b.example,c@d.example":                "more than one",
		"a@b.example;c@d.example":                "more than one",
		"<a@example.com>":                        "more than one plain",
		"Taro <a@example.com>":                   "space",
		"a@example.com>":                         "more than one plain",
		"a(comment)@example.com":                 "comment",
		"a@example.com(home)":                    "comment",
		"a\n@example.com":                        "control",
		"a@example.com\n":                        "control",
		"a@example.com\r\nBcc: b":                "control",
		"\ta@example.com":                        "control",
		"a\x00@example.com":                      "control",
		"a\x7f@example.com":                      "control",
		"a@example.com\u0085":                    "control",
		"a@example.com\u2028":                    "control",
		"a@exam\xffple.com":                      "UTF-8",
		"mailto:a@example.com":                   "holds ':'",
		`a\b@example.com`:                        `holds '\\'`,
		`a"b@example.com`:                        `holds '"'`,
		`"a@example.com`:                         `holds '"'`,
		`"a\"b"@example.com`:                     `holds '\\'`,
		"a[b]@example.com":                       "holds '['",
		"user%a:b@example.com":                   "holds ':'",
		strings.Repeat("a", 65) + "@example.com": "longer than 64",
		"." + strings.Repeat("a", 62) + "@example.com":      "longer than 64",
		"a@" + strings.Repeat("b", 64) + ".example":         "longer than 63",
		"a@" + strings.Repeat("bbbbbbbbb.", 26) + "example": "longer than 254",
		"なし": "no @",
	} {
		got, err := Parse(raw)
		if err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("Parse(%q) = %+v, %v; want the reason %q", raw, got, err, reason)
		}
	}
}

func TestReasonsDoNotRepeatTheAddress(t *testing.T) {
	for _, raw := range []string{"hanako@localhost", "hanako@ex_ample.jp",
		"hanako suzuki@example.jp"} {
		if _, err := Parse(raw); err == nil || strings.Contains(err.Error(), "hanako") {
			t.Errorf("Parse(%q): %v", raw, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a@example.com", `"foo..bar"@docomo.ne.jp`, ".a@b.c", "ａ＠ｂ．ｃ",
		"a@b, c@d", "a@[1.2.3.4]", "a\r\n@b.c", `"\"@b.c`, "太郎@例え.jp"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := Parse(raw)
		if err != nil {
			if got != (Address{}) {
				t.Fatalf("refused, but got %+v", got)
			}
			return
		}
		if len(got.Wire) > 254 || strings.ContainsAny(got.Wire, " \r\n<>,;()\\\x00") ||
			strings.Count(got.Wire, "@") != 1 || strings.ContainsFunc(got.Wire, func(r rune) bool { return r > 0x7e }) {
			t.Fatalf("wire form %q", got.Wire)
		}
		again, err := Parse(got.Wire)
		if err != nil || again.Wire != got.Wire {
			t.Fatalf("wire form %q parses as %q, %v", got.Wire, again.Wire, err)
		}
	})
}
