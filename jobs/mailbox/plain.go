package mailbox

import (
	"strings"
	"unicode/utf8"
)

// plain tells an address that is its own wire form: letters, digits and the usual signs, a lower-case domain.
// Nearly all are, of millions, and need no more than one look at each byte.
func plain(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && at <= maxLocal && len(s) <= maxAddress && plainLocal(s[:at]) && plainDomain(s[at+1:])
}

func plainLocal(s string) bool {
	last := byte('.')
	for i := range len(s) {
		b := s[i]
		if b >= utf8.RuneSelf || b == '.' && last == '.' || b != '.' && !atext(rune(b)) {
			return false
		}
		last = b
	}
	return last != '.'
}

func plainDomain(s string) bool {
	last, dot := byte('.'), -1
	for i := range len(s) {
		b := s[i]
		switch {
		case b >= 'a' && b <= 'z', b >= '0' && b <= '9', b == '-' && last != '.':
		case b == '.' && last != '.' && last != '-' && i-dot-1 <= maxLabel:
			dot = i
		default:
			return false
		}
		last = b
	}
	top := s[dot+1:]
	return dot > 0 && len(top) > 1 && len(top) <= maxLabel && last != '-' && (top[0] < '0' || top[0] > '9')
}
