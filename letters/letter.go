// Package letters makes paper: it typesets a document with its address onto pages and binds pages
// into print files.
//
// A letter is what reaches those whom no e-mail reaches, so it must not lose a character. The PDF
// library drops characters at line breaks, prints a box for a glyph it lacks and panics on others.
// Therefore this package breaks lines itself, knows from the fonts' own tables what can be printed,
// and gives the library only finished lines. What cannot be printed blocks its letter with an
// error; nothing is replaced, normalised, cut or left out.
//
// Address and content of a piece are laid out from one Letter, and the digest of the laid-out
// content is the same in Typeset and in Bind: a caller that keeps the first can prove the second.
//
// What all letters of a notice share (blocks without personal values, date, sender, subject) is
// laid out once and drawn once per print file; a letter refers to it. Only personal lines are laid
// out anew.
//
// Fonts are chosen by the document's language, for its glyphs differ (直, 骨), and sign by sign along a
// chain: the language's own font, that of the Latin script, those of other languages. A sign without
// a code of two bytes (beyond the basic plane, an ideographic variant, a decomposed letter) gets one
// for private use, anew in each print file; ReadSlots reads them back.
//
// Letters are printed on one side: a page is a sheet.
package letters

import (
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
//
// Lines are in the destination's own order, and the last is the line of the town where the country
// has the postcode beside it. A postcode that a line already has is not printed twice. Nothing of
// an address is translated, and nothing made up.
//
//   - Style ja: postcode (7 digits, printed as 〒NNN-NNNN, or none), lines, company, department, name
//     with 様; without a name the company or department gets 御中.
//   - zh-Hans, zh-Hant: postcode, lines, company, department, name with 收.
//   - ko: lines, company, department, name with 귀하 (company alone 귀중), postcode.
//   - en, for every other country: name, department, company, lines; the postcode stands where
//     Country has it, below the lines where that is unknown.
//
// An empty style follows the document's locale. Abroad the country stands on the last line.
type Address struct {
	Postcode   string
	Lines      []string
	Country    string // ISO 3166-1 alpha-2; empty: the sender's
	Company    string // empty where there is none, like the next
	Department string
	Name       string
	Honorific  string // such as Mx. or 殿; empty: the style's own; none: nothing
	Guardian   bool   // to the legal representative of Name, who is a child or under guardianship
	Style      string
}

// Sender stands at the head of the letter and signs it: there in the Japanese form, below the body
// in the western one. Empty fields are left out.
type Sender struct {
	Name, Postcode, Address, Signer, Phone string

	Country string // ISO 3166-1 alpha-2, of those whose post takes the letter
}

// Typeset is the result of one letter's full layout.
type Typeset struct {
	Pages  int
	Sheets int      // equal to Pages: letters are printed on one side
	Digest [32]byte // of the content of the pages, independent of the print file

	// BaseForms lists the ideographic variants that no font has and that are printed in their base
	// form, as U+845B U+E0103, with a comma between. It is empty unless the press allows it.
	BaseForms string

	// Customer is what Japan Post's customer barcode on the letter says; NoCustomer, where one was asked
	// for, why there is none. Both are empty where none was.
	Customer, NoCustomer string
}

// Bound is one letter's place in a print file.
type Bound struct {
	Typeset
	PageFrom, PageTo int // 1-based
}
