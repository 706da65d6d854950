package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"slices"
	"sort"
)

// blindIndex is what is kept in memory of a campaign's blind blocks to look up the values of many people: the first
// value of each block, and a sieve of all values. A campaign has a run for every million values, and a value is in
// one of them, or in none: without the sieve each lookup would read a block of every run. It is some 1.6 bytes a
// value: 45 MB for seven million people.
type blindIndex struct {
	l    *Ledger
	num  int64
	runs []*indexedRun
}

// indexedRun is one run.
type indexedRun struct {
	number int
	firsts [][valueSize]byte // of its blocks, in order
	sieve  sieve
}

// blindIndex reads the blocks of a campaign, once through.
func (l *Ledger) blindIndex(ctx context.Context, num int64) (*blindIndex, error) {
	x := &blindIndex{l: l, num: num}
	rows, err := l.read.QueryContext(ctx, `SELECT run, count(*) FROM blind_block WHERE campaign = ?
		GROUP BY run ORDER BY run`, num)
	if err != nil {
		return nil, wrapRead(err)
	}
	defer rows.Close()
	for rows.Next() {
		run, blocks := &indexedRun{}, 0
		if err := rows.Scan(&run.number, &blocks); err != nil {
			return nil, wrapRead(err)
		}
		run.sieve = newSieve(blocks * blindBlock)
		x.runs = append(x.runs, run)
	}
	if err := rows.Err(); err != nil {
		return nil, wrapRead(err)
	}
	for _, run := range x.runs {
		if err := x.read(ctx, run); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// read reads a run: 20 MB at most.
func (x *blindIndex) read(ctx context.Context, run *indexedRun) error {
	return x.blocks(ctx, func(block []byte) {
		run.firsts = append(run.firsts, [valueSize]byte(block))
		for ; len(block) > 0; block = block[blindSize:] {
			run.sieve.add([valueSize]byte(block))
		}
	}, `run = ? ORDER BY first`, run.number)
}

// blocks calls see with each block that a condition finds; see may not keep it.
func (x *blindIndex) blocks(ctx context.Context, see func(block []byte), where string, args ...any) error {
	rows, err := x.l.read.QueryContext(ctx, `SELECT entries FROM blind_block WHERE campaign = ? AND `+where,
		append([]any{x.num}, args...)...)
	if err != nil {
		return wrapRead(err)
	}
	defer rows.Close()
	for rows.Next() {
		var block sql.RawBytes
		if err := rows.Scan(&block); err != nil {
			return wrapRead(err)
		}
		see(block)
	}
	return wrapRead(rows.Err())
}

// blocksMost is how many blocks are read at a time: 4 MB.
const blocksMost = 1000

// find returns the ids of the people that have each of some values, in order.
func (x *blindIndex) find(ctx context.Context, values [][valueSize]byte) (map[[valueSize]byte][]int64, error) {
	out := map[[valueSize]byte][]int64{}
	for _, run := range x.runs {
		wanted := run.holding(values)
		firsts := make([][]byte, 0, len(wanted))
		for first := range wanted {
			firsts = append(firsts, first[:])
		}
		for part := range slices.Chunk(firsts, blocksMost) {
			if err := x.look(ctx, run, part, wanted, out); err != nil {
				return nil, err
			}
		}
	}
	for value, ids := range out {
		slices.Sort(ids)
		out[value] = slices.Compact(ids) // found by the same in several revisions
	}
	return out, nil
}

// holding are the blocks of a run that may have some of the values, by their first ones, with these.
func (r *indexedRun) holding(values [][valueSize]byte) map[[valueSize]byte][][valueSize]byte {
	out := map[[valueSize]byte][][valueSize]byte{}
	for _, v := range values {
		if !r.sieve.has(v) {
			continue
		}
		behind := sort.Search(len(r.firsts), func(i int) bool { return bytes.Compare(r.firsts[i][:], v[:]) > 0 })
		if behind > 0 {
			first := r.firsts[behind-1]
			out[first] = append(out[first], v)
		}
	}
	return out
}

// look reads some blocks and notes who has the values that are wanted of each.
func (x *blindIndex) look(ctx context.Context, run *indexedRun, firsts [][]byte,
	wanted map[[valueSize]byte][][valueSize]byte, out map[[valueSize]byte][]int64) error {
	return x.blocks(ctx, func(block []byte) {
		for _, v := range wanted[[valueSize]byte(block)] {
			for _, person := range peopleIn(block, v) {
				out[v] = append(out[v], x.num<<idBits+person)
			}
		}
	}, `run = ? AND first `+x.l.d.amongBytes, run.number, x.l.d.byteSet(firsts))
}

// sieve tells of a value whether it may be in a set: of those that are not, one in a hundred passes. A value sets
// bits in one line of 64 bytes, which is one look at the memory.
type sieve [][8]uint64

const (
	sieveLine = 40 // values of a line
	sieveBits = 7  // bits that a value sets
)

func newSieve(values int) sieve { return make(sieve, values/sieveLine+1) }

// of is the line of a value, and where its bits are, 9 bits each. Blind indexes are as good as random; references are
// not, and are stirred.
func (s sieve) of(value [valueSize]byte) (line *[8]uint64, bits uint64) {
	const golden = 0x9e3779b97f4a7c15
	high, low := binary.BigEndian.Uint64(value[:8]), binary.BigEndian.Uint64(value[8:])
	mixed := (high ^ low>>1) * golden
	mixed ^= mixed >> 32
	return &s[mixed%uint64(len(s))], (low ^ mixed) * golden
}

func (s sieve) add(value [valueSize]byte) {
	line, bits := s.of(value)
	for range sieveBits {
		line[bits>>6&7] |= 1 << (bits & 63)
		bits >>= 9
	}
}

func (s sieve) has(value [valueSize]byte) bool {
	line, bits := s.of(value)
	for range sieveBits {
		if line[bits>>6&7]>>(bits&63)&1 == 0 {
			return false
		}
		bits >>= 9
	}
	return true
}
