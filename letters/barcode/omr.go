package barcode

import (
	"errors"
	"fmt"
)

// OMR describes the marks that an inserter reads by their presence alone: short horizontal bars, one
// below the other at a fixed pitch, each with a meaning of its own. Makers and mail houses differ in
// which marks there are and in what order, so that the order is data.
type OMR struct {
	Marks     []OMRMark // from the top
	Pitch     float64   // from one mark's top edge to the next's, in millimetres
	Length    float64   // of a mark, in millimetres
	Thickness float64   // of a mark, in millimetres
}

// OMRMark is the meaning of one place in the column of marks.
type OMRMark string

// The meanings. Bits may be given for 1, 2 and 4 or fewer, lowest first.
const (
	OMRGate   OMRMark = "gate"   // always printed: the reader starts here
	OMRBegin  OMRMark = "begin"  // the first sheet of a piece
	OMREnd    OMRMark = "end"    // the last sheet: demand feed, close the set
	OMRBit1   OMRMark = "bit-1"  // the sheet counter's lowest bit: a missing or doubled sheet shows
	OMRBit2   OMRMark = "bit-2"  // its second
	OMRBit4   OMRMark = "bit-4"  // its third
	OMRParity OMRMark = "parity" // makes the number of marks even: a mark unread shows
	OMRBlank  OMRMark = "blank"  // never printed: a place kept free
)

// CommonOMR is the column that most inserters can be set to read: gate, begin, end, a counter of three
// bits, parity, a sixth of an inch apart.
func CommonOMR() OMR {
	return OMR{
		Marks:     []OMRMark{OMRGate, OMRBegin, OMREnd, OMRBit1, OMRBit2, OMRBit4, OMRParity},
		Pitch:     25.4 / 6,
		Length:    10,
		Thickness: 0.5,
	}
}

// Check says what is wrong with a description: a mark that is unknown or there twice, no gate or not at
// the top, a counter with a bit left out, or lengths that make no column.
func (o OMR) Check() error {
	if len(o.Marks) == 0 || o.Marks[0] != OMRGate {
		return errors.New("the first mark is not the gate")
	}
	seen := map[OMRMark]bool{}
	for _, m := range o.Marks {
		switch {
		case m == OMRBlank:
		case m.bit() < 0 && m != OMRGate && m != OMRBegin && m != OMREnd && m != OMRParity:
			return fmt.Errorf("unknown mark %q", m)
		case seen[m]:
			return fmt.Errorf("mark %q is there twice", m)
		}
		seen[m] = true
	}
	if seen[OMRBit2] && !seen[OMRBit1] || seen[OMRBit4] && !seen[OMRBit2] {
		return errors.New("the counter leaves out a bit")
	}
	// Comparisons the other way round let a NaN through.
	if !(o.Thickness > 0 && o.Pitch > o.Thickness && o.Length > 0) {
		return errors.New("pitch, length and thickness make no column of marks")
	}
	return nil
}

// Rect is a dark rectangle, in millimetres from the top left corner of the mark it is part of.
type Rect struct{ X, Y, Width, Height float64 }

// Height is that of the column with all its marks, in millimetres.
func (o OMR) Height() float64 {
	return float64(len(o.Marks)-1)*o.Pitch + o.Thickness
}

// Bars returns the marks of a sheet. Count is the sheet's running number in the print file, from 0 and
// across pieces; its lowest bits are printed, so that it starts again after 8 sheets with three bits.
// Sheets is how many the piece has, sheet which of them from 1.
func (o OMR) Bars(count, sheet, sheets int) []Rect {
	var bars []Rect
	for i, on := range o.printed(count, sheet, sheets) {
		if on {
			bars = append(bars, Rect{Y: float64(i) * o.Pitch, Width: o.Length, Height: o.Thickness})
		}
	}
	return bars
}

func (o OMR) printed(count, sheet, sheets int) []bool {
	on := make([]bool, len(o.Marks))
	odd, parity := false, -1
	for i, m := range o.Marks {
		switch {
		case m == OMRParity:
			parity = i
		case m == OMRGate, m == OMRBegin && sheet == 1, m == OMREnd && sheet == sheets:
			on[i] = true
		case m.bit() >= 0:
			on[i] = count>>m.bit()&1 == 1
		}
		odd = odd != on[i]
	}
	if parity >= 0 {
		on[parity] = odd
	}
	return on
}

// bit is which bit of the counter a mark prints, or -1.
func (m OMRMark) bit() int {
	switch m {
	case OMRBit1:
		return 0
	case OMRBit2:
		return 1
	case OMRBit4:
		return 2
	}
	return -1
}
