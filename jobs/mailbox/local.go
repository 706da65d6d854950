package mailbox

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// wireLocal returns the local part as RFC 5321 takes it: a dot-string where it can be one, else quoted.
// Carriers in Japan issued foo..bar, foo. and .foo until 2009; they are deliverable in quotes only.
// Beyond ASCII (RFC 6532, section 3.1) it is NFC.
func wireLocal(local string) (string, error) {
	quoted := strings.HasPrefix(local, `"`)
	if quoted {
		local = unquote(local)
	}
	local = norm.NFC.String(local)
	if strings.Trim(local, ". ") == "" {
		return "", errors.New("address has nothing before the @")
	}
	for _, r := range local {
		if r != '.' && !atext(r) && !(quoted && r >= ' ' && r <= '~') {
			return "", fmt.Errorf("local part holds %q", r)
		}
	}
	if !dotString(local) {
		local = `"` + strings.ReplaceAll(strings.ReplaceAll(local, `\`, `\\`), `"`, `\"`) + `"`
	}
	if len(local) > maxLocal {
		return "", fmt.Errorf("local part is longer than %d bytes", maxLocal)
	}
	return local, nil
}

// unquote takes the quotes away, and what they made necessary.
func unquote(s string) string {
	var out strings.Builder
	for i := 1; i < len(s)-1; i++ {
		if s[i] == '\\' && i+1 < len(s)-1 {
			i++
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// dotString tells whether a local part needs no quotes.
func dotString(local string) bool {
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool { return !atext(r) }) {
			return false
		}
	}
	return true
}

// atext is the character class of RFC 5322, section 3.2.3, with what RFC 6532 adds as far as it can be
// seen.
func atext(r rune) bool {
	if r >= utf8.RuneSelf {
		return unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S)
	}
	return alphanumeric(r) || strings.IndexByte("!#$%&'*+-/=?^_`{|}~", byte(r)) >= 0
}

func alphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}
