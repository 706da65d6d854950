package letters

import (
	"strings"
	"unicode/utf8"

	"oshirase/templates"
)

// font is one of a letter's styles.
type font uint8

const (
	serif font = iota
	sans
)

// look is how a run of text is printed. There is no bold face: bold is drawn with a thin outline.
type look struct {
	font font
	bold bool
	size float64 // points
}

// align is a paragraph's shape.
type align uint8

const (
	ragged    align = iota // flush left
	justified              // even right edge by spacing characters
	spacedOut              // the same by spacing words
	centred
	flushRight
)

// column is where a paragraph stands: its left edge and width, in points.
type column struct{ left, width float64 }

// paragraph is text to be broken into lines.
type paragraph struct {
	text   string
	parts  []part
	column column
	indent float64 // of the first line
	lead   float64 // from line to line
	align  align
	blanks class // of the language's punctuation, which is closed up; 0: nothing is spaced

	cuts  []cut
	stops []stop
	kerns []kern // found once and never changed: runs refer to it

	spaced bool // the kerns are known

	first    [1]line  // room for what most have
	resolved int      // how far the parts' faces are known
	variants []string // that are printed in their base form
	fault    error    // of the first character that cannot be printed
}

// part is a stretch of a paragraph in one look and, once resolved, one face, to byte offset end.
type part struct {
	end  int
	look look
	face *face
}

// add appends text in a look.
func (p *paragraph) add(text string, l look) {
	p.text += text
	if n := len(p.parts); n > 0 && p.parts[n-1].look == l && p.parts[n-1].face == nil {
		p.parts[n-1].end = len(p.text)
		return
	}
	p.parts = append(p.parts, part{end: len(p.text), look: l})
}

// addSpans appends a document's spans. A link's target is printed where its text does not say it:
// paper cannot be clicked.
func (p *paragraph) addSpans(spans []templates.Span, base look, f *form) {
	for _, s := range spans {
		l := base
		if s.Strong || s.Emphasis {
			l.font = sans
		}
		l.bold = l.bold || s.Strong
		p.add(s.Text, l)
		if t := linkTarget(s); t != "" {
			p.add(f.target[0]+t+f.target[1], l)
		}
	}
}

func linkTarget(s templates.Span) string {
	target := strings.TrimPrefix(strings.TrimPrefix(s.Link, "mailto:"), "tel:")
	if strings.Contains(s.Text, target) {
		return ""
	}
	return target
}

// check finds a character that cannot be printed. A line feed is a forced break, not a character.
func (p *paragraph) check(f faces, where string) error {
	p.resolve(f)
	return in(where, p.fault)
}

// resolve finds the faces of the parts, dividing those that are in several. What cannot be printed
// has no width.
func (p *paragraph) resolve(f faces) {
	if p.resolved == len(p.text) {
		return
	}
	from := 0
	for i := range p.parts {
		x := &p.parts[i]
		if x.face == nil {
			if x.face = f[x.look.font].whole(p.text[from:x.end]); x.face == nil {
				p.divide(f)
				break
			}
		}
		from = x.end
	}
	p.resolved = len(p.text)
}

// divide is resolve for text that the first font of a chain has not all of.
func (p *paragraph) divide(f faces) {
	parts, from := p.parts, 0
	p.parts = make([]part, 0, len(parts)+2)
	for _, x := range parts {
		stretches, variants, err := f[x.look.font].split(p.text[from:x.end])
		for _, s := range stretches {
			from += len(s.text)
			p.parts = append(p.parts, part{from, x.look, s.face})
		}
		if from = x.end; err != nil {
			p.parts = append(p.parts, part{end: from, look: x.look})
		}
		if p.fault == nil {
			p.fault = err
		}
		p.variants = append(p.variants, variants...)
	}
}

// line is a stretch of a paragraph's text: what is printed of it, how wide that is, and whether the
// text goes on with the next line.
type line struct {
	from, to int
	width    float64 // without the blank halves at its ends
	head     float64 // the blank half that stands before its beginning
	soft     bool
}

// stop is a place where a line may end, with how far the text goes before it, in points.
type stop struct {
	cut
	ink  int     // end of what is printed before it
	end  float64 // of that
	next float64 // where the text goes on in the same line
	tail float64 // the blank half of the last sign
	head float64 // the blank half of the next sign
}

const blankEnds = " \u3000\n"

// lines breaks the paragraph. Each line holds at least one character, however narrow the column.
func (p *paragraph) lines(f faces) []line {
	p.resolve(f)
	p.space()
	room := p.column.width - p.indent
	if l, ok := p.oneLine(f, room); ok {
		return append(p.first[:0], l)
	}
	p.measureStops(f)
	b := breaker{paragraph: p, faces: f, room: room, fits: -1, out: make([]line, 0, 4)}
	for i := range p.stops {
		b.reach(i)
	}
	if b.start < len(p.text) {
		b.emit(len(p.text), false)
	}
	return b.out
}

func (p *paragraph) measureStops(f faces) {
	p.cuts, p.stops = appendCuts(p.cuts[:0], p.text), p.stops[:0]
	from, x := 0, 0.0
	for _, c := range p.cuts {
		s := stop{cut: c, ink: from + len(strings.TrimRight(p.text[from:c.at], blankEnds))}
		s.end = x + p.width(f, from, s.ink)
		s.next = s.end + p.width(f, s.ink, c.at) + p.kernAt(c.at)
		s.tail, s.head = p.tailBlank(s.ink), p.headBlank(c.at)
		p.stops = append(p.stops, s)
		from, x = c.at, s.next
	}
}

// breaker makes the lines of a paragraph.
type breaker struct {
	*paragraph
	faces  faces
	room   float64
	start  int     // of the current line
	origin float64 // of its first sign's ink, on the way of the stops
	fits   int     // the last stop that the current line reaches, -1 for none
	out    []line
}

// reach extends the current line to a stop, ending it before where it does not.
func (b *breaker) reach(i int) {
	s := &b.stops[i]
	if b.fits >= 0 && s.end-s.tail-b.origin > b.room {
		last := &b.stops[b.fits]
		b.emit(last.at, true)
		b.origin = last.next + last.head
	}
	for b.fits < 0 && s.end-s.tail-b.origin > b.room {
		k := b.force(b.faces, b.start, s.ink, b.room)
		if k == s.ink {
			break
		}
		b.emit(k, true)
		b.origin = s.end - b.width(b.faces, k, s.ink) + b.headBlank(k)
	}
	b.fits = i
	if s.must {
		b.emit(s.at, false)
		b.origin = s.next
	}
}

// emit ends the current line at a place of the text.
func (b *breaker) emit(to int, soft bool) {
	from := b.start
	ink := from + len(strings.TrimRight(b.text[from:to], blankEnds))
	l := line{from: from, to: ink, soft: soft}
	if n := len(b.out); n > 0 && b.out[n-1].soft {
		l.head = b.headBlank(from)
	}
	l.width = b.width(b.faces, from, ink) - l.head
	if ink > from {
		l.width -= b.tailBlank(ink)
	}
	b.out = append(b.out, l)
	b.start, b.fits, b.room = to, -1, b.column.width
}

// oneLine is the whole text where that fits, as most personal lines do: nothing is to be broken then.
func (p *paragraph) oneLine(f faces, room float64) (line, bool) {
	if p.text == "" || strings.Contains(p.text, "\n") {
		return line{}, false
	}
	to := len(strings.TrimRight(p.text, " \u3000"))
	tail := p.tailBlank(to)
	if p.width(f, 0, len(p.text))-tail > room {
		return line{}, false
	}
	return line{to: to, width: p.width(f, 0, to) - tail}, true
}

// force finds where to end a line inside text that allows no break and is wider than the room: as
// late as it fits, against no rule if that is possible, after one character at least.
func (p *paragraph) force(f faces, from, to int, room float64) int {
	best, any, x := 0, 0, 0.0
	prev, size := utf8.DecodeRuneInString(p.text[from:])
	x = p.width(f, from, from+size)
	for at := from + size; at < to; {
		next, size := utf8.DecodeRuneInString(p.text[at:])
		if x > room && any > 0 {
			break
		}
		if !extends(next) {
			any = at
		}
		if !tied(prev, next) {
			best = at
		}
		x += p.width(f, at, at+size)
		prev, at = next, at+size
	}
	switch {
	case best > 0:
		return best
	case any > 0:
		return any
	}
	return to
}

// width measures a stretch of the text, kerns included.
func (p *paragraph) width(f faces, from, to int) float64 {
	p.resolve(f)
	sum, start := 0.0, from
	for _, part := range p.parts {
		if end := min(to, part.end); end > from {
			sum += part.face.measure(p.text[from:end], part.look.size)
			from = end
		}
		if part.end >= to {
			break
		}
	}
	for _, k := range p.within(start, to) {
		sum += p.points(k)
	}
	return sum
}
