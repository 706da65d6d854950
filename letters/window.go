package letters

import (
	"maps"
	"slices"
)

// mm is one millimetre in points, the unit of all layout.
const mm = 72 / 25.4

// A4 in points, as the PDF library writes it.
const (
	paperWidth  = 595.28
	paperHeight = 841.89
)

// Window is an envelope's window, in millimetres from the top left corner of the unfolded sheet.
// Change or add a row of the table to fit a mail house's stock: nothing else knows the figures.
type Window struct {
	Left, Top, Width, Height float64
	Slack                    float64 // how far the sheet moves inside; kept free on each side
}

// windows are the envelopes by name. 長形3号 takes A4 in three folds of 99 mm; windows of 90 × 45 mm
// about 20 mm from the left are the common stock. Envelope "none" has no window; its block stands
// where the form of a letter wants it.
var windows = map[string]Window{
	"jp-chou3": {Left: 20, Top: 12, Width: 90, Height: 45, Slack: 4},
	"none":     {Left: 25, Top: 18, Width: 85, Height: 50},
}

// Envelopes returns the names that NewPress knows, sorted.
func Envelopes() []string { return slices.Sorted(maps.Keys(windows)) }

// frame is a rectangle in points.
type frame struct{ left, top, width, height float64 }

func (f frame) bottom() float64 { return f.top + f.height }
func (f frame) right() float64  { return f.left + f.width }

// safe is the part of the window that shows however the sheet lies.
func (w Window) safe() frame {
	return frame{(w.Left + w.Slack) * mm, (w.Top + w.Slack) * mm,
		(w.Width - 2*w.Slack) * mm, (w.Height - 2*w.Slack) * mm}
}

// reach is the part of the sheet that the window may show. Nothing but the address is printed
// there.
func (w Window) reach() frame {
	return frame{(w.Left - w.Slack) * mm, (w.Top - w.Slack) * mm,
		(w.Width + 2*w.Slack) * mm, (w.Height + 2*w.Slack) * mm}
}
