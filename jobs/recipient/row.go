package recipient

import (
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// row is one row that can be used.
type row struct {
	at       Row
	from     *layout
	cells    []string // those of the layout, in its order
	name     string
	id       string
	phone    string
	address  []string
	email    Address
	badEmail error // why the address in the cell cannot be used
	facts    []Value
}

// fault says why a row cannot be used, or what to look at.
type fault struct{ column, reason string }

// parse reads the cells that layout uses. It sees the same row twice, and later a third time where
// the row waited for others of its person: the result depends on nothing but the cells.
func (l *layout) parse(at Row, cells []string) (row, *fault) {
	r := row{at: at, from: l, cells: cells, name: l.name.of(cells)}
	if r.name == "" {
		return r, &fault{l.title(l.name), "name is empty"}
	}
	r.id, r.phone = l.id.of(cells), l.phone.of(cells)
	for _, c := range l.address {
		if line := c.of(cells); line != "" {
			r.address = append(r.address, line)
		}
	}
	if email := l.email.of(cells); email != "" {
		r.email, r.badEmail = ParseAddress(email)
	}
	return r, l.parseFacts(&r)
}

// parseFacts fills r.facts in the order of l.facts.
func (l *layout) parseFacts(r *row) *fault {
	if len(l.facts) == 0 {
		return nil
	}
	r.facts = make([]Value, len(l.facts))
	for i, f := range l.facts {
		cell := f.cell.of(r.cells)
		if cell == "" {
			continue
		}
		v, ok := f.parse(cell)
		if !ok {
			return &fault{l.title(f.cell), "cell is not a " + string(f.kind)}
		}
		r.facts[i] = v
	}
	return nil
}

// parse reads a cell that is not empty.
func (f factCell) parse(cell string) (v Value, ok bool) {
	v = Value{Kind: f.kind, Text: cell}
	switch f.kind {
	case Text:
		return v, true
	case Date:
		v.Date, ok = parseDate(norm.NFKC.String(cell), f.layouts)
	case Number:
		v.Number, ok = parseNumber(norm.NFKC.String(cell))
	case Bool:
		v.Bool, ok = parseBool(cell)
	}
	return v, ok
}

// dateLayouts are the usual forms. None can be read in two ways.
func dateLayouts() []string {
	return []string{"2006-1-2", "2006/1/2", "20060102", "2006.1.2", "2006年1月2日"}
}

// parseDate returns the calendar day as written, at midnight UTC.
func parseDate(s string, layouts []string) (time.Time, bool) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			year, month, day := t.Date()
			return time.Date(year, month, day, 0, 0, 0, 0, time.UTC), true
		}
	}
	return time.Time{}, false
}

// parseNumber takes decimal numbers, without separators: 1.234 is a different number in Berlin.
func parseNumber(s string) (float64, bool) {
	if strings.Trim(s, "0123456789+-.eE") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil && !math.IsInf(n, 0)
}

// parseBool takes what systems and people write for yes and no.
func parseBool(s string) (value, ok bool) {
	switch Fold(s) {
	case "true", "t", "yes", "y", "1", "on", "はい", "有", "有り", "あり", "済", "○", "〇", "◯":
		return true, true
	case "false", "f", "no", "n", "0", "off", "いいえ", "無", "無し", "なし", "未", "×":
		return false, true
	}
	return false, false
}
