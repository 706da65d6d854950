package segment

import (
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Cell reads the cells of one fact's column. The zero Cell reads texts.
type Cell struct {
	kind   Kind
	layout string
}

// NewCell is for a kind, empty for Text, and the layout of its dates in Go's reference form; empty
// takes the usual ones: 2006-01-02, 2006/1/2, 2006.1.2, 2006年1月2日 and 20060102.
func NewCell(kind Kind, layout string) Cell {
	if kind == "" {
		kind = Text
	}
	return Cell{kind, layout}
}

// Parse reads a cell. An empty cell is the zero Value; false tells a cell that is not of the kind.
// Nothing is guessed: what could be read in two ways is not read.
func (c Cell) Parse(cell string) (v Value, ok bool) {
	if cell == "" {
		return Value{}, true
	}
	v = Value{Kind: c.kind, Text: cell}
	switch c.kind {
	case Date:
		v.Date, ok = c.date(narrow(cell))
	case Number:
		v.Number, ok = parseNumber(narrow(cell))
	case Bool:
		v.Bool, ok = parseBool(cell)
	default:
		v.Kind, ok = Text, true
	}
	return v, ok
}

// narrow makes full-width digits and signs plain ones.
func narrow(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return norm.NFKC.String(s)
		}
	}
	return s
}

// date returns the calendar day as written, at midnight UTC.
func (c Cell) date(s string) (time.Time, bool) {
	if c.layout == "" {
		return parseDate(s)
	}
	t, err := time.Parse(c.layout, s)
	if err != nil {
		return time.Time{}, false
	}
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC), true
}

// parseNumber takes decimal numbers, without separators: 1.234 is a different number in Berlin.
func parseNumber(s string) (float64, bool) {
	if strings.Trim(s, "0123456789+-.eE") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil && !math.IsInf(n, 0)
}

// parseBool takes what systems and people write for yes and no, in any width and case.
func parseBool(s string) (value, ok bool) {
	switch strings.ToLower(narrow(s)) {
	case "true", "t", "yes", "y", "1", "on", "はい", "有", "有り", "あり", "済", "○", "〇", "◯":
		return true, true
	case "false", "f", "no", "n", "0", "off", "いいえ", "無", "無し", "なし", "未", "×":
		return false, true
	}
	return false, false
}
