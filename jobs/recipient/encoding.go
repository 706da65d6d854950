package recipient

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/transform"
)

// The encodings a file may be in.
const (
	auto    = "auto"
	utf8enc = "utf-8"
	utf8BOM = "utf-8-bom"
	cp932   = "cp932"   // Windows-31J
	utf16   = "utf-16*" // found by its mark, not read
)

const bufferSize = 256 << 10

// mark is the byte order mark of UTF-8.
func mark() []byte { return []byte("\xef\xbb\xbf") }

// encodingOf tells the encoding of a file: the declared one, or what the whole of it looks like.
func encodingOf(r io.Reader, declared string) (string, error) {
	br := bufio.NewReaderSize(r, bufferSize)
	head, err := br.Peek(3)
	if err != nil && err != io.EOF {
		return "", err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return utf16, nil
	case bytes.Equal(head, mark()):
		return utf8BOM, nil
	case declared == utf8BOM:
		return utf8enc, nil
	case declared == "" || declared == auto:
		return guess(br)
	}
	return declared, nil
}

// guess reads everything: the first name that is not ASCII may stand in the last row. A file in
// UTF-8 with a few damaged bytes must not be taken for CP932, which would garble everybody in it
// and mostly without an error; Japanese text in CP932 hardly ever looks like UTF-8, so that a tenth
// decides.
func guess(br *bufio.Reader) (string, error) {
	var wide, bad int
	for {
		chunk, err := br.Peek(bufferSize)
		if err != nil && err != io.EOF {
			return "", err
		}
		n, w, b := countUTF8(chunk, err == io.EOF)
		wide, bad = wide+w, bad+b
		if err == io.EOF {
			break
		}
		if _, err := br.Discard(n); err != nil {
			return "", err
		}
	}
	if bad == 0 || bad*10 < wide {
		return utf8enc, nil
	}
	return cp932, nil
}

// countUTF8 counts the characters beyond ASCII and the bytes that are none. It leaves the beginning
// of a character at the end of p, unless p is the last.
func countUTF8(p []byte, last bool) (n, wide, bad int) {
	for n < len(p) {
		if p[n] < utf8.RuneSelf {
			n++
			continue
		}
		if !last && !utf8.FullRune(p[n:]) {
			return n, wide, bad
		}
		r, size := utf8.DecodeRune(p[n:])
		if r == utf8.RuneError && size == 1 {
			bad++
		} else {
			wide++
		}
		n += size
	}
	return n, wide, bad
}

// decoder turns cells into UTF-8. It is for one goroutine.
type decoder struct {
	encoding string
	cp932    transform.Transformer
}

func newDecoder(encoding string) *decoder {
	return &decoder{encoding, japanese.ShiftJIS.NewDecoder().Transformer}
}

// append adds the decoded cell to dst. Where a byte is not of the encoding it says why not.
func (d *decoder) append(dst, cell []byte) (out []byte, fault string) {
	if d.encoding == cp932 && !ascii(cell) {
		return d.appendCP932(dst, cell)
	}
	if i := badUTF8(cell); i >= 0 {
		return append(dst, cell...), fmt.Sprintf("byte %d of the cell is not valid UTF-8", i+1)
	}
	return append(dst, cell...), ""
}

func (d *decoder) appendCP932(dst, cell []byte) (out []byte, fault string) {
	start := len(dst)
	dst = d.transform(dst, cell)
	if !bytes.Contains(dst[start:], []byte("\uFFFD")) {
		return dst, ""
	}
	i := d.badCP932(cell)
	if cell[i] >= 0xf0 && cell[i] <= 0xf9 && i+1 < len(cell) {
		return dst, fmt.Sprintf("byte %d of the cell begins a user-defined character (gaiji)", i+1)
	}
	return dst, fmt.Sprintf("byte %d of the cell is not valid CP932", i+1)
}

// transform decodes CP932; what cannot be decoded becomes U+FFFD, which CP932 itself does not have.
func (d *decoder) transform(dst, src []byte) []byte {
	need := 3 * len(src)
	for cap(dst)-len(dst) < need {
		dst = append(dst[:cap(dst)], 0)[:len(dst)]
	}
	n, _, _ := d.cp932.Transform(dst[len(dst):len(dst)+need], src, true)
	return dst[:len(dst)+n]
}

// badCP932 returns the index of the first byte that does not decode, or 0.
func (d *decoder) badCP932(cell []byte) int {
	for i := 0; i < len(cell); {
		size := 1
		if lead := cell[i]; lead > 0x80 && lead < 0xa0 || lead >= 0xe0 {
			size = min(2, len(cell)-i)
		}
		if bytes.Contains(d.transform(nil, cell[i:i+size]), []byte("\uFFFD")) {
			return i
		}
		i += size
	}
	return 0
}

func ascii(p []byte) bool {
	for _, b := range p {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
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
