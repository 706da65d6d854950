package fold

import (
	"bytes"
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

//go:embed countries.txt
var countries string

// numbering is how a country writes its telephone numbers.
type numbering struct {
	code   string // calling code
	trunk  string // before a number within the country
	length int    // of a number without either; 0: it varies
	abroad string // before a calling code
}

// numberings are found by country (ISO 3166-1 alpha-2) and by calling code.
var numberings = sync.OnceValue(func() map[string]numbering {
	all := map[string]numbering{}
	for line := range strings.Lines(countries) {
		cells := strings.Fields(line)
		if cells[0] == "#" {
			continue
		}
		n := numbering{code: cells[0], trunk: strings.Trim(cells[1], "-"), abroad: cells[3]}
		n.length, _ = strconv.Atoi(cells[2])
		for _, name := range append(cells[4:], n.code) {
			all[name] = n
		}
	}
	return all
})

const (
	maxDigits = 15 // of a number with its calling code (ITU-T E.164, section 6.1)
	minDigits = 6  // fewer are an extension or half a number

	// enoughDigits is from where on what is no digit ends a number: an extension or a remark follows,
	// or a second number.
	enoughDigits = 7
)

// Phone returns a telephone number with its calling code (E.164): 03-1234-5678 in Japan, its leading zero
// eaten by a spreadsheet or not, is +81312345678. country (ISO 3166-1 alpha-2; empty: Japan) is where it
// is written. Extensions and remarks are left out. What is no whole number is its digits, without a plus.
// Nothing is what has fewer than six of them, and what fills a required field, such as 000-0000-0000.
//
// It does not know which numbers are assigned. The library that does costs 11 µs a number, a minute and a
// half for eight million.
func Phone(s, country string) string { return string(AppendPhone(nil, []byte(s), country)) }

// AppendPhone appends Phone of s.
func AppendPhone(dst, s []byte, country string) []byte {
	var buffer [64]byte
	digits, plus := dialled(AppendText(buffer[:0], s))
	here, ok := numberings()[country]
	if !ok {
		if here, ok = numberings()[strings.ToUpper(country)]; !ok {
			here = numberings()["JP"]
		}
	}
	to, number, whole := here.read(digits, plus)
	switch {
	case nobodys(digits):
		return dst
	case whole:
		return append(append(append(dst, '+'), to.code...), number...)
	case len(digits) < minDigits:
		return dst
	}
	return append(dst, digits...)
}

// dialled keeps the digits of the first number in a folded text, in its place, and tells whether a plus
// leads them.
func dialled(text []byte) (digits []byte, plus bool) {
	digits = text[:0]
	for _, b := range text {
		switch {
		case b >= '0' && b <= '9':
			digits = append(digits, b)
		case b == '+' && len(digits) == 0:
			plus = true
		case len(digits) >= enoughDigits && !bytes.ContainsRune([]byte("-()./"), rune(b)):
			return digits, plus
		}
	}
	return digits, plus
}

// read parts digits dialled in a country into the country that they lead to and the number there.
func (n numbering) read(digits []byte, plus bool) (to numbering, number []byte, whole bool) {
	if plus {
		return readAbroad(digits)
	}
	for _, prefix := range []string{n.abroad, "00"} { // many write the one of most countries
		if rest, ok := bytes.CutPrefix(digits, []byte(prefix)); ok {
			if to, number, whole = readAbroad(rest); whole {
				return to, number, true
			}
		}
	}
	if number, whole = n.national(digits); whole {
		return n, number, true
	}
	if rest, ok := bytes.CutPrefix(digits, []byte(n.code)); ok && n.fixed() {
		if short, whole := n.national(rest); whole {
			return n, short, true
		}
	}
	return n, number, false
}

// readAbroad reads a number with its calling code. No code begins another one.
func readAbroad(digits []byte) (to numbering, number []byte, whole bool) {
	for n := 1; n <= min(3, len(digits)); n++ {
		if to, ok := numberings()[string(digits[:n])]; ok {
			number, whole = to.national(digits[n:])
			return to, number, whole
		}
	}
	return numbering{}, digits, false
}

// fixed tells whether numbers of the country are known by their length.
func (n numbering) fixed() bool { return n.length > 0 || n.code == "81" }

// national takes the trunk prefix away. It tells whether what is left can be a number of the country.
func (n numbering) national(digits []byte) (number []byte, whole bool) {
	number = digits
	for n.trunk != "" && (n.length == 0 || len(number) == n.length+len(n.trunk)) {
		rest, ok := bytes.CutPrefix(number, []byte(n.trunk))
		if !ok {
			break
		}
		number = rest
	}
	switch {
	case n.code == "81":
		return number, japanese(number)
	case n.length > 0:
		return number, len(number) == n.length
	}
	return number, len(number) >= minDigits && len(number)+len(n.code) <= maxDigits
}

// japanese tells whether a number without its zero is one of Japan's numbering plan: ten digits for
// mobile (070, 080, 090), internet (050), unified (060), machines (020) and freephone (0800), else nine.
func japanese(number []byte) bool {
	if len(number) < 9 || number[0] == '0' {
		return false
	}
	ten := number[1] == '0' && number[0] != '1' && number[0] != '3' && number[0] != '4'
	return ten && len(number) == 10 || number[1] != '0' && len(number) == 9
}

// nobodys tells the numbers that fill a field: one digit all along, or nothing but zeros at the end.
func nobodys(digits []byte) bool {
	zeros := len(digits) - len(bytes.TrimRight(digits, "0"))
	return zeros >= 6 || len(digits) > 0 && len(bytes.Trim(digits, string(digits[:1]))) == 0
}
