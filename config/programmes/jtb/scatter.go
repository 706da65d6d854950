package jtb

import "math/bits"

// scatter puts the numbers below n into another order without a list of them. Multiplying by an odd number
// and x ^= x>>s lose nothing on a whole number of bits; what falls at or above n goes round again.
type scatter struct {
	n, mask uint64
	shift   uint
}

func newScatter(n int) scatter {
	width := uint(max(2, bits.Len64(uint64(n-1))))
	return scatter{n: uint64(n), mask: 1<<width - 1, shift: width/2 + 1}
}

// at gives the number that stands in place x, for x below n: each of them once.
func (s scatter) at(x uint64) uint64 {
	for {
		x = x * 0x9e3779b97f4a7c15 & s.mask
		x ^= x >> s.shift
		x = (x*0xd6e8feb86659fd93 + 0x2545f4914f6cdd1d) & s.mask
		x ^= x >> s.shift
		x = x * 0xc2b2ae3d27d4eb4f & s.mask
		x ^= x >> s.shift
		if x < s.n {
			return x
		}
	}
}

// luck decides what nothing depends on, such as the day of a booking: numbers off which digits are taken.
type luck uint64

func luckOf(x uint64) luck {
	all := scatter{n: 1<<64 - 1, mask: 1<<64 - 1, shift: 32}
	return luck(all.at(x))
}

// below takes a digit from 0 to n-1 off.
func (l *luck) below(n int) int {
	digit := uint64(*l) % uint64(n)
	*l /= luck(n)
	return int(digit)
}
