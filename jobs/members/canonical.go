package members

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"unicode/utf16"
)

// errNoNumber says that a number is none that messages have.
var errNoNumber = errors.New("only whole numbers below 2^53 are canonical here")

// appendCanonical appends JSON in the canonical form of RFC 8785: no space, keys in order, one way to write each
// text. Of numbers it takes whole ones, which have one form anyway.
func appendCanonical(b, text []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return b, err
	}
	return appendValue(b, v)
}

func appendValue(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case string:
		return appendText(b, v), nil
	case json.Number:
		const most = 1 << 53
		n, err := v.Int64()
		if err != nil || n <= -most || n >= most {
			return b, errNoNumber
		}
		return strconv.AppendInt(b, n, 10), nil
	case []any:
		return appendList(b, v)
	}
	return appendObject(b, v.(map[string]any))
}

func appendList(b []byte, list []any) (_ []byte, err error) {
	b = append(b, '[')
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendValue(b, v); err != nil {
			return b, err
		}
	}
	return append(b, ']'), nil
}

// appendObject puts keys in the order of their UTF-16 code units (RFC 8785 section 3.2.3).
func appendObject(b []byte, object map[string]any) (_ []byte, err error) {
	keys := slices.SortedFunc(maps.Keys(object), func(x, y string) int {
		return slices.Compare(utf16.Encode([]rune(x)), utf16.Encode([]rune(y)))
	})
	b = append(b, '{')
	for i, key := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, key), ':')
		if b, err = appendValue(b, object[key]); err != nil {
			return b, err
		}
	}
	return append(b, '}'), nil
}

// short are the control characters that have an escape of their own.
var short = map[byte]byte{'\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r', '"': '"', '\\': '\\'}

// appendText escapes what must be, and nothing else (RFC 8785 section 3.2.2.2).
func appendText(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		c := s[i]
		switch e, ok := short[c]; {
		case ok:
			b = append(b, '\\', e)
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
