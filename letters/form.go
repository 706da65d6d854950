package letters

import (
	"strings"
	"unicode/utf8"
)

// form is the shape of a letter in one tradition. Lengths are in points.
type form struct {
	id         byte // tells forms apart where layouts are kept
	wide       bool // full-width punctuation around what we add
	body       look
	lead       float64
	apart      float64 // between paragraphs
	align      align
	indent     float64 // of a sentence's first line
	bullet     string
	step       float64 // of a list or quote
	grid       float64 // of which a list's indent is a multiple
	subject    look
	headings   [3]look
	phone      string
	signAtTop  bool    // the signer stands under the sender's name, and nothing below the body
	signSpace  float64 // for a signature below the body
	margin     float64 // left and right
	dateAtTop  bool    // right, above the sender; otherwise left, above the subject
	senderName look
	senderText look
}

// Frame of a sheet, the same for all forms.
const (
	topMargin    = 22 * mm
	bottomMargin = 21 * mm
	footer       = 12 * mm // baseline, from the bottom edge
)

// japanese is the formal business letter: date, sender and signer on the right, subject in the
// middle, 43 characters a line. A list's text begins where a paragraph's first line does.
var japanese = form{
	id: 'j', wide: true, body: look{serif, false, 10.5}, lead: 17, apart: 3, align: justified, indent: 10.5,
	bullet: "・", step: 10.5, grid: 5.25,
	subject:  look{sans, true, 14},
	headings: [3]look{{sans, true, 12}, {sans, true, 11}, {sans, false, 10.5}},
	phone:    "電話 ", signAtTop: true, dateAtTop: true,
	margin:     (paperWidth - 43*10.5) / 2,
	senderName: look{serif, false, 11}, senderText: look{serif, false, 9.5},
}

// western is the letter of the Latin-script countries: everything flush left, ragged on the right.
var western = form{
	id: 'w', body: look{serif, false, 10.5}, lead: 15.5, apart: 7.5, align: ragged,
	bullet: "•", step: 16, grid: 1,
	subject:  look{sans, true, 11.5},
	headings: [3]look{{sans, true, 11.5}, {sans, true, 10.5}, {sans, false, 10.5}},
	phone:    "Phone: ", signSpace: 34,
	margin:     25 * mm,
	senderName: look{sans, true, 10}, senderText: look{serif, false, 9.5},
}

// The forms of China, Taiwan and Korea are the western one with the air that square characters need,
// and in Chinese with an even right edge.
var (
	simplified  = eastern('s', justified, "电话：")
	traditional = eastern('t', justified, "電話：")
	korean      = eastern('k', ragged, "전화 ")
)

func eastern(id byte, edge align, phone string) form {
	f := western
	f.id, f.align, f.phone, f.lead = id, edge, phone, japanese.lead
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

// Words of a Japanese letter that have a place of their own.
const (
	openings = "拝啓 謹啓 前略 急啓 冠省 拝復 謹復"
	closings = "敬具 謹白 謹言 草々 不一 拝具 敬白 以上"
)

// shape gives a paragraph of the body its alignment and indent. In Japanese a sentence is indented
// by one character; an opening word, a salutation, a label or lines of their own are not; a closing
// word stands on the right and 記 in the middle.
func (f *form) shape(p *paragraph) {
	p.lead, p.align = f.lead, f.align
	if !f.wide {
		return
	}
	text := strings.Trim(p.text, " \u3000")
	switch {
	case f.begins(p.text):
		p.align = centred
	case f.closes(p.text):
		p.align = flushRight
	case f.sentence(text) && !strings.HasPrefix(p.text, "\u3000"):
		p.indent = f.indent
	}
}

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
		return utf8.RuneCountInString(text) <= 3 && among(strings.Trim(text, "。"), closings)
	}
	return len(text) <= 30 && strings.HasSuffix(text, ",")
}

func (f *form) sentence(text string) bool {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 || strings.Contains(text, "\n") || !strings.Contains(text, "。") {
		return false
	}
	if strings.ContainsRune("※■□●○◎◆◇・＜【〔《「『（(①②③④⑤⑥⑦⑧⑨", first) {
		return false
	}
	return !among(text[:min(len(text), len("拝啓"))], openings)
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
