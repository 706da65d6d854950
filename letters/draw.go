package letters

import (
	"strconv"

	"github.com/jung-kurt/gofpdf"
)

// mostForms bounds the shared drawings of a file. A notice needs a handful; what comes after is
// drawn on its page.
const mostForms = 1024

// shared is a drawing that pages refer to. It gives the library a short name in place of a hash
// computed anew at each use.
type shared struct {
	gofpdf.Template
	id    string
	known bool // to the library
}

// ID implements gofpdf.Template.
func (s *shared) ID() string { return s.id }

// drawPage draws a page: neighbouring static parts as one shared drawing, the rest as text.
func (f *file) drawPage(p page) {
	for len(p) > 0 {
		n := 0
		for n < len(p) && p[n].part.static {
			n++
		}
		if n == 0 {
			f.pen.draw(p[:1], 0)
			p = p[1:]
			continue
		}
		f.drawShared(p[:n])
		p = p[n:]
	}
}

// drawShared refers to the drawing of static parts. The library has to be asked once for each; then
// the reference is written in its short form, which is the same operators with fewer digits.
func (f *file) drawShared(parts []placement) {
	form := f.form(parts)
	switch {
	case form == nil:
		f.pen.draw(parts, 0)
	case !form.known:
		f.pdf.UseTemplateScaled(form, gofpdf.PointType{Y: parts[0].top}, paper)
		form.known = true
	default:
		down := strconv.FormatFloat(-parts[0].top, 'f', 2, 64)
		f.pdf.RawWriteStr("q 1 0 0 1 0 " + down + " cm /TPL" + form.id + " Do Q")
	}
}

var paper = gofpdf.SizeType{Wd: paperWidth, Ht: paperHeight}

// form returns the drawing of static parts, made with the first part at the sheet's top edge, so
// that it serves wherever personal lines above have pushed it. It is nil where there are too many.
func (f *file) form(parts []placement) *shared {
	f.key = f.key[:0]
	for _, x := range parts {
		f.key = append(f.key, x.part.digest[:]...)
		f.key = appendPoints(f.key, float64(x.from), float64(x.to), x.top-parts[0].top)
	}
	if s := f.forms[string(f.key)]; s != nil {
		return s
	}
	if len(f.forms) >= mostForms {
		return nil
	}
	s := &shared{id: strconv.Itoa(len(f.forms) + 1)}
	s.Template = f.pdf.CreateTemplateCustom(gofpdf.PointType{}, paper, func(t *gofpdf.Tpl) {
		(&pen{pdf: &t.Fpdf}).draw(parts, parts[0].top)
	})
	f.forms[string(f.key)] = s
	return s
}

// pen writes runs and rules, and remembers the font so as to name it only when it changes. A new
// page begins with the font of the page before: the library sees to that.
type pen struct {
	pdf  *gofpdf.Fpdf
	font font
	size float64
}

// draw draws placements, moved up by lift.
func (p *pen) draw(parts []placement, lift float64) {
	for _, x := range parts {
		y := x.top - lift
		for i := x.from; i < x.to; i++ {
			b := &x.part.boxes[i]
			if i > x.from {
				y += b.glue
			}
			for _, r := range b.runs {
				p.write(r, y)
			}
			for _, r := range b.rules {
				p.pdf.SetLineWidth(r.weight)
				p.pdf.Line(r.x, y+r.y, r.x+r.width, y+r.y)
			}
			y += b.height
		}
	}
}

// write writes a run. Spacing and outline are switched off again: the next run, and a shared
// drawing, begin without.
func (p *pen) write(r run, y float64) {
	if p.size != r.look.size || p.font != r.look.font {
		p.font, p.size = r.look.font, r.look.size
		p.pdf.SetFont(p.font.String(), "", p.size)
	}
	if r.spread != 0 {
		p.pdf.RawWriteStr(strconv.FormatFloat(r.spread, 'f', 3, 64) + " Tc")
		defer p.pdf.RawWriteStr("0 Tc")
	}
	if r.look.bold {
		p.pdf.RawWriteStr("2 Tr " + strconv.FormatFloat(r.look.size/45, 'f', 2, 64) + " w")
		defer p.pdf.RawWriteStr("0 Tr")
	}
	p.pdf.Text(r.x, y+r.y, r.text)
}
