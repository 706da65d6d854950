package ledger

import (
	"encoding/binary"
)

// The deliveries that wait for the release of their batch are many, come all at once, and leave in the order
// in which they came. An index of them would be written row by row and taken down row by row; a list in
// blocks does as well.

// unreleased is in the column tried of what waits: a release makes it 0, the first attempt 1.
const unreleased = 2

const (
	waitingBlock = 1000 // deliveries of a block
	waitingSize  = 4    // bytes of one: its number in the campaign
)

// waiting gathers the deliveries of an import, by batch: 4 bytes for each that fills no block yet.
type waiting struct {
	numbers map[int64][]byte
	seq     map[int64]int64 // of the next block
}

// add appends a delivery, and gives the block that it fills to rows.
func (w *waiting) add(rows *bulk, batch, number int64) {
	list := binary.BigEndian.AppendUint32(w.numbers[batch], uint32(number))
	w.numbers[batch] = list
	if len(list) == waitingBlock*waitingSize {
		w.cut(rows, batch)
	}
}

func (w *waiting) cut(rows *bulk, batch int64) {
	rows.add(batch, w.seq[batch], w.numbers[batch])
	w.seq[batch]++
	delete(w.numbers, batch)
}

// rest gives what fills no block.
func (w *waiting) rest(rows *bulk) {
	for batch := range w.numbers {
		w.cut(rows, batch)
	}
}

func newWaitingRows() *bulk {
	return &bulk{table: "waiting_block", columns: []string{"batch", "seq", "numbers"}}
}

// releaseBlock makes the next block of a batch's deliveries ready, and says how many it took: none where
// none waits.
func (t *tx) releaseBlock(num, batch int64) (int, error) {
	var seq int64
	var numbers []byte
	found, err := t.row(`SELECT seq, numbers FROM waiting_block WHERE batch = ? ORDER BY seq LIMIT 1`,
		[]any{batch}, &seq, &numbers)
	if err != nil || !found {
		return 0, err
	}
	ids := make([]int64, len(numbers)/waitingSize)
	for i := range ids {
		ids[i] = num<<idBits + int64(binary.BigEndian.Uint32(numbers[i*waitingSize:]))
	}
	rs, err := t.rowsIn(ids)
	if err != nil {
		return 0, err
	}
	if _, err := t.shiftAll(rs, moveRelease, "tried = 0"); err != nil {
		return 0, err
	}
	_, err = t.exec(`DELETE FROM waiting_block WHERE batch = ? AND seq = ?`, batch, seq)
	return len(ids), err
}
