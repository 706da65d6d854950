package reading

import (
	"bytes"
	"crypto/sha256"
	"encoding/ascii85"
	"regexp"
	"unicode/utf16"
)

// read reads a page's drawing (ISO 32000-1, 7.8.2).
func read(drawing []byte) Page {
	p := Page{Sum: sha256.Sum256(drawing)}
	for i := 0; i < len(drawing); {
		switch {
		case drawing[i] == '(':
			text, n := literal(drawing[i:])
			if pieceForm.MatchString(text) {
				p.Pieces = append(p.Pieces, text)
			}
			i += n
		case drawing[i] == 'B' && bytes.HasPrefix(drawing[i:], imageBegin):
			s, n := image(drawing[i:])
			if s.Width > 0 {
				p.Symbols = append(p.Symbols, s)
			}
			i += n
		default:
			i++
		}
	}
	return p
}

// texts reads the strings of a page's drawing.
func texts(drawing []byte) (out []string) {
	for i := 0; i < len(drawing); {
		switch {
		case drawing[i] == '(':
			text, n := literal(drawing[i:])
			out = append(out, text)
			i += n
		case drawing[i] == 'B' && bytes.HasPrefix(drawing[i:], imageBegin):
			_, n := image(drawing[i:])
			i += n
		default:
			i++
		}
	}
	return out
}

var pieceForm = regexp.MustCompile(`^\d{10,18}-\d$`)

// literal reads a string of two-byte codes, which are characters, and returns how long it is in the
// drawing.
func literal(b []byte) (string, int) {
	var raw []byte
	i := 1
	for ; i < len(b) && b[i] != ')'; i++ {
		if b[i] == '\\' && i+1 < len(b) {
			i++
			if b[i] == 'r' {
				raw = append(raw, '\r')
				continue
			}
		}
		raw = append(raw, b[i])
	}
	codes := make([]uint16, len(raw)/2)
	for k := range codes {
		codes[k] = uint16(raw[2*k])<<8 | uint16(raw[2*k+1])
	}
	return string(utf16.Decode(codes)), min(i+1, len(b))
}

var (
	imageBegin = []byte("BI/W ")
	imageHead  = regexp.MustCompile(`^BI/W (\d{1,4})/H (\d{1,4})/IM true/F/A85 ID\n`)
	imageEnd   = []byte("~>\nEI")
)

// image reads an inline image mask. One that is damaged is a symbol of no size.
func image(b []byte) (Symbol, int) {
	head := imageHead.FindSubmatch(b[:min(len(b), 64)])
	end := bytes.Index(b, imageEnd)
	if head == nil || end < len(head[0]) {
		return Symbol{}, len(imageBegin)
	}
	s := Symbol{Width: number(head[1]), Height: number(head[2])}
	text := b[len(head[0]):end]
	s.Bits = make([]byte, 4*len(text))
	n, _, err := ascii85.Decode(s.Bits, text, true)
	if s.Bits = s.Bits[:n]; err != nil || n != (s.Width+7)/8*s.Height {
		return Symbol{}, end
	}
	return s, end + len(imageEnd)
}
