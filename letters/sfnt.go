package letters

import (
	"encoding/binary"
	"errors"
	"fmt"
)

var errFont = errors.New("not a usable TrueType font")

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

// Kinds of licence in a font's OS/2 table (fsType) that do not allow what we do with it.
const (
	noEmbedding = 0x0002
	noSubset    = 0x0100
	bitmapsOnly = 0x0200
)

func requireTables(tables map[string][]byte) error {
	for name, size := range map[string]int{
		"cmap": 4, "glyf": 1, "head": 54, "hhea": 36, "hmtx": 4, "loca": 2, "maxp": 6,
		"name": 6, "OS/2": 78, "post": 16,
	} {
		if len(tables[name]) < size {
			return fontError("no table " + name)
		}
	}
	kind := binary.BigEndian.Uint16(tables["OS/2"][8:])
	if kind&0xF == noEmbedding || kind&(noSubset|bitmapsOnly) != 0 {
		return fontError("its licence does not allow to embed it")
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

// width returns a glyph's width in 1/1000 em.
func (m metrics) width(glyph uint16) uint16 {
	w := int(binary.BigEndian.Uint16(m.hmtx[4*min(int(glyph), m.long-1):]))
	return uint16(min((w*1000+m.unitsPerEm/2)/m.unitsPerEm, absent-1))
}
