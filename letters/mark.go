package letters

import (
	"errors"
	"fmt"
	"slices"

	"oshirase/letters/barcode"
)

// MarkKind is a kind of mark by which machines tell sheets apart.
type MarkKind string

// The kinds.
const (
	MarkNone       MarkKind = "none"
	MarkDataMatrix MarkKind = "datamatrix" // batch, sequence, sheet n/N and piece: see barcode.Mark
	MarkQR         MarkKind = "qr"         // the same
	MarkOMR        MarkKind = "omr"        // barcode.CommonOMR: gate, begin, end, counter, parity
)

// Marking says what machines find on the sheets. Left and Top are the mark's corner from the sheet's, in
// millimetres; both zero is where there is room for it: the lower left corner for a symbol, the left edge
// of the middle third for OMR.
type Marking struct {
	Kind      MarkKind
	Left, Top float64
	Customer  bool // Japan Post's customer barcode below the address, where its rules and the window allow it
}

// module is the side of a symbol's module in millimetres: twelve dots at 600 dots an inch, and six at the
// 300 of an older printer.
const module = 0.508

// Corners of marks that have no place of their own, in millimetres. A symbol stands below the text,
// beside the page number.
const (
	symbolLeft, symbolTop = 9, 279.5
	omrLeft, omrTop       = 7, 120
)

// Mark sets what machines find on the sheets. It is called before the first letter. The error is Check's.
func (p *Press) Mark(m Marking) error {
	m = m.placed()
	if err := m.Check(p.envelope); err != nil {
		return err
	}
	p.marking, p.markAt = m, m.frame()
	return nil
}

// placed is a marking with a corner.
func (m Marking) placed() Marking {
	if m.Left == 0 && m.Top == 0 {
		m.Left, m.Top = symbolLeft, symbolTop
		if m.Kind == MarkOMR {
			m.Left, m.Top = omrLeft, omrTop
		}
	}
	return m
}

// Check says that a mark would be off the sheet, in the text or in an envelope's window, or that there is
// no such mark.
func (m Marking) Check(e Envelope) error {
	if !slices.Contains([]MarkKind{"", MarkNone, MarkDataMatrix, MarkQR, MarkOMR}, m.Kind) {
		return fmt.Errorf("unknown mark %q", m.Kind)
	}
	m = m.placed()
	if at := m.frame(); at != (frame{}) && !e.clear(at) {
		return fmt.Errorf("a mark %.1f mm from the left and %.1f from the top is off the sheet, "+
			"in the text or in a window", m.Left, m.Top)
	}
	return nil
}

// frame is the room that a mark takes, zero for none.
func (m Marking) frame() frame {
	side := 0.0
	switch m.Kind {
	case MarkDataMatrix:
		side = dataMatrixSide * module * mm
	case MarkQR:
		side = qrSide * module * mm
	case MarkOMR:
		o := barcode.CommonOMR()
		return frame{m.Left * mm, m.Top * mm, o.Length * mm, o.Height() * mm}
	default:
		return frame{}
	}
	return frame{m.Left * mm, m.Top * mm, side, side}
}

// Modules a side of the symbols of a barcode.Mark, the least for its 30 digits.
const (
	dataMatrixSide = 18
	qrSide         = 21
	markAir        = 2 * mm // around a mark: the quiet zone of either symbol
)

// clear tells whether a mark with its air is on the part of the sheet where nothing else is printed.
func (e Envelope) clear(at frame) bool {
	air := frame{at.left - markAir, at.top - markAir, at.width + 2*markAir, at.height + 2*markAir}
	const edge = unprinted * mm
	if at.left < edge || at.top < edge || at.right() > paperWidth-edge || at.bottom() > paperHeight-edge {
		return false
	}
	margin := min(japanese.margin, western.margin)
	text := frame{margin, 0, paperWidth - 2*margin, paperHeight - bottomMargin}
	foot := frame{paperWidth/2 - 10*mm, paperHeight - footer - 4*mm, paperWidth/2 + 10*mm, 5 * mm}
	return !slices.ContainsFunc(append([]frame{text, foot}, e.lay().may...), func(x frame) bool {
		common := air.within(x)
		return common.width > 0 && common.height > 0
	})
}

var errMarkPiece = errors.New("a sheet's mark wants a piece number")

// marks are the operators that draw a sheet's mark. sheet counts from 1 in the letter and running from 0
// in the file.
func (p *Press) marks(m barcode.Mark, running int) ([]byte, error) {
	switch p.marking.Kind {
	case MarkDataMatrix, MarkQR:
		return p.symbol(m)
	case MarkOMR:
		return p.omr(barcode.CommonOMR().Bars(running, m.Sheet, m.Sheets)), nil
	}
	return nil, nil
}

func (p *Press) symbol(m barcode.Mark) ([]byte, error) {
	text, err := m.Text()
	if err != nil {
		return nil, err
	}
	encode := barcode.DataMatrix
	if p.marking.Kind == MarkQR {
		encode = barcode.QR
	}
	matrix, err := encode(text)
	if err != nil {
		return nil, err
	}
	at := p.markAt
	return matrix.Mask().AppendPDF(make([]byte, 0, 200), barcode.Place{
		X: at.left, Y: paperHeight - at.bottom(), Width: at.width, Height: at.height}), nil
}

func (p *Press) omr(bars []barcode.Rect) []byte {
	b := []byte("q 0 g\n")
	for _, r := range bars {
		for _, v := range [4]float64{p.markAt.left + r.X*mm, paperHeight - p.markAt.top - (r.Y+r.Height)*mm,
			r.Width * mm, r.Height * mm} {
			b = append(appendCents(b, inCents(v)), ' ')
		}
		b = append(b, "re\n"...)
	}
	return append(b, "f Q\n"...)
}
