package recipient

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"oshirase/jobs/nearest"
	"oshirase/jobs/segment"
	"oshirase/jobs/table"
)

// layout says where in a file's rows things stand. Only the cells that are used are decoded and
// kept.
type layout struct {
	header  []string
	used    []int  // index in the header of each used cell
	lines   []bool // of each used cell: it is for the address alone, and may have several lines
	name    cell
	id      cell
	kana    cell
	birth   cell
	email   cell
	phone   cell
	post    cell
	country cell
	company cell
	locale  cell
	address []cell
	facts   []factCell
}

// cell is an index into the used cells of a row, 1-based; 0 where the file has no such column.
type cell int

func (c cell) of(cells []string) string {
	if c == 0 {
		return ""
	}
	return cells[c-1]
}

// title is the header cell of a used column.
func (l *layout) title(c cell) string {
	if c == 0 {
		return ""
	}
	return l.header[l.used[c-1]]
}

// factCell is where a fact stands and how it reads.
type factCell struct {
	name string
	at   int // among the names of the rules
	cell cell
	kind segment.Kind
	form segment.Cell

	serial bool // a spreadsheet's number of a day is read
}

// newLayout finds the columns in the header. names are those of the rules, zone is Spec.Zone.
func newLayout(f *File, t *table.Table, names []string, zone *time.Location) (*layout, []Problem) {
	m := &mapper{layout: layout{header: t.Header}, file: f.Name, line: t.HeaderLine, names: names, zone: zone,
		book: t.Found.Format == table.XLSX && !t.From1904, headed: f.isHeader(t.Header)}
	c := f.Columns
	m.name, m.id, m.kana, m.birth = m.find(c.Name), m.find(c.ID), m.find(c.Kana), m.find(c.BirthDate)
	m.phone, m.post, m.country = m.find(c.Phone), m.find(c.Postcode), m.find(c.Country)
	m.company, m.locale = m.find(c.Company), m.find(c.Locale)
	for _, title := range c.Address {
		if a := m.find(title); a > 0 {
			m.address = append(m.address, a)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.Facts)) {
		m.addFact(name, f.Facts[name])
	}
	m.email = m.findOwn(c.Email)
	if c.Name == "" {
		m.problem("no column is given for the name", "set columns: name to the header cell of the name")
	}
	m.addReserved()
	m.lines = m.ofAddress()
	return &m.layout, m.problems
}

// has tells whether the file has a fact, by its place among the rules' names.
func (l *layout) has(fact int) bool {
	return slices.ContainsFunc(l.facts, func(f factCell) bool { return f.at == fact })
}

// ofAddress tells which cells nothing but the address uses. Whatever else a cell is for has one line: it may
// come into a subject.
func (l *layout) ofAddress() []bool {
	out := make([]bool, len(l.used))
	for _, c := range l.address {
		out[c-1] = true
	}
	for _, c := range []cell{l.name, l.id, l.kana, l.birth, l.email, l.phone, l.post, l.country, l.company, l.locale} {
		if c > 0 {
			out[c-1] = false
		}
	}
	for _, f := range l.facts {
		if f.cell > 0 {
			out[f.cell-1] = false
		}
	}
	return out
}

// addReserved lets rules ask for what every row has.
func (m *mapper) addReserved() {
	for name, c := range map[string]cell{"id": m.id, "company": m.company, "locale": m.locale} {
		if at := slices.Index(m.names, name); at >= 0 && c > 0 {
			m.facts = append(m.facts, factCell{name: name, at: at, cell: c, kind: segment.Text})
		}
	}
}

// meanings says of each used cell what can be told of damage to it. Home is Spec.Home: abroad fewer digits may
// be whole.
func (l *layout) meanings(home string) []table.Meaning {
	out := make([]table.Meaning, len(l.used))
	for c, m := range map[cell]table.Meaning{l.name: table.Name, l.id: table.ID, l.birth: table.Date,
		l.email: table.Email} {
		if c > 0 {
			out[c-1] = m
		}
	}
	japan := l.country == 0 && (home == "" || strings.EqualFold(home, "JP"))
	if l.post > 0 && japan {
		out[l.post-1] = table.Postcode
	}
	if l.phone > 0 && japan {
		out[l.phone-1] = table.Phone
	}
	for _, f := range l.facts {
		if f.kind == segment.Date && !f.serial {
			out[f.cell-1] = table.Date
		}
	}
	return out
}

// columns is meanings by the header's cells.
func (l *layout) columns(home string) []table.Meaning {
	out := make([]table.Meaning, len(l.header))
	for i, m := range l.meanings(home) {
		out[l.used[i]] = m
	}
	return out
}

// mapper makes a layout and gathers what is wrong with it.
type mapper struct {
	layout
	file     string
	line     int
	names    []string
	headed   bool // the first line is a header: it has one of the titles at least
	zone     *time.Location
	book     bool // the table is a workbook, where a number in a column of dates is that of a day
	problems []Problem
}

func (m *mapper) problem(what, do string) {
	p := Problem{File: m.file, Line: m.line, What: what, Do: do}
	if !slices.Contains(m.problems, p) {
		m.problems = append(m.problems, p)
	}
}

func (m *mapper) addFact(name string, f FactColumn) {
	if f.Column == "" {
		m.problem(fmt.Sprintf("fact %q has no column", name), "name its header cell")
	}
	if f.Kind == segment.Date && f.Layout == "" && m.book {
		f.Layout = segment.Excel
	}
	m.facts = append(m.facts, factCell{name: name, at: slices.Index(m.names, name), cell: m.find(f.Column),
		kind: f.Kind, form: segment.NewCell(f.Kind, f.Layout, m.zone), serial: f.Layout == segment.Excel})
}

// find returns the cell of a header cell, 0 for the empty title.
func (m *mapper) find(title string) cell {
	if i := slices.Index(m.used, m.index(title)); i >= 0 {
		return cell(i + 1)
	}
	return m.findOwn(title)
}

// findOwn is find, with a cell that nothing else uses: the e-mail address is the one cell that may
// be unusable in a row that is kept.
func (m *mapper) findOwn(title string) cell {
	at := m.index(title)
	if at < 0 {
		return 0
	}
	m.used = append(m.used, at)
	return cell(len(m.used))
}

// index returns the place of a title in the header, -1 for the empty title.
func (m *mapper) index(title string) int {
	title = table.Trim(title)
	if title == "" {
		return -1
	}
	at := slices.Index(m.header, title)
	if at < 0 {
		m.problem(fmt.Sprintf("column %q is not in the header", title), m.hint(title))
	}
	return at
}

// isHeader tells whether a first line has one of the titles that are given. In a file without a header it is a
// person.
func (f *File) isHeader(line []string) bool {
	c := f.Columns
	titles := append([]string{c.Name, c.ID, c.Kana, c.BirthDate, c.Phone, c.Postcode, c.Country, c.Company, c.Locale,
		c.Email}, c.Address...)
	for _, fact := range f.Facts {
		titles = append(titles, fact.Column)
	}
	return slices.ContainsFunc(titles, func(title string) bool {
		title = table.Trim(title)
		return title != "" && slices.Contains(line, title)
	})
}

// hint says what may have been meant. It does not list the header.
func (m *mapper) hint(title string) string {
	if len(m.header) == 1 && strings.ContainsAny(m.header[0], ";\t") {
		return "separate the cells of the file with commas"
	}
	if near := nearest.To(title, m.header); near != "" && m.headed {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "name a cell of the file's first line"
}
