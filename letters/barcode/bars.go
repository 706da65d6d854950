package barcode

// Bar is one of the four kinds of bars of the customer barcode. Its lowest bit says that it reaches
// above the middle, the next that it reaches below.
type Bar byte

// The bars (p. 11).
const (
	Timing Bar = 0
	Upper  Bar = 1 // semi-long, upwards
	Lower  Bar = 2 // semi-long, downwards
	Long   Bar = 3
)

// CustomerBars is the number of bars of every customer barcode: 3 a code, 2 for start and 2 for stop.
const CustomerBars = 3*customerCodes + 4

// bars are the codes in the order of their values.
var bars = [codeCount][3]Bar{
	{Long, Timing, Timing}, {Long, Long, Timing}, {Long, Lower, Upper}, {Lower, Long, Upper},
	{Long, Upper, Lower}, {Long, Timing, Long}, {Lower, Upper, Long}, {Upper, Long, Lower},
	{Upper, Lower, Long}, {Timing, Long, Long},
	{Timing, Long, Timing},
	{Lower, Upper, Timing}, {Lower, Timing, Upper}, {Upper, Lower, Timing}, {Timing, Lower, Upper},
	{Upper, Timing, Lower}, {Timing, Upper, Lower}, {Timing, Timing, Long}, {Long, Long, Long},
}

// Bars returns the bars from left to right.
func (c Customer) Bars() [CustomerBars]Bar {
	out := [CustomerBars]Bar{Long, Lower}
	for i, code := range c.codes {
		copy(out[2+3*i:], bars[code][:])
	}
	out[CustomerBars-2], out[CustomerBars-1] = Lower, Long
	return out
}

// The sizes a that the manual allows, in points. 10 is its standard.
const (
	LeastCustomerSize = 8.0
	MostCustomerSize  = 11.5
)

// CustomerShape is the geometry of the customer barcode at a size, in points (p. 12 and 13).
type CustomerShape struct {
	Bar    float64 // width of a bar
	Pitch  float64 // from one bar's left edge to the next's
	Long   float64 // height of a long bar and of the whole
	Semi   float64 // height of a semi-long bar
	Timing float64 // height of a timing bar, which stands in the middle
	Width  float64 // of the whole
	Quiet  float64 // to be left free on all four sides, from a window's edge too however the sheet lies
}

// NewCustomerShape returns the geometry at a size in points, brought into the sizes allowed. At 10 the
// whole is 79.8 mm wide and 3.6 mm high.
func NewCustomerShape(size float64) CustomerShape {
	const mm = 72 / 25.4
	unit := min(max(size, LeastCustomerSize), MostCustomerSize) / 10 * mm
	return CustomerShape{
		Bar: 0.6 * unit, Pitch: 1.2 * unit, Long: 3.6 * unit, Semi: 2.4 * unit, Timing: 1.2 * unit,
		Width: (CustomerBars*1.2 - 0.6) * unit, Quiet: 2 * mm,
	}
}

// CustomerSizeFor returns the largest size in points, up to the standard 10, at which the barcode is no
// wider than a room in points, quiet zone included; false where it does not fit at the least size.
func CustomerSizeFor(room float64) (float64, bool) {
	shape := NewCustomerShape(10)
	size := min(10, 10*(room-2*shape.Quiet)/shape.Width)
	return size, size >= LeastCustomerSize
}

// Mask is the barcode as a picture: a column a bar and a space, three rows. It is to be painted Width by
// Long of a CustomerShape, which makes each cell as wide as a bar and a third of a long bar high.
func (c Customer) Mask() Mask {
	const columns = 2*CustomerBars - 1
	stride := (columns + 7) / 8
	m := Mask{Width: columns, Height: 3, Bits: make([]byte, 3*stride)}
	for i := range m.Bits {
		m.Bits[i] = 0xff
	}
	for i, b := range c.Bars() {
		for row, ink := range [3]bool{b&Upper != 0, true, b&Lower != 0} {
			if ink {
				m.Bits[row*stride+2*i/8] &^= 0x80 >> (2 * i % 8)
			}
		}
	}
	return m
}
