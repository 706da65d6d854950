package letters

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jung-kurt/gofpdf"
)

// file is a print file in the making: its drawings, and what they use of each font.
//
// The drawings are complete before the PDF library sees the first. Only then is it known which
// signs are used; the library gets fonts that hold those and nothing else, and the drawings the
// names that it gives them.
type file struct {
	pages   []drawing
	forms   []drawing
	numbers map[string]int // of the forms, by what they show
	fonts   []*usage       // in the order of their first use
	slots   []slot
	fault   error // that makes the file worthless

	under func(pdf *gofpdf.Fpdf, page int) // draws on a page before its content; nil: nothing

	parts, backdrops tally
	common, rest     []placement // reused, like the next
	naming           []naming
	key, scratch     []byte
	chunk            []byte // in which drawings are kept
}

// drawing is the operators of a page or form.
type drawing struct {
	text  []byte
	named []naming
}

// usage is what a file uses of a font.
type usage struct {
	face  *face
	plain [0x10000 / 64]uint64 // set of codes that are characters
	slots []coded
	code  map[string]uint16 // of signs that are in slots
	name  string            // in the file
}

func (i *usage) use(code uint16) { i.plain[code/64] |= 1 << (code % 64) }

// slot is a sign that has no code of its own, under one for private use.
type slot struct {
	code uint16
	sign string
}

// Codes of slots: the private use area. A file of 5,000 letters has some hundreds.
const (
	firstSlot = 0xE000
	lastSlot  = 0xF8FF
)

var errSlots = errors.New("too many rare characters for one print file")

// slot returns the code of a sign.
func (f *file) slot(i *usage, sign string, glyph uint16) uint16 {
	if code := i.code[sign]; code != 0 {
		return code
	}
	if len(f.slots) > lastSlot-firstSlot {
		f.fault = errSlots
		return firstSlot
	}
	code := uint16(firstSlot + len(f.slots))
	f.slots = append(f.slots, slot{code, sign})
	i.slots = append(i.slots, coded{code, glyph})
	if i.code == nil {
		i.code = map[string]uint16{}
	}
	i.code[sign] = code
	return code
}

func newFile() *file { return &file{numbers: map[string]int{}} }

// usageOf finds a font among the few of a file.
func (f *file) usageOf(face *face) *usage {
	for _, i := range f.fonts {
		if i.face == face {
			return i
		}
	}
	f.fonts = append(f.fonts, &usage{face: face})
	return f.fonts[len(f.fonts)-1]
}

// chunkSize is how much memory is taken at a time for drawings.
const chunkSize = 256 << 10

func (f *file) keep(text []byte, named []naming) drawing {
	if len(f.chunk)+len(text) > cap(f.chunk) {
		f.chunk = make([]byte, 0, max(chunkSize, len(text)))
	}
	from := len(f.chunk)
	f.chunk = append(f.chunk, text...)
	return drawing{f.chunk[from:len(f.chunk):len(f.chunk)], slices.Clone(named)}
}

// writeTo makes the PDF. The file cannot be used any more.
func (f *file) writeTo(w io.Writer, title string, created time.Time) error {
	return guard(func() error {
		pdf := newPDF(title, created)
		pdf.SetKeywords(formatSlots(f.slots), false)
		if err := f.addFonts(pdf); err != nil {
			return err
		}
		forms := f.addForms(pdf)
		for i := range f.pages {
			pdf.AddPage()
			if i == 0 {
				pdf.UseTemplateScaled(forms, gofpdf.PointType{}, paper)
			}
			if f.under != nil {
				f.under(pdf, i)
			}
			pdf.RawWriteStr(f.pages[i].String())
			f.pages[i] = drawing{}
		}
		return pdf.Output(w)
	})
}

func newPDF(title string, created time.Time) *gofpdf.Fpdf {
	pdf := gofpdf.New("P", "pt", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetCompression(false)
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(created.UTC())
	pdf.SetModificationDate(created.UTC())
	pdf.SetTitle(title, true)
	pdf.SetCreator("Oshirase", true)
	return pdf
}

// String is a drawing with the fonts' names put in.
func (d drawing) String() string {
	var b strings.Builder
	b.Grow(len(d.text) + 48*len(d.named))
	from := 0
	for _, n := range d.named {
		b.Write(d.text[from:n.at])
		b.WriteString(n.font.name)
		from = n.at
	}
	b.Write(d.text[from:])
	return strings.TrimSuffix(b.String(), "\n")
}

// addFonts gives the library the fonts, cut to what is used, and learns their names.
func (f *file) addFonts(pdf *gofpdf.Fpdf) error {
	for n, i := range f.fonts {
		family := i.family(n)
		pdf.AddUTF8FontFromBytes(family, "", i.face.subset(i.codes()))
		var used strings.Builder
		for _, c := range i.codes() {
			used.WriteRune(rune(c.code))
		}
		// The library keeps what its text operators use, and names a font where it sets it.
		sample := pdf.CreateTemplateCustom(gofpdf.PointType{}, paper, func(t *gofpdf.Tpl) {
			t.SetFont(family, "", 1)
			t.Text(0, 0, used.String())
		})
		_, rest, _ := strings.Cut(string(sample.Bytes()), "BT /F")
		name, _, ok := strings.Cut(rest, " ")
		if err := pdf.Error(); err != nil || !ok {
			return fmt.Errorf("embed font %q: %w", i.face.name, cmp.Or(err, errFont))
		}
		i.name = "/F" + name
	}
	return nil
}

// codes are the codes in use, in order.
func (i *usage) codes() []coded {
	var out []coded
	for word, set := range i.plain {
		for ; set != 0; set &= set - 1 {
			code := uint16(word*64 + bits.TrailingZeros64(set))
			out = append(out, coded{code, i.face.cmap.glyphs[code]})
		}
	}
	out = append(out, i.slots...)
	slices.SortFunc(out, func(a, b coded) int { return cmp.Compare(a.code, b.code) })
	return out
}

// family is the font's name for the library: of letters, digits and dashes, and the file's alone.
func (i *usage) family(n int) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-':
			return r
		}
		return -1
	}, i.face.name)
	return name + "-" + strconv.Itoa(n+1)
}

var paper = gofpdf.SizeType{Wd: paperWidth, Ht: paperHeight}

// stamp is a form for the library, with a short name: the library's own is a hash, computed anew at
// each use.
type stamp struct {
	gofpdf.Template
	id       string
	children []gofpdf.Template
}

// ID implements gofpdf.Template.
func (s *stamp) ID() string { return s.id }

// Templates implements gofpdf.Template.
func (s *stamp) Templates() []gofpdf.Template { return s.children }

// addForms gives the library the shared drawings. What it returns shows nothing and stands for all
// of them: the library includes what is used, and is told so once.
func (f *file) addForms(pdf *gofpdf.Fpdf) *stamp {
	make := func(id, text string) *stamp {
		return &stamp{id: id, Template: pdf.CreateTemplateCustom(gofpdf.PointType{}, paper,
			func(t *gofpdf.Tpl) { t.RawWriteStr(text) })}
	}
	all := make("0", "")
	for i, d := range f.forms {
		all.children = append(all.children, make(strconv.Itoa(i+1), d.String()))
	}
	return all
}

// guard turns a panic inside the PDF library into an error. What it printed is not repeated: it may
// hold a letter's text.
func guard(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("PDF library panicked (%T)", r)
		}
	}()
	return do()
}
