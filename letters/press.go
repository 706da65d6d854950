package letters

import (
	"crypto/sha256"
	"fmt"
	"strconv"
)

// Press lays out letters and binds them. It is safe for concurrent use.
type Press struct {
	fonts    Fonts
	faces    faces
	window   window
	envelope Envelope
	cache    cache

	countries countries
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
	p := &Press{fonts: fonts, window: e.lay(), envelope: e}
	for i, data := range [][]byte{serif: fonts.Serif, sans: fonts.Sans} {
		f, err := parseFace(data)
		if err != nil {
			return nil, fmt.Errorf("read %s font: %w", font(i), err)
		}
		p.faces[i] = f
	}
	return p, nil
}

func (f font) String() string {
	if f == sans {
		return "sans"
	}
	return "serif"
}

// Typeset lays out one letter and checks it: glyphs, window, pages. The error says in words what
// cannot be printed, without repeating personal data beyond the character at fault (U+XXXX).
func (p *Press) Typeset(l Letter) (Typeset, error) {
	pages, err := p.compose(l)
	if err != nil {
		return Typeset{}, err
	}
	return summarise(pages), nil
}

// compose lays out a letter onto pages.
func (p *Press) compose(l Letter) ([]page, error) {
	s := &setter{press: p, form: formOf(l.Document.Locale)}
	address, err := s.setAddress(l)
	if err != nil {
		return nil, err
	}
	head, err := s.setHead(l)
	if err != nil {
		return nil, err
	}
	ret, err := s.setReturn(l.Sender)
	if err != nil {
		return nil, err
	}
	body, err := s.setBlocks(l.Document.Blocks, s.form.measure(), true)
	if err != nil {
		return nil, err
	}
	closing, err := s.setClosing(l.Sender)
	if err != nil {
		return nil, err
	}
	pages := paginate(flow(body, closing), s.headBottom(head)+s.form.lead)
	front := page{{head, 0, len(head.boxes), 0}}
	if ret != nil {
		front = append(front, placement{ret, 0, len(ret.boxes), s.press.window.ret.top})
	}
	pages[0] = append(front, pages[0]...)
	if err := s.addFooters(pages, l.Piece); err != nil {
		return nil, err
	}
	pages[0] = append(page{{address, 0, len(address.boxes), s.middle(address)}}, pages[0]...)
	return pages, nil
}

func (s *setter) headBottom(head *laid) float64 {
	return max(height(head.boxes), s.press.window.reach().bottom())
}

// addFooters prints the piece number on each sheet and, where there is more than one page, n/N on
// each. It stands before the body in the page: the body's font is then the last of one page and the
// first of the next, and need not be named again.
func (s *setter) addFooters(pages []page, piece string) error {
	if err := s.press.faces[sans].check(piece, "piece number"); err != nil {
		return err
	}
	right := paperWidth - s.form.margin
	for i := range pages {
		l := look{sans, false, 7.5}
		w := s.press.faces[sans].measure(piece, l.size)
		b := box{runs: []run{{x: right - w, look: l, text: piece}}}
		if piece == "" {
			b.runs = nil
		}
		if len(pages) > 1 {
			n := strconv.Itoa(i+1) + "/" + strconv.Itoa(len(pages))
			l.size = 9
			w := s.press.faces[sans].measure(n, l.size)
			b.runs = append(b.runs, run{x: (paperWidth - w) / 2, look: l, text: n})
		}
		pages[i] = append(page{{newLaid([]box{b}, false), 0, 1, paperHeight - footer}}, pages[i]...)
	}
	return nil
}

// summarise counts the pages and makes the digest of what is printed where.
func summarise(pages []page) Typeset {
	b := make([]byte, 0, 1024)
	for _, p := range pages {
		b = append(b, 'p')
		for _, x := range p {
			b = append(b, x.part.digest[:]...)
			b = appendPoints(b, float64(x.from), float64(x.to), x.top)
		}
	}
	return Typeset{Pages: len(pages), Sheets: len(pages), Digest: sha256.Sum256(b)}
}
