package barcode

import (
	"bytes"
	"encoding/ascii85"
	"math/bits"
	"strconv"
)

// Mask is a picture of one bit a cell, as a PDF image mask has it (ISO 32000-1, 8.9.6.2): rows from the
// top, each padded to a whole byte, the highest bit leftmost, 0 where there is ink.
//
// A mask is not only shorter than rectangles. A renderer paints every pixel a path touches, so that
// dark modules grow by up to a pixel, but of a mask only the pixels whose centre is in a dark cell.
type Mask struct {
	Width, Height int
	Bits          []byte
}

// newMask takes rows whose lowest bit is the leftmost cell, 1 where there is ink.
func newMask(width int, rows []uint64) Mask {
	stride := (width + 7) / 8
	m := Mask{Width: width, Height: len(rows), Bits: make([]byte, 0, stride*len(rows))}
	for _, row := range rows {
		for i := range stride {
			m.Bits = append(m.Bits, ^bits.Reverse8(byte(row>>(8*i))))
		}
	}
	return m
}

// Place is where a mark stands on a page: its lower left corner from the page's, and its size, in
// points.
type Place struct{ X, Y, Width, Height float64 }

// AppendPDF appends the operators that paint the mask in black at a place on a page. They are plain
// ASCII, keep the graphics state and need no resource of the page. A cell need not be square.
func (m Mask) AppendPDF(dst []byte, at Place) []byte {
	dst = append(dst, "q 0 g "...)
	dst = append(number(dst, at.Width), " 0 0 "...)
	dst = append(number(dst, at.Height), ' ')
	dst = append(number(dst, at.X), ' ')
	dst = append(number(dst, at.Y), " cm\nBI/W "...)
	dst = strconv.AppendInt(dst, int64(m.Width), 10)
	dst = append(dst, "/H "...)
	dst = strconv.AppendInt(dst, int64(m.Height), 10)
	dst = append(dst, "/IM true/F/A85 ID\n"...)
	start, room := len(dst), ascii85.MaxEncodedLen(len(m.Bits))
	dst = append(dst, make([]byte, room)...)
	n := ascii85.Encode(dst[start:], m.Bits)
	return append(dst[:start+n], "~>\nEI Q\n"...)
}

// number appends a length to a hundredth of a point: half a dot at 3,600 dots an inch.
func number(dst []byte, v float64) []byte {
	dst = strconv.AppendFloat(dst, v, 'f', 2, 64)
	return bytes.TrimSuffix(bytes.TrimRight(dst, "0"), []byte("."))
}
