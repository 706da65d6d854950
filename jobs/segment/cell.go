package segment

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"oshirase/jobs/fold"
)

// Cell reads the cells of one fact's column. The zero Cell reads texts.
type Cell struct {
	kind   Kind
	layout string
	zone   *time.Location
}

// Excel is the layout of a column in which a spreadsheet's numbers of days stand beside the usual forms: 41394
// for 2013-04-30. It must be said, for elsewhere a number of five digits may be anything.
const Excel = "excel"

// NewCell is for a kind, empty for Text, and the layout of its dates: Excel, or one in Go's reference form, of which
// the day alone counts. Empty takes the usual forms, each with a time of day or not: 2006-01-02, 2006/1/2,
// 2006.1.2, 2006年1月2日, 20060102, 平成18年1月2日 and H18.1.2. In any layout 0000-00-00 is no date, like an
// empty cell.
//
// A time of day that names its offset from UTC (Z, +09:00) is a moment, and its day is that of the zone; nil is UTC.
// Any other day is the one that is written.
func NewCell(kind Kind, layout string, zone *time.Location) Cell {
	if kind == "" {
		kind = Text
	}
	if zone == nil {
		zone = time.UTC
	}
	return Cell{kind, layout, zone}
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
		if v.Date, ok = c.date(cell); v.Date.IsZero() {
			v = Value{}
		}
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

// date returns the calendar day, at midnight UTC; the zero time is for what stands for none.
func (c Cell) date(s string) (time.Time, bool) {
	usual := c.layout == "" || c.layout == Excel
	if day, ok := parseDate(s); ok && usual {
		return day, true
	}
	s = narrow(s)
	day, ok := fold.Day(s)
	switch {
	case ok && day.IsZero():
		return day, true
	case ok && usual:
		return c.ofMoment(day, s)
	case c.layout == Excel:
		return serial(s)
	case c.layout != "":
		return c.byLayout(s)
	}
	return time.Time{}, false
}

func (c Cell) byLayout(s string) (time.Time, bool) {
	t, err := time.Parse(c.layout, s)
	if err != nil {
		return time.Time{}, false
	}
	if strings.Contains(c.layout, "Z07") || strings.Contains(c.layout, "-07") {
		t = t.In(c.zone)
	}
	return midnight(t), true
}

// ofMoment is the zone's day where the cell names its offset, else the day as it is.
func (c Cell) ofMoment(day time.Time, cell string) (time.Time, bool) {
	since, east, named, ok := offset(cell)
	if named && ok {
		day = midnight(day.Add(since - east).In(c.zone))
	}
	return day, ok
}

// midnight is that of a time's own day, in UTC.
func midnight(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// Form shows how a cell is written and not what it says: every digit is N, every letter x. 30.04.2013 is
// NN.NN.NNNN.
func Form(cell string) string {
	var out []rune
	for _, r := range narrow(cell) {
		switch {
		case len(out) == longestForm:
			return string(append(out, '…'))
		case unicode.IsDigit(r):
			r = 'N'
		case unicode.IsLetter(r) && !strings.ContainsRune("年月日時分秒", r):
			r = 'x'
		case !unicode.IsPrint(r):
			r = ' '
		}
		out = append(out, r)
	}
	return string(out)
}

const longestForm = 24

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
