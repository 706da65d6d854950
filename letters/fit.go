package letters

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sizes of the address block, in points. It is set at full size where it fits and shrunk in steps
// down to the least that sorting machines and people still read (8 points, which the USPS Domestic
// Mail Manual has too). Below wrapBelow a line is sooner broken in two than made smaller.
//
// With the size goes the air: at full size the name is larger than the other lines and they stand
// far apart, at the least all are alike and close.
const (
	addressSize  = 10.5
	addressLeast = 8.0
	addressStep  = 0.5
	wrapBelow    = 9.0
	leadMost     = 1.4 // from line to line, in sizes
	leadLeast    = 1.2
	nameMost     = 1.25 // the name's size, in the others'
	nameGap      = 0.3  // above the name, in sizes, at full size
	mostPieces   = 2    // lines that a row may take
)

// ease is 1 at full size and 0 at the least.
func ease(size float64) float64 { return (size - addressLeast) / (addressSize - addressLeast) }

// fitting is a row that is being fitted: set at one point, so that its width is known at any size.
type fitting struct {
	addressRow
	p     paragraph
	width float64
	cut   bool   // its breaks are known
	lines []line // of the size that is being tried

	firstPart [1]part // room for what nearly all rows have, one part and one line
	firstLine [1]line
}

// scale is the row's size in a block of a size.
func (f *fitting) scale(size float64) float64 {
	if f.large {
		return size * (1 + (nameMost-1)*ease(size))
	}
	return size
}

// fit sets rows under each other in the window: as large as they go, then with lines broken in two,
// then left of the letter's margin, then with rows behind each other that may stand so.
func (s *setter) fit(rows []addressRow) (*laid, error) {
	block, err := s.measure(rows)
	if err != nil {
		return nil, err
	}
	room := s.addressRoom()
	if boxes := s.shrink(block, wrapBelow, false, room); boxes != nil {
		return newLaid(boxes, false), nil
	}
	if boxes := s.shrink(block, addressLeast, true, room); boxes != nil {
		return newLaid(boxes, false), nil
	}
	dense, err := s.measure(condensed(rows))
	if err != nil {
		return nil, err
	}
	room = s.safe()
	for _, b := range [][]fitting{block, dense} {
		if boxes := s.shrink(b, addressLeast, true, room); boxes != nil {
			return newLaid(boxes, false), nil
		}
	}
	return nil, s.misfit(block, room)
}

// measure checks rows and finds their widths.
func (s *setter) measure(rows []addressRow) ([]fitting, error) {
	block := make([]fitting, len(rows))
	for i, r := range rows {
		f := &block[i]
		f.addressRow = r
		f.p.parts, f.lines = f.firstPart[:0], f.firstLine[:0]
		f.p.add(r.text, look{serif, false, 1})
		if strings.Contains(r.text, "\n") {
			return nil, &GlyphError{Rune: '\n', Where: r.field}
		}
		if err := f.p.check(s.faces, r.field); err != nil {
			return nil, err
		}
		f.width = f.p.width(s.faces, 0, len(r.text))
	}
	return block, nil
}

// shrink tries sizes down to a least one.
func (s *setter) shrink(block []fitting, least float64, wrap bool, room frame) []box {
	for size := addressSize; size >= least; size -= addressStep {
		if boxes := s.fitAt(block, size, wrap, room); boxes != nil {
			return boxes
		}
	}
	return nil
}

// condensed puts rows behind the one before where that is usual when there is little room.
func condensed(rows []addressRow) []addressRow {
	var out []addressRow
	for _, r := range rows {
		if n := len(out); n > 0 && r.joins {
			r.text, r.joins = out[n-1].text+" "+r.text, false
			out = out[:n-1]
		}
		out = append(out, r)
	}
	return out
}

// addressRoom is the window's safe part, from the letter's margin on where that is inside.
func (s *setter) addressRoom() frame {
	room := s.safe()
	if in := s.form.margin - room.left; in > 0 && in < room.width/8 {
		room.left, room.width = room.left+in, room.width-in
	}
	return room
}

// middle is the top of the block where it stands in the middle of the window's height.
func (s *setter) middle(block *laid) float64 {
	room := s.addressRoom()
	return room.top + (room.height-height(block.boxes))/2
}

// fitAt sets the block at a size, or returns nil where it does not fit.
func (s *setter) fitAt(block []fitting, size float64, wrap bool, room frame) []box {
	high, lines := 0.0, 0
	lead := leadLeast + (leadMost-leadLeast)*ease(size)
	for i := range block {
		f := &block[i]
		if !f.breakInto(s.faces, room.width/f.scale(size), wrap) {
			return nil
		}
		high += f.gap(i, size) + float64(len(f.lines))*f.scale(size)*lead
		lines += len(f.lines)
	}
	if high > room.height {
		return nil
	}
	out := make([]box, 0, lines)
	for i := range block {
		f := &block[i]
		gap := f.gap(i, size)
		f.p.column, f.p.lead = column{room.left, room.width}, f.scale(size)*lead
		f.p.resize(f.scale(size))
		for _, x := range f.lines {
			out = append(out, box{glue: gap, height: f.p.lead, runs: s.setLine(&f.p, x, false),
				variants: f.p.variants})
			gap = 0
		}
	}
	return out
}

func (f *fitting) gap(i int, size float64) float64 {
	if !f.large || i == 0 {
		return 0
	}
	return size * nameGap * ease(size)
}

// resize sets a paragraph of one size in another.
func (p *paragraph) resize(size float64) {
	for i := range p.parts {
		p.parts[i].look.size = size
	}
}

// breakInto finds the lines of a row in a width at one point, and tells whether there are any: a row
// is broken only where its text allows it, never inside a word or between a number and its unit.
func (f *fitting) breakInto(faces faces, width float64, wrap bool) bool {
	f.lines = f.lines[:0]
	if f.width <= width {
		f.lines = append(f.lines, line{to: len(f.text)})
		return true
	}
	if !wrap || !f.wraps || f.width > mostPieces*width {
		return false
	}
	if !f.cut {
		f.p.cuts, f.cut = appendCuts(f.p.cuts, f.text), true
	}
	at := f.best(faces, width)
	if at == 0 {
		return false
	}
	f.lines = append(f.lines, line{to: f.ink(at)}, line{from: at, to: len(f.text)})
	return true
}

// best is the place where a row is broken so that both lines fit, or zero: as late as it goes, but
// sooner at a space than between characters, and sooner there than inside a foreign word.
func (f *fitting) best(faces faces, width float64) int {
	best, grade := 0, 0
	for _, c := range f.p.cuts {
		if f.p.width(faces, 0, f.ink(c.at)) > width {
			break
		}
		if g := gradeOf(f.text, c.at); g >= grade && f.p.width(faces, c.at, len(f.text)) <= width {
			best, grade = c.at, g
		}
	}
	return best
}

// lotWords join the numbers of a Japanese lot, as in 四丁目12番地の3, which are best read in one.
const lotWords = "丁目番地号の"

// gradeOf is how good a place is for a break, zero being the worst that is still allowed.
func gradeOf(text string, at int) int {
	prev, _ := utf8.DecodeLastRuneInString(text[:at])
	next, _ := utf8.DecodeRuneInString(text[at:])
	switch {
	case strings.ContainsRune(blank, prev):
		return 2
	case unicode.IsDigit(prev) && unicode.In(next, unicode.Han, unicode.Hangul): // 12番, 5階
		return -1
	case unicode.Is(unicode.Katakana, prev) && unicode.Is(unicode.Katakana, next),
		strings.ContainsRune(lotWords, prev), strings.ContainsRune(lotWords, next):
		return 0
	}
	return 1
}

// ink is the end of a line that is broken at a place, without its spaces.
func (f *fitting) ink(at int) int { return len(strings.TrimRight(f.text[:at], blank)) }

// blank are the spaces that mean nothing at the end of a line.
const blank = " \u3000"

// misfit names the row that keeps the block from fitting at its least size.
func (s *setter) misfit(block []fitting, room frame) error {
	for i := range block {
		f := &block[i]
		f.p.resize(1)
		if !f.breakInto(s.faces, room.width/addressLeast, true) {
			return &AddressError{f.field,
				fmt.Sprintf("is too long for the window at %g points", addressLeast)}
		}
	}
	return &AddressError{"address", fmt.Sprintf("of %d lines is too high for the window", len(block))}
}
