package identity

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
)

// Hash stands for the value that a row has for a key. The zero Hash stands for none.
type Hash struct {
	hi uint64
	lo uint32
}

func (a Hash) compare(b Hash) int {
	if a.hi != b.hi {
		return cmp.Compare(a.hi, b.hi)
	}
	return cmp.Compare(a.lo, b.lo)
}

func randomKey() (key [16]byte) {
	rand.Read(key[:]) // never fails
	return key
}

// Hasher makes the hashes of rows. It is for one goroutine.
type Hasher struct {
	j   *Joiner
	buf []byte
}

// Hasher returns one for the Joiner's keys.
func (j *Joiner) Hasher() *Hasher { return &Hasher{j, append([]byte(nil), j.hashKey[:]...)} }

// Append adds the Width hashes of a row to dst. The fields are folded, and empty where the row has no
// value; the first is the name.
func (h *Hasher) Append(dst []Hash, fields [][]byte) []Hash {
	for _, k := range h.j.keys {
		whole := h.gather(k, fields)
		var joins, shares Hash
		if whole && k.Contact {
			shares = h.sum()
			h.part(fields[0])
			whole = len(fields[0]) > 0
		}
		if whole {
			joins = h.sum()
		}
		dst = append(dst, joins)
		if k.Contact {
			dst = append(dst, shares)
		}
	}
	return dst
}

// gather puts the parts of a key together. It is false where one is empty.
func (h *Hasher) gather(k Key, fields [][]byte) bool {
	h.buf = h.buf[:len(h.j.hashKey)]
	for _, part := range k.Parts {
		if len(fields[part]) == 0 {
			return false
		}
		h.part(fields[part])
	}
	return true
}

// part puts the length first, so that no two lists of parts make the same bytes.
func (h *Hasher) part(text []byte) {
	h.buf = binary.AppendUvarint(h.buf, uint64(len(text)))
	h.buf = append(h.buf, text...)
}

// sum never gives the zero Hash: its last bit is set.
func (h *Hasher) sum() Hash {
	s := sha256.Sum256(h.buf)
	return Hash{binary.LittleEndian.Uint64(s[:]), binary.LittleEndian.Uint32(s[8:]) | 1}
}
