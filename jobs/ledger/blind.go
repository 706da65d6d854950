package ledger

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sort"
)

// What a person is found by, blind indexes and the reference, is written once, by the import, and from then
// on only looked up. So it lies in the ledger as sorted runs, cut into blocks that are one row each, and not
// as a row for every value: that takes a tenth of the time, and less room. A run is as much as an import
// sorts at once; a lookup reads one block of each.

const (
	blindRun   = 1 << 20 // entries that an import sorts at once: 24 MiB
	blindBlock = 196     // entries of a block: with what is round it, a page of SQLite
	blindSize  = 16 + 4  // bytes of an entry: a value and the number of a person
	valueSize  = 16
)

// blindEntry says that a person is found by a value.
type blindEntry struct {
	high, low uint64 // of the value
	person    uint32 // number in the campaign
}

func newBlindEntry(value [valueSize]byte, person uint32) blindEntry {
	return blindEntry{binary.BigEndian.Uint64(value[:8]), binary.BigEndian.Uint64(value[8:]), person}
}

func (e blindEntry) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, e.high)
	b = binary.BigEndian.AppendUint64(b, e.low)
	return binary.BigEndian.AppendUint32(b, e.person)
}

func (e blindEntry) compare(o blindEntry) int {
	if e.high != o.high {
		return cmp.Compare(e.high, o.high)
	}
	return cmp.Or(cmp.Compare(e.low, o.low), cmp.Compare(e.person, o.person))
}

func (e blindEntry) sameValue(o blindEntry) bool { return e.high == o.high && e.low == o.low }

// referenceValue is what a person is found by who quotes a reference. Nobody could find one that is longer
// than a value.
func referenceValue(ref string) (value [valueSize]byte, err error) {
	if len(ref) > valueSize {
		return value, fmt.Errorf("reference %q is longer than %d bytes", ref, valueSize)
	}
	copy(value[:], ref)
	return value, nil
}

// blindRows sorts a run and cuts it into rows of blind_block. No value is in two of them.
func blindRows(campaign int64, run int, entries []blindEntry) *bulk {
	slices.SortFunc(entries, blindEntry.compare)
	entries = slices.Compact(entries)
	rows := &bulk{table: "blind_block", columns: []string{"campaign", "run", "first", "entries"}}
	for len(entries) > 0 {
		n := min(blindBlock, len(entries))
		for n < len(entries) && entries[n].sameValue(entries[n-1]) {
			n++
		}
		block := make([]byte, 0, n*blindSize)
		for _, e := range entries[:n] {
			block = e.append(block)
		}
		rows.add(campaign, run, block[:valueSize:valueSize], block)
		entries = entries[n:]
	}
	return rows
}

// mostFound bounds the people of one value who are shown: a name may be that of thousands.
const mostFound = 100

// found returns the ids of the people of a campaign that have a value, in order.
func (l *Ledger) found(ctx context.Context, campaign string, value [valueSize]byte) ([]int64, error) {
	var num, runs int64
	err := l.read.QueryRowContext(ctx, `SELECT c.num, coalesce((SELECT max(run) + 1 FROM blind_block
		WHERE campaign = c.num), 0) FROM campaign c WHERE c.id = ? AND c.complete = 1`, campaign).Scan(&num, &runs)
	if err != nil {
		return nil, noRows(err)
	}
	var out []int64
	for run := range runs {
		var block []byte
		err := l.read.QueryRowContext(ctx, `SELECT entries FROM blind_block WHERE campaign = ? AND run = ?
			AND first <= ? ORDER BY first DESC LIMIT 1`, num, run, value[:]).Scan(&block)
		if err := noRows(err); err != nil {
			return nil, err
		}
		for _, person := range peopleIn(block, value) {
			out = append(out, num<<idBits+person)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil // found by the same in several revisions
}

// noRows makes an answer without rows no error.
func noRows(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return wrapRead(err)
}

// peopleIn returns the numbers that a block has for a value.
func peopleIn(block []byte, value [valueSize]byte) (people []int64) {
	at := func(i int) []byte { return block[i*blindSize : (i+1)*blindSize] }
	n := len(block) / blindSize
	i, _ := sort.Find(n, func(i int) int { return bytes.Compare(value[:], at(i)[:valueSize]) })
	for ; i < n && bytes.Equal(at(i)[:valueSize], value[:]); i++ {
		people = append(people, int64(binary.BigEndian.Uint32(at(i)[valueSize:])))
	}
	return people
}
