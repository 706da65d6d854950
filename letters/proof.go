package letters

import (
	"fmt"
	"io"
	"time"

	"github.com/jung-kurt/gofpdf"
)

// Colours of a proof.
type colour struct{ red, green, blue int }

var (
	restColour   = colour{0, 70, 200}
	alwaysColour = colour{0, 130, 50}
	mayColour    = colour{210, 30, 30}
	foldColour   = colour{110, 110, 110}
)

// Figures of a proof, in points.
const (
	proofSize  = 6.5
	proofLine  = 0.5
	proofThin  = 0.25
	proofTint  = 0.06   // how much of its colour a surface has
	proofApart = 3      // between a line and the text beside it
	proofFoot  = 4 * mm // baseline of the legend, from the bottom edge
)

// Proof writes a letter as Bind does, with a layer beneath it that shows what the envelope makes of
// it: the window as it lies when the sheet is at rest, the part that always shows, the part that may
// show, folds, and the area of the text. It is for the operator and the mail house; the layer can be
// switched off in a viewer. Errors are those of Bind.
func (p *Press) Proof(w io.Writer, title string, created time.Time, l Letter) error {
	laid, err := p.set(l)
	if err != nil {
		return err
	}
	f := newFile()
	if err := p.draw(f, Job{Sequence: 1, Page: 1}, l, laid); err != nil {
		return err
	}
	layers := make([]drawing, len(laid.pages))
	for i := range layers {
		if layers[i], err = f.prove(p.setter(l.Document.Locale), i == 0); err != nil {
			return err
		}
	}
	layer := 0
	f.under = func(pdf *gofpdf.Fpdf, i int) {
		if i == 0 {
			layer = pdf.AddLayer("proof", true)
		}
		pdf.BeginLayer(layer)
		pdf.RawWriteStr("q\n" + layers[i].String() + "\nQ")
		pdf.EndLayer()
	}
	return f.writeTo(w, title, created)
}

// prover draws the layer of one page.
type prover struct {
	pen
	setter *setter
	fault  error
}

// prove draws the layer of one page. Only the first lies behind a window; all are folded.
func (f *file) prove(s *setter, first bool) (drawing, error) {
	w := prover{pen: pen{file: f}, setter: s}
	c, window := s.form.measure(), s.press.window
	if first {
		for i := range window.may {
			w.tint(window.may[i], mayColour)
			w.frame(window.may[i], mayColour, proofLine, "[2 2] 0 d ")
			w.frame(window.rest[i], restColour, 2*proofLine, "[] 0 d ")
		}
		for _, x := range []frame{window.ret, window.address} {
			if x != (frame{}) {
				w.frame(x, alwaysColour, proofLine, "[] 0 d ")
			}
		}
	}
	top := float64(topMargin)
	if first {
		top = max(top, window.reach().bottom())
	}
	w.frame(frame{c.left - proofApart, top, c.width + 2*proofApart, paperHeight - bottomMargin - top},
		foldColour, proofThin, "[] 0 d ")
	for _, fold := range s.press.envelope.Folds {
		w.fold(fold)
	}
	w.legend(s.press.envelope, first)
	w.end()
	return f.keep(w.text, w.named), w.fault
}

// colour sets a colour of lines (RG) or of surfaces and text (rg).
func (w *prover) colour(c colour, op string) {
	for _, part := range [3]int{c.red, c.green, c.blue} {
		w.text = append(appendShort(w.text, float64(part)/255), ' ')
	}
	w.add(op)
}

func (w *prover) box(x frame, op string) {
	w.number(inCents(x.left))
	w.number(inCents(paperHeight - x.bottom()))
	w.number(inCents(x.width))
	w.number(inCents(x.height))
	w.add("re " + op + "\n")
}

// frame draws a frame with a dash pattern.
func (w *prover) frame(x frame, c colour, weight float64, dash string) {
	w.end()
	w.colour(c, "RG ")
	w.number(inCents(weight))
	w.add("w " + dash)
	w.box(x, "S")
}

// tint fills a frame with a breath of a colour.
func (w *prover) tint(x frame, c colour) {
	pale := func(part int) int { return 255 - int(proofTint*float64(255-part)+0.5) }
	w.end()
	w.colour(colour{pale(c.red), pale(c.green), pale(c.blue)}, "rg ")
	w.box(x, "f")
}

func (w *prover) fold(at float64) {
	w.end()
	w.colour(foldColour, "RG [8 3 1 3] 0 d ")
	w.rule(rule{width: paperWidth, weight: proofThin}, at*mm)
	w.say(frame{left: paperWidth - 60, top: at*mm - 2}, foldColour, fmt.Sprintf("fold at %g mm", at))
}

// say writes into the proof, with the frame's corner as the baseline's start, and returns how wide
// that is.
func (w *prover) say(at frame, c colour, text string) float64 {
	runs, width, err := w.setter.setLabel(text, "proof", look{sans, false, proofSize})
	if err != nil && w.fault == nil {
		w.fault = err
	}
	w.end()
	w.colour(c, "rg\n")
	for _, r := range moved(runs, at.left, 0) {
		w.write(&r, at.top)
	}
	return width
}

// legend says in its colours what the lines are.
func (w *prover) legend(e Envelope, first bool) {
	slack := e.slack()
	size := fmt.Sprintf("PROOF, not for print. Envelope %g × %g mm, the sheet moves %.1f × %.1f mm in it.",
		e.Width, e.Height, slack.Across, slack.Up)
	if e.plain() {
		size = "PROOF, not for print. No window."
	}
	type entry struct {
		colour colour
		text   string
	}
	entries := []entry{{foldColour, size}}
	if first {
		entries = append(entries, entry{restColour, "window, sheet at rest"},
			entry{alwaysColour, "always shows"}, entry{mayColour, "may show"})
	}
	x := 8 * mm
	for _, y := range entries {
		x += w.say(frame{left: x, top: paperHeight - proofFoot}, y.colour, y.text) + 10
	}
}
