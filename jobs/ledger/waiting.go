package ledger

import (
	"encoding/binary"
)

// The deliveries that wait for their batch are many, come all at once, and leave in the order in which they came.
// An index of them would be written row by row and taken down row by row; a list in blocks does as well. There is
// one for each lane, so that a feeder takes from it what it may feed, and no more: what goes by e-mail or by post
// is fed from there.

// unreleased is in the column tried of what waits: what takes it from its list makes it 0, the first attempt 1.
const unreleased = 2

// released is in the column tried from then on.
const released = "tried = 0"

const (
	waitingBlock = 1000 // deliveries of a block
	waitingSize  = 4    // bytes of one: its number in the campaign
)

// waiting gathers the deliveries of an import, by lane: 4 bytes for each that fills no block yet.
type waiting struct {
	numbers map[laneKey][]byte
	seq     map[laneKey]int64 // of the next block
}

// add appends a delivery, and gives the block that it fills to rows.
func (w *waiting) add(rows *bulk, lane laneKey, number int64) {
	list := binary.BigEndian.AppendUint32(w.numbers[lane], uint32(number))
	w.numbers[lane] = list
	if len(list) == waitingBlock*waitingSize {
		w.cut(rows, lane)
	}
}

func (w *waiting) cut(rows *bulk, lane laneKey) {
	rows.add(lane.batch, lane.channel, lane.lane, w.seq[lane], w.numbers[lane])
	w.seq[lane]++
	delete(w.numbers, lane)
}

// rest gives what fills no block.
func (w *waiting) rest(rows *bulk) {
	for lane := range w.numbers {
		w.cut(rows, lane)
	}
}

func newWaitingRows() *bulk {
	return &bulk{table: "waiting_block", columns: []string{"batch", "channel", "lane", "seq", "numbers"}}
}

// takeWaiting takes up to n deliveries from the list of a lane whose batch is open. Those that were set aside
// while they waited are passed over, so many in one transaction.
func (t *tx) takeWaiting(lane Lane, n int) (out []row, err error) {
	for seen := 0; len(out) < n && seen < releaseMost; {
		rs, err := t.nextWaiting(lane, n-len(out))
		if err != nil || len(rs) == 0 {
			return out, err
		}
		seen += len(rs)
		out = append(out, movable(rs, moveRelease)...)
	}
	return out, nil
}

// nextWaiting takes up to n deliveries from the first block of a lane's list, in whatever state they are. There are
// none where none is left.
func (t *tx) nextWaiting(lane Lane, n int) ([]row, error) {
	var num, seq int64
	var numbers []byte
	found, err := t.row(`SELECT b.campaign, w.seq, w.numbers FROM waiting_block w JOIN batch b ON b.id = w.batch
		WHERE w.batch = ? AND w.channel = ? AND w.lane = ? AND b.opened_at > 0
		ORDER BY w.seq LIMIT 1`+t.lockOf("w"), []any{lane.Batch, lane.Channel, lane.Lane}, &num, &seq, &numbers)
	if err != nil || !found {
		return nil, err
	}
	ids := make([]int64, min(n, len(numbers)/waitingSize))
	for i := range ids {
		ids[i] = num<<idBits + int64(binary.BigEndian.Uint32(numbers[i*waitingSize:]))
	}
	if err := t.leaveWaiting(lane, seq, numbers[len(ids)*waitingSize:]); err != nil {
		return nil, err
	}
	return t.rowsIn(ids)
}

// leaveWaiting leaves the rest of a block.
func (t *tx) leaveWaiting(lane Lane, seq int64, rest []byte) error {
	const block = ` WHERE batch = ? AND channel = ? AND lane = ? AND seq = ?`
	of := []any{lane.Batch, lane.Channel, lane.Lane, seq}
	var err error
	if len(rest) > 0 {
		_, err = t.exec(`UPDATE waiting_block SET numbers = ?`+block, append([]any{rest}, of...)...)
	} else {
		_, err = t.exec(`DELETE FROM waiting_block`+block, of...)
	}
	return err
}
