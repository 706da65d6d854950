package segment

import (
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"oshirase/jobs/fold"
)

// Texts are compared as people read them: AP-A, ap-a and ＡＰ－Ａ are one server. Three systems wrote them in three
// ways, and a rule that missed two of them would tell nobody there. Equal bytes are equal at once; the rest is
// folded, a literal once for all rows.

// folding is a condition on folded texts. AsWritten is what it would be on the texts as they stand.
type folding interface {
	condition
	asWritten(facts []Value) bool
}

// sameText holds where two texts are the same.
type sameText struct{ left, right text }

func (s sameText) of(facts []Value) bool {
	a, b := s.left.of(facts), s.right.of(facts)
	return a == b || folds(a, fold.Text(b))
}

func (s sameText) asWritten(facts []Value) bool { return s.left.of(facts) == s.right.of(facts) }

// sameLiteral is sameText with a literal.
type sameLiteral struct {
	text
	value, folded string
}

func (s *sameLiteral) of(facts []Value) bool {
	v := s.text.of(facts)
	return v == s.value || folds(v, s.folded)
}

func (s *sameLiteral) asWritten(facts []Value) bool { return s.text.of(facts) == s.value }

// sameTexts compares two operands.
func sameTexts(left, right text) condition {
	if l, ok := left.(literal[string]); ok {
		left, right = right, l
	}
	if l, ok := right.(literal[string]); ok {
		return &sameLiteral{left, l.value, fold.Text(l.value)}
	}
	return sameText{left, right}
}

// oneOfTexts holds where a text is in a list of literals.
type oneOfTexts struct {
	text
	values []string
	folded map[string]struct{}
	seen   memo
}

func (o *oneOfTexts) of(facts []Value) bool {
	v := o.text.of(facts)
	if len(o.values) <= few && slices.Contains(o.values, v) {
		return true
	}
	if in, known := o.seen.look(v); known {
		return in
	}
	var in, out [64]byte
	_, ok := o.folded[string(fold.AppendText(out[:0], append(in[:0], v...)))]
	o.seen.keep(v, ok)
	return ok
}

// memo remembers what became of the last texts: a column has few, in millions of rows.
type memo [16]atomic.Pointer[remembered]

type remembered struct {
	text string
	in   bool
}

// longestRemembered keeps a memo small, whatever the cells hold.
const longestRemembered = 64

func (m *memo) at(s string) *atomic.Pointer[remembered] {
	if s == "" {
		return &m[0]
	}
	return &m[(len(s)*7+int(s[len(s)-1])+3*int(s[len(s)/2]))%len(m)]
}

func (m *memo) look(s string) (in, known bool) {
	r := m.at(s).Load()
	return r != nil && r.in, r != nil && r.text == s
}

func (m *memo) keep(s string, in bool) {
	if len(s) <= longestRemembered {
		m.at(s).Store(&remembered{strings.Clone(s), in})
	}
}

func (o *oneOfTexts) asWritten(facts []Value) bool {
	return slices.Contains(o.values, o.text.of(facts))
}

// amongTexts compares with each of a list.
func amongTexts(of text, list []typed) condition {
	known := &oneOfTexts{text: of, folded: map[string]struct{}{}}
	var each anyOf
	for _, t := range list {
		if l, ok := t.text.(literal[string]); ok {
			known.values = append(known.values, l.value)
			known.folded[fold.Text(l.value)] = struct{}{}
		} else {
			each = append(each, sameTexts(of, t.text))
		}
	}
	if len(each) == 0 {
		return known
	}
	return append(each, known)
}

// folds tells whether a text is this one when folded. Most are not, by their first letter.
func folds(s, folded string) bool {
	at := 0
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf || i+1 < len(s) && s[i+1] >= utf8.RuneSelf {
			return foldsByTable(s, folded)
		}
		b := plain(s[i])
		if b == 0 {
			continue
		}
		if at == len(folded) || folded[at] != b {
			return false
		}
		at++
	}
	return at == len(folded)
}

func foldsByTable(s, folded string) bool {
	var in, out [64]byte
	return string(fold.AppendText(out[:0], append(in[:0], s...))) == folded
}

// plain folds a byte of ASCII as fold.Text does; 0 is none.
func plain(b byte) byte {
	switch {
	case b >= 'A' && b <= 'Z':
		return b + 'a' - 'A'
	case b <= ' ' || b == '\x7f':
		return 0
	case b == '`':
		return '\''
	}
	return b
}

// byFold tells whether a condition is what it is only because texts are folded.
func byFold(c condition, facts []Value) bool {
	switch c := c.(type) {
	case not:
		return byFold(c.condition, facts)
	case anyOf:
		return slices.ContainsFunc(c, func(c condition) bool { return byFold(c, facts) })
	case folding:
		return c.of(facts) != c.asWritten(facts)
	}
	return false
}
