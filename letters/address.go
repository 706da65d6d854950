package letters

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// mostLines is how many lines an address may have besides names, postcode and country. UPU S42 has
// fewer; more are a sign that something else was taken for an address.
const mostLines = 7

// addressRow is one entry of the block: what it is called in an error, its text, whether it is the
// line that is set larger, whether it may take a second line, and whether it may stand behind the
// row before.
type addressRow struct {
	field string
	text  string
	large bool
	wraps bool
	joins bool
}

// setAddress sets the block into the window, whole, or says which row does not fit.
func (s *setter) setAddress(l Letter) (*laid, error) {
	rows, err := s.press.addressRows(l)
	if err != nil {
		return nil, err
	}
	if faces, ok := s.press.faces[l.Address.Style]; ok && faces != s.faces {
		kept := s.kept
		s = s.anew()
		s.kept = kept
		s.faces = faces // 直 and 骨 look as where the letter goes
	}
	return s.fit(rows)
}

// Block returns the rows of a letter's address as they stand under each other, unbroken: what a
// screen shows of it. The errors are those of Typeset that concern the order and the parts of an
// address.
func (p *Press) Block(l Letter) ([]string, error) {
	rows, err := p.addressRows(l)
	texts := make([]string, len(rows))
	for i, r := range rows {
		texts[i] = r.text
	}
	return texts, err
}

// addressRows brings the parts of an address into the order of its style. The country comes last in
// each.
func (p *Press) addressRows(l Letter) ([]addressRow, error) {
	a := l.Address
	if a.Style == "" {
		a.Style = styleOf(l.Document.Locale)
	}
	manners, ok := courtesies[a.Style]
	if !ok {
		return nil, fmt.Errorf("unknown address style %q", a.Style)
	}
	lines, err := addressLines(a)
	if err != nil {
		return nil, err
	}
	names, err := nameRows(a, manners)
	if err != nil {
		return nil, err
	}
	rows, err := ordered(a, lines, names)
	if err != nil {
		return nil, err
	}
	country, err := p.countries.line(l.Sender.Country, a.Country)
	if country != "" {
		rows = append(rows, addressRow{field: "country", text: country, wraps: true})
	}
	return rows, err
}

// styleOf is the form of an address in the language of a document.
func styleOf(locale string) string {
	if locale == "ja" || locale == "en" {
		return locale // nearly all, and without the cost
	}
	tag := language.Make(locale)
	base, _ := tag.Base()
	script, _ := tag.Script()
	switch style := base.String(); {
	case style == "ja", style == "ko":
		return style
	case style == "zh":
		return style + "-" + script.String()
	}
	return "en"
}

// ordered puts lines and names into the order of a style, and the postcode to them.
func ordered(a Address, lines, names []addressRow) ([]addressRow, error) {
	code := addressRow{field: "postcode", text: strings.Trim(a.Postcode, blank)}
	switch a.Style {
	case "en":
		return append(names, placePostcode(lines, a)...), nil
	case "ja":
		digits, err := japanesePostcode(a.Postcode)
		if err != nil {
			return nil, err
		}
		if code.text = digits; digits != "" {
			code.text = "〒" + digits
		}
	}
	if within(a.Lines, code.text) {
		code.text = ""
	}
	rows := make([]addressRow, 0, len(lines)+len(names)+2)
	if code.text != "" && a.Style != "ko" {
		rows = append(rows, code)
		lines[0].joins = true
	}
	rows = append(append(rows, lines...), names...)
	if code.text != "" && a.Style == "ko" {
		rows = append(rows, code)
	}
	return rows, nil
}

// addressLines checks that there is an address, and leaves out lines that say nothing.
func addressLines(a Address) ([]addressRow, error) {
	rows := make([]addressRow, 0, len(a.Lines)+1)
	for i, l := range a.Lines {
		if l = strings.Trim(l, blank); l != "" {
			field := "address line"
			if i < len(numberedLines) {
				field = numberedLines[i]
			}
			rows = append(rows, addressRow{field: field, text: l, wraps: true})
		}
	}
	switch {
	case len(rows) == 0:
		return nil, &AddressError{"address", "is empty"}
	case len(rows) > mostLines:
		return nil, &AddressError{"address",
			fmt.Sprintf("has %d lines, and no more than %d are printed", len(rows), mostLines)}
	}
	return rows, nil
}

var numberedLines = [...]string{"address line 1", "address line 2", "address line 3",
	"address line 4", "address line 5", "address line 6", "address line 7"}

// nameRows are company, department and name, in the order of the style and each with the form of
// address that is due to it.
func nameRows(a Address, manners courtesy) ([]addressRow, error) {
	company := addressRow{field: "company", text: strings.Trim(a.Company, blank), wraps: true}
	department := addressRow{field: "department", text: strings.Trim(a.Department, blank), wraps: true}
	name := addressRow{field: "name", text: strings.Trim(a.Name, blank), wraps: manners.above}
	if name.text == "" {
		return bodyRows(company, department, manners)
	}
	for _, body := range []addressRow{company, department} {
		if manners.body != "" && strings.HasSuffix(body.text, manners.body) {
			return nil, &AddressError{body.field, "is addressed as such, with " + manners.body +
				", and a person beside it"}
		}
	}
	people, err := personRows(name, a, manners)
	if err != nil {
		return nil, err
	}
	if manners.above {
		return present(append(people, department, company)...), nil
	}
	department.joins = company.text != ""
	return present(append([]addressRow{company, department}, people...)...), nil
}

// bodyRows addresses a company, or the department in it, to whose people a letter goes.
func bodyRows(company, department addressRow, manners courtesy) ([]addressRow, error) {
	rows := present(company, department)
	if len(rows) == 0 {
		return nil, &AddressError{"address", "has no name"}
	}
	last := &rows[len(rows)-1]
	last.text, last.large = manners.whole(last.text), !manners.above
	if manners.above && len(rows) == 2 {
		rows[0], rows[1] = rows[1], rows[0]
	}
	return rows, nil
}

// personRows addresses a person, and for a child the legal representative.
func personRows(name addressRow, a Address, manners courtesy) ([]addressRow, error) {
	text, err := manners.greet(name.text, a.Honorific)
	name.text, name.large = text, !manners.above
	if !a.Guardian || err != nil {
		return []addressRow{name}, err
	}
	guardian := addressRow{field: "guardian", text: manners.guardian, large: name.large}
	if manners.above {
		return []addressRow{guardian, name}, nil
	}
	guardian.text = joined(manners.guardian, manners.person, manners.arrives)
	return []addressRow{name, guardian}, nil
}

// present leaves out rows without text.
func present(rows ...addressRow) []addressRow {
	out := rows[:0]
	for _, r := range rows {
		if r.text != "" {
			out = append(out, r)
		}
	}
	return out
}

// japanesePostcode returns NNN-NNNN, or nothing for nothing. It takes the ways in which codes are
// typed: full-width digits, any dash, a 〒, spaces.
func japanesePostcode(code string) (string, error) {
	digits := make([]byte, 0, 16)
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
