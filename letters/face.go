package letters

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// face is what layout needs of a font: which characters it has and how wide they are.
//
// It reads the very table that the PDF library prints from (the first Unicode subtable of format
// 4), not the best one of the font: a glyph that the library cannot reach is not there.
type face struct {
	advance [0x10000]uint16 // in 1/1000 em; absent where nothing can be printed
}

const absent = 0xFFFF

var errFont = errors.New("not a usable TrueType font")

// parseFace reads a TrueType font with glyf outlines.
func parseFace(data []byte) (*face, error) {
	tables, err := tableDirectory(data)
	if err != nil {
		return nil, err
	}
	m, err := readMetrics(tables)
	if err != nil {
		return nil, err
	}
	sub, err := unicodeSubtable(tables["cmap"])
	if err != nil {
		return nil, err
	}
	f := &face{}
	for i := range f.advance {
		f.advance[i] = absent
	}
	return f, eachGlyph(sub, func(r rune, glyph int) {
		if w, ok := m.width(glyph); ok && !unprintable(r) {
			f.advance[r] = w
		}
	})
}

func fontError(what string) error { return fmt.Errorf("%w: %s", errFont, what) }

// tableDirectory finds the tables. Those that the PDF library cannot do without must be there.
func tableDirectory(data []byte) (map[string][]byte, error) {
	if len(data) < 12 {
		return nil, fontError("too short")
	}
	if v := binary.BigEndian.Uint32(data); v != 0x00010000 && v != 0x74727565 {
		return nil, fontError("no TrueType outlines")
	}
	tables := map[string][]byte{}
	for i := range int(binary.BigEndian.Uint16(data[4:])) {
		at := 12 + 16*i
		if len(data) < at+16 {
			return nil, fontError("table directory is cut off")
		}
		from := uint64(binary.BigEndian.Uint32(data[at+8:]))
		to := from + uint64(binary.BigEndian.Uint32(data[at+12:]))
		if to > uint64(len(data)) {
			return nil, fontError("table is cut off")
		}
		tables[string(data[at:at+4])] = data[from:to]
	}
	return tables, requireTables(tables)
}

func requireTables(tables map[string][]byte) error {
	for name, size := range map[string]int{
		"cmap": 4, "glyf": 1, "head": 54, "hhea": 36, "hmtx": 4, "loca": 2, "maxp": 6,
		"name": 6, "OS/2": 78, "post": 16,
	} {
		if len(tables[name]) < size {
			return fontError("no table " + name)
		}
	}
	return nil
}

// metrics are the advance widths by glyph.
type metrics struct {
	hmtx       []byte
	long, last int // glyphs with a width of their own; number of glyphs
	unitsPerEm int
}

func readMetrics(tables map[string][]byte) (metrics, error) {
	m := metrics{
		hmtx:       tables["hmtx"],
		long:       int(binary.BigEndian.Uint16(tables["hhea"][34:])),
		last:       int(binary.BigEndian.Uint16(tables["maxp"][4:])),
		unitsPerEm: int(binary.BigEndian.Uint16(tables["head"][18:])),
	}
	if m.long == 0 || m.unitsPerEm == 0 || len(m.hmtx) < 4*m.long {
		return m, fontError("no widths")
	}
	return m, nil
}

// width returns a glyph's width in 1/1000 em. Glyph 0 is the box for what is missing.
func (m metrics) width(glyph int) (uint16, bool) {
	if glyph <= 0 || glyph >= m.last {
		return 0, false
	}
	w := int(binary.BigEndian.Uint16(m.hmtx[4*min(glyph, m.long-1):]))
	w = (w*1000 + m.unitsPerEm/2) / m.unitsPerEm
	return uint16(min(w, absent-1)), true
}

func unicodeSubtable(cmap []byte) ([]byte, error) {
	for i := range int(binary.BigEndian.Uint16(cmap[2:])) {
		at := 4 + 8*i
		if len(cmap) < at+8 {
			return nil, fontError("cmap is cut off")
		}
		platform := binary.BigEndian.Uint16(cmap[at:])
		encoding := binary.BigEndian.Uint16(cmap[at+2:])
		from := uint64(binary.BigEndian.Uint32(cmap[at+4:]))
		if platform != 0 && (platform != 3 || encoding != 1) || from+14 > uint64(len(cmap)) {
			continue
		}
		if binary.BigEndian.Uint16(cmap[from:]) == 4 {
			return cmap[from:], nil
		}
	}
	return nil, fontError("no Unicode cmap of format 4")
}

// eachGlyph walks a cmap subtable of format 4.
func eachGlyph(sub []byte, yield func(r rune, glyph int)) error {
	length := int(binary.BigEndian.Uint16(sub[2:]))
	segments := int(binary.BigEndian.Uint16(sub[6:])) / 2
	if length > len(sub) || 16+8*segments > length {
		return fontError("cmap is cut off")
	}
	at := func(array, i int) int {
		return int(binary.BigEndian.Uint16(sub[14+2*segments*array+2*min(array, 1)+2*i:]))
	}
	next := 0
	for i := range segments {
		end, start, delta, offset := at(0, i), at(1, i), at(2, i), at(3, i)
		if start < next || end < start {
			return fontError("cmap is out of order")
		}
		next = end + 1
		for r := start; r <= end && r < 0xFFFF; r++ {
			glyph := r
			if offset != 0 {
				pos := 16 + 6*segments + 2*i + offset + 2*(r-start)
				if pos+2 > length {
					continue
				}
				if glyph = int(binary.BigEndian.Uint16(sub[pos:])); glyph == 0 {
					continue
				}
			}
			yield(rune(r), (glyph+delta)&0xFFFF)
		}
	}
	return nil
}

// width returns the width of a character in em/1000; characters are checked before they are
// measured.
func (f *face) width(r rune) int {
	if r > 0xFFFF || f.advance[r] == absent {
		return 0
	}
	return int(f.advance[r])
}

// measure returns the width of text at a size.
func (f *face) measure(text string, size float64) float64 {
	sum := 0
	for _, r := range text {
		sum += f.width(r)
	}
	return float64(sum) * size / 1000
}

// check finds the first character of text that the font cannot print.
func (f *face) check(text, where string) error {
	for _, r := range text {
		if !f.prints(r) {
			return &GlyphError{Rune: r, Where: where}
		}
	}
	return nil
}

// prints reports whether a character comes out as itself.
func (f *face) prints(r rune) bool { return r <= 0xFFFF && f.advance[r] != absent }

// unprintable reports characters that do not come out as themselves even where a font has them. A
// combining mark is one: the PDF library knows no mark positions and sets it on the wrong letter;
// the kana sound marks are drawn to fit.
func unprintable(r rune) bool { return r == utf8.RuneError || invisible(r) || combining(r) }
