package identity

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"hash/maphash"
	"math"
)

// Hash stands for the value that a row has for a key, and for the name that the row has beside it. The zero
// Hash stands for none.
type Hash struct {
	hi   uint64
	lo   uint16
	name uint16 // no part of the value; 0 for none
}

// compare leaves the name out.
func (a Hash) compare(b Hash) int {
	if a.hi != b.hi {
		return cmp.Compare(a.hi, b.hi)
	}
	return cmp.Compare(a.lo, b.lo)
}

// same leaves the name out too.
func (a Hash) same(b Hash) bool { return a.hi == b.hi && a.lo == b.lo }

func randomKey() (key [16]byte) {
	rand.Read(key[:]) // never fails
	return key
}

// Hasher makes the hashes of rows. It is for one goroutine.
type Hasher struct {
	j    *Joiner
	buf  []byte
	name uint16
}

// Hasher returns one for the Joiner's keys.
func (j *Joiner) Hasher() *Hasher { return &Hasher{j: j, buf: append([]byte(nil), j.hashKey[:]...)} }

// Append adds the Width hashes of a row to dst. The fields are folded, and empty where the row has no
// value; the first is the name.
func (h *Hasher) Append(dst []Hash, fields [][]byte) []Hash {
	h.name = h.nameOf(fields[0])
	for i := range h.j.keys {
		k := &h.j.keys[i]
		if len(k.Contact) > 0 {
			dst = append(dst, h.hash(k.Contact, fields, false))
		}
		dst = append(dst, h.hash(k.Parts, fields, k.alone()))
	}
	return dst
}

// nameOf tells names apart: one in 65,535 pairs is taken for the same.
func (h *Hasher) nameOf(name []byte) uint16 {
	if len(name) == 0 {
		return 0
	}
	return uint16(maphash.Bytes(h.j.nameSeed, name)%math.MaxUint16) + 1
}

// hash is that of parts, and of the name if it is wanted beside them; zero where one is empty.
func (h *Hasher) hash(parts []int, fields [][]byte, name bool) Hash {
	if !h.gather(parts, fields) || name && len(fields[0]) == 0 {
		return Hash{}
	}
	if name {
		h.part(fields[0])
	}
	return h.sum()
}

// gather puts parts together. It is false where one is empty.
func (h *Hasher) gather(parts []int, fields [][]byte) bool {
	h.buf = h.buf[:len(h.j.hashKey)]
	for _, part := range parts {
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
	return Hash{binary.LittleEndian.Uint64(s[:]), binary.LittleEndian.Uint16(s[8:]) | 1, h.name}
}
