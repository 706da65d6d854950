package campaign

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/goccy/go-yaml/ast"
	"golang.org/x/text/language"
)

// Rate is a number of deliveries per second.
type Rate float64

// scalar is a text. A number stands for the digits that were written, so that a telephone number
// or a postcode needs no quotes.
func (f *findings) scalar(n ast.Node) (string, bool) {
	var s string
	switch n := n.(type) {
	case *ast.StringNode:
		s = n.Value
	case *ast.LiteralNode:
		s = n.Value.Value
	case *ast.IntegerNode, *ast.FloatNode:
		s = n.GetToken().Value
	default:
		f.wrongType(n, "text")
		return "", false
	}
	if strings.ContainsFunc(s, isControl) {
		f.addValue(nodePosition(n), "a control character in a text", "take it out")
		return "", false
	}
	return s, true
}

func isControl(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

func (f *findings) whole(n ast.Node) (int64, bool) {
	if number, ok := n.(*ast.IntegerNode); ok {
		switch i := number.Value.(type) {
		case int64:
			return i, true
		case uint64:
			if i <= math.MaxInt64 {
				return int64(i), true
			}
		}
	}
	if n.Type() == ast.FloatType {
		f.addValue(nodePosition(n), "want a whole number, found one with a fraction", "write it without a point")
		return 0, false
	}
	f.wrongType(n, "a whole number")
	return 0, false
}

func (f *findings) decodeText(path string, n ast.Node, to *Text) {
	if !isMapping(n) {
		if s, ok := f.scalar(n); ok {
			*to = Text{"": s}
		}
		return
	}
	text := Text{}
	f.eachPair(n, func(key string, at position, value ast.Node) {
		locale, ok := canonical(key)
		if !ok {
			f.addAt(at, fmt.Sprintf("%q is not a language", key), localeForm)
			return
		}
		var s string
		f.decode(join(path, key), value, reflect.ValueOf(&s).Elem())
		text[locale] = s
	})
	*to = text
}

func isMapping(n ast.Node) bool {
	_, ok := n.(ast.MapNode)
	return ok
}

// canonical gives the usual form of a BCP 47 tag. An underscore, which the library would take, is
// a locale of an operating system.
func canonical(tag string) (string, bool) {
	const longest = 35 // RFC 5646 section 4.4.1
	if tag == "" || len(tag) > longest || strings.Contains(tag, "_") {
		return "", false
	}
	t, err := language.Parse(tag)
	return t.String(), err == nil && t != language.Und
}

func (f *findings) decodeLines(path string, n ast.Node, to *Lines) {
	if _, ok := n.(*ast.SequenceNode); ok {
		f.decodeKind(path, n, reflect.ValueOf(to).Elem())
		return
	}
	if s, ok := f.scalar(n); ok {
		*to = Lines{s}
	}
}

func (f *findings) decodeFact(path string, n ast.Node, to *Fact) {
	if isMapping(n) {
		f.decodeKind(path, n, reflect.ValueOf(to).Elem())
		return
	}
	if s, ok := f.scalar(n); ok {
		*to = Fact{Column: s}
	}
}

func (f *findings) decodeRate(n ast.Node, to *Rate) {
	s, ok := f.scalar(n)
	if !ok {
		return
	}
	if *to, ok = parseRate(s); !ok {
		f.addValue(nodePosition(n), fmt.Sprintf("%q is not a rate", s),
			"write deliveries per second, minute or hour, such as 50/s, 600/m or 10000/h")
	}
}

// parseRate reads a number, per second where no unit is given.
func parseRate(s string) (Rate, bool) {
	number, unit, found := strings.Cut(s, "/")
	seconds := map[string]float64{"s": 1, "m": 60, "h": 3600}[unit]
	if !found {
		seconds = 1
	}
	x, err := strconv.ParseFloat(number, 64)
	if err != nil || seconds == 0 || !(x > 0) || math.IsInf(x, 0) {
		return 0, false
	}
	return Rate(x / seconds), true
}

func (f *findings) decodeDuration(n ast.Node, to *time.Duration) {
	s, ok := f.scalar(n)
	if !ok {
		return
	}
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		f.addValue(nodePosition(n), fmt.Sprintf("%q is not a duration", s),
			"write hours or minutes, such as 72h or 90m")
		return
	}
	*to = d
}

// decodeIncident gives the types that notices know: time.Time, Moment, float64, bool, string, Text.
func (f *findings) decodeIncident(path string, n ast.Node, to *any) {
	switch n := n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		var text Text
		f.decodeText(path, n, &text)
		*to = text
	case *ast.BoolNode:
		*to = n.Value
	case *ast.IntegerNode, *ast.FloatNode:
		f.decodeNumber(n, to)
	default:
		if s, ok := f.scalar(n); ok {
			f.decodeDate(n, s, to)
		}
	}
}

func (f *findings) decodeNumber(n ast.Node, to *any) {
	x, err := strconv.ParseFloat(n.GetToken().Value, 64)
	if err != nil {
		f.wrongType(n, "a decimal number")
		return
	}
	*to = x
}

func (f *findings) decodeDate(n ast.Node, s string, to *any) {
	*to = s
	if isMoment(s) {
		at, ok := parseMoment(s)
		if *to = at; !ok {
			f.addValue(nodePosition(n), fmt.Sprintf("%q is not a time in a known zone", s), momentForm)
		}
		return
	}
	if !isDate(s) {
		return
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		f.addValue(nodePosition(n), fmt.Sprintf("there is no day %q", s), "write YYYY-MM-DD")
		return
	}
	*to = t
}
