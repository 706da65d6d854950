package recipient

import "oshirase/jobs/scratch"

// defaultMemory is how many bytes of rows wait in memory.
const defaultMemory = 64 << 20

// part is one row of a person of several. Its text is in memory or on disk.
type part struct {
	text []byte
	away scratch.Place
	row  int32 // counted from 0 over all files
	next int32 // of the same person, plus 1; 0 for none
}

// waiting keeps the rows of people who are not complete.
type waiting struct {
	last  map[int32]int32 // by the person's first row, its last part plus 1
	parts []part
	free  []int32 // of parts, plus 1
	held  int     // bytes of text in memory
	most  int
	disk  *scratch.File
}

func newWaiting(spec Spec) *waiting {
	w := &waiting{last: map[int32]int32{}, most: spec.Memory, disk: scratch.New(spec.Scratch)}
	if w.most == 0 {
		w.most = defaultMemory
	}
	return w
}

// put lets a row wait.
func (w *waiting) put(first int32, p part) (err error) {
	if w.held+len(p.text) > w.most {
		if p.away, err = w.disk.Put(p.text); err != nil {
			return err
		}
		p.text = nil
	}
	w.held += len(p.text)
	p.next = w.last[first]
	w.last[first] = w.store(p)
	return nil
}

// store finds a place for a part, and returns its number plus 1.
func (w *waiting) store(p part) int32 {
	if n := len(w.free); n > 0 {
		at := w.free[n-1]
		w.free = w.free[:n-1]
		w.parts[at-1] = p
		return at
	}
	w.parts = append(w.parts, p)
	return int32(len(w.parts))
}

// take returns the rows of a person, last to first.
func (w *waiting) take(first int32) (parts []part) {
	for at := w.last[first]; at != 0; {
		p := &w.parts[at-1]
		parts = append(parts, *p)
		w.held -= len(p.text)
		w.free = append(w.free, at)
		at, *p = p.next, part{}
	}
	delete(w.last, first)
	return parts
}

// text is the text of a part, wherever it is. It may be called while others are put and taken.
func (w *waiting) text(p part) ([]byte, error) {
	if p.text != nil {
		return p.text, nil
	}
	return w.disk.Get(nil, p.away)
}
