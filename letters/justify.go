package letters

import "unicode/utf8"

// Widest spaces, in points, that are put in for an even edge. A line that needs more stays short:
// better ragged than torn.
const (
	mostSpread = 1.75 // between ideographs
	mostLoose  = 0.6  // between all signs, those of words too
	mostWord   = 6    // beside what a space between words has
	leastGaps  = 8
	leastWord  = 3 // letters of a word that is kept from being spread
)

// spread is what is put in for an even edge, in points.
type spread struct {
	sign  float64 // between signs
	whole bool    // also between the letters of words
	word  float64 // at a space between words
}

// fill finds what makes a line fill its room.
func (p *paragraph) fill(l line, room float64) spread {
	slack := room - l.width
	if !l.soft || slack <= 0 {
		return spread{}
	}
	if p.align == spacedOut {
		if n := spaces(p.text[l.from:l.to]); n > 0 && slack <= float64(n)*mostWord {
			return spread{word: slack / float64(n)}
		}
		return spread{}
	}
	all := p.count(l.from, l.to) - 1
	apart := all
	for from := l.from; from < l.to; {
		to, word := p.stretch(from, l.to)
		if word {
			apart -= runeCount(p.text[from:to]) - 1
		}
		from = to
	}
	switch {
	case apart >= leastGaps && slack <= float64(apart)*mostSpread:
		return spread{sign: slack / float64(apart)}
	case all >= leastGaps && slack <= float64(all)*mostLoose:
		return spread{sign: slack / float64(all), whole: true}
	}
	return spread{}
}

// even reports whether all lines that go on can be made to fill their room.
func (p *paragraph) even(lines []line) bool {
	for i, l := range lines {
		room := p.column.width
		if i == 0 {
			room -= p.indent
		}
		if l.soft && room-l.width > 0.1 && p.fill(l, room) == (spread{}) {
			return false
		}
	}
	return true
}

func spaces(text string) int {
	n := 0
	for i := range len(text) {
		if text[i] == ' ' {
			n++
		}
	}
	return n
}

// stretch finds the end of the word that begins at a place of the text, or of what stands before the
// next word. A word here is of letters of an alphabet, and of a few at least.
func (p *paragraph) stretch(from, to int) (end int, word bool) {
	for at := from; at < to; {
		n := wordAt(p.text[at:to])
		if n >= leastWord {
			if at > from {
				return at, false
			}
			return at + n, true
		}
		_, size := utf8.DecodeRuneInString(p.text[at:to])
		at += max(n, size)
	}
	return to, false
}

// wordAt is the size of a word at the beginning of a text: of ASCII, where a byte is a sign.
func wordAt(text string) int {
	n := 0
	for n < len(text) && text[n] > ' ' && text[n] < 0x7F {
		n++
	}
	return n
}

// setLine places one line's runs.
func (s *setter) setLine(p *paragraph, l line, first bool) []run {
	x, room := p.column.left-l.head, p.column.width
	if first {
		x, room = x+p.indent, room-p.indent
	}
	var sp spread
	switch p.align {
	case centred:
		x += (room - l.width) / 2
	case flushRight:
		x += room - l.width
	case justified, spacedOut:
		sp = p.fill(l, room)
	}
	w := runner{paragraph: p, spread: sp, x: x, y: baseline(p.lead, p.size()), to: l.to,
		runs: make([]run, 0, 1)}
	from := l.from
	for _, part := range p.parts {
		if to := min(l.to, part.end); to > from {
			w.part(part, from, to)
			from = to
		}
	}
	return w.runs
}

// runner makes the runs of a line.
type runner struct {
	*paragraph
	spread
	x, y float64
	to   int // the line's end
	runs []run
}

// part makes the runs of one look and face: one, or with the words apart where these are not spread.
func (w *runner) part(x part, from, to int) {
	if w.sign == 0 || w.whole {
		w.run(x, from, to, w.sign)
		return
	}
	for from < to {
		end, word := w.stretch(from, to)
		if word {
			w.run(x, from, end, 0)
			w.x += w.sign
		} else {
			w.run(x, from, end, w.sign)
		}
		from = end
	}
}

func (w *runner) run(x part, from, to int, sign float64) {
	text, kerns := w.text[from:to], w.within(from, to)
	if w.word > 0 {
		kerns = w.spaced(kerns, x.look.size, from, to)
	}
	w.runs = append(w.runs, run{x: w.x, y: w.y, look: x.look, face: x.face, spread: sign, text: text,
		from: from, kerns: kerns})
	if to == w.to {
		return
	}
	w.x += x.face.measure(text, x.look.size) + w.kernAt(to)
	if sign != 0 {
		w.x += sign * float64(x.face.count(text))
	}
	for _, k := range kerns {
		w.x += float64(k.by) * x.look.size / 1000
	}
	if w.word > 0 && text[len(text)-1] == ' ' {
		w.x += w.word
	}
}

// spaced adds to kerns the space at each space between words.
func (w *runner) spaced(kerns []kern, size float64, from, to int) []kern {
	var out []kern
	for at := from + 1; at < to; at++ {
		by := 0
		if w.text[at-1] == ' ' {
			by = int(w.word/size*1000 + 0.5)
		}
		if len(kerns) > 0 && kerns[0].at == at {
			by, kerns = by+kerns[0].by, kerns[1:]
		}
		if by != 0 {
			out = append(out, kern{at, by})
		}
	}
	return out
}
