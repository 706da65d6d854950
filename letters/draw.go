package letters

import "hash/fnv"

// mostForms bounds the shared drawings of a file. A notice needs a handful; what comes after is
// drawn on its page.
const mostForms = 1024

// often is how many times a drawing is wanted before it is worth to be shared: as an object of the
// file it costs some hundred bytes.
const often = 24

// rarely is of how many pages one has a line that counts as common: a family name does not.
const rarely = 32

// drawPage draws a page. Parts that many letters have are shared: all of the page's in one drawing
// where that occurs often, else neighbours together. Personal lines are text of the page, and marks come
// last.
func (f *file) drawPage(p page, marks []byte) drawing {
	w := pen{file: f, text: f.scratch[:0], named: f.naming[:0]}
	f.common, f.rest = f.common[:0], f.rest[:0]
	for _, x := range p {
		if x.part.static || !x.part.own && f.parts.seen(x.part.digest[:]) >= max(often, len(f.pages)/rarely) {
			f.common = append(f.common, x)
		} else {
			f.rest = append(f.rest, x)
		}
	}
	if n := f.backdrop(f.common); n != 0 {
		w.use(n, 0)
		w.draw(f.rest, 0)
		return w.finish(marks)
	}
	for len(p) > 0 {
		n := 0
		for n < len(p) && p[n].part.static {
			n++
		}
		if n == 0 {
			w.draw(p[:1], 0)
			p = p[1:]
			continue
		}
		lift := topmost(p[:n])
		if form := f.form(p[:n], lift); form != 0 {
			w.use(form, lift)
		} else {
			w.draw(p[:n], 0)
		}
		p = p[n:]
	}
	return w.finish(marks)
}

// headroom is what a drawing leaves above its highest part, in points: what stands on a part's very
// top, as the page number does, rises above it.
const headroom = 20

// topmost is the top of a drawing of some parts. A drawing is clipped to the sheet: what it begins
// with must be what stands highest, and a page number comes first and stands lowest.
func topmost(parts []placement) float64 {
	top := parts[0].top
	for _, x := range parts[1:] {
		top = min(top, x.top)
	}
	return top - headroom
}

// backdrop returns the number of a drawing of all that a page shares with many others, 0 for none.
func (f *file) backdrop(parts []placement) int {
	if len(parts) == 0 {
		return 0
	}
	key := f.formKey(parts, 0)
	if n := f.numbers[string(key)]; n != 0 {
		return n
	}
	if f.backdrops.seen(key) < often {
		return 0
	}
	return f.form(parts, 0)
}

func (f *file) formKey(parts []placement, lift float64) []byte {
	f.key = f.key[:0]
	for _, x := range parts {
		f.key = append(f.key, x.part.digest[:]...)
		f.key = appendPoints(f.key, float64(x.from), float64(x.to), x.top-lift)
	}
	return f.key
}

// form returns the number of a drawing of parts, moved up by lift so that it serves wherever
// personal lines above have pushed it. It is 0 where there are too many.
func (f *file) form(parts []placement, lift float64) int {
	key := f.formKey(parts, lift)
	if n := f.numbers[string(key)]; n != 0 {
		return n
	}
	if len(f.forms) >= mostForms {
		return 0
	}
	f.numbers[string(key)] = len(f.forms) + 1
	w := pen{file: f}
	w.draw(parts, lift)
	w.end()
	f.forms = append(f.forms, f.keep(w.text, w.named))
	return len(f.forms)
}

// tally counts how often things are seen, in little memory: what is seen rarely is forgotten. It
// depends on nothing but what it is shown, and in which order.
type tally [1024]struct {
	tag   uint64
	times int
}

// seen notes that a thing is seen, and returns how often it was as far as is remembered.
func (c *tally) seen(thing []byte) int {
	h := fnv.New64a()
	h.Write(thing)
	tag := h.Sum64()
	x := &c[tag%uint64(len(c))]
	if x.tag != tag {
		if x.times > 0 {
			x.times--
			return 0
		}
		x.tag = tag
	}
	x.times++
	return x.times
}
