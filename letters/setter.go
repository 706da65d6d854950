package letters

import (
	"strings"
)

// setter lays out the parts of one letter.
type setter struct {
	press *Press
	form  *form
	faces faces

	kept float64 // of the window's height, for bars below the address

	// Reused from part to part and from letter to letter.
	key     []byte // of the cache
	scratch paragraph
	places  []place
}

// setter returns one for a letter in a language; release takes it back, with the memory it has.
func (p *Press) setter(locale string) *setter {
	s, ok := p.setters.Get().(*setter)
	if !ok {
		s = &setter{press: p}
	}
	s.form = p.form(locale)
	if s.faces, ok = p.faces[styleOf(locale)]; !ok {
		s.faces = p.faces["en"]
	}
	return s
}

func (s *setter) release() { s.press.setters.Put(s) }

// paragraph begins a paragraph that is done with before the next begins.
func (s *setter) paragraph(c column) *paragraph {
	p := &s.scratch
	*p = paragraph{parts: p.parts[:0], cuts: p.cuts[:0], stops: p.stops[:0], column: c}
	return p
}

// anew is for a part that is laid out while another is: it has a key of its own.
func (s *setter) anew() *setter {
	return &setter{press: s.press, form: s.form, faces: s.faces}
}

// baseline is the distance from a line's top to its baseline: the em box of an ideograph (0.88
// above the baseline) stands in the middle of the line.
func baseline(lead, size float64) float64 { return (lead-size)/2 + 0.88*size }

// setParagraph breaks a paragraph and makes its lines into boxes. Two lines stay together at its
// start and at its end.
func (s *setter) setParagraph(p *paragraph, where string) ([]box, error) {
	if err := p.check(s.faces, where); err != nil {
		return nil, err
	}
	lines := s.breakLines(p)
	boxes := make([]box, len(lines))
	for i, l := range lines {
		boxes[i] = box{
			height: p.lead,
			keep:   len(lines) > 1 && (i == 0 || i == len(lines)-2),
			runs:   s.setLine(p, l, i == 0),
		}
	}
	if len(boxes) > 0 {
		boxes[0].variants = p.variants
	}
	return boxes, nil
}

// leastLast is how many characters the last line of an even-edged paragraph has at least, where
// that can be had for a hair of space between the others: 「す。」 alone looks like a mistake.
const leastLast = 4

// breakLines breaks a paragraph. Where its last line is too short, the others are broken up to three
// characters earlier if their edge stays even.
func (s *setter) breakLines(p *paragraph) []line {
	lines := p.lines(s.faces)
	if p.align != justified || !p.stranded(lines) {
		return lines
	}
	narrow := *p
	for range 3 {
		narrow.column.width -= p.size()
		again := narrow.lines(s.faces)
		if len(again) == len(lines) && !narrow.stranded(again) && p.even(again) {
			return again
		}
	}
	return lines
}

// stranded reports whether the last line goes on from another and has hardly a character.
func (p *paragraph) stranded(lines []line) bool {
	n := len(lines)
	return n > 1 && lines[n-2].soft &&
		p.count(lines[n-1].from, lines[n-1].to) < leastLast
}

// size is the size of a paragraph's first part, which gives all its lines their baseline.
func (p *paragraph) size() float64 {
	if len(p.parts) == 0 {
		return 0
	}
	return p.parts[0].look.size
}

// count returns the number of signs in a stretch of the text.
func (p *paragraph) count(from, to int) int {
	n := 0
	for _, part := range p.parts {
		if end := min(to, part.end); end > from {
			n += part.face.count(p.text[from:end])
			from = end
		}
	}
	return n
}

func runeCount(text string) int {
	n := 0
	for i := range len(text) {
		if text[i]&0xC0 != 0x80 {
			n++
		}
	}
	return n
}

// setText is a paragraph of one look.
func (s *setter) setText(text, where string, l look, c column, a align) ([]box, error) {
	p := s.paragraph(c)
	p.lead, p.align = l.size*1.45, a
	p.add(text, l)
	if strings.Contains(text, "\n") {
		return nil, &GlyphError{Rune: '\n', Where: where}
	}
	return s.setParagraph(p, where)
}

// setLabel sets text on one line from the left edge, and returns its width.
func (s *setter) setLabel(text, where string, l look) ([]run, float64, error) {
	p := s.paragraph(column{})
	p.add(text, l)
	if err := p.check(s.faces, where); err != nil {
		return nil, 0, err
	}
	var runs []run
	x, from := 0.0, 0
	for _, part := range p.parts {
		if part.end == from {
			continue
		}
		runs = append(runs, run{x: x, look: l, face: part.face, text: text[from:part.end]})
		x += part.face.measure(text[from:part.end], l.size)
		from = part.end
	}
	return runs, x, nil
}

// moved moves runs.
func moved(runs []run, x, y float64) []run {
	for i := range runs {
		runs[i].x += x
		runs[i].y += y
	}
	return runs
}
