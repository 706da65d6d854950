package letters

import (
	"math"
	"strings"
	"testing"
)

// near compares a length in points with one in millimetres.
func near(points, millimetres float64) bool { return math.Abs(points-millimetres*mm) < 0.01 }

// DIN 5008 gives the address field on the sheet, DIN 680 the window in the envelope: one must follow
// from the other, by the folds alone.
func TestTheGermanWindowShowsTheAddressFieldOfTheStandard(t *testing.T) {
	t.Parallel()
	for name, top := range map[string]float64{"din-a": 27, "din-b": 45} {
		e, err := EnvelopeNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		if f := e.span(e.Window); !near(f.left, 20) || !near(f.top, top) || !near(f.height, 45) {
			t.Errorf("%s: window at %.1f, %.1f mm", name, f.left/mm, f.top/mm)
		}
	}
}

func TestAWindowShowsLessOfASheetThatMovesMore(t *testing.T) {
	t.Parallel()
	e, err := EnvelopeNamed("jp-chou3")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name                  string
		slack                 *Slack
		left, top, wide, tall float64 // of what always shows
	}{
		{"as far as there is room", nil, 20, 12, 65, 24},
		{"held by the machine", &Slack{4, 3}, 20, 5, 86, 31},
		{"not at all", &Slack{}, 20, 5, 90, 31},
	} {
		e.Slack = c.slack
		f := e.lay().safe()
		if !near(f.left, c.left) || !near(f.top, c.top) || !near(f.width, c.wide) || !near(f.height, c.tall) {
			t.Errorf("%s: %.1f × %.1f mm at %.1f, %.1f", c.name, f.width/mm, f.height/mm, f.left/mm, f.top/mm)
		}
	}
}

func TestEveryEnvelopeOfTheTableCanBeUsed(t *testing.T) {
	t.Parallel()
	for _, name := range Envelopes() {
		e, err := EnvelopeNamed(name)
		if err == nil {
			err = e.Check()
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		w := e.lay()
		for _, f := range []frame{w.address, w.ret} {
			if both := w.shows.around(f); f != (frame{}) &&
				!(near(both.width, w.shows.width/mm) && near(both.height, w.shows.height/mm)) {
				t.Errorf("%s: %v always shows and never may", name, f)
			}
		}
	}
}

func TestFoldsOfTheTableAreNobodysToChange(t *testing.T) {
	t.Parallel()
	e, _ := EnvelopeNamed("din-b")
	e.Folds[0] = 1
	if again, _ := EnvelopeNamed("din-b"); again.Folds[0] != 105 {
		t.Errorf("folds %v", again.Folds)
	}
}

func TestFiguresThatMakeNoEnvelopeAreAnError(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*Envelope)
		want   string
	}{
		{"folds upwards", func(e *Envelope) { e.Folds = []float64{198, 99} }, "a fold at 99 mm, after one at 198"},
		{"a fold below the sheet", func(e *Envelope) { e.Folds = []float64{300} }, "a fold at 300 mm"},
		{"a fold that is no number", func(e *Envelope) { e.Folds = []float64{math.NaN()} }, "a fold at NaN"},
		{"not folded", func(e *Envelope) { e.Folds = nil }, "is larger than"},
		{"too narrow", func(e *Envelope) { e.Width = 200 }, "is larger than"},
		{"slack below zero", func(e *Envelope) { e.Slack = &Slack{-1, 0} }, "below zero"},
		{"a window beside it", func(e *Envelope) { e.Window.Left = 200 }, "not inside"},
		{"no window", func(e *Envelope) { e.Window = Rect{} }, "not inside"},
		{"a second window beside it", func(e *Envelope) { e.Sender = Rect{300, 1, 1, 1} }, "not inside"},
		{"a second slot", func(e *Envelope) { e.Sender = Rect{20, 80, 90, 30} }, "of the second window"},
		{"a slot", func(e *Envelope) { e.Window.Height = 25 }, "only 65.0 × 4.0 mm always show"},
		{"a fold above the address", func(e *Envelope) { e.Folds = []float64{20, 115, 210} }, "always show"},
		{"nothing that always shows", func(e *Envelope) { e.Window.Height = 15 }, "only 65.0 × 0.0 mm"},
	} {
		e, _ := EnvelopeNamed("jp-chou3")
		c.change(&e)
		if _, err := NewPressFor(Embedded(), e); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}
