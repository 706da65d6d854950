package recipient

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
)

// identity finds the rows of one person. It keeps 20 bytes a row and key until the first pass is
// over, and 8 bytes a row after it.
//
// Rows are joined where all parts of one key are equal and none is empty, and joining is
// transitive. A key of contact points alone, such as [email], says who shares a mailbox and not who
// is one person: it joins rows whose names are equal too, and the others are counted.
type identity struct {
	keys   []joinKey
	parent []int32 // of each row, itself for the first row of a person
	last   []int32 // of the first row of a person: the row that completes it
}

// joinKey is one composite key and the entries that the rows made.
type joinKey struct {
	parts   []string
	contact bool   // has neither id nor name
	joins   *table // entries that are equal are one person
	shares  *table // of a contact key: without the name
	joined  int
}

func (k *joinKey) label() string { return strings.Join(k.parts, "+") }

// pair is a row and an earlier one that it was not joined with.
type pair struct{ row, first int32 }

// newIdentity checks the keys. No keys are the default ones.
func newIdentity(keys [][]string) (*identity, []Problem) {
	if len(keys) == 0 {
		keys = [][]string{{"id"}, {"email", "name"}}
	}
	var problems []Problem
	id := &identity{}
	for _, parts := range keys {
		problems = append(problems, checkKey(parts)...)
		k := joinKey{parts: parts, joins: &table{}}
		k.contact = !slices.Contains(parts, "id") && !slices.Contains(parts, "name")
		if k.contact {
			k.shares = &table{}
		}
		id.keys = append(id.keys, k)
	}
	return id, problems
}

func checkKey(parts []string) (problems []Problem) {
	known := []string{"id", "email", "name", "phone", "postcode"}
	for _, part := range parts {
		if slices.Contains(known, part) {
			continue
		}
		do := "use " + strings.Join(known, ", ")
		if near := nearest(part, known); near != "" {
			do = fmt.Sprintf("did you mean %q?", near)
		}
		what := fmt.Sprintf("identity: %q is no part of a key", part)
		problems = append(problems, Problem{What: what, Do: do})
	}
	switch {
	case len(parts) == 0:
		problems = append(problems, Problem{What: "identity: a key is empty",
			Do: "name its parts or remove it"})
	case len(parts) == 1 && parts[0] == "name":
		problems = append(problems, Problem{What: "identity: [name] joins all people of one name",
			Do: "add a second part, such as [name, phone]", Warning: true})
	}
	return problems
}

// add takes the next row, which cannot be used where r is nil.
func (d *identity) add(r *row) error {
	n := len(d.parent)
	if n == math.MaxInt32 {
		return fmt.Errorf("more than %d rows", math.MaxInt32)
	}
	d.parent = append(d.parent, int32(n))
	if r == nil {
		return nil
	}
	for i := range d.keys {
		d.keys[i].add(r, int32(n))
	}
	return nil
}

func (k *joinKey) add(r *row, n int32) {
	var buffer [256]byte
	b := buffer[:0]
	for _, part := range k.parts {
		text := foldedPart(r, part)
		if text == "" {
			return
		}
		b = appendPart(b, text)
	}
	if k.contact {
		k.shares.add(b, n)
		b = appendPart(b, FoldName(r.name))
	}
	k.joins.add(b, n)
}

// appendPart puts the length first, so that no two lists of parts make the same bytes.
func appendPart(b []byte, text string) []byte {
	b = binary.AppendUvarint(b, uint64(len(text)))
	return append(b, text...)
}

func foldedPart(r *row, part string) string {
	switch part {
	case "id":
		return foldID(r.id)
	case "email":
		return FoldEmail(r.email.Wire)
	case "name":
		return FoldName(r.name)
	case "phone":
		return foldPhone(r.phone)
	}
	return foldPostcode(r.from.post.of(r.cells))
}

// join finds the people when all rows were added, and the rows that share a contact key with
// somebody of another name, in order. The entries are dropped.
func (d *identity) join() []pair {
	for i := range d.keys {
		k := &d.keys[i]
		k.joins.equal(func(rows []entry) {
			for _, e := range rows[1:] {
				if d.union(rows[0].row, e.row) {
					k.joined++
				}
			}
		})
		k.joins = nil
	}
	apart := d.apart()
	d.last = make([]int32, len(d.parent))
	for n := range d.parent {
		d.last[d.find(int32(n))] = int32(n)
	}
	return apart
}

// apart is asked when all keys have joined: rows of two names may be one person by a member number.
func (d *identity) apart() (pairs []pair) {
	for i := range d.keys {
		if d.keys[i].shares == nil {
			continue
		}
		d.keys[i].shares.equal(func(rows []entry) {
			for _, e := range rows[1:] {
				if d.find(e.row) != d.find(rows[0].row) {
					pairs = append(pairs, pair{e.row, rows[0].row})
				}
			}
		})
		d.keys[i].shares = nil
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(a.row, b.row) })
	return slices.CompactFunc(pairs, func(a, b pair) bool { return a.row == b.row })
}

// union puts two people together under the first row of both. It tells whether they were two.
func (d *identity) union(a, b int32) bool {
	a, b = d.find(a), d.find(b)
	d.parent[max(a, b)] = min(a, b)
	return a != b
}

// find returns the first row of the person and shortens the way to it.
func (d *identity) find(n int32) int32 {
	for d.parent[n] != n {
		d.parent[n] = d.parent[d.parent[n]]
		n = d.parent[n]
	}
	return n
}

// entry is the hash of a folded key and the row that it stands in. 128 bits: with 64 two strangers
// among eight million would be joined once in a million runs, and nobody would see it.
type entry struct {
	hash [16]byte
	row  int32
}

// table gathers entries. Parting them by the first byte keeps growing and sorting within the
// caches; sorting needs half the memory of a map.
type table struct{ buckets [256][]entry }

func (t *table) add(key []byte, row int32) {
	sum := sha256.Sum256(key)
	b := &t.buckets[sum[0]]
	*b = append(*b, entry{[16]byte(sum[:]), row})
}

// equal yields the entries of each hash that more than one row has, in the order of the rows.
func (t *table) equal(yield func([]entry)) {
	for i, b := range t.buckets {
		slices.SortFunc(b, compareEntries)
		for len(b) > 0 {
			n := 1
			for n < len(b) && b[n].hash == b[0].hash {
				n++
			}
			if n > 1 {
				yield(b[:n])
			}
			b = b[n:]
		}
		t.buckets[i] = nil
	}
}

func compareEntries(a, b entry) int {
	if c := bytes.Compare(a.hash[:], b.hash[:]); c != 0 {
		return c
	}
	return cmp.Compare(a.row, b.row)
}
