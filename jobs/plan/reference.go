package plan

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

// references numbers people so that a number says nothing and is not easily guessed: a permutation
// of 40 bits (four rounds of a Feistel network over SHA-256), keyed by the campaign's content. It
// is the same whenever the same folder is read, so that a preview shows what will be printed.
type references struct{ key [32]byte }

func newReferences(campaign string, digest [32]byte) references {
	return references{sha256.Sum256(append([]byte("reference "+campaign), digest[:]...))}
}

const half = 20 // bits

// at is the reference of the n-th person.
func (r references) at(n int) string {
	left, right := uint32(n>>half)&(1<<half-1), uint32(n)&(1<<half-1)
	for round := range byte(4) {
		left, right = right, left^r.round(round, right)
	}
	return format(uint64(left)<<half | uint64(right))
}

func (r references) round(n byte, x uint32) uint32 {
	var in [1 + 32 + 4]byte
	in[0] = n
	copy(in[1:], r.key[:])
	binary.BigEndian.PutUint32(in[33:], x)
	sum := sha256.Sum256(in[:])
	return binary.BigEndian.Uint32(sum[:4]) & (1<<half - 1)
}

// digits are Crockford's base 32: no I, L, O or U, so that it can be read out on the telephone.
const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const symbols = 8 // of five bits, and one to check them

// format writes 40 bits as XXX-XXX-XXC, C being the check symbol.
func format(v uint64) string {
	var s [symbols + 1]byte
	for i := range symbols {
		s[i] = digits[v>>(5*(symbols-1-i))&31]
	}
	s[symbols] = digits[checksum(string(s[:symbols]))]
	return string(s[:3]) + "-" + string(s[3:6]) + "-" + string(s[6:])
}

// checksum is a weighted sum over the field of 32 elements (modulo x^5 + x^2 + 1), the weights
// being powers of x. They differ at all places, so every single wrong symbol shows, and every
// exchange of two symbols, neighbours or not. A sum modulo a number could promise that only with
// more symbols than there are.
func checksum(s string) (sum int) {
	for i := range len(s) {
		sum = (sum ^ strings.IndexByte(digits, s[i])) << 1
		if sum > 31 {
			sum ^= 0b100101
		}
	}
	return sum
}

// ParseReference takes a reference as people write it: in small letters, with spaces or without
// hyphens, O for 0, I and L for 1. It is false where the text is none, or has a mistake.
func ParseReference(text string) (string, bool) {
	s := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").
		Replace(strings.ToUpper(text))
	if len(s) != symbols+1 || strings.Trim(s, digits) != "" {
		return "", false
	}
	if checksum(s[:symbols]) != strings.IndexByte(digits, s[symbols]) {
		return "", false
	}
	return s[:3] + "-" + s[3:6] + "-" + s[6:], true
}
