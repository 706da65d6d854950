package letters

import (
	"fmt"
	"maps"
	"slices"
)

// Envelope says how a folded sheet lies behind a window. Lengths are in millimetres; the envelope is
// seen from the front with its flap on top.
//
// A sheet is smaller than its envelope and moves in it, so a window shows now one part of the sheet
// and now another. What must be read stands in the part that shows wherever the sheet lies; what
// nobody on its way may read stands outside every part that may show. This is the posts' own test:
// tap the envelope on each of its edges and look again (USPS Domestic Mail Manual, on window
// envelopes). Sizes are outside ones, so that the seams' millimetres are air around the block.
type Envelope struct {
	Width, Height float64   // outside; zero where there is no window
	Window        Rect      // shows the address
	Sender        Rect      // a second window, for the return address; zero where there is none
	Folds         []float64 // from the sheet's top edge; none where it goes in flat
	ReturnLine    float64   // height kept for a return line at the window's top; zero for none
	Slack         *Slack    // how far the sheet moves; nil: as far as there is room
}

// Rect is a window's place, from the envelope's left and top edges to the window's, and its size.
type Rect struct{ Left, Top, Width, Height float64 }

// Slack is how far a sheet moves in its envelope: to the right from the left edge, and up from the
// lower edge, on which letters stand while they are sorted.
type Slack struct{ Across, Up float64 }

// Sheets are A4 (ISO 216) in every envelope, that of the United States included: in thirds it lies
// closer in a No. 10 than Letter paper does, which leaves twice the slack.
const (
	sheetWidth  = 210
	sheetHeight = 297
)

// envelopes by name. Sizes of envelopes are JIS S 5502, ISO 269 and the US trade's. Windows are the
// usual stock; a mail house's own is given in the manifest, and preview --proof shows either.
//
//   - jp-chou3: 長形3号 on its side, window 90 × 45 mm, 20 mm from the left and 12 mm from the top, the
//     commonest in the trade (Japan Post asks for 80 × 45 at least). A4 in thirds moves up by 21 mm in
//     it: half of the window always shows.
//   - jp-kaku2: 角形2号 upright, A4 flat, window 100 × 60 mm.
//   - din-a, din-b: DIN lang with a window by DIN 680 (20 mm from the left, 15 mm from below) and the
//     folds of DIN 5008. The address field of DIN 5008 (20 mm from the left; 27 mm from the top in
//     form A, 45 mm in form B) is what shows when the sheet stands on the lower edge.
//   - uk-c5: C5 with A4 folded once, window 90 × 35 mm, 20 mm from the left, 60 mm from below.
//   - us-10-double: No. 10 (9½ × 4⅛ in), windows 4 × 1 in (½ in from the left, ⅝ in from below) and
//     3½ × ⅞ in above it.
//   - none: plain envelopes, addressed otherwise; the block stands where a letter has it.
var envelopes = map[string]Envelope{
	"jp-chou3": {Width: 235, Height: 120, Window: Rect{20, 12, 90, 45}, Folds: []float64{99, 198}},
	"jp-kaku2": {Width: 240, Height: 332, Window: Rect{25, 40, 100, 60}},
	"din-a": {Width: 220, Height: 110, Window: Rect{20, 50, 90, 45}, Folds: []float64{87, 192},
		ReturnLine: 5},
	"din-b": {Width: 220, Height: 110, Window: Rect{20, 50, 90, 45}, Folds: []float64{105, 210},
		ReturnLine: 5},
	"uk-c5": {Width: 229, Height: 162, Window: Rect{20, 67, 90, 35}, Folds: []float64{148.5}},
	"us-10-double": {Width: 241.3, Height: 104.8, Window: Rect{12.7, 63.5, 101.6, 25.4},
		Sender: Rect{12.7, 23.9, 88.9, 22.2}, Folds: []float64{99, 198}},
	"none": {Window: Rect{25, 18, 85, 50}},
}

// Envelopes returns the names that NewPress knows, sorted.
func Envelopes() []string { return slices.Sorted(maps.Keys(envelopes)) }

// EnvelopeNamed returns an envelope of the table, to be used as it is or changed to a mail house's
// figures. Its folds are the caller's own.
func EnvelopeNamed(name string) (Envelope, error) {
	e, ok := envelopes[name]
	if !ok {
		return e, fmt.Errorf("unknown envelope %q", name)
	}
	e.Folds = slices.Clone(e.Folds)
	return e, nil
}

// plain reports an envelope without a window: its block is placed on the sheet itself.
func (e Envelope) plain() bool { return e.Width == 0 && e.Height == 0 }

// packet is the height of the folded sheet, and hang how far below its top the sheet's upper edge
// lies. The panel with the address is outermost and its fold is the packet's lower edge.
func (e Envelope) packet() (height, hang float64) {
	above, first := 0.0, 0.0
	for i, fold := range append(slices.Clone(e.Folds), sheetHeight) {
		if i == 0 {
			first = fold
		}
		height = max(height, fold-above)
		above = fold
	}
	return height, height - first
}

// slack is how far the sheet moves.
func (e Envelope) slack() Slack {
	if e.plain() {
		return Slack{}
	}
	if e.Slack != nil {
		return *e.Slack
	}
	height, _ := e.packet()
	return Slack{e.Width - sheetWidth, e.Height - height}
}

// Check says what keeps the envelope from being used.
func (e Envelope) Check() error {
	height, _ := e.packet()
	slack, above := e.slack(), 0.0
	for _, fold := range e.Folds {
		if !(fold > above && fold < sheetHeight) {
			return fmt.Errorf("envelope: a fold at %g mm, after one at %g, on a sheet of %d",
				fold, above, sheetHeight)
		}
		above = fold
	}
	switch {
	case !e.plain() && (e.Width < sheetWidth || e.Height < height):
		return fmt.Errorf("envelope: a folded sheet of %d × %g mm is larger than the %g × %g inside",
			sheetWidth, height, e.Width, e.Height)
	case slack.Across < 0 || slack.Up < 0:
		return fmt.Errorf("envelope: slack of %g × %g mm is below zero", slack.Across, slack.Up)
	case !e.holds(e.Window), e.Sender != Rect{} && !e.holds(e.Sender):
		return fmt.Errorf("envelope: a window is not inside it")
	}
	return e.checkSafe()
}

// Least sizes of the part of a window that always shows, in millimetres: three lines of an address.
const (
	leastSafeWidth  = 45
	leastSafeHeight = 12
)

func (e Envelope) checkSafe() error {
	w := e.lay()
	width, height := w.address.width/mm, w.address.height/mm
	if !(width >= leastSafeWidth && height >= leastSafeHeight) {
		return fmt.Errorf("envelope: of the window only %.1f × %.1f mm always show, "+
			"and an address wants %d × %d", max(width, 0), max(height, 0), leastSafeWidth, leastSafeHeight)
	}
	if w.apart() && !(w.ret.width/mm >= leastSafeWidth && w.ret.height/mm >= leastSafeHeight) {
		return fmt.Errorf("envelope: of the second window less than %d × %d mm always show",
			leastSafeWidth, leastSafeHeight)
	}
	return nil
}

// holds reports whether a window is inside the envelope, or where there is none, on the sheet.
func (e Envelope) holds(r Rect) bool {
	width, height := e.Width, e.Height
	if e.plain() {
		width, height = sheetWidth, sheetHeight
	}
	return r.Left >= 0 && r.Top >= 0 && r.Width > 0 && r.Height > 0 &&
		r.Left+r.Width <= width && r.Top+r.Height <= height
}
