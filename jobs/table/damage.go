package table

import (
	"bytes"
	"fmt"
)

// Meaning is what a column holds, as far as damage to it can be told.
type Meaning uint8

// Postcode and Phone are Japanese ones: elsewhere six digits may be a whole postcode.
const (
	Text Meaning = iota
	Name
	ID
	Postcode
	Phone
	Date
	Email // is not damaged in a way that shows
)

// Harm is what a spreadsheet or an older conversion has done to a cell.
type Harm uint8

// The kinds of harm. Unharmed is none that can be told.
const (
	Unharmed   Harm = iota
	LostZero        // 600001 for 060-0001, 312345678 for 03-1234-5678
	SerialDate      // 41394 for 2013-04-30
	BecameDate      // 1月2日 or 2-Jan for 1-2
	Exponent        // 1.23E+11 for a number of twelve digits: the others are gone
	Formula         // =A1&B1, or ="001" by which somebody kept the zeros
	ErrorValue      // #N/A, #REF!
	TooNarrow       // ####, as a column too narrow shows a number
	LostLetter      // ?橋 or 〓橋 for 髙橋
	harms
)

// harmWords tell people what a cell looks like, and what to do about a column of such cells.
var harmWords = [harms]struct{ what, do string }{
	LostZero:   {"have lost a leading zero", "export the column as text, or pad it in the file"},
	SerialDate: {"are a day's number of a spreadsheet", "format the column as a date and export it again"},
	BecameDate: {"were turned into a date", "export the column as text from where it came"},
	Exponent:   {"are a number cut off to an exponent", "export the column as text from where it came: the digits are gone"},
	Formula:    {"hold a formula", "paste the column as values and export it again"},
	ErrorValue: {"hold a spreadsheet's error", "mend the formulas and export it again"},
	TooNarrow:  {"hold # in place of a number", "widen the column and export it again"},
	LostLetter: {"have ? or 〓 in a name, as a conversion leaves for a letter it did not know",
		"export it again as UTF-8"},
}

// Damage tells what was done to a decoded and trimmed cell. It goes by the cell alone and may be wrong
// about one: that most of a column looks alike is what says something.
func Damage(m Meaning, cell []byte) Harm {
	if len(cell) < 2 {
		return Unharmed
	}
	switch {
	case cell[0] == '=':
		return Formula
	case cell[0] == '#':
		return hashHarm(cell)
	case m == Name && (bytes.IndexByte(cell, '?') >= 0 || bytes.Contains(cell, []byte("〓"))):
		return LostLetter
	case m != Date && turnedDate(cell):
		return BecameDate
	case cell[0] < '0' || cell[0] > '9':
		return Unharmed
	case exponent(cell):
		return Exponent
	case m == Postcode && shortPostcode(cell), m == Phone && shortPhone(cell):
		return LostZero
	case m == Date && serial(cell):
		return SerialDate
	}
	return Unharmed
}

// Replaced tells a decoded and trimmed cell in which nothing is left of its value: 1.23E+11, #N/A, ####. Two
// such cells may be alike and two people's.
func Replaced(cell string) bool {
	switch {
	case len(cell) < 2:
		return false
	case cell[0] == '#':
		return hashHarm([]byte(cell)) != Unharmed
	case cell[1] >= '0' && cell[1] <= '9' || cell[0] < '0' || cell[0] > '9': // nearly all
		return false
	}
	return exponent([]byte(cell))
}

func hashHarm(cell []byte) Harm {
	if len(bytes.Trim(cell, "#")) == 0 {
		return TooNarrow
	}
	switch string(cell) {
	case "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
		"#GETTING_DATA":
		return ErrorValue
	}
	return Unharmed
}

// digits counts those at the beginning.
func digits(p []byte) int {
	n := 0
	for n < len(p) && p[n] >= '0' && p[n] <= '9' {
		n++
	}
	return n
}

// exponent tells 1.23E+11 and 1.23e+11.
func exponent(cell []byte) bool {
	if digits(cell) != 1 {
		return false
	}
	rest := cell[1:]
	if rest[0] == '.' {
		rest = rest[1+digits(rest[1:]):]
	}
	if len(rest) < 3 || rest[0]|0x20 != 'e' || rest[1] != '+' {
		return false
	}
	return digits(rest[2:]) == len(rest)-2
}

// shortPostcode tells what is left of 060-0001 and 001-0010, as one number or as two.
func shortPostcode(cell []byte) bool {
	n := digits(cell)
	if n == len(cell) {
		return cell[0] != '0' && (n == 5 || n == 6)
	}
	rest, ok := bytes.CutPrefix(cell[n:], []byte("-"))
	last := digits(rest)
	return ok && last == len(rest) && last > 0 && n <= 3 && last <= 4 && n+last < 7
}

// shortPhone tells what is left of 03-1234-5678 and 090-1234-5678, with the hyphens or as numbers.
func shortPhone(cell []byte) bool {
	if cell[0] == '0' {
		return false
	}
	n := 0
	for i, b := range cell {
		switch {
		case b >= '0' && b <= '9':
			n++
		case b != '-' || i+1 == len(cell) || cell[i-1] == '-':
			return false
		}
	}
	mobile := cell[0] >= '5' && len(cell) > 1 && cell[1] == '0'
	return n == 9 || n == 10 && mobile
}

// serial tells the number of a day from 1927 to 2099, perhaps with a time behind it.
func serial(cell []byte) bool {
	n := digits(cell)
	if n != 5 || cell[0] == '0' || bytes.Compare(cell[:n], []byte("73050")) > 0 {
		return false
	}
	rest := cell[n:]
	return len(rest) == 0 || rest[0] == '.' && digits(rest[1:]) == len(rest)-1
}

// turnedDate tells 1月2日, 2-Jan and Jan-02, which were 1-2.
func turnedDate(cell []byte) bool {
	n := digits(cell)
	if day, ok := bytes.CutPrefix(cell[n:], []byte("月")); n > 0 && n < 3 && ok {
		d := digits(day)
		return d > 0 && d < 3 && string(day[d:]) == "日"
	}
	first, second, ok := bytes.Cut(cell, []byte("-"))
	if n == 0 {
		first, second = second, first
	}
	return ok && len(first) < 3 && len(first) > 0 && digits(first) == len(first) && month(second)
}

func month(p []byte) bool {
	switch string(p) {
	case "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec":
		return true
	}
	return false
}

// Harms counts the harm in a column. It is a value: one for each goroutine, merged at the end.
type Harms [harms]struct{ Count, First int }

// Add counts a cell of the record with this number.
func (h *Harms) Add(harm Harm, record int) {
	c := &h[harm]
	if harm == Unharmed {
		return
	}
	if c.Count++; c.Count == 1 || record < c.First {
		c.First = record
	}
}

// Merge adds what others counted.
func (h *Harms) Merge(other *Harms) {
	for i, o := range other {
		c := &h[i]
		if o.Count > 0 && (c.Count == 0 || o.First < c.First) {
			c.First = o.First
		}
		c.Count += o.Count
	}
}

// Problems says what was counted in the column with a title, as warnings.
func (h *Harms) Problems(file, title string) []Problem {
	var list []Problem
	for harm, c := range h {
		if c.Count == 0 {
			continue
		}
		words := harmWords[harm]
		list = append(list, Problem{File: file, Do: words.do, Warning: true, What: fmt.Sprintf(
			"column %q: cells look as if they %s: %s, the first in row %s", title, words.what, thousands(c.Count),
			thousands(c.First))})
	}
	return list
}
