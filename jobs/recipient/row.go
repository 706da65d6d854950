package recipient

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"oshirase/jobs/fold"
	"oshirase/jobs/identity"
	"oshirase/jobs/mailbox"
	"oshirase/jobs/segment"
	"oshirase/jobs/table"
)

// row is one row that can be used.
type row struct {
	at       Row
	line     int
	from     *source
	cells    []string // those of the layout, in its order
	email    mailbox.Address
	badEmail error           // why the address in the cell cannot be used
	facts    []segment.Value // in the order of the rules' names
}

// fault says why a row cannot be used, or what to look at.
type fault struct{ column, reason string }

// reader makes rows of records. It is for one goroutine, and a row is valid until the next.
type reader struct {
	s       *source
	decoder *table.Decoder
	text    []byte
	ends    []int
	row     row
}

func newReader(s *source) *reader {
	return &reader{s: s, decoder: s.table.NewDecoder(), row: row{from: s}}
}

// read decodes and parses a record.
func (r *reader) read(rec *table.Record, n int) (*row, *fault) {
	l := r.s.layout
	r.row.at, r.row.line, r.ends = Row{r.s.index, n}, rec.Line, r.ends[:0]
	if rec.Fault != "" {
		column := ""
		if rec.FaultCell >= 0 && rec.FaultCell < len(l.header) {
			column = l.header[rec.FaultCell]
		}
		return nil, &fault{column, rec.Fault}
	}
	if rec.Len() != len(l.header) && !l.spare(rec) {
		return nil, l.wrongLength(rec)
	}
	if bad := r.decode(rec); bad != nil {
		return nil, bad
	}
	bad := r.row.parse()
	if rec.Len() < len(l.header) && (bad != nil || !r.row.reachable()) {
		return nil, l.wrongLength(rec)
	}
	return &r.row, bad
}

// spare tells whether a row has cells enough: what is left out at its end is taken for empty, and what is too
// much must be empty. Who is then without a name or an address is no whole row.
func (l *layout) spare(rec *table.Record) bool {
	for i := len(l.header); i < rec.Len(); i++ {
		if len(bytes.TrimSpace(rec.Cell(i))) > 0 {
			return false
		}
	}
	return true
}

func (l *layout) wrongLength(rec *table.Record) *fault {
	return &fault{"", fmt.Sprintf("row has %d cells, the header has %d", rec.Len(), len(l.header))}
}

// reachable tells whether the row says how to reach its person, as far as its file does for anybody.
func (r *row) reachable() bool {
	l := r.from.layout
	return l.email == 0 && len(l.address) == 0 || r.email.Wire != "" || r.hasAddress()
}

// decode takes the cells that the layout uses. They share one string: a row costs one allocation.
func (r *reader) decode(rec *table.Record) *fault {
	l := r.s.layout
	text, ends := r.text[:0], r.ends[:0]
	for _, at := range l.used {
		if at < rec.Len() {
			var bad string
			if text, bad = r.decoder.Append(text, rec.Cell(at)); bad != "" {
				return &fault{l.header[at], bad}
			}
		}
		ends = append(ends, len(text))
	}
	r.text, r.ends = text, ends
	whole, start := string(text), 0
	r.row.cells = r.row.cells[:0]
	for i, end := range ends {
		c := table.Trim(whole[start:end])
		start = end
		if cell(i+1) != l.email {
			var bad string
			if c, bad = l.fit(c, i); bad != "" {
				return &fault{l.title(cell(i + 1)), bad}
			}
		}
		r.row.cells = append(r.row.cells, c)
	}
	if l.repeats(r.row.cells) {
		return &fault{"", "row repeats the header"}
	}
	return nil
}

// repeats tells whether the cells are the titles of their columns: files that were put one behind the other
// have a header in the middle.
func (l *layout) repeats(cells []string) bool {
	for i, c := range cells {
		if c != l.header[l.used[i]] {
			return false
		}
	}
	return true
}

// fit makes the i-th cell fit to be printed, or says why it is not.
func (l *layout) fit(c string, i int) (fit, bad string) {
	bad = table.Unfit(c)
	if bad != table.LineBreak || !l.lines[i] {
		return c, bad
	}
	lines := table.Lines(c)
	return strings.Join(lines, lineEnd), table.Unfit(strings.Join(lines, ""))
}

// harm counts what was done to the cells that were decoded last.
func (r *reader) harm(harms []table.Harms, means []table.Meaning, n int) {
	start := 0
	for i, end := range r.ends {
		if damage := table.Damage(means[i], bytes.TrimSpace(r.text[start:end])); damage != table.Unharmed {
			harms[i].Add(damage, n)
		}
		start = end
	}
}

// parse reads what the cells hold. It sees the same row twice, and later a third time where the row
// waited for others of its person: the result depends on nothing but the cells.
func (r *row) parse() *fault {
	l := r.from.layout
	if l.name.of(r.cells) == "" {
		return &fault{l.title(l.name), "name is empty"}
	}
	r.email, r.badEmail = mailbox.Address{}, nil
	if email := l.email.of(r.cells); email != "" {
		r.email, r.badEmail = mailbox.Parse(email)
	}
	return r.parseFacts()
}

// parseFacts fills r.facts. What the file does not have is absent.
func (r *row) parseFacts() *fault {
	r.facts = append(r.facts[:0], r.from.absent...)
	for i := range r.from.layout.facts {
		f := &r.from.layout.facts[i]
		v, ok := f.form.Parse(f.cell.of(r.cells))
		if !ok {
			return &fault{r.from.layout.title(f.cell), f.misread(f.cell.of(r.cells))}
		}
		r.facts[f.at] = v
	}
	return nil
}

// misread says what a cell is not. A date's form is no secret, and what layout: must be told.
func (f *factCell) misread(cell string) string {
	if f.kind != segment.Date {
		return "cell is not a " + string(f.kind)
	}
	return fmt.Sprintf("cell is not a date: %s, which layout: may name", segment.Form(cell))
}

// text is a cell of the row.
func (r *row) text(c cell) string { return c.of(r.cells) }

// lineEnd is between the lines of a cell that may have several.
const lineEnd = "\n"

// known is a cell of the row that says something of somebody, empty where a spreadsheet has put something
// else in its place.
func (r *row) known(c cell) string {
	text := r.text(c)
	if table.Replaced(text) {
		return ""
	}
	return text
}

// address is the lines of the postal address.
func (r *row) address() (lines []string) {
	for _, c := range r.from.layout.address {
		for line := range strings.SplitSeq(c.of(r.cells), lineEnd) {
			if line != "" {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// hasAddress tells whether there is a line of it.
func (r *row) hasAddress() bool {
	return slices.ContainsFunc(r.from.layout.address, func(c cell) bool { return c.of(r.cells) != "" })
}

// separator is a character that no cell can hold.
const separator = "\x00"

// pack makes one text of a row that waits: its line, and its cells.
func (r *row) pack() []byte {
	text := make([]byte, 0, 8+len(r.cells)+lengths(r.cells))
	text = strconv.AppendInt(text, int64(r.line), 10)
	for _, c := range r.cells {
		text = append(append(text, separator...), c...)
	}
	return text
}

func lengths(cells []string) (n int) {
	for _, c := range cells {
		n += len(c)
	}
	return n
}

// unpack is the row of a text that waited. The text held a row that could be used.
func unpack(s *source, at Row, text []byte) (row, error) {
	line, cells, _ := strings.Cut(string(text), separator)
	r := row{at: at, from: s, cells: strings.Split(cells, separator)}
	var err error
	if r.line, err = strconv.Atoi(line); err != nil || r.parse() != nil {
		return row{}, s.changed()
	}
	return r, nil
}

// tell makes of a row what the operator gets to see. Of its cells those are known that the layout uses.
func (r *row) tell(reason string) Reject {
	l := r.from.layout
	raw := make([]string, len(l.header))
	for i, at := range l.used {
		raw[at] = r.cells[i]
	}
	return Reject{File: r.from.Name, Row: r.at.Row, Line: r.line, Column: l.title(l.name), Reason: reason, Raw: raw}
}

// birth is the birth date, if it can be one.
func (r *row) birth() (day time.Time, known, bad bool) {
	cell := r.text(r.from.layout.birth)
	if strings.Trim(cell, "0-/.") == "" {
		return day, false, false
	}
	day, ok := fold.Birthday(cell)
	return day, identity.BirthOf(day) != 0, !ok
}

// raw returns all the cells for the rejects file, as far as they can be read.
func (r *reader) raw(rec *table.Record) []string {
	cells := make([]string, rec.Len())
	for i := range cells {
		text, _ := r.decoder.Append(nil, rec.Cell(i))
		cells[i] = strings.ToValidUTF8(string(text), "\uFFFD")
	}
	return cells
}

// tell makes of a row what the operator gets to see.
func (r *reader) tell(rec *table.Record, n int, f *fault) Reject {
	return Reject{File: r.s.Name, Row: n, Line: rec.Line, Column: f.column, Reason: f.reason, Raw: r.raw(rec)}
}

// refuse is tell of a row that cannot be used, with whom it is about.
func (r *reader) refuse(rec *table.Record, n int, f *fault) Reject {
	out := r.tell(rec, n, f)
	if rec.Fault == "" {
		out.Who, out.Cut = r.who(rec), rec.Len() == len(r.s.layout.header)
	}
	return out
}

// who is whom a record is about, by the cells that can be read.
func (r *reader) who(rec *table.Record) Person {
	l := r.s.layout
	x := row{from: r.s}
	for i, at := range l.used {
		x.cells = append(x.cells, r.cell(rec, at, cell(i+1) == l.email))
	}
	p := Person{Name: x.text(l.name), BirthDate: x.text(l.birth), Postcode: x.text(l.post), Address: x.address()}
	if id := x.known(l.id); fold.ID(id) != "" {
		p.IDs = []string{id}
	}
	if address, err := mailbox.Parse(x.text(l.email)); err == nil {
		p.Email = address
	}
	return p
}

// cell is one of a record, empty where it cannot be read.
func (r *reader) cell(rec *table.Record, at int, email bool) string {
	if at >= rec.Len() {
		return ""
	}
	text, bad := r.decoder.Append(nil, rec.Cell(at))
	c := table.Trim(string(text))
	if bad != "" || !email && table.Unfit(c) != "" {
		return ""
	}
	return c
}

// source is a file that was understood: its encoding and its columns are known.
type source struct {
	*File
	index  int // in Spec.Files
	base   int // number of the rows of the files before it
	rows   int
	table  *table.Table
	layout *layout
	absent []segment.Value // one for each of the rules' names
	pass   table.Pass      // the first
	gaps   segment.Gaps
}

// locate returns the file of a row, counted from 0 over all files, and its number there.
func locate(sources []*source, n int) (*source, int) {
	i, _ := slices.BinarySearchFunc(sources, n, func(s *source, n int) int {
		switch {
		case n < s.base:
			return 1
		case n >= s.base+s.rows:
			return -1
		}
		return 0
	})
	return sources[i], n - sources[i].base + 1
}
