// Package letters makes paper: it typesets a document with its address onto pages and binds pages into
// print files.
package letters

import (
	"errors"
	"io"
	"iter"
	"time"

	"oshirase/templates"
)

// Letter is everything that is printed for one person. Address and content come from one record.
type Letter struct {
	Piece    string // piece number, printed on each sheet
	Address  Address
	Sender   Sender
	Date     string // as printed
	Document templates.Document
}

// Address is the block in the envelope's window. Name is printed exactly as registered.
type Address struct {
	Postcode string
	Lines    []string
	Company  string // printed above the name; empty where there is none
	Name     string
	Style    string // ja: 〒 and 様; en: name first, no honorific
}

// Sender stands at the head of the letter and signs it.
type Sender struct {
	Name, Postcode, Address, Signer, Phone string
}

// Typeset is the result of one letter's full layout.
type Typeset struct {
	Pages  int
	Sheets int
	Digest [32]byte // of the content of the pages, independent of the print file
}

// Fonts are TrueType files. A Press copies what it changes.
type Fonts struct {
	Serif []byte
	Sans  []byte
}

// Embedded returns the fonts that come with the program (Noto Serif JP and Noto Sans JP, OFL 1.1).
func Embedded() Fonts { return Fonts{} }

// Press lays out letters and binds them. It is safe for concurrent use.
type Press struct{}

// NewPress reads the fonts' tables. envelope is the name of a window, such as jp-chou3.
func NewPress(fonts Fonts, envelope string) (*Press, error) { return nil, errors.ErrUnsupported }

// Typeset lays out one letter and checks it: glyphs, window, pages. The error says in words what cannot
// be printed, without repeating personal data beyond the character at fault (U+XXXX).
func (p *Press) Typeset(l Letter) (Typeset, error) { return Typeset{}, errors.ErrUnsupported }

// Bound is one letter's place in a print file.
type Bound struct {
	Typeset
	PageFrom, PageTo int // 1-based
}

// Bind writes one PDF with the letters in order. place is called for each letter with its index and
// place, before the file is complete. created is the file's date; equal input gives equal bytes.
func (p *Press) Bind(w io.Writer, title string, created time.Time, letters iter.Seq2[Letter, error], place func(i int, b Bound) error) error {
	return errors.ErrUnsupported
}
