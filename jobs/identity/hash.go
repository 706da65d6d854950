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
	for i := range h.j.keys {
		k := &h.j.keys[i]
		if len(k.Contact) > 0 {
			dst = append(dst, h.hash(k.Contact, fields, false))
		}
		dst = append(dst, h.hash(k.Parts, fields, k.alone()))
	}
	return dst
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
	return Hash{binary.LittleEndian.Uint64(s[:]), binary.LittleEndian.Uint32(s[8:]) | 1}
}
