package returns

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"oshirase/jobs/fold"
	"oshirase/jobs/table"
	"oshirase/letters/barcode"
)

// Address is where a letter that came back shall go now.
type Address struct {
	Line      int
	Delivery  int64  // of the letter that came back; 0 where the row has a reference
	Reference string // of the person, as it stands in the file; empty where the row has a piece number
	Postcode  string
	Lines     []string
	Country   string // ISO 3166-1; empty: the one there was
}

// addressFields are the columns of a file of corrected addresses. An address may have several, which
// are its lines: address1, address2; 住所1, 住所2.
var addressFields = map[string][]string{
	"piece":     fields["piece"],
	"reference": {"reference", "ref", "照会番号", "受付番号", "お客様照会番号"},
	"postcode":  {"postcode", "postalcode", "zip", "zipcode", "郵便番号", "〒"},
	"country":   {"country", "国", "国名"},
}

var addressNames = []string{"address", "住所", "新住所"}

// ReadAddresses reads a file of corrected addresses: a piece number or a person's reference, a postcode
// and an address. The error is as Read's.
func ReadAddresses(in io.ReadSeeker, encoding string) (list []Address, faults []Fault, err error) {
	r := &addressReader{}
	err = table.ReadTable(in, encoding, r.line)
	return r.list, r.faults, err
}

type addressReader struct {
	at     columns
	lines  []int // columns of the address
	list   []Address
	faults []Fault
}

func (r *addressReader) line(l table.Line) error {
	if r.at == nil {
		return r.layout(l)
	}
	a, why := r.address(l)
	if why != "" {
		r.faults = append(r.faults, Fault{l.Number, why})
		return nil
	}
	a.Line = l.Number
	r.list = append(r.list, a)
	return nil
}

func (r *addressReader) layout(l table.Line) error {
	if l.Fault != "" {
		return fmt.Errorf("%w: heading: %s", table.ErrTable, l.Fault)
	}
	r.at = columns{}
	for field, names := range addressFields {
		r.at[field], _ = find(l.Cells, field, "", names) // none was named, so none is missed
	}
	for i, cell := range l.Cells {
		if slices.Contains(addressNames, strings.TrimRight(fold.Text(cell), "0123456789")) {
			r.lines = append(r.lines, i)
		}
	}
	switch {
	case r.at["piece"] < 0 && r.at["reference"] < 0:
		return fmt.Errorf("%w: piece or reference", ErrColumn)
	case r.at["postcode"] < 0:
		return fmt.Errorf("%w: postcode", ErrColumn)
	case len(r.lines) == 0:
		return fmt.Errorf("%w: address", ErrColumn)
	}
	return nil
}

func (r *addressReader) address(l table.Line) (a Address, why string) {
	if l.Fault != "" {
		return a, l.Fault
	}
	a.Postcode, a.Reference = r.at.cell(l, "postcode"), r.at.cell(l, "reference")
	a.Country = strings.ToUpper(r.at.cell(l, "country"))
	for _, i := range r.lines {
		if i < len(l.Cells) && l.Cells[i] != "" {
			a.Lines = append(a.Lines, l.Cells[i])
		}
	}
	if len(a.Lines) == 0 {
		return a, "no address"
	}
	if a.Country != "" && (len(a.Country) != 2 || strings.Trim(a.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		return a, "the country is no code of two letters, such as JP"
	}
	piece := r.at.cell(l, "piece")
	if piece == "" {
		if a.Reference == "" {
			return a, "neither a piece number nor a reference"
		}
		return a, ""
	}
	var err error
	if a.Delivery, err = barcode.ParsePiece(narrow(piece)); err != nil {
		return a, err.Error()
	}
	a.Reference = ""
	return a, ""
}
