package templates

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// tldsTXT holds the top-level domains of the DNS root zone, one a line, in Unicode.
//
//go:embed tlds.txt
var tldsTXT string

var tlds = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for name := range strings.Lines(tldsTXT) {
		set[strings.TrimSpace(name)] = true
	}
	return set
})

// LooksLikeLink reports whether a mail client could make a link of a name, or a reader take it for
// one: an @, a scheme, "www.", a domain under a top-level domain that exists, an IPv4 address.
// Full-width and look-alike forms of the signs count as the signs. A notice always prints a name as
// text, but the client that shows the text makes its own links, and names are written by strangers.
func LooksLikeLink(name string) bool {
	if isPlainName(name) {
		return false
	}
	s := fold(name)
	if strings.Contains(s, "@") || strings.Contains(s, "//") || strings.Contains(s, "www.") {
		return true
	}
	for _, scheme := range []string{"http:", "https:", "mailto:", "tel:", "ftp:"} {
		if strings.Contains(s, scheme) {
			return true
		}
	}
	return holdsDomain(s)
}

// isPlainName is the quick way out for nearly every name: letters of one's own script and spaces.
func isPlainName(name string) bool {
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r == ' ', r == '-', r == '\'':
		case r >= 0x4E00 && r <= 0x9FFF, r >= 0xAC00 && r <= 0xD7A3: // Han and Hangul, without the tables
		case r >= 'ぁ' && r <= 'ゖ', r >= 'ァ' && r <= 'ヺ', r == 'ー', r == '\u3000':
		case r >= 'À' && r <= 'ž' && r != '×' && r != '÷':
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) && !unicode.IsPunct(r):
		default:
			return false
		}
	}
	return true
}

// lookAlikes are the signs of an address in other clothes, after NFKC has undone the full-width
// ones.
var lookAlikes = strings.NewReplacer(
	"。", ".", "․", ".", "∙", ".", "⋅", ".", "⁄", "/", "∕", "/", "⧸", "/", "╱", "/",
	"∶", ":", "꞉", ":", "ː", ":", "˸", ":", "։", ":",
)

// fold brings a name into the form in which addresses are looked for.
func fold(name string) string {
	s := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(name))
	return lookAlikes.Replace(s)
}

// holdsDomain looks at every dot between two labels.
func holdsDomain(s string) bool {
	for rest, before := s, ""; ; {
		head, tail, found := strings.Cut(rest, ".")
		if !found {
			return false
		}
		before, rest = head, tail
		if last, _ := utf8.DecodeLastRuneInString(before); isLabelRune(last) && isTopLevel(rest) {
			return true
		}
		if isIPv4(before, rest) {
			return true
		}
	}
}

// isTopLevel reports whether a top-level domain begins the text. Letters of another script may
// follow it at once: "example.comです".
func isTopLevel(s string) bool {
	label := s[:prefix(s, isLabelRune)]
	ascii := s[:prefix(s, func(r rune) bool { return r < utf8.RuneSelf && isLabelRune(r) })]
	return tlds()[label] || tlds()[ascii] || strings.HasPrefix(label, "xn--")
}

// isIPv4 reports whether four numbers with dots stand around a first dot.
func isIPv4(before, after string) bool {
	parts := strings.SplitN(after, ".", 3)
	if len(parts) < 3 || before == "" {
		return false
	}
	isDigit := func(r rune) bool { return r >= '0' && r <= '9' }
	return isDigit(rune(before[len(before)-1])) && prefix(parts[2], isDigit) > 0 &&
		allOf(parts[0], isDigit) && allOf(parts[1], isDigit)
}

func allOf(s string, is func(rune) bool) bool { return s != "" && prefix(s, is) == len(s) }

// prefix is the length of the part of s that consists of such runes.
func prefix(s string, is func(rune) bool) int {
	for i, r := range s {
		if !is(r) {
			return i
		}
	}
	return len(s)
}

func isLabelRune(r rune) bool {
	return r != utf8.RuneError && (r == '-' || unicode.In(r, unicode.L, unicode.Nd, unicode.M))
}
