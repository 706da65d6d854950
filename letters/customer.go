package letters

import (
	"errors"
	"strings"

	"oshirase/letters/barcode"
)

// Why a letter has no customer barcode, in Typeset.NoCustomer, besides the errors of barcode.NewCustomer. The
// address is read by its text then, and the letter is posted without the discount.
const (
	BarcodeAbroad = "goes abroad"
	BarcodeWindow = "window is too narrow for it"
	BarcodeRoom   = "address leaves no room for it"
)

// postBars is Japan Post's customer barcode below an address; the zero value is none.
type postBars struct {
	code  barcode.Customer
	place barcode.Place
	none  string // why there is none, where one was asked for
}

func (b postBars) there() bool { return b.place.Width > 0 }

// append writes what tells bars apart, and nothing where there are none: a letter without them has the
// same digest whether or not they were asked for.
func (b postBars) append(key []byte) []byte {
	if !b.there() {
		return key
	}
	key = appendText(append(key, 'b'), b.code.Text())
	return appendPoints(key, b.place.X, b.place.Y, b.place.Width, b.place.Height)
}

// setWindow sets the address and, where it is asked for and fits, the customer barcode below it. The
// address comes first: it is never made smaller than its least size for the bars, which are left out.
func (s *setter) setWindow(l Letter) (*laid, postBars, error) {
	s.kept = 0
	bars := s.postBars(l)
	if bars.there() {
		s.kept = bars.place.Height + 2*barcode.NewCustomerShape(10).Quiet
		address, err := s.setAddress(l)
		var misfit *AddressError
		if !errors.As(err, &misfit) {
			return address, bars, err
		}
		s.kept, bars = 0, postBars{none: BarcodeRoom}
	}
	address, err := s.setAddress(l)
	return address, bars, err
}

// postBars makes the bars, at the lower edge of the part of the window that always shows.
func (s *setter) postBars(l Letter) postBars {
	if !s.press.marking.Customer {
		return postBars{}
	}
	if c := l.Address.Country; c != "" && c != "JP" || l.Sender.Country != "" && l.Sender.Country != "JP" {
		return postBars{none: BarcodeAbroad}
	}
	postcode, err := japanesePostcode(l.Address.Postcode)
	if err != nil {
		return postBars{} // which blocks the letter
	}
	code, err := barcode.NewCustomer(postcode, strings.Join(l.Address.Lines, "\n"))
	if err != nil {
		return postBars{none: err.Error()}
	}
	room := s.press.window.safe()
	size, ok := barcode.CustomerSizeFor(room.width)
	if !ok {
		return postBars{none: BarcodeWindow}
	}
	shape := barcode.NewCustomerShape(size)
	return postBars{code: code, place: barcode.Place{X: room.left + shape.Quiet,
		Y: paperHeight - room.bottom() + shape.Quiet, Width: shape.Width, Height: shape.Long}}
}

// safe is the part of the window that shows however the sheet lies, less what is kept for bars.
func (s *setter) safe() frame {
	room := s.press.window.safe()
	room.height -= s.kept
	return room
}
