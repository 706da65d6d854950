package table

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf8"
)

// The encodings that File.Encoding may name.
const (
	UTF8    = "utf-8"
	UTF8BOM = "utf-8-bom"
	CP932   = "cp932" // Windows-31J: Shift_JIS with the characters of NEC and IBM
	EUCJP   = "euc-jp"
	UTF16   = "utf-16" // in either byte order

	// What UTF-16 is found to be.
	UTF16LE = "utf-16le"
	UTF16BE = "utf-16be"
)

// Encodings are what File.Encoding may be.
func Encodings() []string { return []string{Auto, UTF8, UTF8BOM, CP932, EUCJP, UTF16} }

// tally counts how well the bytes of a file fit each encoding.
type tally struct {
	utf8, cp932, euc fit
}

// fit is how well one encoding fits. Common are characters of wide that Japanese text in this encoding
// is made of, and text in another hardly ever. Usual are those that lists of people are full of, of those that
// are not signs; kana are half-width, strange ones where none belongs.
type fit struct{ wide, bad, common, usual, signs, kana, strange int }

// of returns how well an encoding fits. Where all of it is UTF-8 the others were not counted, and fit only
// if there is nothing beyond ASCII.
func (t *tally) of(encoding string) fit {
	switch {
	case encoding == UTF8:
		return t.utf8
	case t.utf8.bad == 0:
		return fit{bad: t.utf8.wide}
	case encoding == CP932:
		return t.cp932
	}
	return t.euc
}

// enough is how much of one encoding's failure there must be before its counting ends.
const enough = 4096

func (f fit) out() bool  { return f.bad > enough && f.bad > f.wide }
func (f fit) fits() bool { return f.bad == 0 || f.bad*10 < f.wide }

// add counts p, which begins and ends between characters. Only what is not UTF-8 is of interest to the
// others.
func (t *tally) add(p []byte) {
	if utf8.Valid(p) {
		t.utf8.wide += leads(p)
		return
	}
	if !t.utf8.out() {
		t.utf8.addUTF8(p)
	}
	if !t.cp932.out() {
		t.cp932.addCP932(p)
	}
	if !t.euc.out() {
		t.euc.addEUC(p)
	}
}

// leads counts the characters beyond ASCII in valid UTF-8: the bytes whose two upper bits are set.
func leads(p []byte) (n int) {
	const upper = 0x8080808080808080
	for ; len(p) >= 8; p = p[8:] {
		x := binary.LittleEndian.Uint64(p)
		n += bits.OnesCount64(x & (x << 1) & upper)
	}
	for _, b := range p {
		if b >= 0xc0 {
			n++
		}
	}
	return n
}

func (f *fit) addUTF8(p []byte) {
	for i := skipASCII(p, 0); i < len(p); i = skipASCII(p, i) {
		r, size := utf8.DecodeRune(p[i:])
		if r == utf8.RuneError && size == 1 {
			f.bad++
		} else {
			f.wide++
		}
		i += size
	}
}

// addCP932 takes for common what has a first byte of JIS X 0208's first half, and half-width kana in
// company: one by itself is more likely an accented letter of a western code page.
func (f *fit) addCP932(p []byte) {
	kana := -2 // where the last half-width kana stood: nowhere, and not before the first byte either
	known := usual932()
	for i := skipASCII(p, 0); i < len(p); i = skipASCII(p, i) {
		b := p[i]
		switch {
		case b >= 0xa1 && b <= 0xdf:
			f.wide++
			f.kana++
			if kana == i-1 {
				f.common++
			}
			if b <= 0xa4 || b == 0xa6 || b >= 0xde && (kana != i-1 || !voiced(p[i-1])) {
				f.strange++
			}
			kana = i
			i++
			continue
		case b == 0x80 || b == 0xa0 || b > 0xfc || i+1 == len(p) || !trail932(p[i+1]):
			f.bad++
			i++
			continue
		case b < 0xa0:
			f.common++
		}
		f.see(known[int(b)<<8|int(p[i+1])])
		f.wide++
		i += 2
	}
}

// see counts a character of two bytes.
func (f *fit) see(k rank) {
	f.usual += int(k & usual)
	f.signs += int(k / sign)
}

// voiced tells the half-width kana that a mark of a voiced sound may stand behind.
func voiced(b byte) bool { return b == 0xb3 || b >= 0xb6 && b <= 0xc4 || b >= 0xca && b <= 0xce }

func trail932(b byte) bool { return b >= 0x40 && b <= 0xfc && b != 0x7f }

// addEUC takes for common what has a first byte of punctuation, full-width letters and kana. As CP932
// these would be half-width punctuation, which hardly anybody writes.
func (f *fit) addEUC(p []byte) {
	known := usualEUC()
	for i := skipASCII(p, 0); i < len(p); i = skipASCII(p, i) {
		b, size := p[i], 2
		switch {
		case b == 0x8f:
			size = 3
		case b == 0x8e, b >= 0xa1 && b <= 0xfe:
		default:
			size = 1
		}
		if size == 1 || i+size > len(p) || p[i+1] < 0xa1 || p[i+size-1] < 0xa1 {
			f.bad++
			i++
			continue
		}
		if b >= 0xa1 && b <= 0xa5 {
			f.common++
		}
		if size == 2 {
			f.see(known[int(b)<<8|int(p[i+1])])
		}
		f.wide++
		i += size
	}
}

// skipASCII returns the first index from i whose byte is not ASCII.
func skipASCII(p []byte, i int) int {
	for ; i+8 <= len(p); i += 8 {
		if x := binary.LittleEndian.Uint64(p[i:]) & 0x8080808080808080; x != 0 {
			return i + bits.TrailingZeros64(x)/8
		}
	}
	for i < len(p) && p[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// decide names the encoding. ok is false where two readings are possible, or none. That the bytes fit says
// little: Korean and Chinese text fits EUC-JP to the last byte, and Big5 fits CP932. What it would read as must
// look like a list of people too, or be too little to tell.
func (t *tally) decide() (found Found, ok bool) {
	u, c, e := t.utf8, t.cp932, t.euc
	likely := func(f fit, encoding string) (Found, bool) {
		return Found{Encoding: encoding, Sure: Likely, Why: f.why()}, true
	}
	switch {
	case u.bad == 0 && u.wide == 0:
		return Found{Encoding: UTF8, Sure: Certain, Why: "nothing beyond ASCII"}, true
	case u.fits():
		return u.found(UTF8), true
	case e.fits() && e.japanese() && e.wide >= telling:
		return e.found(EUCJP), !c.fits() || !c.japanese()
	case c.fits() && c.japanese() && !e.fits(), c.fits() && !e.fits() && c.halfWidth() && c.kana >= telling:
		return c.found(CP932), true
	case max(c.wide-c.kana/2, e.wide) >= telling: // a kana is half of a character in any other encoding
		return Found{}, false
	case e.fits() && (!c.fits() || e.common > 0):
		return likely(e, EUCJP)
	case c.fits() && !e.fits() && c.common > 0:
		return likely(c, CP932)
	}
	return Found{}, false
}

// telling is how many characters leave hardly any chance to another encoding.
const telling = 16

// japanese tells whether the text reads as one that Japanese people are listed in. Of such a list six or seven
// of ten characters are usual ones; of Korean or Chinese read as EUC-JP at most two, by chance.
func (f fit) japanese() bool { return f.usual > 0 && 3*f.usual >= f.wide-f.signs-f.kana }

// foreign tells that there is text enough, and hardly any of it would be Japanese.
func (f fit) foreign() bool { return f.wide >= telling && !f.japanese() && !f.halfWidth() }

// halfWidth tells whether the half-width kana are some, and the rest is little: bytes that are not have marks
// of voiced sounds behind vowels, and full stops everywhere.
func (f fit) halfWidth() bool { return 2*f.kana > f.wide && 50*f.strange <= f.kana }

func (f fit) found(encoding string) Found {
	sure := Certain
	if f.bad > 0 {
		sure = Likely
	}
	return Found{Encoding: encoding, Sure: sure, Why: f.why()}
}

func (f fit) why() string {
	if f.bad == 0 {
		return fmt.Sprintf("every byte fits, %s characters beyond ASCII", thousands(f.wide))
	}
	return fmt.Sprintf("%s characters beyond ASCII fit, %s bytes do not", thousands(f.wide), thousands(f.bad))
}

// mark is the byte order mark of UTF-8.
func mark() []byte { return []byte("\xef\xbb\xbf") }

// between returns how much of p ends between two characters, in any of the encodings: the later bytes
// of a character are all above 0x3f.
func between(p []byte) int {
	for i := len(p); i > 0; i-- {
		if p[i-1] < 0x40 {
			return i
		}
	}
	return len(p)
}
