package table

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
)

// Decoder turns cells into UTF-8. It is for one goroutine.
type Decoder struct {
	name   string
	double *pairs // nil for what is UTF-8 already
	before bool   // the text was decoded before it was split
}

// NewDecoder returns a decoder for the table's cells.
func (t *Table) NewDecoder() *Decoder {
	if t.Found.transcoder() != nil {
		return &Decoder{name: strings.ToUpper(t.Found.Encoding), before: true}
	}
	return newDecoder(t.Found.Encoding)
}

func newDecoder(name string) *Decoder {
	switch name {
	case CP932:
		return &Decoder{name: "CP932", double: cp932Pairs()}
	case EUCJP:
		return &Decoder{name: "EUC-JP", double: eucPairs()}
	}
	return &Decoder{name: "UTF-8"}
}

// Append adds the decoded cell to dst. Where a byte is not of the encoding, fault says which and why, and
// U+FFFD stands for it; in UTF-8 the byte itself stays.
func (d *Decoder) Append(dst, cell []byte) (out []byte, fault string) {
	if i := skipASCII(cell, 0); i == len(cell) {
		return append(dst, cell...), ""
	}
	if d.before && bytes.ContainsRune(cell, utf8.RuneError) {
		return append(dst, cell...), "cell holds what is not valid " + d.name
	}
	if d.double == nil {
		if i := badUTF8(cell); i >= 0 {
			fault = fmt.Sprintf("byte %d of the cell is not valid UTF-8", i+1)
		}
		return append(dst, cell...), fault
	}
	out, bad := d.double.append(dst, cell)
	switch {
	case bad < 0:
		return out, ""
	case d.name == "CP932" && cell[bad] >= 0xf0 && cell[bad] <= 0xf9 && bad+1 < len(cell):
		return out, fmt.Sprintf("byte %d of the cell begins a user-defined character (gaiji)", bad+1)
	}
	return out, fmt.Sprintf("byte %d of the cell is not valid %s", bad+1, d.name)
}

// badUTF8 returns the index of the first byte that is not UTF-8, or -1.
func badUTF8(p []byte) int {
	if utf8.Valid(p) {
		return -1
	}
	for i := 0; ; {
		r, size := utf8.DecodeRune(p[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
}

// pairs decodes an encoding of one and two bytes by one look at a table. All its characters are in the
// basic plane; 0 stands for what is none.
type pairs struct {
	single [256]uint16
	double [1 << 16]uint16
	triple [1 << 16]uint16 // by the two bytes after threeBytes
}

// threeBytes begins a character of JIS X 0212 in EUC-JP. In CP932 it is the first of two.
const threeBytes = 0x8f

// The tables are made by package encoding at the first use: it, and not we, knows the characters.
var (
	cp932Pairs = sync.OnceValue(func() *pairs { return newPairs(japanese.ShiftJIS) })
	eucPairs   = sync.OnceValue(func() *pairs { return newPairs(japanese.EUCJP) })
)

func newPairs(e encoding.Encoding) *pairs {
	p, d := &pairs{}, e.NewDecoder()
	for b := range 256 {
		p.single[b] = only(d.Bytes([]byte{byte(b)}))
	}
	for b := utf8.RuneSelf; b < 256; b++ {
		for c := 0x40; c < 256 && p.single[b] == 0; c++ {
			p.double[b<<8|c] = only(d.Bytes([]byte{byte(b), byte(c)}))
		}
	}
	for i := 0xa1a1; i <= 0xfefe && p.double[threeBytes<<8|0xa1] == 0; i++ {
		p.triple[i] = only(d.Bytes([]byte{threeBytes, byte(i >> 8), byte(i)}))
	}
	return p
}

// only returns the character that was decoded, if it is one and no replacement.
func only(text []byte, err error) uint16 {
	r, size := utf8.DecodeRune(text)
	if err != nil || size != len(text) || r == utf8.RuneError {
		return 0
	}
	return uint16(r)
}

// append adds the decoded text to dst, and returns the index of the first byte that is no character, or
// -1.
func (p *pairs) append(dst, src []byte) (out []byte, bad int) {
	bad = -1
	for i := 0; i < len(src); {
		if src[i] < utf8.RuneSelf {
			next := skipASCII(src, i)
			dst = append(dst, src[i:next]...)
			i = next
			continue
		}
		r, size := p.decode(src[i:])
		if r == 0 {
			r = utf8.RuneError
			if bad < 0 {
				bad = i
			}
		}
		if r < 0x800 {
			dst = utf8.AppendRune(dst, r)
		} else {
			dst = append(dst, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0xbf, 0x80|byte(r)&0xbf)
		}
		i += size
	}
	return dst, bad
}

// decode returns the first character of src and its length; no character is one byte long.
func (p *pairs) decode(src []byte) (r rune, size int) {
	if len(src) > 1 {
		if r := p.double[int(src[0])<<8|int(src[1])]; r != 0 {
			return rune(r), 2
		}
	}
	if src[0] == threeBytes && len(src) > 2 {
		if r := p.triple[int(src[1])<<8|int(src[2])]; r != 0 {
			return rune(r), 3
		}
	}
	return rune(p.single[src[0]]), 1
}
