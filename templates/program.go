package templates

import (
	"bytes"
	"strings"
	"sync"
)

// program is one output of a notice, flattened: literal pieces and values in the order of the page.
type program []op

type op struct {
	do    opKind
	text  string // literal; or the line's beginning; or what stands for a line break in a value
	mark  string // of an item: its bullet or number; of a value: what follows it
	lead  string // of a value: what goes before it
	n     int    // slot of a value; line breaks of a gap or item
	test  test
	then  program // of a choice where test holds; of a loop, its body
	other program
}

type opKind int

const (
	opText opKind = iota
	opValue
	opChoice
	opElements  // play then for each of the person's elements
	opGap       // a block begins: n line breaks and text, unless an item has just begun
	opItem      // the same for an item, always, with mark after text
	opLines     // lines begin here, or end: a break that is due falls away
	opBreak     // end a line that has something, if another follows that has something
	opUnderline // underline the last line, whose beginning text is not underlined, with mark
)

// add appends literal text.
func (p *program) add(text string) {
	if last := len(*p) - 1; last >= 0 && (*p)[last].do == opText {
		(*p)[last].text += text
	} else if text != "" {
		*p = append(*p, op{do: opText, text: text})
	}
}

// join appends another program.
func (p *program) join(other program) {
	for _, o := range other {
		if o.do == opText {
			p.add(o.text)
		} else {
			*p = append(*p, o)
		}
	}
}

// lines appends a static text in which lineBreak stands for each line break. Beside fields (broken
// is true), a line that comes out empty falls away with its break.
func (p *program) lines(text, lineBreak string, broken bool) {
	for i, line := range strings.Split(text, "\n") {
		if i > 0 && broken {
			*p = append(*p, op{do: opBreak, text: lineBreak})
		} else if i > 0 {
			p.add(lineBreak)
		}
		p.add(line)
	}
}

// edge appends the beginning or end of such lines.
func (p *program) edge(broken bool) {
	if broken {
		*p = append(*p, op{do: opLines})
	}
}

// value appends a field; lineBreak stands for each line break in its value.
func (p *program) value(slot int, lineBreak string) {
	*p = append(*p, op{do: opValue, n: slot, text: lineBreak})
}

// put writes a value as an output wants it.
type put func(buf []byte, value, lineBreak string) []byte

// asText writes a value into plain text.
func asText(buf []byte, value, lineBreak string) []byte {
	if strings.IndexByte(value, '\n') < 0 {
		return append(buf, value...)
	}
	return append(buf, strings.ReplaceAll(value, "\n", lineBreak)...)
}

// writer plays a program. What a gap asks for is written only before something else is, so that a
// block that is left out leaves no hole.
type writer struct {
	buf    []byte
	r      *values
	put    put
	breaks int    // line breaks asked for
	lead   string // the beginning of the line to come
	item   bool   // lead holds the mark of an item that has nothing yet
	due    string // the break of lines that is due
	filled bool   // the line has something
}

// stage keeps what programs are played into: an output is some kilobytes, and there may be thousands of
// them in a second.
type stage struct{ writers sync.Pool }

// play returns the output of a program, with tail behind it.
func (s *stage) play(p program, r *values, put put, tail string) string {
	w, used := s.writers.Get().(*writer)
	if !used {
		w = &writer{}
	}
	*w = writer{buf: w.buf[:0], r: r, put: put}
	w.play(p)
	w.buf = append(w.buf, tail...)
	out := string(w.buf)
	w.r = nil
	s.writers.Put(w)
	return out
}

func (w *writer) play(p program) {
	for i := range p {
		w.step(&p[i])
	}
}

func (w *writer) step(o *op) {
	switch o.do {
	case opText:
		w.flush()
		w.buf = append(w.buf, o.text...)
	case opValue:
		if text := w.r.text(o.n); text != "" {
			w.flush()
			w.buf = append(w.buf, o.lead...)
			w.buf = w.put(w.buf, text, o.text)
			w.buf = append(w.buf, o.mark...)
		}
	case opChoice:
		if o.test.holds(w.r) {
			w.play(o.then)
		} else {
			w.play(o.other)
		}
	case opElements:
		for _, w.r.item = range w.r.elements() {
			w.play(o.then)
		}
	case opGap:
		if !w.item {
			w.breaks, w.lead = max(w.breaks, o.n), o.text
		}
	case opItem:
		w.begin(o)
	case opLines:
		w.due, w.filled = "", false
	case opBreak:
		if w.filled {
			w.due, w.filled = o.text, false
		}
	case opUnderline:
		w.underline(o)
	}
}

// begin begins an item; an item that is the first thing in another stands on the same line.
func (w *writer) begin(o *op) {
	if w.item {
		w.lead += o.mark
		return
	}
	w.breaks, w.lead, w.item = max(w.breaks, o.n), o.text+o.mark, true
}

func (w *writer) flush() {
	if len(w.buf) > 0 {
		for range w.breaks {
			w.buf = append(w.buf, '\n')
		}
	}
	w.buf = append(append(w.buf, w.lead...), w.due...)
	w.breaks, w.lead, w.item, w.due, w.filled = 0, "", false, "", true
}

func (w *writer) underline(o *op) {
	line := w.buf[bytes.LastIndexByte(w.buf, '\n')+1:]
	width := 0
	for _, r := range string(line[min(len(o.text), len(line)):]) {
		width++
		if isCJK(r) {
			width++
		}
	}
	w.buf = append(w.buf, '\n')
	w.buf = append(w.buf, o.text...)
	w.buf = append(w.buf, strings.Repeat(o.mark, min(width, 60))...)
}
