package barcode

import (
	"errors"
	"strings"
)

// Why an address gets no customer barcode. The letter is posted without: the post sorts it by its
// address, and only the discount for the barcode is lost.
var (
	ErrNoPostcode = errors.New("there is no postcode")
	ErrPostcode   = errors.New("postcode is not 7 digits")
	// ErrGeneralPostcode: a code that ends in 00 stands for all of a municipality that has no code of
	// its own, and the manual forbids the barcode (p. 18).
	ErrGeneralPostcode = errors.New("postcode is the general one of its municipality")
	// ErrNotJapanese: the rules read an address in Japanese order and script.
	ErrNotJapanese = errors.New("address is not written in Japanese")
)

// Customer is Japan Post's customer barcode (カスタマバーコード): postcode and house number in bars of
// four kinds, for letters posted at a discount. The source of all its rules is Japan Post's
// 郵便番号・バーコードマニュアル, p. 11 to 25.
type Customer struct {
	codes [customerCodes]byte // without start and stop; each is its own value in the check digit
}

// The codes: digits are their own value, then the hyphen and the eight control codes CC1 to CC8.
const (
	postcodeDigits = 7
	customerData   = postcodeDigits + 13
	customerCodes  = customerData + 1
	codeHyphen     = 10
	codeLetters    = 11 // CC1; letters are CC1 to CC3 and a digit
	codePad        = 14 // CC4
	codeCount      = 19
)

// NewCustomer makes the barcode of a postcode (NNNNNNN or NNN-NNNN) and an address in Japanese, the
// name left out, lines parted by blanks or line ends. The address is cut where its town ends and read by
// the manual's rules; an address without any number is valid. What does not fit into 13 codes is cut,
// as the manual wants it. The error is one of those above.
func NewCustomer(postcode, address string) (Customer, error) {
	if !japanese(address) {
		return Customer{}, ErrNotJapanese
	}
	_, rest := SplitTown(address)
	return EncodeCustomer(postcode, AddressNumber(rest))
}

// EncodeCustomer makes the barcode of a postcode and an address number already extracted. Of the number,
// what is no digit, capital or hyphen is left out.
func EncodeCustomer(postcode, number string) (Customer, error) {
	code, err := checkPostcode(postcode)
	if err != nil {
		return Customer{}, err
	}
	codes := make([]byte, 0, customerCodes)
	for _, r := range code + number {
		switch {
		case len(codes) >= customerData:
		case digit(r):
			codes = append(codes, byte(r-'0'))
		case r == '-':
			codes = append(codes, codeHyphen)
		case capital(r):
			codes = append(codes, codeLetters+byte(r-'A')/10, byte(r-'A')%10)
		}
	}
	for len(codes) < customerData {
		codes = append(codes, codePad)
	}
	var c Customer
	sum := 0
	for i := range copy(c.codes[:customerData], codes) {
		sum += int(c.codes[i])
	}
	c.codes[customerData] = byte((codeCount - sum%codeCount) % codeCount)
	return c, nil
}

func checkPostcode(s string) (string, error) {
	if len(s) == postcodeDigits+1 && s[3] == '-' {
		s = s[:3] + s[4:]
	}
	switch {
	case strings.TrimSpace(s) == "":
		return "", ErrNoPostcode
	case len(s) != postcodeDigits || !digits(s):
		return "", ErrPostcode
	case strings.HasSuffix(s, "00"):
		return "", ErrGeneralPostcode
	}
	return s, nil
}

// Text is what the barcode says, as a manifest has it: the postcode without its hyphen and the address
// number as far as it fits, such as 26300233-30-8-403. A letter of which only half fits is left out.
func (c Customer) Text() string {
	var b strings.Builder
	for i := 0; i < customerData; i++ {
		switch code := c.codes[i]; {
		case code < codeHyphen:
			b.WriteByte('0' + code)
		case code == codeHyphen:
			b.WriteByte('-')
		case code < codePad && i+1 < customerData:
			i++
			b.WriteByte('A' + 10*(code-codeLetters) + c.codes[i])
		}
	}
	return b.String()
}

// Check is the value of the check digit: 0 to 9, 10 for the hyphen, 11 to 18 for CC1 to CC8.
func (c Customer) Check() int { return int(c.codes[customerData]) }
