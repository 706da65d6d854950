package barcode

// placement walks a square data region of n modules a side in the order of ISO/IEC 16022, annex F.3:
// codewords lie as L-shaped blocks along diagonals, up and down in turn, and wrap round the edges.
type placement struct {
	n     int
	taken []bool
	out   []place
}

func newPlacement(n int) *placement { return &placement{n: n, taken: make([]bool, n*n)} }

// block is the shape of an ordinary codeword, from its highest bit on: rows and columns up and left of
// its lowest bit's module.
var block = [8][2]int{{-2, -2}, {-2, -1}, {-1, -2}, {-1, -1}, {-1, 0}, {0, -2}, {0, -1}, {0, 0}}

// The four shapes of a codeword broken by the region's corners. A negative number counts from the far
// edge.
var (
	corner1 = [8][2]int{{-1, 0}, {-1, 1}, {-1, 2}, {0, -2}, {0, -1}, {1, -1}, {2, -1}, {3, -1}}
	corner2 = [8][2]int{{-3, 0}, {-2, 0}, {-1, 0}, {0, -4}, {0, -3}, {0, -2}, {0, -1}, {1, -1}}
	corner3 = [8][2]int{{-3, 0}, {-2, 0}, {-1, 0}, {0, -2}, {0, -1}, {1, -1}, {2, -1}, {3, -1}}
	corner4 = [8][2]int{{-1, 0}, {-1, -1}, {0, -3}, {0, -2}, {0, -1}, {1, -3}, {1, -2}, {1, -1}}
)

// places returns where the bits of that many codewords lie in the symbol, its border counted in.
func (p *placement) places(words int) []place {
	for row, col := 4, 0; row < p.n || col < p.n; {
		p.corners(row, col)
		for ; row >= 0 && col < p.n; row, col = row-2, col+2 {
			p.ordinary(row, col)
		}
		row, col = row+1, col+3
		for ; row < p.n && col >= 0; row, col = row+2, col-2 {
			p.ordinary(row, col)
		}
		row, col = row+3, col+1
	}
	return p.out[:8*words]
}

func (p *placement) corners(row, col int) {
	switch {
	case row == p.n && col == 0:
		p.corner(corner1)
	case row == p.n-2 && col == 0 && p.n%8 == 4:
		p.corner(corner3)
	case row == p.n-2 && col == 0 && p.n%4 != 0:
		p.corner(corner2)
	case row == p.n+4 && col == 2 && p.n%8 == 0:
		p.corner(corner4)
	}
}

func (p *placement) corner(shape [8][2]int) {
	for _, at := range shape {
		p.take((at[0]+p.n)%p.n, (at[1]+p.n)%p.n)
	}
}

func (p *placement) ordinary(row, col int) {
	if row < 0 || row >= p.n || col < 0 || col >= p.n || p.taken[row*p.n+col] {
		return
	}
	for _, at := range block {
		p.wrap(row+at[0], col+at[1])
	}
}

// wrap brings a module beyond the top or left edge in at the other, shifted as the standard says.
func (p *placement) wrap(row, col int) {
	shift := 4 - (p.n+4)%8
	if row < 0 {
		row, col = row+p.n, col+shift
	}
	if col < 0 {
		row, col = row+shift, col+p.n
	}
	p.take(row, col)
}

func (p *placement) take(row, col int) {
	p.taken[row*p.n+col] = true
	p.out = append(p.out, place{x: uint8(col + 1), y: uint8(row + 1)})
}
