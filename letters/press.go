package letters

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

var errNoFonts = errors.New("no fonts to print with")

// Press lays out letters and binds them. It is safe for concurrent use.
type Press struct {
	faces    map[string]faces // by language, those of the Latin script under en
	forms    map[byte]*form   // in another size than the usual, by id
	window   window
	envelope Envelope
	cache    cache
	setters  sync.Pool

	countries countries
	marking   Marking
	markAt    frame
}

// whole is a letter that is laid out: its pages, and the bars in its window.
type whole struct {
	pages []page
	bars  postBars
}

// NewPress makes a press for an envelope by name, such as jp-chou3; Envelopes lists them.
func NewPress(fonts Fonts, envelope string) (*Press, error) {
	e, err := EnvelopeNamed(envelope)
	if err != nil {
		return nil, err
	}
	return NewPressFor(fonts, e)
}

// NewPressFor reads the fonts' tables. Of an envelope that cannot hold a sheet, or shows too little
// of it, it says so.
func NewPressFor(fonts Fonts, e Envelope) (*Press, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	if len(fonts) == 0 {
		return nil, errNoFonts
	}
	p := &Press{faces: map[string]faces{}, window: e.lay(), envelope: e}
	sources := make([]*source, len(fonts))
	for i, f := range fonts {
		sources[i] = &source{Font: f}
	}
	for _, lang := range []string{"en", "ja", "ko", "zh-Hans", "zh-Hant"} {
		p.faces[lang] = faces{chainOf(sources, lang, Serif), chainOf(sources, lang, Sans)}
	}
	return p, nil
}

// PrintBaseForms lets a variant that no font has be printed in its base form; Typeset lists it.
// Without, it blocks its letter. It is called before the first letter.
func (p *Press) PrintBaseForms() {
	for _, f := range p.faces {
		f[serif].bases, f[sans].bases = true, true
	}
}

// Typeset lays out one letter and checks it: glyphs, window, pages. The error says in words what
// cannot be printed, without repeating personal data beyond the character at fault (U+XXXX).
func (p *Press) Typeset(l Letter) (Typeset, error) {
	w, err := p.set(l)
	if err != nil {
		return Typeset{}, err
	}
	return w.summarise(), nil
}

// set lays out a letter onto pages.
func (p *Press) set(l Letter) (whole, error) {
	s := p.setter(l.Document.Locale)
	defer s.release()
	address, bars, err := s.setWindow(l)
	if err != nil {
		return whole{}, err
	}
	head, err := s.setHead(l)
	if err != nil {
		return whole{}, err
	}
	ret, err := s.setReturn(l.Sender)
	if err != nil {
		return whole{}, err
	}
	pages, err := s.setFlow(l, s.headBottom(head)+s.form.lead)
	if err != nil {
		return whole{}, err
	}
	front := page{{address, 0, len(address.boxes), s.middle(address)}, {head, 0, len(head.boxes), 0}}
	if ret != nil {
		front = append(front, placement{ret, 0, len(ret.boxes), s.press.window.ret.top})
	}
	return whole{pages, bars}, s.addFronts(pages, front, l.Piece)
}

// setFlow lays out what flows from page to page, on the first from a top on.
func (s *setter) setFlow(l Letter, top float64) ([]page, error) {
	body, err := s.setBlocks(l.Document.Blocks, s.form.measure(), true)
	if err != nil {
		return nil, err
	}
	closing, err := s.setClosing(l)
	if err != nil {
		return nil, err
	}
	s.places = flow(s.places[:0], body, closing)
	return paginate(s.places, top), nil
}

func (s *setter) headBottom(head *laid) float64 {
	return max(height(head.boxes), s.press.window.reach().bottom())
}

// addFronts puts what is not of the flow before it: on the first page the address and the head, on
// each sheet the piece number and, on every page after the first, n/N.
func (s *setter) addFronts(pages []page, front page, piece string) error {
	number, width, err := s.setLabel(piece, "piece number", look{sans, false, 7.5})
	if err != nil {
		return err
	}
	foot := newLaid([]box{{runs: moved(number, paperWidth-s.form.margin-width, 0)}}, false)
	foot.own = true // each page says itself whose it is
	for i := range pages {
		front = append(front, placement{foot, 0, 1, paperHeight - footer})
		if i > 0 {
			n, err := s.setPageNumber(i+1, len(pages))
			if err != nil {
				return err
			}
			front = append(front, placement{n, 0, 1, paperHeight - footer})
		}
		pages[i] = slices.Concat(front, pages[i])
		front = front[:0]
	}
	return nil
}

func (s *setter) setPageNumber(n, of int) (*laid, error) {
	s.key = binary.AppendUvarint(append(s.key[:0], 'n', s.form.id), uint64(n))
	s.key = binary.AppendUvarint(s.key, uint64(of))
	return s.press.cache.get(s.key, func() (*laid, error) {
		text := strconv.Itoa(n) + "/" + strconv.Itoa(of)
		runs, width, err := s.setLabel(text, "page number", look{sans, false, 9})
		if err != nil {
			return nil, err
		}
		return newLaid([]box{{runs: moved(runs, (paperWidth-width)/2, 0)}}, true), nil
	})
}

// summarise counts the pages and makes the digest of what is printed where. A sheet's mark is not part
// of it: it says the place in a print file, which is only known when that is bound.
func (w whole) summarise() Typeset {
	b := make([]byte, 0, 4096)
	for _, p := range w.pages {
		b = append(b, 'p')
		for _, x := range p {
			b = append(b, x.part.digest[:]...)
			b = appendPoints(b, float64(x.from), float64(x.to), x.top)
		}
	}
	b = w.bars.append(b)
	t := Typeset{Pages: len(w.pages), Sheets: len(w.pages), Digest: sha256.Sum256(b),
		BaseForms: baseForms(w.pages), NoCustomer: w.bars.none}
	if w.bars.there() {
		t.Customer = w.bars.code.Text()
	}
	return t
}

// baseForms lists the variants of a letter that are printed in their base form, each once.
func baseForms(pages []page) string {
	var out []string
	for _, p := range pages {
		for _, x := range p {
			for _, b := range x.part.boxes[x.from:x.to] {
				for _, v := range b.variants {
					out = append(out, strings.Trim(fmt.Sprintf("%U", []rune(v)), "[]"))
				}
			}
		}
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ", ")
}
