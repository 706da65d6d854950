package barcode

import "math/bits"

// Matrix is a square symbol of at most 64 modules a side, without its quiet zone. The zero value is
// empty.
type Matrix struct {
	size  int
	quiet int
	rows  []uint64 // from the top; the lowest bit is the leftmost module
}

// Size is the number of modules a side.
func (m Matrix) Size() int { return m.size }

// Quiet is the width of the light zone that the symbol's standard wants on each side, in modules: 1
// for Data Matrix (ISO/IEC 16022), 4 for QR (ISO/IEC 18004). Twice the 1 does a reader good on a page
// with text.
func (m Matrix) Quiet() int { return m.quiet }

// Dark reports whether the module in column x from the left and row y from the top is dark. What is
// outside is light.
func (m Matrix) Dark(x, y int) bool {
	return x >= 0 && x < m.size && y >= 0 && y < m.size && m.rows[y]>>x&1 == 1
}

// Run is a rectangle of dark modules, in modules from the symbol's top left corner.
type Run struct{ X, Y, Width, Height int }

// Runs covers the dark modules with rectangles, none twice: each stretch of a row, carried down as long
// as the rows below have the same stretch. The symbols of a Mark take about 80, from 65 to 95; a Mask
// is shorter.
func (m Matrix) Runs() []Run {
	var runs []Run
	open := map[[2]int]int{}
	for y := range m.rows {
		next := make(map[[2]int]int, len(open))
		for left := m.rows[y]; left != 0; {
			x := bits.TrailingZeros64(left)
			width := bits.TrailingZeros64(^(left >> x))
			left &^= (1<<width - 1) << x
			at := [2]int{x, width}
			i, ok := open[at]
			if !ok {
				i = len(runs)
				runs = append(runs, Run{X: x, Y: y, Width: width})
			}
			runs[i].Height++
			next[at] = i
		}
		open = next
	}
	return runs
}

// Mask is the symbol as a picture of one cell a module, without the quiet zone.
func (m Matrix) Mask() Mask { return newMask(m.size, m.rows) }
