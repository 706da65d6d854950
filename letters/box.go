package letters

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
)

// run is text at a place: x from the sheet's left edge, y of the baseline from its box's top, in
// points.
type run struct {
	x, y   float64
	look   look
	face   *face
	spread float64 // added after each sign
	text   string
	from   int    // where the text begins in that of the kerns
	kerns  []kern // inside the text
}

// rule is a horizontal line, placed like a run.
type rule struct{ x, y, width, weight float64 }

// box is the smallest thing that is put on a page, at most one line high. A page is a column of
// boxes.
type box struct {
	glue   float64 // space above, dropped at a page's top
	height float64
	keep   bool  // stays on one page with the box after it
	eject  bool  // the next box begins a page
	end    bool  // a word that closes or begins, which is no company for a signature
	above  *laid // repeated over this box where it begins a page: its table's header
	runs   []run
	rules  []rule

	variants []string // printed in their base form, of the paragraph that begins here
}

// laid is a part of a letter that has been laid out: the unit that is cached and shared between
// letters. It is never changed after newLaid.
type laid struct {
	boxes  []box
	static bool // drawn once per print file and referred to
	own    bool // drawn on its page and nowhere else, however often it is wanted
	digest [sha256.Size]byte
}

func newLaid(boxes []box, static bool) *laid {
	l := &laid{boxes: boxes, static: static}
	l.digest = sha256.Sum256(appendBoxes(make([]byte, 0, 1024), boxes))
	return l
}

// concat joins parts into one.
func concat(parts []*laid, static bool) *laid {
	var boxes []box
	for _, p := range parts {
		boxes = append(boxes, p.boxes...)
	}
	return newLaid(boxes, static)
}

// height is the height of boxes under each other.
func height(boxes []box) float64 {
	sum := 0.0
	for i := range boxes {
		sum += boxes[i].glue + boxes[i].height
	}
	return sum
}

// size is what a laid costs to keep, roughly.
func (l *laid) size() int {
	n := 128
	for _, b := range l.boxes {
		n += 96 + 40*len(b.rules)
		for _, r := range b.runs {
			n += 96 + len(r.text) + 16*len(r.kerns)
		}
	}
	return n
}

// appendBoxes writes what a reader of the page sees. It is what a letter's digest is made of: a
// change here changes the digests of letters already typeset.
func appendBoxes(b []byte, boxes []box) []byte {
	for i := range boxes {
		x := &boxes[i]
		b = appendPoints(b, x.glue, x.height)
		b = append(b, flags(x.keep, x.eject))
		b = binary.AppendUvarint(b, uint64(len(x.runs)))
		for _, r := range x.runs {
			b = appendPoints(b, r.x, r.y, r.spread)
			b = appendText(appendLook(b, r.look), r.face.name)
			b = appendText(b, r.text)
			b = binary.AppendUvarint(b, uint64(len(r.kerns)))
			for _, k := range r.kerns {
				b = binary.AppendVarint(binary.AppendUvarint(b, uint64(k.at-r.from)), int64(k.by))
			}
		}
		b = binary.AppendUvarint(b, uint64(len(x.rules)))
		for _, r := range x.rules {
			b = appendPoints(b, r.x, r.y, r.width, r.weight)
		}
	}
	return b
}

// appendPoints writes lengths in 1/1000 point.
func appendPoints(b []byte, lengths ...float64) []byte {
	for _, v := range lengths {
		b = binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(v*1000))))
	}
	return b
}

func appendLook(b []byte, l look) []byte {
	return appendPoints(append(b, byte(l.font), flags(l.bold)), l.size)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func flags(set ...bool) byte {
	var f byte
	for i, s := range set {
		if s {
			f |= 1 << i
		}
	}
	return f
}
