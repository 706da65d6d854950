package barcode

import "errors"

// What no symbol holds.
var (
	errEmpty    = errors.New("payload is empty")
	errNotASCII = errors.New("payload is not ASCII")
	errTooLong  = errors.New("payload is too long for a symbol")
)

// checkPayload errs on what no symbol here holds whatever its length.
func checkPayload(s string) error {
	if s == "" {
		return errEmpty
	}
	for i := range len(s) {
		if s[i] > 127 {
			return errNotASCII
		}
	}
	return nil
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

func capital(r rune) bool { return r >= 'A' && r <= 'Z' }

func digits(s string) bool {
	for _, r := range s {
		if !digit(r) {
			return false
		}
	}
	return s != ""
}
