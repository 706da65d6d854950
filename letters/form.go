package letters

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"unicode/utf8"
)

// form is the shape of a letter in one tradition. Lengths are in points.
type form struct {
	id         byte      // tells forms apart where layouts are kept
	wide       bool      // Japanese: 〒, and the words 拝啓, 記 and 以上 have their places
	target     [2]string // around the target of a link
	body       look
	lead       float64
	apart      float64 // between paragraphs
	align      align
	blanks     class   // of punctuation that is closed up
	indent     float64 // of a sentence's first line
	bullet     string
	step       float64 // of a list or quote
	grid       float64 // of which a list's indent is a multiple
	subject    look
	titled     align // of the subject
	headings   [3]look
	phone      string
	signAtTop  bool    // the signer stands under the sender's name, and nothing below the body
	signSpace  float64 // for a signature below the body
	signed     align   // of what stands there
	margin     float64 // left and right
	date       datePlace
	senderName look
	senderText look
}

// datePlace is where a form has the date.
type datePlace uint8

const (
	dateAboveSubject datePlace = iota // left
	dateAtTop                         // right, above the sender
	dateBeforeName                    // below the body, above the sender's name
	dateAfterName                     // below the body, under the signature
)

// Frame of a sheet, the same for all forms.
const (
	topMargin    = 22 * mm
	bottomMargin = 21 * mm
	footer       = 12 * mm // baseline, from the bottom edge
)

// japanese is the formal business letter: date, sender and signer on the right, subject in the
// middle, 43 characters a line. A list's text begins where a paragraph's first line does.
var japanese = form{
	id: 'j', wide: true, target: [2]string{"（", "）"},
	body: look{serif, false, 10.5}, lead: 17, apart: 3, align: justified, indent: 10.5,
	blanks: japaneseBlanks, bullet: "・", step: 10.5, grid: 5.25,
	subject: look{sans, true, 14}, titled: centred,
	headings: [3]look{{sans, true, 12}, {sans, true, 11}, {sans, false, 10.5}},
	phone:    "電話 ", signAtTop: true, date: dateAtTop,
	margin:     (paperWidth - 43*10.5) / 2,
	senderName: look{serif, false, 11}, senderText: look{serif, false, 9.5},
}

// western is the letter of the Latin-script countries: everything flush left, ragged on the right.
var western = form{
	id: 'w', target: [2]string{" (", ")"},
	body: look{serif, false, 10.5}, lead: 15.5, apart: 7.5, align: ragged,
	bullet: "•", step: 16, grid: 1,
	subject:  look{sans, true, 11.5},
	headings: [3]look{{sans, true, 11.5}, {sans, true, 10.5}, {sans, false, 10.5}},
	phone:    "Phone: ", signSpace: 34,
	margin:     25 * mm,
	senderName: look{sans, true, 10}, senderText: look{serif, false, 9.5},
}

// The Chinese letter has its subject in the middle, sentences indented by two characters, and below
// the body on the right the sender's name, the signer and then the date. The Korean one closes in
// the middle, with the date first.
var (
	simplified  = chinese('s', simplifiedBlanks, "电话：")
	traditional = chinese('t', traditionalBlanks, "電話：")
	korean      = eastern('k', "전화 ", spacedOut, centred, dateBeforeName)
)

func eastern(id byte, phone string, edge, signed align, date datePlace) form {
	f := western
	f.id, f.phone, f.align, f.signed, f.date = id, phone, edge, signed, date
	f.lead, f.apart, f.signSpace = japanese.lead, 5, 24
	f.subject, f.titled, f.headings = japanese.subject, centred, japanese.headings
	return f
}

func chinese(id byte, blanks class, phone string) form {
	f := eastern(id, phone, justified, flushRight, dateAfterName)
	f.blanks, f.indent, f.target, f.margin = blanks, 2*f.body.size, japanese.target, japanese.margin
	return f
}

// Bounds of a body's size, in points. Large print begins at 14.
const (
	leastBody = 10
	mostBody  = 14
)

// BodySize sets the size of the letters' text in points, from 10 to 14, which is large print; 10.5
// without. What stands in the window and at the foot keeps its own. It is called before the first
// letter.
func (p *Press) BodySize(points float64) error {
	if !(points >= leastBody && points <= mostBody) {
		return fmt.Errorf("letters are set in %d to %d points, not in %g", leastBody, mostBody, points)
	}
	p.forms = map[byte]*form{}
	for _, f := range []form{japanese, western, simplified, traditional, korean} {
		sized := f.sized(points)
		p.forms[f.id] = &sized
	}
	return nil
}

// form is the form of a language in the press's size.
func (p *Press) form(locale string) *form {
	f := formOf(locale)
	if sized := p.forms[f.id]; sized != nil {
		return sized
	}
	return f
}

// sized is the form with its body in a size. A line of squares has as many as fit.
func (f form) sized(points float64) form {
	k := points / f.body.size
	if k == 1 {
		return f
	}
	for _, x := range []*float64{&f.body.size, &f.lead, &f.apart, &f.indent, &f.step, &f.grid,
		&f.subject.size, &f.headings[0].size, &f.headings[1].size, &f.headings[2].size,
		&f.signSpace, &f.senderName.size, &f.senderText.size} {
		*x *= k
	}
	if f.blanks != 0 {
		squares := math.Floor((paperWidth - 2*western.margin) / points)
		f.margin = (paperWidth - squares*points) / 2
	}
	return f
}

// formOf chooses by the document's language.
func formOf(locale string) *form {
	switch styleOf(locale) {
	case "ja":
		return &japanese
	case "zh-Hans":
		return &simplified
	case "zh-Hant":
		return &traditional
	case "ko":
		return &korean
	}
	return &western
}

// measure is the column of the body.
func (f *form) measure() column { return column{f.margin, paperWidth - 2*f.margin} }

// Words of a letter that have a place of their own. In Japanese an opening word wants its closing
// one: 拝啓, 拝復 and 敬具 or 拝具; 謹啓, 謹復 and 謹白, 謹言 or 敬白; 前略, 冠省, 急啓 and 草々, 不一
// or 不備. Each closes on the right, as 以上 does that ends what 記 began.
const (
	openingWords = "拝啓 拝復 謹啓 謹復 前略 冠省 急啓 啓上 粛啓"
	closingWords = "敬具 拝具 謹白 謹言 敬白 草々 早々 匆々 怱々 不一 不備 不尽 頓首 再拝 かしこ 以上"
)

// shape gives a paragraph of the body its alignment and indent. In Japanese and Chinese a sentence
// is indented; an opening word, a salutation, a label or lines of their own are not. In Japanese a
// closing word stands on the right and 記 in the middle, in Chinese 此致 is indented.
func (f *form) shape(p *paragraph) {
	p.lead, p.align, p.blanks = f.lead, f.align, f.blanks
	text := strings.Trim(p.text, " \u3000")
	switch {
	case f.begins(p.text):
		p.align = centred
	case f.wide && f.closes(p.text):
		p.align = flushRight
	case f.indent > 0 && (f.sentence(text) || strings.HasPrefix(text, "此致")) &&
		!strings.HasPrefix(p.text, "\u3000"):
		p.indent = f.indent
	}
}

// hang moves all lines but the first in.
func (p *paragraph) hang(by float64) {
	p.column, p.indent = p.column.indent(by), -by
}

// noteMarks are what a note begins with. One in brackets may have a number, as in （注1）.
var noteMarks = regexp.MustCompile(`^(※|＊|[注註]：|（[注註][0-9０-９]*）)[ \x{3000}]*`)

// noteMark is the size of the mark that a note begins with, which stands out to the left of its text.
func noteMark(text string) int { return len(noteMarks.FindString(text)) }

// begins reports whether a paragraph is the word 記, a heading in all but name: the particulars that
// the letter has announced follow it, down to 以上.
func (f *form) begins(text string) bool {
	return f.wide && strings.Trim(text, " \u3000") == "記"
}

// closes reports whether a paragraph is a closing word, or a complimentary close such as "Yours
// sincerely,".
func (f *form) closes(text string) bool {
	text = strings.Trim(text, " \u3000")
	if f.wide {
		return len(text) <= len("かしこ。") && among(strings.Trim(text, "。"), closingWords)
	}
	return len(text) <= 30 && strings.HasSuffix(text, ",")
}

// sentence reports a paragraph of whole sentences, which is not a label and begins with no opening
// word.
func (f *form) sentence(text string) bool {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 || strings.Contains(text, "\n") || !strings.ContainsAny(text, "。！？") {
		return false
	}
	if strings.ContainsRune("※■□●○◎◆◇・＜【〔《「『（(①②③④⑤⑥⑦⑧⑨", first) {
		return false
	}
	return !among(text[:min(len(text), len("拝啓"))], openingWords)
}

// among reports whether a word is in a list separated by spaces.
func among(word, list string) bool {
	for w := range strings.FieldsSeq(list) {
		if w == word {
			return true
		}
	}
	return false
}
