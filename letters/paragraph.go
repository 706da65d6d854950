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
	cuts   []cut

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
func (p *paragraph) addSpans(spans []templates.Span, base look, wide bool) {
	for _, s := range spans {
		l := base
		if s.Strong || s.Emphasis {
			l.font = sans
		}
		l.bold = l.bold || s.Strong
		p.add(s.Text, l)
		if t := linkTarget(s); t != "" && wide {
			p.add("（"+t+"）", l)
		} else if t != "" {
			p.add(" ("+t+")", l)
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
	width    float64
	soft     bool
}

// lines breaks the paragraph. Each line holds at least one character, however narrow the column.
func (p *paragraph) lines(f faces) []line {
	p.resolve(f)
	room := p.column.width - p.indent
	if l, ok := p.oneLine(f, room); ok {
		return append(p.first[:0], l)
	}
	p.cuts = appendCuts(p.cuts[:0], p.text)
	out := make([]line, 0, 4)
	emit := func(from, to int, soft bool) {
		to = from + len(strings.TrimRight(p.text[from:to], " \u3000\n"))
		out = append(out, line{from, to, p.width(f, from, to), soft})
		room = p.column.width
	}
	start, from, x := 0, 0, 0.0
	for _, c := range p.cuts {
		ink := from + len(strings.TrimRight(p.text[from:c.at], " \u3000\n"))
		w := p.width(f, from, ink)
		if x+w > room && from > start {
			emit(start, from, true)
			start, x = from, 0
		}
		for x == 0 && w > room {
			k := p.force(f, start, ink, room)
			if k == ink {
				break
			}
			emit(start, k, true)
			start, w = k, w-p.width(f, start, k)
		}
		x += w + p.width(f, ink, c.at)
		from = c.at
		if c.must {
			emit(start, from, false)
			start, x = from, 0
		}
	}
	if start < len(p.text) {
		emit(start, len(p.text), false)
	}
	return out
}

// oneLine is the whole text where that fits, as most personal lines do: nothing is to be broken then.
func (p *paragraph) oneLine(f faces, room float64) (line, bool) {
	if p.text == "" || strings.Contains(p.text, "\n") {
		return line{}, false
	}
	to := len(strings.TrimRight(p.text, " \u3000"))
	if p.width(f, 0, len(p.text)) > room {
		return line{}, false
	}
	return line{to: to, width: p.width(f, 0, to)}, true
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

// width measures a stretch of the text.
func (p *paragraph) width(f faces, from, to int) float64 {
	p.resolve(f)
	sum := 0.0
	for _, part := range p.parts {
		if end := min(to, part.end); end > from {
			sum += part.face.measure(p.text[from:end], part.look.size)
			from = end
		}
		if part.end >= to {
			break
		}
	}
	return sum
}
