package email

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxChunk is how many bytes go into one encoded word. RFC 2047 allows 75 characters a word;
	// with 60 the first one still fits behind "Subject: ". A header that begins on its second
	// line is legal, but mobile carriers have shown it as empty.
	maxChunk = 36

	// maxWord is the longest word that is left as it is.
	maxWord = 60
)

var errHeaderText = errors.New("control or direction character, or invalid UTF-8")

// checkText refuses what could end a header line or turn the reading direction of what follows.
func checkText(s string) error {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, isUnsafe) {
		return errHeaderText
	}
	return nil
}

func isUnsafe(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

// encodeText is s as unstructured header text: as it is where that is safe to fold, otherwise in
// words of RFC 2047, base64, each of whole characters.
func encodeText(s string) string {
	if isPlain(s) {
		return s
	}
	var words []string
	for len(s) > 0 {
		n := chunk(s)
		words = append(words, "=?UTF-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
	}
	return strings.Join(words, " ")
}

// isPlain says whether s is ASCII that survives folding at its spaces and reads as nothing else.
func isPlain(s string) bool {
	for word := range strings.SplitSeq(s, " ") {
		if word == "" || len(word) > maxWord || strings.Contains(word, "=?") {
			return false
		}
		if strings.ContainsFunc(word, func(r rune) bool { return r < '!' || r > '~' }) {
			return false
		}
	}
	return true
}

// chunk is how many bytes of s make the next word, without splitting a character.
func chunk(s string) int {
	if len(s) <= maxChunk {
		return len(s)
	}
	n := maxChunk
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return n
}

// formatAddress is a as a header's mailbox (RFC 5322 3.4), its address in the form it is given in:
// net/mail would quote and unquote local parts by its own mind, and Q-encode names.
func formatAddress(a mail.Address) (string, error) {
	if err := checkWire(a.Address); err != nil {
		return "", err
	}
	if err := checkText(a.Name); err != nil {
		return "", fmt.Errorf("name: %w", err)
	}
	switch {
	case a.Name == "":
		return a.Address, nil
	case isPlain(a.Name):
		return quoteName(a.Name) + " <" + a.Address + ">", nil
	}
	return encodeText(a.Name) + " <" + a.Address + ">", nil
}

// formatRecipient is formatAddress for one that may be beyond ASCII. Such an address is shown as the name of
// a group without members, the way in which RFC 6857 downgrades it: the message stays ASCII, and no server has
// a reason to convert or refuse it.
func formatRecipient(a mail.Address) (string, error) {
	if !needsUTF8(a.Address) {
		return formatAddress(a)
	}
	if err := checkRecipient(a.Address); err != nil {
		return "", err
	}
	if err := checkText(a.Name); err != nil {
		return "", fmt.Errorf("name: %w", err)
	}
	return encodeText(strings.TrimSpace(a.Name+" "+a.Address)) + ":;", nil
}

func quoteName(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
