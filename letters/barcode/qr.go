package barcode

import (
	"math/bits"
	"sync"

	"rsc.io/qr/coding"
)

// qrVersions is the largest QR symbol made here: 57 modules a side.
const qrVersions = 10

// qrLayouts plans each version once.
var qrLayouts = func() (f [qrVersions + 1]func() qrLayout) {
	for v := 1; v <= qrVersions; v++ {
		f[v] = sync.OnceValue(func() qrLayout { return newQRLayout(coding.Version(v)) })
	}
	return f
}()

// qrLayout is a version's plan with the first of the eight masks of ISO/IEC 18004, 7.8, and what the
// others turn over: a symbol is encoded once and tried with each.
type qrLayout struct {
	plan *coding.Plan
	turn [8]grid
}

// grid is the same modules by rows and by columns, because half of the penalties are for columns.
type grid struct{ rows, columns []uint64 }

func newGrid(rows []uint64) grid {
	g := grid{rows: rows, columns: make([]uint64, len(rows))}
	for y, row := range rows {
		for left := row; left != 0; left &= left - 1 {
			g.columns[bits.TrailingZeros64(left)] |= 1 << y
		}
	}
	return g
}

// turned is the grid with some modules turned over.
func (g grid) turned(by grid) grid {
	both := make([]uint64, 2*len(g.rows))
	out := grid{both[:len(g.rows)], both[len(g.rows):]}
	for i := range g.rows {
		out.rows[i], out.columns[i] = g.rows[i]^by.rows[i], g.columns[i]^by.columns[i]
	}
	return out
}

// QR encodes a payload of ASCII as a QR code at level M, which mends some 15 per cent of damage, in the
// smallest version that holds it as a number, as capitals or as bytes. The mask is the one of the eight
// with the least penalty. Its longest payload is 513 digits, 311 capitals or 213 other characters. It errs on
// an empty one too.
func QR(payload string) (Matrix, error) {
	if err := checkPayload(payload); err != nil {
		return Matrix{}, err
	}
	text := qrEncoding(payload)
	for v := coding.MinVersion; v <= qrVersions; v++ {
		if version := coding.Version(v); text.Bits(version) <= 8*version.DataBytes(coding.M) {
			return drawQR(qrLayouts[v](), text)
		}
	}
	return Matrix{}, errTooLong
}

func qrEncoding(payload string) coding.Encoding {
	switch {
	case digits(payload):
		return coding.Num(payload)
	case coding.Alpha(payload).Check() == nil:
		return coding.Alpha(payload)
	}
	return coding.String(payload)
}

func drawQR(l qrLayout, text coding.Encoding) (Matrix, error) {
	code, err := l.plan.Encode(text)
	if err != nil {
		return Matrix{}, err
	}
	rows := make([]uint64, code.Size)
	for y := range rows {
		for i, b := range code.Bitmap[y*code.Stride : (y+1)*code.Stride] {
			rows[y] |= uint64(bits.Reverse8(b)) << (8 * i)
		}
	}
	plain := newGrid(rows)
	best, least := plain, qrPenalty(plain)
	for _, turn := range l.turn[1:] {
		if g := plain.turned(turn); qrPenalty(g) < least {
			best, least = g, qrPenalty(g)
		}
	}
	return Matrix{size: code.Size, quiet: 4, rows: best.rows}, nil
}

func newQRLayout(v coding.Version) qrLayout {
	var l qrLayout
	for mask := range l.turn {
		plan, err := coding.NewPlan(v, coding.M, coding.Mask(mask))
		if err != nil {
			panic("barcode: " + err.Error()) // only for versions, levels and masks there are not
		}
		if mask == 0 {
			l.plan = plan
		}
		rows := make([]uint64, len(plan.Pixel))
		for y, row := range plan.Pixel {
			for x, p := range row {
				// A format module differs by colour, a data module by being inverted.
				if (p^l.plan.Pixel[y][x])&(coding.Black|coding.Invert) != 0 {
					rows[y] |= 1 << x
				}
			}
		}
		l.turn[mask] = newGrid(rows)
	}
	return l
}
