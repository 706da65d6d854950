// Package reading reads a print file page by page: what each page's drawing is, which piece numbers stand
// on it and which symbols.
//
// A print file is proof of what was handed over only if somebody can look into it later. This reader
// shares nothing with the code that made the file. It reads the one shape that this program writes (objects
// one after the other, drawings not compressed); a file that another program has rewritten has no pages
// here, which is an answer too. Damage is reported where it is found and what stands before it is kept: of
// a file that was cut off the pages up to there are known.
package reading

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// Page is one page of a print file.
type Page struct {
	Sum     [sha256.Size]byte // of its drawing
	Pieces  []string          // texts that have the form of a piece number
	Symbols []Symbol
}

// Symbol is a picture of one bit a cell: a Data Matrix (18 cells a side), a QR code (21), or Japan Post's
// customer barcode (3 high).
type Symbol struct {
	Width, Height int
	Bits          []byte // rows from the top, each padded to a whole byte; 0 is ink
}

// What can be wrong with a file as a whole.
var (
	ErrNoFile = errors.New("not a print file")
	ErrCut    = errors.New("the file is cut off or damaged")
)

// Pages reads the pages of a print file in their order. An error comes with the pages before the damage.
func Pages(pdf []byte) ([]Page, error) {
	var pages []Page
	err := eachDrawing(pdf, func(drawing []byte) { pages = append(pages, read(drawing)) })
	return pages, err
}

// Texts reads what stands on the pages of a print file: of each page its strings, in the order in which they
// are drawn. An error comes with the pages before the damage.
func Texts(pdf []byte) ([][]string, error) {
	var pages [][]string
	err := eachDrawing(pdf, func(drawing []byte) { pages = append(pages, texts(drawing)) })
	return pages, err
}

// eachDrawing gives the drawings of the pages in their order, up to damage.
func eachDrawing(pdf []byte, each func(drawing []byte)) error {
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		return ErrNoFile
	}
	d := document{drawings: map[int][]byte{}, contents: map[int]int{}}
	err := d.scan(pdf)
	if len(d.order) == 0 {
		return errors.Join(ErrNoFile, err)
	}
	if err == nil && d.kids == nil {
		err = ErrCut
	}
	for i, object := range d.sequence() {
		at := d.contents[object]
		drawing, ok := d.drawings[at]
		delete(d.drawings, at) // one that stands twice was never printed so
		if !ok {
			return fmt.Errorf("page %d: %w", i+1, ErrCut)
		}
		each(drawing)
	}
	return err
}

// document is what is known of a file while it is scanned.
type document struct {
	order    []int          // page objects as they come
	kids     []int          // page objects in the order of the pages, nil until they are known
	contents map[int]int    // the drawing's object of a page object
	drawings map[int][]byte // by object
}

func (d *document) sequence() []int {
	if d.kids != nil {
		return d.kids
	}
	return d.order
}

var (
	objectHead = regexp.MustCompile(`^(\d{1,9}) 0 obj\n`)
	lengthOf   = regexp.MustCompile(`/Length (\d{1,9})\b`)
	contentsOf = regexp.MustCompile(`/Contents (\d{1,9}) 0 R`)
	kidsOf     = regexp.MustCompile(`/Kids \[((?:\d{1,9} 0 R ?)*)\]`)
	reference  = regexp.MustCompile(`(\d{1,9}) 0 R`)
)

// Ends of what is scanned.
var (
	endOfObject = []byte("endobj\n")
	endOfStream = []byte("\nendstream\nendobj\n")
	streamBegin = []byte("stream\n")
	pageType    = []byte("<</Type /Page\n")
	pagesType   = []byte("<</Type /Pages\n")
	crossTable  = []byte("xref\n")
)

// scan goes through the objects to the cross-reference table.
func (d *document) scan(pdf []byte) error {
	i := bytes.IndexByte(pdf, '\n') + 1
	for !bytes.HasPrefix(pdf[i:], crossTable) {
		head := objectHead.FindSubmatch(pdf[i:min(len(pdf), i+20)])
		if head == nil {
			return ErrCut
		}
		i += len(head[0])
		n, err := d.object(number(head[1]), pdf[i:])
		if err != nil {
			return err
		}
		i += n
	}
	return nil
}

// object reads one object's body and returns its length.
func (d *document) object(id int, rest []byte) (int, error) {
	end, stream := bytes.Index(rest, endOfObject), bytes.Index(rest, streamBegin)
	if stream >= 0 && (end < 0 || stream < end) {
		length := lengthOf.FindSubmatch(rest[:stream])
		from := stream + len(streamBegin)
		if length == nil || number(length[1]) > len(rest)-from {
			return 0, ErrCut
		}
		to := from + number(length[1])
		if !bytes.HasPrefix(rest[to:], endOfStream) {
			return 0, ErrCut
		}
		d.drawings[id] = rest[from:to]
		return to + len(endOfStream), nil
	}
	if end < 0 {
		return 0, ErrCut
	}
	d.dictionary(id, rest[:end])
	return end + len(endOfObject), nil
}

func (d *document) dictionary(id int, text []byte) {
	switch {
	case bytes.HasPrefix(text, pageType):
		d.order = append(d.order, id)
		if m := contentsOf.FindSubmatch(text); m != nil {
			d.contents[id] = number(m[1])
		}
	case bytes.HasPrefix(text, pagesType):
		d.kids = []int{}
		if m := kidsOf.FindSubmatch(text); m != nil {
			for _, r := range reference.FindAllSubmatch(m[1], -1) {
				d.kids = append(d.kids, number(r[1]))
			}
		}
	}
}

// number reads at most nine digits, which cannot fail.
func number(digits []byte) int {
	n, _ := strconv.Atoi(string(digits))
	return n
}
