package letters

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// cents are hundredths of a point, the unit of a drawing: finer than a printer is.
type cents int

func inCents(points float64) cents {
	if points < 0 {
		return cents(points*100 - 0.5)
	}
	return cents(points*100 + 0.5)
}

func appendCents(b []byte, c cents) []byte {
	if c < 0 {
		b, c = append(b, '-'), -c
	}
	b = strconv.AppendInt(b, int64(c/100), 10)
	switch c %= 100; {
	case c == 0:
	case c%10 == 0:
		b = append(b, '.', byte('0'+c/10))
	default:
		b = append(b, '.', byte('0'+c/10), byte('0'+c%10))
	}
	return b
}

// appendShort writes a factor with four decimals at the most.
func appendShort(b []byte, factor float64) []byte {
	return strconv.AppendFloat(b, math.Round(factor*1e4)/1e4, 'f', -1, 64)
}

// pen writes the operators of one drawing. It gives each number in its shortest form and says
// nothing twice: of a print file, most is this.
type pen struct {
	*file
	text  []byte
	named []naming

	typing bool // inside a text object, whose current line begins at x, y
	x, y   cents
	scaled bool // the text object's matrix is not plain: it ends before the next run
	font   *usage
	size   float64 // of the font as named
	spread cents   // thousandths of a point
	bold   bool
}

// naming is a place in a drawing where the name of a font belongs, which only the complete file
// knows.
type naming struct {
	at   int
	font *usage
}

func (w *pen) add(s string) { w.text = append(w.text, s...) }

func (w *pen) number(c cents) {
	w.text = append(appendCents(w.text, c), ' ')
}

// begin and end bracket text.
func (w *pen) begin() {
	if !w.typing {
		w.add("BT\n")
		w.typing, w.x, w.y, w.scaled = true, 0, 0, false
	}
}

func (w *pen) end() {
	if w.typing {
		w.add("ET\n")
		w.typing = false
	}
}

// use draws a form down from its top.
func (w *pen) use(form int, top float64) {
	w.end()
	w.plain()
	down := inCents(-top)
	if down != 0 {
		w.add("q 1 0 0 1 0 ")
		w.number(down)
		w.add("cm")
	}
	w.add("/TPL")
	w.text = strconv.AppendInt(w.text, int64(form), 10)
	w.add(" Do")
	if down != 0 {
		w.add(" Q")
	}
	w.add("\n")
}

// plain ends the modes of the last run: a form begins with those of its page.
func (w *pen) plain() { w.mode(false, 0, 0) }

// mode sets outline and spacing. There is no bold face: bold is drawn with a thin outline.
func (w *pen) mode(bold bool, spread, size float64) {
	if thousandths := inCents(spread * 10); thousandths != w.spread {
		w.spread = thousandths
		w.text = strconv.AppendFloat(w.text, float64(thousandths)/1000, 'f', -1, 64)
		w.add(" Tc\n")
	}
	if bold {
		w.add("2 Tr ")
		w.number(inCents(size / 45))
		w.add("w\n")
	} else if w.bold {
		w.add("0 Tr\n")
	}
	w.bold = bold
}

// draw draws placements, moved up by lift.
func (w *pen) draw(parts []placement, lift float64) {
	for _, x := range parts {
		y := x.top - lift
		for i := x.from; i < x.to; i++ {
			b := &x.part.boxes[i]
			if i > x.from {
				y += b.glue
			}
			for j := range b.runs {
				w.write(&b.runs[j], y)
			}
			for _, r := range b.rules {
				w.rule(r, y)
			}
			y += b.height
		}
	}
}

func (w *pen) rule(r rule, top float64) {
	w.end()
	y := inCents(paperHeight - top - r.y)
	w.number(inCents(r.weight))
	w.add("w ")
	w.number(inCents(r.x))
	w.number(y)
	w.add("m ")
	w.number(inCents(r.x + r.width))
	w.number(y)
	w.add("l S\n")
}

// write writes a run.
func (w *pen) write(r *run, top float64) {
	if w.scaled {
		w.end()
	}
	w.begin()
	font := w.usageOf(r.face)
	factor := w.choose(font, r.look.size)
	w.mode(r.look.bold, r.spread/factor, r.look.size)
	w.move(inCents(r.x), inCents(paperHeight-top-r.y), factor)
	if len(r.kerns) > 0 {
		w.kerned(font, r)
		return
	}
	w.text = append(w.text, '(')
	w.text = w.encode(w.text, font, r.text)
	w.add(")Tj\n")
}

// kerned writes the text of a run with space put in and taken out (ISO 32000-1, 9.4.3).
func (w *pen) kerned(font *usage, r *run) {
	w.add("[(")
	from := 0
	for _, k := range r.kerns {
		w.text = w.encode(w.text, font, r.text[from:k.at-r.from])
		w.add(")")
		w.text = strconv.AppendInt(w.text, int64(-k.by), 10)
		w.add("(")
		from = k.at - r.from
	}
	w.text = w.encode(w.text, font, r.text[from:])
	w.add(")]TJ\n")
}

// choose makes a font current and returns by how much it is to be scaled: its name is long, and
// scaling the size that was named first is shorter than to name it again.
func (w *pen) choose(font *usage, size float64) float64 {
	if w.font == font {
		return size / w.size
	}
	w.font, w.size = font, size
	w.named = append(w.named, naming{len(w.text), font})
	w.add(" ")
	w.number(inCents(size))
	w.add("Tf\n")
	return 1
}

// move goes to the beginning of a run.
func (w *pen) move(x, y cents, factor float64) {
	if w.scaled = factor != 1; w.scaled {
		w.text = appendShort(w.text, factor)
		w.add(" 0 0 ")
		w.text = appendShort(w.text, factor)
		w.add(" ")
		w.number(x)
		w.number(y)
		w.add("Tm")
		return
	}
	w.number(x - w.x)
	w.number(y - w.y)
	w.add("Td")
	w.x, w.y = x, y
}

// encode writes a run's text as a PDF string of two bytes a sign, and notes what it uses.
func (w *pen) encode(b []byte, font *usage, text string) []byte {
	f, from := font.face, len(b)
	for _, r := range text {
		if r > 0xFFFF || f.advance[r] == absent {
			return w.encodeSigns(b[:from], font, text)
		}
		font.use(uint16(r))
		b = appendCode(b, uint16(r))
	}
	return b
}

// encodeSigns is encode for text with signs that have no code of their own.
func (w *pen) encodeSigns(b []byte, font *usage, text string) []byte {
	for sign, glyph := range font.face.signs(text) {
		r, size := utf8.DecodeRuneInString(sign)
		code := uint16(r)
		if size < len(sign) || r > 0xFFFF || font.face.advance[r] == absent {
			code = w.slot(font, sign, glyph)
		} else {
			font.use(code)
		}
		b = appendCode(b, code)
	}
	return b
}

// appendCode writes a code as it stands in a literal string.
func appendCode(b []byte, code uint16) []byte {
	for _, c := range [2]byte{byte(code >> 8), byte(code)} {
		switch c {
		case '(', ')', '\\':
			b = append(b, '\\', c)
		case '\r':
			b = append(b, '\\', 'r')
		default:
			b = append(b, c)
		}
	}
	return b
}

// finish ends the drawing of a page with operators of its own, and keeps it.
func (w *pen) finish(last []byte) drawing {
	w.end()
	w.text = append(w.text, last...)
	w.scratch, w.naming = w.text, w.named
	return w.keep(w.text, w.named)
}
