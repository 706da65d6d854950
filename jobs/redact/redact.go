// Package redact makes what a mail server said fit to be stored and shown. A server repeats whom it was asked for,
// in its answer to a command and in its report afterwards, and either may be any text at all. So one place
// knows how an address, or a word that is private, comes out of it.
package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// Most is how many bytes of a line are left.
	Most = 200
	// Mark stands where something was taken out.
	Mark = "[address]"
)

// Line makes a server's words fit to be stored and shown: no address, none of the private words, no
// control characters, at most Most bytes. It would rather take out too much. A private word is taken
// out where it stands alone, in either case, so that the local part "a" leaves the letters a alone.
func Line(line string, private ...string) string {
	line = removeAddresses(printable(line))
	for _, word := range private {
		line = removeWord(line, word)
	}
	return cut(strings.TrimSpace(line), Most)
}

// Plain leaves the characters that a reader sees of a text that may name addresses, at most Most bytes.
func Plain(text string) string { return cut(printable(text), Most) }

// printable drops what no reader sees: control and format characters, and bytes that are not UTF-8.
func printable(line string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r == utf8.RuneError, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			return -1
		}
		return r
	}, line)
}

func isAt(r rune) bool { return r == '@' || r == '＠' || r == '﹫' }

// removeAddresses takes out every run of characters round an at sign, and more where a quoted
// local part or an angle bracket says that the address began earlier.
func removeAddresses(line string) string {
	var out strings.Builder
	for {
		at := strings.IndexFunc(line, isAt)
		if at < 0 {
			out.WriteString(line)
			return out.String()
		}
		out.WriteString(line[:addressStart(line[:at])])
		out.WriteString(Mark)
		line = line[addressEnd(line, at):]
	}
}

func isAddressEdge(r rune) bool { return unicode.IsSpace(r) || r == '<' || r == '>' }

// addressStart says where the address begins whose local part ends before.
func addressStart(before string) int {
	open := strings.LastIndexByte(before, '<')
	if open > strings.LastIndexByte(before, '>') {
		return open + 1
	}
	if strings.HasSuffix(before, `"`) {
		return max(quoteStart(before[:len(before)-1]), 0)
	}
	i := strings.LastIndexFunc(before, isAddressEdge)
	if i < 0 {
		return 0
	}
	_, size := utf8.DecodeRuneInString(before[i:])
	return i + size
}

// quoteStart finds the last quote that is not escaped, or -1.
func quoteStart(s string) int {
	for {
		i := strings.LastIndexByte(s, '"')
		if i <= 0 || s[i-1] != '\\' {
			return i
		}
		s = s[:i-1]
	}
}

// addressEnd says where the address ends that has its at sign at.
func addressEnd(line string, at int) int {
	if i := strings.IndexFunc(line[at:], isAddressEdge); i >= 0 {
		return at + i
	}
	return len(line)
}

// removeWord takes out word wherever no letter or digit touches it.
func removeWord(line, word string) string {
	if word == "" {
		return line
	}
	var out strings.Builder
	last := rune(' ')
	for i := 0; i < len(line); {
		if end := i + len(word); end <= len(line) && !isAlnum(last) &&
			strings.EqualFold(line[i:end], word) && !isAlnum(firstRune(line[end:])) {
			out.WriteString(Mark)
			i, last = end, ' '
			continue
		}
		r, size := utf8.DecodeRuneInString(line[i:])
		out.WriteRune(r)
		i, last = i+size, r
	}
	return out.String()
}

func isAlnum(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func firstRune(s string) rune {
	if s == "" {
		return ' '
	}
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// cut shortens s to at most n bytes without splitting a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
