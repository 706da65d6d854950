package letters

import "unicode/utf8"

// kern is space put in or taken out before a place of a text, in 1/1000 of the size.
type kern struct {
	at int // byte offset in the paragraph
	by int
}

// Space between two signs, in 1/1000 of the size (JIS X 4051): half a square is taken out between two
// marks that both are blank there, a quarter is put in between an ideograph and a letter.
const (
	half    = 500
	quarter = 250
)

// Blanks that a language's fonts have. In Taiwan a comma stands in the middle of its square.
const (
	japaneseBlanks    = blankBefore | blankAfter | blankStop | blankRound
	simplifiedBlanks  = blankBefore | blankAfter | blankStop
	traditionalBlanks = blankBefore | blankAfter
)

// spaceBetween returns the space between two signs; the blanks are those that their glyphs have.
func spaceBetween(prev, next class) int {
	const after, before = blankAfter | blankStop, blankBefore
	switch {
	case prev&after != 0 && next&(after|before|blankRound) != 0,
		prev&(before|blankRound) != 0 && next&before != 0:
		return -half
	case prev&native != 0 && next&foreign != 0, prev&foreign != 0 && next&native != 0:
		return quarter
	}
	return 0
}

// space finds the kerns of a paragraph in a language that has them.
func (p *paragraph) space() {
	if p.blanks == 0 || p.spaced {
		return
	}
	p.spaced = true
	prev, from := class(0), 0
	for _, x := range p.parts {
		for i, r := range p.text[from:x.end] {
			next := x.class(r, p.blanks)
			if r >= 0x0300 && extends(r) {
				continue
			}
			if by := spaceBetween(prev, next); by != 0 {
				if p.kerns == nil {
					p.kerns = make([]kern, 0, 8)
				}
				p.kerns = append(p.kerns, kern{from + i, by})
			}
			prev = next
		}
		from = x.end
	}
}

// class is a character's, without blanks that its glyph has not: a campaign's own font may have
// narrow ones.
func (x *part) class(r rune, blanks class) class {
	const all = blankBefore | blankAfter | blankStop | blankRound
	c := classOf(r)
	if c&all != 0 && (c&blanks == 0 || !x.face.square(r)) {
		c &^= all
	}
	return c
}

// square reports a character as wide as its size.
func (f *face) square(r rune) bool { return f != nil && r <= 0xFFFF && f.advance[r] == 1000 }

// within returns the kerns inside a stretch of the text.
func (p *paragraph) within(from, to int) []kern {
	i := 0
	for i < len(p.kerns) && p.kerns[i].at <= from {
		i++
	}
	k := i
	for k < len(p.kerns) && p.kerns[k].at < to {
		k++
	}
	return p.kerns[i:k]
}

// kernAt is the space before a place of the text, in points.
func (p *paragraph) kernAt(at int) float64 {
	for _, k := range p.kerns {
		if k.at >= at {
			if k.at == at {
				return p.points(k)
			}
			break
		}
	}
	return 0
}

// points is a kern's width.
func (p *paragraph) points(k kern) float64 {
	for _, x := range p.parts {
		if k.at < x.end {
			return float64(k.by) * x.look.size / 1000
		}
	}
	return 0
}

// headBlank is the blank half of the sign at a place of the text, which stands outside of a line that
// begins there; tailBlank is that of the sign before, outside of a line that ends there.
func (p *paragraph) headBlank(at int) float64 {
	if p.blanks == 0 || at >= len(p.text) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(p.text[at:])
	return p.blank(at, r, blankBefore)
}

func (p *paragraph) tailBlank(at int) float64 {
	if p.blanks == 0 || at == 0 {
		return 0
	}
	r, size := utf8.DecodeLastRuneInString(p.text[:at])
	return p.blank(at-size, r, blankAfter|blankStop)
}

func (p *paragraph) blank(at int, r rune, want class) float64 {
	if classOf(r)&want == 0 {
		return 0
	}
	for i := range p.parts {
		if x := &p.parts[i]; at < x.end {
			if x.class(r, p.blanks)&want != 0 {
				return half * x.look.size / 1000
			}
			break
		}
	}
	return 0
}
