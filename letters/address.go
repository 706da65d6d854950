package letters

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Sizes of the address block, in points. It is set at full size where it fits and shrunk in steps
// down to the least that sorting machines and people still read.
const (
	addressSize  = 10.5
	addressLeast = 8.0
	addressStep  = 0.5
	addressLead  = 1.4
	nameFactor   = 1.25 // the name is larger than the lines
	nameGap      = 0.3  // and stands a little apart, in parts of the size
)

// addressRow is one entry of the block: what it is called in an error, its text, its size relative
// to the block's, and whether it may take a second line.
type addressRow struct {
	field  string
	text   string
	factor float64
	wraps  bool
}

// setAddress sets the block into the window, whole, or says which row does not fit.
func (s *setter) setAddress(a Address, locale string) (*laid, error) {
	rows, err := addressRows(a, locale)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if err := s.press.faces[serif].check(r.text, r.field); err != nil {
			return nil, err
		}
	}
	room := s.addressRoom()
	for _, wrap := range []bool{false, true} {
		for size := addressSize; size >= addressLeast; size -= addressStep {
			if boxes := s.fitAddress(rows, size, wrap, room); boxes != nil {
				return newLaid(boxes, false), nil
			}
		}
	}
	return nil, s.misfit(rows, room)
}

// addressRoom is the window's safe part, from the letter's margin on where that is inside.
func (s *setter) addressRoom() frame {
	room := s.press.window.safe()
	if in := s.form.margin - room.left; in > 0 && in < room.width/4 {
		room.left, room.width = room.left+in, room.width-in
	}
	return room
}

// middle is the top of the block where it stands in the middle of the window's height.
func (s *setter) middle(block *laid) float64 {
	room := s.addressRoom()
	return room.top + (room.height-height(block.boxes))/2
}

// fitAddress sets the block at a size, or returns nil where it does not fit.
func (s *setter) fitAddress(rows []addressRow, size float64, wrap bool, room frame) []box {
	var out []box
	for _, r := range rows {
		l := look{serif, false, size * r.factor}
		p := &paragraph{column: column{room.left, room.width}, lead: l.size * addressLead}
		p.add(r.text, l)
		lines := []line{{to: len(r.text)}}
		if s.press.faces[serif].measure(r.text, l.size) > room.width {
			if lines = p.lines(s.press.faces); !wrap || !r.wraps || len(lines) > 2 {
				return nil
			}
		}
		gap := 0.0
		if r.factor > 1 && len(out) > 0 {
			gap = size * nameGap
		}
		for _, x := range lines {
			out = append(out, box{glue: gap, height: p.lead, runs: s.setLine(p, x, false)})
			gap = 0
		}
	}
	if height(out) > room.height {
		return nil
	}
	return out
}

// misfit names the row that keeps the block from fitting at its least size.
func (s *setter) misfit(rows []addressRow, room frame) error {
	for _, r := range rows {
		p := &paragraph{column: column{room.left, room.width}}
		p.add(r.text, look{serif, false, addressLeast * r.factor})
		if n := len(p.lines(s.press.faces)); n > 2 || n > 1 && !r.wraps {
			return &AddressError{r.field, fmt.Sprintf("is too long for the window at %g points",
				addressLeast*r.factor)}
		}
	}
	return &AddressError{"address", fmt.Sprintf("of %d lines is too high for the window", len(rows))}
}

// addressRows brings the parts of an address into the order of its style.
func addressRows(a Address, locale string) ([]addressRow, error) {
	style := a.Style
	if style == "" {
		style = "en"
		if japaneseLocale(locale) {
			style = "ja"
		}
	}
	lines, err := addressLines(a)
	if err != nil {
		return nil, err
	}
	switch style {
	case "ja":
		return japaneseRows(a, lines)
	case "en":
		return westernRows(a, lines)
	}
	return nil, fmt.Errorf("unknown address style %q", style)
}

// addressLines checks that there is an address, and leaves out lines that say nothing.
func addressLines(a Address) ([]addressRow, error) {
	var rows []addressRow
	for i, l := range a.Lines {
		if strings.TrimSpace(l) != "" {
			rows = append(rows, addressRow{fmt.Sprintf("address line %d", i+1), l, 1, true})
		}
	}
	if len(rows) == 0 {
		return nil, &AddressError{"address", "is empty"}
	}
	if strings.TrimSpace(a.Name) == "" && strings.TrimSpace(a.Company) == "" {
		return nil, &AddressError{"address", "has no name"}
	}
	return rows, nil
}

func japaneseRows(a Address, lines []addressRow) ([]addressRow, error) {
	var rows []addressRow
	code, err := japanesePostcode(a.Postcode)
	if err != nil {
		return nil, err
	}
	if code != "" {
		rows = append(rows, addressRow{"postcode", "〒" + code, 1, false})
	}
	rows = append(rows, lines...)
	company, name := strings.TrimSpace(a.Company), strings.TrimSpace(a.Name)
	switch {
	case name == "":
		return append(rows, addressRow{"company", a.Company + " 御中", nameFactor, false}), nil
	case company != "":
		rows = append(rows, addressRow{"company", a.Company, 1, false})
	}
	return append(rows, addressRow{"name", a.Name + " 様", nameFactor, false}), nil
}

func westernRows(a Address, lines []addressRow) ([]addressRow, error) {
	var rows []addressRow
	if strings.TrimSpace(a.Name) != "" {
		rows = append(rows, addressRow{"name", a.Name, 1, false})
	}
	if strings.TrimSpace(a.Company) != "" {
		rows = append(rows, addressRow{"company", a.Company, 1, false})
	}
	rows = append(rows, lines...)
	if strings.TrimSpace(a.Postcode) != "" {
		rows = append(rows, addressRow{"postcode", a.Postcode, 1, false})
	}
	return rows, nil
}

// japanesePostcode returns NNN-NNNN, or nothing for nothing. It takes the ways in which codes are
// typed: full-width digits, any dash, a 〒, spaces.
func japanesePostcode(code string) (string, error) {
	var digits []byte
	for _, r := range code {
		switch {
		case r >= '0' && r <= '9':
			digits = append(digits, byte(r))
		case wideDigit(r):
			digits = append(digits, byte(r-'０')+'0')
		case strings.ContainsRune("-‐‑–—−－ー〒 \u3000", r):
		case r == utf8.RuneError, invisible(r):
			return "", &GlyphError{Rune: r, Where: "postcode"}
		default:
			return "", &AddressError{"postcode", "is not 7 digits"}
		}
	}
	switch len(digits) {
	case 0:
		return "", nil
	case 7:
		return string(digits[:3]) + "-" + string(digits[3:]), nil
	}
	return "", &AddressError{"postcode", fmt.Sprintf("has %d digits instead of 7", len(digits))}
}
