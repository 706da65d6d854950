package templates

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is the kind of a piece of what stands in braces.
type tokenKind int

const (
	path   tokenKind = iota // .Person.Name
	word                    // date, if, segment
	quoted                  // "ap-a", text without the quotes
	other                   // a parenthesis, or what cannot be read
)

// token is one piece of an expression, with its byte offset.
type token struct {
	kind tokenKind
	text string
	at   int
}

// scan splits an expression. It never fails: what cannot be read is a token of its own, for the
// parser to complain about with its place.
func scan(expr string) []token {
	var tokens []token
	for i := 0; i < len(expr); {
		r, size := utf8.DecodeRuneInString(expr[i:])
		if unicode.IsSpace(r) {
			i += size
			continue
		}
		t, end := scanOne(expr, i, r, size)
		tokens = append(tokens, t)
		i = end
	}
	return tokens
}

// scanOne reads the token that begins at i with the character r.
func scanOne(expr string, i int, r rune, size int) (token, int) {
	switch {
	case r == '"':
		if n := strings.IndexByte(expr[i+1:], '"'); n >= 0 {
			return token{quoted, expr[i+1 : i+1+n], i}, i + n + 2
		}
		return token{other, expr[i:], i}, len(expr)
	case r == '.' || isNameRune(r):
		end := i + nameLength(expr[i:])
		if r == '.' {
			return token{path, expr[i:end], i}, end
		}
		return token{word, expr[i:end], i}, end
	}
	return token{other, expr[i : i+size], i}, i + size
}

func nameLength(s string) int {
	for i, r := range s {
		if r != '.' && !isNameRune(r) {
			return i
		}
	}
	return len(s)
}

func isNameRune(r rune) bool {
	return r == '_' || r == '-' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
