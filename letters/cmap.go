package letters

import (
	"encoding/binary"
	"sort"
)

// cmap finds a font's glyphs: of the characters of the basic plane by a table of their own, of those
// beyond by the subtable of format 12, of variation sequences by that of format 14.
type cmap struct {
	glyphs   [0x10000]uint16 // 0 is none
	full     []byte          // groups of format 12: first, last, first glyph
	variants []byte          // subtable of format 14
}

// readCmap reads the subtables in use. A font without any has no glyphs, and is an error.
func readCmap(table []byte, last int) (*cmap, error) {
	c := &cmap{}
	found := false
	for i := range int(binary.BigEndian.Uint16(table[2:])) {
		at := 4 + 8*i
		if len(table) < at+8 {
			return nil, fontError("cmap is cut off")
		}
		if from := binary.BigEndian.Uint32(table[at+4:]); uint64(from)+16 <= uint64(len(table)) {
			ok, err := c.read(table[at:], table[from:])
			if err != nil {
				return nil, err
			}
			found = found || ok
		}
	}
	if !found {
		return nil, fontError("no Unicode cmap of format 4 or 12")
	}
	for r, glyph := range c.glyphs {
		if int(glyph) >= last {
			c.glyphs[r] = 0
		}
	}
	return c, nil
}

// read takes a subtable in, and reports whether it finds characters.
func (c *cmap) read(record, sub []byte) (bool, error) {
	platform, encoding := binary.BigEndian.Uint16(record), binary.BigEndian.Uint16(record[2:])
	if platform != 0 && (platform != 3 || encoding != 1 && encoding != 10) {
		return false, nil
	}
	switch binary.BigEndian.Uint16(sub) {
	case 4:
		return true, c.readShort(sub)
	case 12:
		return true, c.readFull(sub)
	case 14:
		return false, c.readVariants(sub)
	}
	return false, nil
}

// set keeps what the first subtable says.
func (c *cmap) set(r, glyph int) {
	if c.glyphs[r] == 0 {
		c.glyphs[r] = uint16(glyph)
	}
}

// readShort reads a subtable of format 4.
func (c *cmap) readShort(sub []byte) error {
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
			c.set(r, (glyph+delta)&0xFFFF)
		}
	}
	return nil
}

// readFull keeps the groups of a subtable of format 12, and takes in those of the basic plane.
func (c *cmap) readFull(sub []byte) error {
	n := uint64(binary.BigEndian.Uint32(sub[12:]))
	if 16+12*n > uint64(len(sub)) {
		return fontError("cmap is cut off")
	}
	groups := sub[16 : 16+12*n]
	next := uint32(0)
	for g := groups; len(g) > 0; g = g[12:] {
		first, last, glyph := groupOf(g)
		if first < next || last < first || last > 0x10FFFF {
			return fontError("cmap is out of order")
		}
		next = last + 1
		for r := first; r <= min(last, 0xFFFE); r++ {
			c.set(int(r), int((glyph+r-first)&0xFFFF))
		}
	}
	c.full = groups
	return nil
}

func groupOf(g []byte) (first, last, glyph uint32) {
	return binary.BigEndian.Uint32(g), binary.BigEndian.Uint32(g[4:]), binary.BigEndian.Uint32(g[8:])
}

// glyph returns a character's glyph, 0 for none.
func (c *cmap) glyph(r rune) uint16 {
	if r <= 0xFFFF {
		return c.glyphs[r]
	}
	i := sort.Search(len(c.full)/12, func(i int) bool {
		_, last, _ := groupOf(c.full[12*i:])
		return last >= uint32(r)
	})
	if 12*i == len(c.full) {
		return 0
	}
	first, _, glyph := groupOf(c.full[12*i:])
	if glyph += uint32(r) - first; uint32(r) < first || glyph > 0xFFFF {
		return 0
	}
	return uint16(glyph)
}

// Sizes of a subtable of format 14 and of its records.
const (
	variantHead   = 10
	variantRecord = 11
)

func (c *cmap) readVariants(sub []byte) error {
	length, n := uint64(binary.BigEndian.Uint32(sub[2:])), uint64(binary.BigEndian.Uint32(sub[6:]))
	if length > uint64(len(sub)) || variantHead+variantRecord*n > length {
		return fontError("cmap is cut off")
	}
	c.variants = sub[:length]
	return nil
}

func uint24(b []byte) uint32 { return uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2]) }

// variant returns the glyph of a character followed by a variation selector, 0 for none.
func (c *cmap) variant(r, selector rune) uint16 {
	if len(c.variants) == 0 {
		return 0
	}
	for i := range int(binary.BigEndian.Uint32(c.variants[6:])) {
		record := c.variants[variantHead+variantRecord*i:]
		if uint24(record) != uint32(selector) {
			continue
		}
		if c.standard(binary.BigEndian.Uint32(record[3:]), uint32(r)) {
			return c.glyph(r)
		}
		return c.special(binary.BigEndian.Uint32(record[7:]), uint32(r))
	}
	return 0
}

// records returns a list of the variants' subtable: its count is followed by entries of a size.
func (c *cmap) records(from uint32, size int) []byte {
	if from == 0 || uint64(from)+4 > uint64(len(c.variants)) {
		return nil
	}
	list := c.variants[from:]
	n := uint64(binary.BigEndian.Uint32(list)) * uint64(size)
	if 4+n > uint64(len(list)) {
		return nil
	}
	return list[4 : 4+n]
}

// standard reports a sequence that shows the character's usual glyph.
func (c *cmap) standard(from, r uint32) bool {
	list := c.records(from, 4) // first character, how many more
	i := sort.Search(len(list)/4, func(i int) bool {
		return uint24(list[4*i:])+uint32(list[4*i+3]) >= r
	})
	return 4*i < len(list) && uint24(list[4*i:]) <= r
}

// special returns the glyph of a sequence that has one of its own.
func (c *cmap) special(from, r uint32) uint16 {
	list := c.records(from, 5) // character, glyph
	i := sort.Search(len(list)/5, func(i int) bool { return uint24(list[5*i:]) >= r })
	if 5*i == len(list) || uint24(list[5*i:]) != r {
		return 0
	}
	return binary.BigEndian.Uint16(list[5*i+3:])
}
