package barcode

import (
	"errors"
	"fmt"
	"strconv"
)

// Mark is what a sheet says of itself to a machine. Its text is 30 digits, each field at a fixed place,
// for an inserter is told "the sheet is in positions 13 and 14" and nothing cleverer:
//
//	positions  1      2–7    8–12   13–14  15–16   17–30
//	field      form   batch  seq.   sheet  sheets  piece
//	           "2"    000042 00471  01     03      0002684354572
//
// The form is 2 and changes with the places of the fields. The piece is the piece number without its
// hyphen, filled up with zeros on the left; its last digit is the check digit. Digits alone because a
// Data Matrix then has 18 modules a side and a QR code 21, the least for what they say.
type Mark struct {
	Batch    int   // number of the print file or of the batch within the campaign, to 999,999
	Sequence int   // place of the piece in the print file, from 1, to 99,999
	Sheet    int   // from 1
	Sheets   int   // of the piece, to 99
	Delivery int64 // what the piece number says, to 9,999,999,999,999
}

// Where the fields of a mark's text end.
const (
	markForm     = "2"
	endForm      = len(markForm)
	endBatch     = endForm + 6
	endSequence  = endBatch + 5
	endSheet     = endSequence + 2
	endSheets    = endSheet + 2
	endPiece     = endSheets + 14
	mostDelivery = 9_999_999_999_999
)

var (
	errMarkForm  = errors.New("mark is not 30 digits of a known form")
	errMarkRange = errors.New("mark has a field out of its range")
)

// Text is the mark as it is encoded. It errs on a field out of its range.
func (m Mark) Text() (string, error) {
	if !m.valid() {
		return "", errMarkRange
	}
	piece := fmt.Sprintf("%0*d", pieceDigits, m.Delivery)
	return fmt.Sprintf("%s%06d%05d%02d%02d%013d%d", markForm, m.Batch, m.Sequence, m.Sheet, m.Sheets,
		m.Delivery, checkDigit(piece)), nil
}

func (m Mark) valid() bool {
	return m.Batch >= 0 && m.Batch <= 999_999 &&
		m.Sequence >= 1 && m.Sequence <= 99_999 &&
		m.Sheet >= 1 && m.Sheet <= m.Sheets && m.Sheets <= 99 &&
		m.Delivery >= 1 && m.Delivery <= mostDelivery
}

// ParseMark reads a mark's text. It errs on other forms, on fields that contradict each other and, with
// ErrPieceCheck, on a wrong check digit; the errors do not repeat the text.
func ParseMark(s string) (Mark, error) {
	if len(s) != endPiece || s[:endForm] != markForm || !digits(s) {
		return Mark{}, errMarkForm
	}
	delivery, err := ParsePiece(s[endSheets:])
	if err != nil {
		return Mark{}, err
	}
	m := Mark{
		Batch: field(s[endForm:endBatch]), Sequence: field(s[endBatch:endSequence]),
		Sheet: field(s[endSequence:endSheet]), Sheets: field(s[endSheet:endSheets]), Delivery: delivery,
	}
	if !m.valid() {
		return Mark{}, errMarkRange
	}
	return m, nil
}

// field reads a few digits, which cannot fail.
func field(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
