package templates

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// words is how a notice's language says what is not in the source: dates, numbers, enumerations,
// certainties, and the marks of plain text.
type words struct {
	name      string // BCP 47, as given
	tag       language.Tag
	base      string // language subtag
	tight     bool   // written without spaces between words
	comma     string // between two of an enumeration
	and       string // before the last
	bullet    string
	headings  []string // marks before headings by level; nil where headings are underlined
	certainty []string // in the order of certainties; nil where the language has none here
	printer   *message.Printer
}

// languages are the languages we have words for.
//
// The certainties are made for these sentences; in all of them they also stand alone ("区分: 可能性").
//
//	ja       漏えいの{{ .Certainty }}      (疑い, 可能性, 事実, 否定)
//	en       a {{ .Certainty }} exposure   (suspected, possible, confirmed, ruled-out)
//	zh-Hans  {{ .Certainty }}泄露          (疑似, 可能, 已确认, 已排除)
//	zh-Hant  {{ .Certainty }}外洩          (疑似, 可能, 已確認, 已排除)
//	ko       유출 {{ .Certainty }}         (의심, 가능성, 확인, 배제)
var languages = map[string]words{
	"ja": {tight: true, comma: "、", and: "、", bullet: "・", headings: []string{"■ ", "◆ ", "◇ "},
		certainty: []string{"疑い", "可能性", "事実", "否定"}},
	"en": {comma: ", ", and: " and ", bullet: "- ",
		certainty: []string{"suspected", "possible", "confirmed", "ruled-out"}},
	"zh-Hans": {tight: true, comma: "、", and: "和", bullet: "・",
		headings:  []string{"■ ", "◆ ", "◇ "},
		certainty: []string{"疑似", "可能", "已确认", "已排除"}},
	"zh-Hant": {tight: true, comma: "、", and: "及", bullet: "・",
		headings:  []string{"■ ", "◆ ", "◇ "},
		certainty: []string{"疑似", "可能", "已確認", "已排除"}},
	"ko": {comma: ", ", and: ", ", bullet: "- ", headings: []string{"■ ", "◆ ", "◇ "},
		certainty: []string{"의심", "가능성", "확인", "배제"}},
}

// wordsOf finds the words of a locale. A language that has none of its own here gets commas and
// dashes.
func wordsOf(name string) (words, error) {
	tag, err := parseTag(name)
	w := words{comma: ", ", and: ", ", bullet: "- "}
	for _, key := range chain(tag) {
		if found, ok := languages[key]; ok {
			w = found
			break
		}
	}
	base, _ := tag.Base()
	w.name, w.tag, w.base, w.printer = name, tag, base.String(), message.NewPrinter(tag)
	return w, err
}

// Enumerate joins names as a notice in the locale does in a line.
func Enumerate(locale string, names []string) string {
	w, _ := wordsOf(locale) // of what is no locale: commas
	return w.enumerate(names)
}

// number writes a number with separators.
func (w words) number(x float64) string {
	return w.printer.Sprint(number.Decimal(x, number.MaxFractionDigits(6)))
}

func (w words) enumerate(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], w.comma) + w.and + names[last]
}

// date writes the day that t has in its own location, in the reader's form.
func (w words) date(t time.Time, japanese bool) string {
	year, month, day := t.Date()
	switch w.base {
	case "ja":
		if japanese {
			return fmt.Sprintf("%s%d月%d日", japaneseYear(t), month, day)
		}
		return fmt.Sprintf("%d年%d月%d日", year, month, day)
	case "zh":
		return fmt.Sprintf("%d年%d月%d日", year, month, day)
	case "ko":
		return fmt.Sprintf("%d년 %d월 %d일", year, month, day)
	case "en":
		if region, sure := w.tag.Region(); sure == language.Exact && region.String() == "US" {
			return t.Format("January 2, 2006")
		}
		return t.Format("2 January 2006")
	}
	return t.Format(time.DateOnly)
}

// moment writes the day and the hour, in the zone in which they are given: with its abbreviation, which a
// reader there knows, and with its offset, which a reader anywhere can reckon with.
func (w words) moment(t time.Time, japanese bool) string {
	zone, seconds := t.Zone()
	offset := "UTC"
	if seconds != 0 {
		offset = fmt.Sprintf("UTC%+d", seconds/3600)
		if minutes := seconds / 60 % 60; minutes != 0 {
			offset += fmt.Sprintf(":%02d", max(minutes, -minutes))
		}
	}
	if zone == "" || zone == "UTC" || strings.ContainsAny(zone[:1], "+-") { // a zone that has no name
		zone = offset
	} else {
		zone += w.comma + offset
	}
	if w.tight {
		return fmt.Sprintf("%s %s（%s）", w.date(t, japanese), t.Format("15:04"), zone)
	}
	return fmt.Sprintf("%s, %s (%s)", w.date(t, japanese), t.Format("15:04"), zone)
}

// eras are the Japanese eras since the Gregorian calendar was taken over in 1873, by first day, the
// latest first. Before that the month and day were others, so an earlier date has no 和暦 here.
var eras = []struct {
	name       string
	year       int // the year that is 元年
	from, upTo int // first and last day as YYYYMMDD
}{
	{"令和", 2019, 20190501, 99991231},
	{"平成", 1989, 19890108, 20190430},
	{"昭和", 1926, 19261225, 19890107},
	{"大正", 1912, 19120730, 19261224},
	{"明治", 1868, 18730101, 19120729},
}

// japaneseYear writes the year of a date by era, its first as 元年.
func japaneseYear(t time.Time) string {
	year, month, day := t.Date()
	date := year*10000 + int(month)*100 + day
	for _, era := range eras {
		switch {
		case date < era.from || date > era.upTo:
		case year == era.year:
			return era.name + "元年"
		default:
			return fmt.Sprintf("%s%d年", era.name, year-era.year+1)
		}
	}
	return fmt.Sprintf("%d年", year)
}
