package barcode

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// column draws the marks of a sheet, one character a place.
func column(o OMR, count, sheet, sheets int) string {
	places := slices.Repeat([]string{"."}, len(o.Marks))
	for _, b := range o.Bars(count, sheet, sheets) {
		places[int(math.Round(b.Y/o.Pitch))] = "|"
	}
	return strings.Join(places, "")
}

func TestTheMarksOfASheet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                 string
		count, sheet, sheets int
		want                 string // gate, begin, end, 1, 2, 4, parity
	}{
		{"the only sheet of the first piece", 0, 1, 1, "|||...|"},
		{"the first of two", 1, 1, 2, "||.|..|"},
		{"the second of two", 2, 2, 2, "|.|.|.|"},
		{"one in the middle", 3, 2, 3, "|..||.|"},
		{"the counter full", 7, 3, 4, "|..|||."},
		{"the counter again from nothing", 8, 4, 4, "|.|...."},
		{"far on", 8*1000 + 5, 1, 1, "||||.||"},
	} {
		if got := column(CommonOMR(), c.count, c.sheet, c.sheets); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestTheNumberOfMarksIsEven(t *testing.T) {
	t.Parallel()
	for count := range 16 {
		for sheet := 1; sheet <= 3; sheet++ {
			if n := len(CommonOMR().Bars(count, sheet, 3)); n%2 != 0 {
				t.Errorf("sheet %d, count %d: %d marks", sheet, count, n)
			}
		}
	}
}

func TestTheColumnIsAsDescribed(t *testing.T) {
	t.Parallel()
	o := OMR{
		Marks: []OMRMark{OMRGate, OMRBlank, OMREnd, OMRBlank, OMRBit1}, Pitch: 3, Length: 7, Thickness: 0.4,
	}
	want := []Rect{{0, 0, 7, 0.4}, {0, 6, 7, 0.4}, {0, 12, 7, 0.4}}
	if got := o.Bars(3, 2, 2); !slices.Equal(got, want) {
		t.Errorf("marks %v, want %v", got, want)
	}
	if got := o.Height(); got != 12.4 {
		t.Errorf("height %g", got)
	}
}

func TestAColumnThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	if err := CommonOMR().Check(); err != nil {
		t.Errorf("the common column: %v", err)
	}
	for want, change := range map[string]func(*OMR){
		"gate":           func(o *OMR) { o.Marks = o.Marks[1:] },
		"not the gate":   func(o *OMR) { o.Marks = nil },
		`"end"`:          func(o *OMR) { o.Marks = append(o.Marks, OMREnd) },
		`"gate"`:         func(o *OMR) { o.Marks = append(o.Marks, OMRGate) },
		`"divert"`:       func(o *OMR) { o.Marks = append(o.Marks, "divert") },
		"leaves out":     func(o *OMR) { o.Marks = []OMRMark{OMRGate, OMRBit1, OMRBit4} },
		"no column":      func(o *OMR) { o.Pitch = o.Thickness },
		"length":         func(o *OMR) { o.Length = 0 },
		"thickness":      func(o *OMR) { o.Thickness = -1 },
		"pitch":          func(o *OMR) { o.Pitch = math.NaN() },
		"counter leaves": func(o *OMR) { o.Marks = []OMRMark{OMRGate, OMRBit2} },
	} {
		o := CommonOMR()
		change(&o)
		if err := o.Check(); err == nil || !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%s: error %v", want, err)
		}
	}
}
