package letters

import (
	"encoding/binary"
	"slices"
)

// coded is a glyph under the code that a print file's text has for it.
type coded struct{ code, glyph uint16 }

// subset makes a TrueType font of some glyphs and those that they are made of. signs is in the order
// of codes.
//
// The PDF library cuts fonts down itself, but only by the characters of the basic plane, from a copy
// of the whole font that it writes into, and at a cost in memory of several times the font. It gets
// a font in which there is nothing left to cut and in which every code has the glyph that we chose.
func (f *face) subset(signs []coded) []byte {
	c := cutter{face: f, numbers: map[uint16]uint16{}}
	c.number(0)
	for _, s := range signs {
		c.number(s.glyph)
	}
	glyf, loca := c.outlines()
	return assemble(map[string][]byte{
		"cmap": c.charactermap(signs), "glyf": glyf, "hmtx": c.widths(), "loca": loca,
		"OS/2": f.tables["OS/2"], "cvt ": f.tables["cvt "], "fpgm": f.tables["fpgm"],
		"gasp": f.tables["gasp"], "name": f.tables["name"], "post": f.tables["post"],
		"prep": f.tables["prep"],
		"head": patched(f.tables["head"], 50, 1), // long offsets
		"hhea": patched(f.tables["hhea"], 34, len(c.glyphs)),
		"maxp": patched(f.tables["maxp"], 4, len(c.glyphs)),
	})
}

// cutter renumbers glyphs.
type cutter struct {
	*face
	glyphs  []uint16          // of the font, by new number
	numbers map[uint16]uint16 // new, by the font's
}

// number returns a glyph's new number.
func (c *cutter) number(glyph uint16) uint16 {
	n, ok := c.numbers[glyph]
	if !ok {
		n = uint16(len(c.glyphs))
		c.glyphs, c.numbers[glyph] = append(c.glyphs, glyph), n
	}
	return n
}

// outlines copies the glyphs, the list of which grows by their parts meanwhile.
func (c *cutter) outlines() (glyf, loca []byte) {
	for i := 0; i < len(c.glyphs); i++ {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		from := len(glyf)
		glyf = append(glyf, c.outline(c.glyphs[i])...)
		c.renumber(glyf[from:])
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
	}
	return glyf, binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
}

// outline returns what a font has for a glyph; nothing where its tables disagree.
func (f *face) outline(glyph uint16) []byte {
	from, to := f.offset(int(glyph)), f.offset(int(glyph)+1)
	if from > to || to > uint64(len(f.tables["glyf"])) {
		return nil
	}
	return f.tables["glyf"][from:to]
}

func (f *face) offset(i int) uint64 {
	loca := f.tables["loca"]
	if binary.BigEndian.Uint16(f.tables["head"][50:]) == 0 {
		if 2*i+2 > len(loca) {
			return 0
		}
		return 2 * uint64(binary.BigEndian.Uint16(loca[2*i:]))
	}
	if 4*i+4 > len(loca) {
		return 0
	}
	return uint64(binary.BigEndian.Uint32(loca[4*i:]))
}

// Flags of a composite glyph's parts.
const (
	argsAreWords   = 1 << 0
	haveScale      = 1 << 3
	moreParts      = 1 << 5
	haveTwoScales  = 1 << 6
	haveTwoByTwo   = 1 << 7
	compositeParts = 10 // where they begin
)

// renumber gives the parts of a composite glyph their new numbers.
func (c *cutter) renumber(glyph []byte) {
	if len(glyph) < compositeParts || glyph[0]&0x80 == 0 {
		return
	}
	for at := compositeParts; at+4 <= len(glyph); {
		flags := binary.BigEndian.Uint16(glyph[at:])
		part := binary.BigEndian.Uint16(glyph[at+2:])
		binary.BigEndian.PutUint16(glyph[at+2:], c.number(c.known(part)))
		if flags&moreParts == 0 {
			return
		}
		at += partSize(flags)
	}
}

func partSize(flags uint16) int {
	size := 6
	if flags&argsAreWords != 0 {
		size += 2
	}
	switch {
	case flags&haveScale != 0:
		size += 2
	case flags&haveTwoScales != 0:
		size += 4
	case flags&haveTwoByTwo != 0:
		size += 8
	}
	return size
}

// widths gives every glyph a width of its own.
func (c *cutter) widths() []byte {
	var hmtx []byte
	m := c.metrics
	for _, g := range c.glyphs {
		hmtx = append(hmtx, m.hmtx[4*min(int(g), m.long-1):][:2]...)
		side := []byte{0, 0}
		if at := 4*m.long + 2*(int(g)-m.long); int(g) < m.long {
			side = m.hmtx[4*int(g)+2:][:2]
		} else if at+2 <= len(m.hmtx) {
			side = m.hmtx[at:][:2]
		}
		hmtx = append(hmtx, side...)
	}
	return hmtx
}

// segment is a stretch of codes whose glyphs follow each other.
type segment struct{ start, end, glyph uint16 }

// charactermap is a table with one subtable of format 4.
func (c *cutter) charactermap(signs []coded) []byte {
	var segments []segment
	for _, s := range signs {
		glyph := c.numbers[s.glyph]
		n := len(segments)
		if n > 0 && segments[n-1].end+1 == s.code &&
			segments[n-1].glyph+s.code-segments[n-1].start == glyph {
			segments[n-1].end++
			continue
		}
		segments = append(segments, segment{s.code, s.code, glyph})
	}
	segments = append(segments, segment{0xFFFF, 0xFFFF, 0})
	length := min(16+8*len(segments), 0xFFFF) // readers go by the number of segments
	b := []byte{0, 0, 0, 1, 0, 3, 0, 1, 0, 0, 0, 12}
	for _, v := range []int{4, length, 0, 2 * len(segments), 0, 0, 0} {
		b = binary.BigEndian.AppendUint16(b, uint16(v))
	}
	for _, s := range segments {
		b = binary.BigEndian.AppendUint16(b, s.end)
	}
	b = append(b, 0, 0)
	for _, s := range segments {
		b = binary.BigEndian.AppendUint16(b, s.start)
	}
	for _, s := range segments {
		b = binary.BigEndian.AppendUint16(b, s.glyph-s.start)
	}
	return append(b, make([]byte, 2*len(segments))...)
}

// patched returns a copy of a table with another number in it.
func patched(table []byte, at, value int) []byte {
	table = slices.Clone(table)
	binary.BigEndian.PutUint16(table[at:], uint16(value))
	return table
}

// assemble makes a font file. It has no checksums: nobody but the PDF library reads it, which makes
// its own.
func assemble(tables map[string][]byte) []byte {
	var names []string
	size := 12
	for name, table := range tables {
		if len(table) > 0 {
			names = append(names, name)
			size += 16 + len(table) + 3
		}
	}
	slices.Sort(names)
	font := make([]byte, 12+16*len(names), size)
	copy(font, []byte{0, 1, 0, 0, 0, byte(len(names))})
	for i, name := range names {
		entry := font[12+16*i:]
		copy(entry, name)
		binary.BigEndian.PutUint32(entry[8:], uint32(len(font)))
		binary.BigEndian.PutUint32(entry[12:], uint32(len(tables[name])))
		font = append(font, tables[name]...)
		for len(font)%4 != 0 {
			font = append(font, 0)
		}
	}
	return font
}
