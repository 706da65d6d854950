// Package workbook reads the rows of Excel workbooks (.xlsx, ECMA-376 part 1), one after the other.
//
// It is made of archive/zip and encoding/xml because of what the libraries for workbooks do with
// people's data: they take the whole archive into memory and unpack large sheets into the clear, into a
// directory for temporary files, where a killed process leaves them; and while they stream they do not
// say which cells are formulas. Here nothing is written anywhere, and memory is one row and the strings
// that the sheet's cells have named so far.
//
// A cell yields what somebody sees who reads it as data, not as layout. Text is text, without the
// reading (furigana) beside it. A number has all its digits, up to the fifteen that Excel keeps; where
// its format pads it with zeros or puts hyphens between its digits, as formats for postcodes, phone and
// member numbers do, it is so padded. A date is 2006-01-02, with 15:04:05 behind it where it has a time,
// however it is shown. A formula yields the value that was kept with it. Errors are #N/A and the like,
// booleans TRUE and FALSE. Thousands separators, currency signs and rounding are layout.
package workbook

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

// What a workbook may ask of memory and time.
const (
	maxDirectory = 8 << 20   // bytes of the archive's list of parts
	maxPart      = 64 << 20  // bytes of a part that is not a sheet and not the strings
	maxSheet     = 8 << 30   // bytes of a sheet or the strings, unpacked
	maxStrings   = 256 << 20 // bytes of the strings that cells refer to
	maxToken     = 1 << 20   // bytes of a tag or a cell's text
	maxRows      = 1 << 20   // of a sheet; Excel has no more
	maxColumns   = 1 << 14   // the same
)

// Fault is the error for a workbook that cannot be read; everything else is an error of reading.
type Fault struct {
	What string // what is wrong
	Do   string // what to do about it
}

func (f *Fault) Error() string { return f.What }

func damaged() error {
	return &Fault{"workbook is damaged", "open it in Excel and save it again, or get it again"}
}

// ErrNoWorkbook is the error for an archive that holds something else.
var ErrNoWorkbook = errors.New("not an Excel workbook")

// Sheet is one sheet with cells.
type Sheet struct {
	Name   string
	Hidden bool
	part   string
}

// Book is a workbook.
type Book struct {
	Sheets []Sheet // in their order
	parts  map[string]*zip.File
	in     *source
	since  int // 1904 or 1900: where its dates begin
	text   string
	styles []format
}

// source keeps the error of reading, and bounds what is read at first.
type source struct {
	io.ReaderAt
	left int64 // below zero there is no bound
	err  error
}

func (s *source) ReadAt(p []byte, off int64) (int, error) {
	if s.left >= 0 {
		if s.left -= int64(len(p)); s.left < 0 {
			return 0, damaged()
		}
	}
	n, err := s.ReaderAt.ReadAt(p, off)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// Open reads what is in a workbook of size bytes.
func Open(r io.ReaderAt, size int64) (*Book, error) {
	b := &Book{in: &source{ReaderAt: r, left: maxDirectory}, since: 1900, parts: map[string]*zip.File{}}
	archive, err := zip.NewReader(b.in, size)
	if err != nil {
		return nil, b.blame(err)
	}
	b.in.left = -1
	for _, f := range archive.File {
		b.parts[strings.ToLower(path.Clean("/"+strings.ReplaceAll(f.Name, `\`, "/")))] = f
	}
	return b, b.blame(b.read())
}

// blame tells the file's faults from errors of reading.
func (b *Book) blame(err error) error {
	var fault *Fault
	switch {
	case err == nil, errors.As(err, &fault), errors.Is(err, ErrNoWorkbook):
		return err
	case b.in.err != nil:
		return b.in.err
	}
	return damaged()
}

// read reads the parts that say what there is.
func (b *Book) read() error {
	main, err := b.relations("/")
	if err != nil {
		return err
	}
	book := main.ofType("officeDocument")
	if book == "" || b.parts[book] == nil {
		return ErrNoWorkbook
	}
	if path.Ext(book) == ".bin" {
		return &Fault{"workbook is of the binary kind (.xlsb)", "save it as .xlsx"}
	}
	parts, err := b.relations(book)
	if err != nil {
		return err
	}
	if err := b.readBook(book, parts); err != nil {
		return err
	}
	b.text = parts.ofType("sharedStrings")
	return b.readStyles(parts.ofType("styles"))
}

// relation points from one part to another.
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

type relations []relation

// ofType returns the part that a relation of a kind points to; the kinds have two long names each.
func (r relations) ofType(kind string) string {
	for _, rel := range r {
		if path.Base(rel.Type) == kind {
			return rel.Target
		}
	}
	return ""
}

// relations reads where a part points to. The paths come whole, in lower case.
func (b *Book) relations(part string) (relations, error) {
	dir, base := path.Split(part)
	var list struct {
		Relations relations `xml:"Relationship"`
	}
	if err := b.decode(dir+"_rels/"+base+".rels", &list); err != nil {
		return nil, err
	}
	for i := range list.Relations {
		r := &list.Relations[i]
		if !strings.HasPrefix(r.Target, "/") {
			r.Target = dir + r.Target
		}
		r.Target = strings.ToLower(path.Clean(r.Target))
	}
	return list.Relations, nil
}

// decode reads a small part. One that is missing leaves into as it is.
func (b *Book) decode(part string, into any) error {
	f := b.parts[part]
	if f == nil {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxPart+1))
	if err == nil && len(text) > maxPart {
		return &Fault{"workbook has a part that is too large", "save the sheet as CSV"}
	}
	if err != nil {
		return err
	}
	return xml.NewDecoder(bytes.NewReader(text)).Decode(into)
}

// readBook reads the list of sheets.
func (b *Book) readBook(part string, parts relations) error {
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			State string     `xml:"state,attr"`
			Attr  []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := b.decode(part, &book); err != nil {
		return err
	}
	if since1904, _ := strconv.ParseBool(book.Properties.Date1904); since1904 {
		b.since = 1904
	}
	for _, s := range book.Sheets {
		for _, rel := range parts {
			if path.Base(rel.Type) == "worksheet" && rel.ID == idOf(s.Attr) && b.parts[rel.Target] != nil {
				b.Sheets = append(b.Sheets, Sheet{s.Name, s.State == "hidden" || s.State == "veryHidden",
					rel.Target})
			}
		}
	}
	return nil
}

// idOf returns r:id. A sheet has a sheetId too, which is of no use.
func idOf(attributes []xml.Attr) string {
	for _, a := range attributes {
		if a.Name.Local == "id" {
			return a.Value
		}
	}
	return ""
}

// From1904 tells whether the numbers of days count from 1904-01-01, as on an old Macintosh.
func (b *Book) From1904() bool { return b.since == 1904 }
