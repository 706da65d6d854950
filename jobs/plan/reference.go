package plan

import (
	"crypto/sha256"
	"encoding/binary"
)

// references numbers people so that a number says nothing and is not easily guessed: a permutation of
// 40 bits (four rounds of a Feistel network over SHA-256), keyed by the campaign's content. It is the
// same whenever the same folder is read, so that a preview shows what will be printed.
type references struct{ key []byte }

func newReferences(campaign string, digest [32]byte) references {
	h := sha256.Sum256(append(append([]byte("reference "), campaign...), digest[:]...))
	return references{h[:]}
}

const half = 20 // bits

func (r references) at(n int) string {
	left, right := uint32(n>>half)&(1<<half-1), uint32(n)&(1<<half-1)
	for round := range byte(4) {
		left, right = right, left^r.round(round, right)
	}
	return format(uint64(left)<<half | uint64(right))
}

func (r references) round(n byte, x uint32) uint32 {
	in := append(append([]byte{n}, r.key...), binary.BigEndian.AppendUint32(nil, x)...)
	sum := sha256.Sum256(in)
	return binary.BigEndian.Uint32(sum[:4]) & (1<<half - 1)
}

// digits are Crockford's base 32: no I, L, O or U, so that it can be read out on the telephone.
const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// format writes 40 bits as XXX-XXX-XXC, C being a check symbol that is a letter or digit.
func format(v uint64) string {
	var s [8]byte
	for i, x := 7, v; i >= 0; i, x = i-1, x>>5 {
		s[i] = digits[x&31]
	}
	check := digits[v%31] // 31 is prime: every single wrong symbol and swap of neighbours shows
	return string(s[:3]) + "-" + string(s[3:6]) + "-" + string(s[6:]) + string(check)
}
