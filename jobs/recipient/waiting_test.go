package recipient

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"unsafe"

	"oshirase/jobs/scratch"
)

// sizeAway is what is kept in memory of the rows on disk.
func sizeAway(w *waiting) (size int) {
	for _, p := range w.away {
		size += cap(p.rows)*int(unsafe.Sizeof(int32(0))) + cap(p.places)*int(unsafe.Sizeof(scratch.Place{}))
	}
	return size
}

func TestARowThatWaitsTakesTwentyBytesAndNoneWhenItIsTaken(t *testing.T) {
	t.Parallel()
	const rows = 3*pageRows + 5
	w := newWaiting(Spec{Memory: 100 * heldSize, Scratch: t.TempDir()})
	defer w.disk.Close()
	var order []int32
	for n := range int32(rows) {
		row := 3 * n
		if err := w.put(part{row: row, text: fmt.Append(nil, "row ", row)}); err != nil {
			t.Fatal(err)
		}
		order = append(order, row)
	}
	if w.size > w.most || len(w.held) > 100 || len(w.held) == 0 {
		t.Errorf("%d rows of %d bytes are in memory, and there is room for %d", len(w.held), w.size, w.most)
	}
	if size := sizeAway(w); size > 20*(rows+pageRows) {
		t.Errorf("%d rows take %d bytes", rows, size)
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(rows, func(i, k int) { order[i], order[k] = order[k], order[i] })
	for _, row := range order {
		p, ok := w.take(row)
		text, err := w.text(p)
		if !ok || err != nil || string(text) != fmt.Sprint("row ", row) || p.row != row {
			t.Fatalf("row %d is %q of %d, %v, %v", row, text, p.row, ok, err)
		}
	}
	if size := sizeAway(w); size != 0 || len(w.held) != 0 || w.size != 0 {
		t.Errorf("%d bytes and %d rows are left", size+w.size, len(w.held))
	}
	for _, row := range []int32{-1, 1, 3, 3 * rows} {
		if _, ok := w.take(row); ok {
			t.Errorf("row %d waited, and was taken or never put", row)
		}
	}
}
