package segment

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestCellsAreReadByTheirKind(t *testing.T) {
	t.Parallel()
	tokyo := time.FixedZone("JST", 9*60*60)
	for _, c := range []struct {
		kind       Kind
		layout     string
		cell, want string // "" is refused
	}{
		{Text, "", "  x ", "text   x "},
		{"", "", "x", "text x"},
		{Date, "", "2008-07-01", "2008-07-01"},
		{Date, "", "2008-7-1", "2008-07-01"},
		{Date, "", "2008/07/1", "2008-07-01"},
		{Date, "", "2008.7.31", "2008-07-31"},
		{Date, "", "20080701", "2008-07-01"},
		{Date, "", "2008年7月1日", "2008-07-01"},
		{Date, "", "２００８年０７月０１日", "2008-07-01"},
		{Date, "", "２００８／７／１", "2008-07-01"},
		{Date, "", "2012-02-29", "2012-02-29"},
		{Date, "", "2013-02-29", ""},
		{Date, "", "2008-04-31", ""},
		{Date, "", "2008-13-01", ""},
		{Date, "", "2008-00-01", ""},
		{Date, "", "2008-01-00", ""},
		{Date, "", "2008-7/1", "2008-07-01"},
		{Date, "", "2008年7月1", "2008-07-01"},
		{Date, "", "08-07-01", ""},
		{Date, "", "2008-07-01 12:00", "2008-07-01"},
		{Date, "", "2008/07/01 23:59:59.999", "2008-07-01"},
		{Date, "", "2008-07-01T14:59:59Z", "2008-07-01"},
		{Date, "", "2008-07-01T15:00:00Z", "2008-07-02"},
		{Date, "", "2008-07-01T15:00:00.123Z", "2008-07-02"},
		{Date, "", "2008-07-01T15:00Z", "2008-07-02"},
		{Date, "", "2008/7/1 15:00:00 UTC", "2008-07-02"},
		{Date, "", "平成20年7月1日 15:00 GMT", "2008-07-02"},
		{Date, "", "２００８／７／１　１５：００：００＋００：００", "2008-07-02"},
		{Date, "", "2008-07-01T23:59:59+09:00", "2008-07-01"},
		{Date, "", "2008-07-01T00:00:00+0900", "2008-07-01"},
		{Date, "", "2008-07-01 00:30:00+10", "2008-06-30"},
		{Date, "", "2008-07-01 12:00 UTC+9", "2008-07-01"},
		{Date, "", "2008-07-01 10:00:00-05:30", "2008-07-02"},
		{Date, "", "2008-07-01T00:00:00+09:00[Asia/Tokyo]", "2008-07-01"},
		{Date, "", "2008-12-31T24:00:00Z", "2009-01-01"},
		{Date, "", "2008-07-01 11:00 PM", "2008-07-01"},
		{Date, "", "2008-07-01 23:00 JST", "2008-07-01"},
		{Date, "", "2008-07-01 11:00 PM +0900", ""},
		{Date, "", "2008-07-01T15:00:00+15:00", ""},
		{Date, "", "2008-07-01T15:00:00+09:60", ""},
		{Date, "", "2008-07-01T15:00:00+09:00:00", ""},
		{Date, "", "2008-07-01T15:61:00Z", ""},
		{Date, "", "2008-07-01T25:00:00Z", ""},
		{Date, "", "2008-07-01T15:00:00:00Z", ""},
		{Date, "", "2008-07-01T15:00:00 9", ""},
		{Date, Excel, "2008-07-01T15:00:00Z", "2008-07-02"},
		{Date, "02.01.2006 15:04 -0700", "01.07.2008 15:00 +0000", "2008-07-02"},
		{Date, "02.01.2006 15:04Z07:00", "01.07.2008 15:00Z", "2008-07-02"},
		{Date, "", "2008-07-011", ""},
		{Date, "", "1/7/2008", ""},
		{Date, "", "平成20年7月1日", "2008-07-01"},
		{Date, "", "平成２０年７月１日 12:34", "2008-07-01"},
		{Date, "", "令和元年5月1日", "2019-05-01"},
		{Date, "", "H20.7.1", "2008-07-01"},
		{Date, "", "9999-12-31", "9999-12-31"},
		{Date, "", "1900-01-01", "1900-01-01"},
		{Date, "", "39630", ""},
		{Date, Excel, "39630", "2008-07-01"},
		{Date, Excel, "39630.75", "2008-07-01"},
		{Date, Excel, "2008/7/1", "2008-07-01"},
		{Date, Excel, "H20.7.1", "2008-07-01"},
		{Date, Excel, "99999", ""},
		{Date, Excel, "3963", ""},
		{Date, Excel, "39630.x", ""},
		{Date, Excel, "01.07.2008", ""},
		{Date, "02.01.2006 15:04", "01.07.2008 23:59", "2008-07-01"},
		{Date, "02.01.2006", "2008-07-01", ""},
		{Number, "", "-12.5", "-12.5"},
		{Number, "", "１２", "12"},
		{Number, "", "1e3", "1000"},
		{Number, "", "1,234", ""},
		{Number, "", "1e999", ""},
		{Number, "", "NaN", ""},
		{Number, "", "0x10", ""},
		{Number, "", "-", ""},
		{Bool, "", "はい", "true"},
		{Bool, "", "ＹＥＳ", "true"},
		{Bool, "", "0", "false"},
		{Bool, "", "無し", "false"},
		{Bool, "", "2", ""},
	} {
		v, ok := NewCell(c.kind, c.layout, tokyo).Parse(c.cell)
		got := ""
		switch {
		case !ok:
		case v.Kind == Text:
			got = "text " + v.Text
		case v.Kind == Date:
			got = v.Date.Format(time.DateOnly)
		case v.Kind == Number:
			got = fmt.Sprint(v.Number)
		default:
			got = fmt.Sprint(v.Bool)
		}
		if got != c.want || ok && v.Text != c.cell {
			t.Errorf("%s %q: got %q, %+v", c.kind, c.cell, got, v)
		}
	}
}

func TestWhatADatabaseWritesForNoDateIsAnAbsentFact(t *testing.T) {
	t.Parallel()
	for _, layout := range []string{"", Excel, "02.01.2006"} {
		for _, cell := range []string{"0000-00-00", "0000/00/00 00:00:00", "0000-00-00T00:00:00Z", "00000000", "0", "-"} {
			if v, ok := NewCell(Date, layout, nil).Parse(cell); !ok || v != (Value{}) {
				t.Errorf("%q as %q: %+v, %v", cell, layout, v, ok)
			}
		}
	}
}

func TestAFormShowsHowACellIsWrittenAndNotWhatItSays(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"30.04.2013": "NN.NN.NNNN", "3０ avr. 2013": "NN xxx. NNNN", "25年4月": "NN年N月", "山田": "xx", "a\tb": "x x",
		strings.Repeat("1", 30): strings.Repeat("N", 24) + "…",
	} {
		if got := Form(cell); got != want {
			t.Errorf("%q: %q", cell, got)
		}
	}
}

func TestAnEmptyCellIsAnAbsentFact(t *testing.T) {
	t.Parallel()
	for _, kind := range Kinds() {
		if v, ok := NewCell(kind, "", nil).Parse(""); !ok || v != (Value{}) {
			t.Errorf("%s: %+v, %v", kind, v, ok)
		}
	}
}

// layouts are what parseDate reads, in the form of time.Parse.
func layouts() []string {
	return []string{"2006-1-2", "2006/1/2", "20060102", "2006.1.2", "2006年1月2日"}
}

// FuzzDate holds parseDate against time.Parse.
func FuzzDate(f *testing.F) {
	for _, layout := range layouts() {
		f.Add(layout)
		f.Add(strings.NewReplacer("1", "02", "2", "29").Replace(layout))
	}
	f.Add("2006-1月2日")
	f.Add("00000000")
	f.Add("2006-12-1x")
	f.Fuzz(func(t *testing.T, s string) {
		var want time.Time
		known := false
		for _, layout := range layouts() {
			if at, err := time.Parse(layout, s); err == nil {
				want, known = at, true
			}
		}
		if got, ok := parseDate(s); ok != known || ok && !got.Equal(want) {
			t.Errorf("%q: got %v %v, want %v %v", s, got, ok, want, known)
		}
	})
}

func BenchmarkParseDate(b *testing.B) {
	c := NewCell(Date, "", nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := c.Parse("2012/05/06"); !ok {
			b.Fatal("the date does not parse")
		}
	}
}
