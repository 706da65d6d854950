package barcode

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// What can be wrong with a piece number. The errors do not repeat it: what was scanned may be anything.
var (
	ErrPieceForm  = errors.New("piece number is not digits with a check digit")
	ErrPieceCheck = errors.New("piece number has a wrong check digit")
)

// pieceDigits is the least number of digits of a piece number before its check digit.
const pieceDigits = 10

// Piece is the number of a delivery's paper with a check digit, as printed: 0268435457-2. It has at
// least ten digits before the hyphen.
func Piece(delivery int64) string {
	number := fmt.Sprintf("%0*d", pieceDigits, delivery)
	return fmt.Sprintf("%s-%d", number, checkDigit(number))
}

// ParsePiece returns the delivery of a piece number. It takes one without its hyphen or its leading
// zeros too, because scanners and spreadsheets lose them. The error is ErrPieceForm or ErrPieceCheck.
func ParsePiece(s string) (int64, error) {
	number := s
	if i := len(s) - 2; i >= 0 && s[i] == '-' {
		number = s[:i] + s[i+1:]
	}
	if number = strings.TrimLeft(number, "0"); len(number) < 2 || len(number) > 20 || !digits(number) {
		return 0, ErrPieceForm
	}
	last := len(number) - 1
	delivery, err := strconv.ParseInt(number[:last], 10, 64)
	if err != nil {
		return 0, ErrPieceForm
	}
	if right := Piece(delivery); right[len(right)-1] != number[last] {
		return 0, ErrPieceCheck
	}
	return delivery, nil
}

// checkDigit is that of ISO/IEC 7064, MOD 11,10: it shows every single wrong digit and nearly every
// exchange of two neighbours.
func checkDigit(number string) int {
	p := 10
	for _, d := range number {
		s := (p + int(d-'0')) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return (11 - p) % 10
}
