package barcode

import "math/bits"

// qrPenalty is what ISO/IEC 18004, 7.8.3 counts against a symbol: long stretches, blocks, what looks
// like a finder, and too much or too little ink. All modules of a row are looked at in one step.
func qrPenalty(g grid) int {
	n, dark, sum := len(g.rows), 0, 0
	for i, row := range g.rows {
		dark += bits.OnesCount64(row)
		sum += qrStretches(row, n) + qrStretches(g.columns[i], n)
		sum += 40 * (qrFinders(row, n) + qrFinders(g.columns[i], n))
		if i > 0 {
			sum += 3 * qrBlocks(g.rows[i-1], row, n)
		}
	}
	off := 20*dark - 10*n*n
	return sum + 10*(max(off, -off)/(n*n))
}

// qrBlocks counts the squares of 2 × 2 modules of one colour in two neighbouring rows.
func qrBlocks(a, b uint64, n int) int {
	same := ^(a ^ b) & ^(a ^ a>>1) & ^(b ^ b>>1)
	return bits.OnesCount64(same & (1<<(n-1) - 1))
}

// qrStretches counts each stretch of five or more modules of one colour: 3, and 1 for each more. A
// stretch of five is seen once, one of six twice, so that 2 are added where the seeing begins.
func qrStretches(row uint64, n int) int {
	same := ^(row ^ row>>1) & (1<<(n-1) - 1)
	five := same & (same >> 1) & (same >> 2) & (same >> 3)
	return bits.OnesCount64(five) + 2*bits.OnesCount64(five&^(five<<1))
}

// qrFinders counts the pattern 1011101 with four light modules before or after it.
func qrFinders(row uint64, n int) int {
	finder := row & ^(row >> 1) & (row >> 2) & (row >> 3) & (row >> 4) & ^(row >> 5) & (row >> 6)
	light := ^row & (1<<n - 1)
	four := light & (light >> 1) & (light >> 2) & (light >> 3)
	return bits.OnesCount64(finder & (four<<4 | four>>7))
}
