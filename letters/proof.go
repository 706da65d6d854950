package letters

import (
	"fmt"
	"io"
	"time"
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
	proofApart = 3      // between a line and the text beside it
	proofFoot  = 4 * mm // baseline of the legend, from the bottom edge
)

// Proof writes a letter as Bind does, with a layer on top that shows what the envelope makes of it:
// the window as it lies when the sheet is at rest, the part that always shows, the part that may
// show, folds, and the area of the text. It is for the operator and the mail house; the layer can be
// switched off in a viewer. Errors are those of Bind.
func (p *Press) Proof(w io.Writer, title string, created time.Time, l Letter) error {
	pages, err := p.compose(l)
	if err != nil {
		return err
	}
	f, err := newFile(p.fonts, title, created)
	if err != nil {
		return err
	}
	err = guard(func() error {
		layer := f.pdf.AddLayer("proof", true)
		for i, x := range pages {
			f.pdf.AddPage()
			f.drawPage(x)
			f.pdf.BeginLayer(layer)
			f.prove(p, formOf(l.Document.Locale), i == 0)
			f.pdf.EndLayer()
		}
		return f.pdf.Error()
	})
	if err != nil {
		return err
	}
	return f.writeTo(w)
}

// prove draws the layer of one page. Only the first lies behind a window; all are folded.
func (f *file) prove(p *Press, form *form, first bool) {
	c := form.measure()
	f.outline(frame{c.left - proofApart, topMargin, c.width + 2*proofApart,
		paperHeight - topMargin - bottomMargin}, foldColour, proofThin)
	for _, fold := range p.envelope.Folds {
		f.proveFold(fold)
	}
	if first {
		for i := range p.window.may {
			f.tint(p.window.may[i], mayColour)
			f.outline(p.window.may[i], mayColour, proofLine, 2, 2)
			f.outline(p.window.rest[i], restColour, 2*proofLine)
		}
		for _, x := range []frame{p.window.ret, p.window.address} {
			if x != (frame{}) {
				f.outline(x, alwaysColour, proofLine)
			}
		}
	}
	f.legend(p.envelope, first)
	f.pdf.SetDrawColor(0, 0, 0)
	f.pdf.SetTextColor(0, 0, 0)
}

// outline draws a frame, dashed where a dash is given.
func (f *file) outline(x frame, c colour, weight float64, dash ...float64) {
	f.pdf.SetDrawColor(c.red, c.green, c.blue)
	f.pdf.SetLineWidth(weight)
	f.pdf.SetDashPattern(dash, 0)
	f.pdf.Rect(x.left, x.top, x.width, x.height, "D")
	f.pdf.SetDashPattern(nil, 0)
}

func (f *file) tint(x frame, c colour) {
	f.pdf.SetFillColor(c.red, c.green, c.blue)
	f.pdf.SetAlpha(0.06, "Normal")
	f.pdf.Rect(x.left, x.top, x.width, x.height, "F")
	f.pdf.SetAlpha(1, "Normal")
	f.pdf.SetFillColor(0, 0, 0)
}

func (f *file) proveFold(at float64) {
	f.pdf.SetDrawColor(foldColour.red, foldColour.green, foldColour.blue)
	f.pdf.SetLineWidth(proofThin)
	f.pdf.SetDashPattern([]float64{8, 3, 1, 3}, 0)
	f.pdf.Line(0, at*mm, paperWidth, at*mm)
	f.pdf.SetDashPattern(nil, 0)
	f.say(frame{left: paperWidth - 60, top: at*mm - 2}, foldColour, fmt.Sprintf("fold at %g mm", at))
}

// say writes into the proof, with the frame's corner as the baseline's start.
func (f *file) say(at frame, c colour, text string) {
	f.pdf.SetTextColor(c.red, c.green, c.blue)
	f.pen.write(run{x: at.left, look: look{sans, false, proofSize}, text: text}, at.top)
}

// legend says in its colours what the lines are.
func (f *file) legend(e Envelope, first bool) {
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
		f.say(frame{left: x, top: paperHeight - proofFoot}, y.colour, y.text)
		x += f.pdf.GetStringWidth(y.text) + 10
	}
}
