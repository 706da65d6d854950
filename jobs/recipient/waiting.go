package recipient

import (
	"slices"
	"sort"

	"oshirase/jobs/scratch"
)

// defaultMemory is how many bytes of rows wait in memory.
const defaultMemory = 64 << 20

// heldSize is what a row that waits in memory takes beside its text, at the most.
const heldSize = 64

// part is one row of a person of several, on its way. Its text is in memory or on disk.
type part struct {
	text []byte
	away scratch.Place
	row  int32 // counted from 0 over all files
}

// waiting keeps the rows of people who are not complete. It knows nothing of people: which rows are theirs is
// known from package identity.
type waiting struct {
	held map[int32][]byte // texts in memory, by row
	size int              // what they take
	most int
	away []page
	disk *scratch.File
}

// page says where some rows are on disk, in their order. Rows leave it one by one, and it as a whole when
// none is left: what is kept of it then is its last row.
type page struct {
	last   int32
	rows   []int32
	places []scratch.Place
	left   int
}

const pageRows = 4096

func newWaiting(spec Spec) *waiting {
	w := &waiting{held: map[int32][]byte{}, most: spec.Memory, disk: scratch.New(spec.Scratch)}
	if w.most == 0 {
		w.most = defaultMemory
	}
	return w
}

// put lets a row wait. Rows come in their order.
func (w *waiting) put(p part) error {
	if size := len(p.text) + heldSize; w.size+size <= w.most {
		w.size += size
		w.held[p.row] = p.text
		return nil
	}
	place, err := w.disk.Put(p.text)
	if err != nil {
		return err
	}
	if n := len(w.away); n == 0 || len(w.away[n-1].rows) == cap(w.away[n-1].rows) { // none, full, or gone
		w.away = append(w.away, page{rows: make([]int32, 0, pageRows), places: make([]scratch.Place, 0, pageRows)})
	}
	last := &w.away[len(w.away)-1]
	last.last, last.rows, last.places = p.row, append(last.rows, p.row), append(last.places, place)
	last.left++
	return nil
}

// take ends the waiting of a row. It is false for one that did not wait.
func (w *waiting) take(row int32) (part, bool) {
	if text, ok := w.held[row]; ok {
		delete(w.held, row)
		w.size -= len(text) + heldSize
		return part{text: text, row: row}, true
	}
	i := sort.Search(len(w.away), func(i int) bool { return w.away[i].last >= row })
	if i == len(w.away) {
		return part{}, false
	}
	p := &w.away[i]
	at, ok := slices.BinarySearch(p.rows, row)
	if !ok {
		return part{}, false
	}
	place := p.places[at]
	if p.left--; p.left == 0 {
		*p = page{last: p.last}
	}
	return part{away: place, row: row}, true
}

// text is the text of a part, wherever it is. It may be called while others are put and taken.
func (w *waiting) text(p part) ([]byte, error) {
	if p.text != nil {
		return p.text, nil
	}
	return w.disk.Get(nil, p.away)
}
