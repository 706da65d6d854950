package letters

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestALetterHasTheFormOfItsLanguage(t *testing.T) {
	t.Parallel()
	for locale, want := range map[string]*form{
		"ja": &japanese, "ja-JP": &japanese, "en": &western, "de-CH": &western, "": &western,
		"zh": &simplified, "zh-CN": &simplified, "zh-Hans-SG": &simplified, "zh-TW": &traditional,
		"zh-HK": &traditional, "zh-Hant": &traditional, "ko": &korean, "ko-KR": &korean, "jam": &western,
	} {
		if got := formOf(locale); got != want {
			t.Errorf("%q has form %q, want %q", locale, got.id, want.id)
		}
	}
}

// Layouts are kept by form: two with one id would print one's letter in the other's shape.
func TestFormsAreToldApart(t *testing.T) {
	t.Parallel()
	seen := map[byte]bool{}
	for _, f := range []*form{&japanese, &western, &simplified, &traditional, &korean} {
		if seen[f.id] || f.id == 0 {
			t.Errorf("form %q is there twice", f.id)
		}
		seen[f.id] = true
	}
}

// bodyOf lays out one paragraph of a language's letter.
func bodyOf(t *testing.T, locale, text string) []box {
	t.Helper()
	s := testPress().setter(locale)
	defer s.release()
	boxes, err := s.setBody(para(text), s.form.measure())
	if err != nil {
		t.Fatal(err)
	}
	return boxes
}

func TestClosingWordsStandOnTheRight(t *testing.T) {
	t.Parallel()
	right := japanese.margin + japanese.measure().width
	for word := range strings.FieldsSeq(closingWords) {
		r := bodyOf(t, "ja", word)[0].runs[0]
		if end := r.x + 10.5*float64(utf8.RuneCountInString(word)); math.Abs(end-right) > 0.01 {
			t.Errorf("%s ends at %g, want %g", word, end, right)
		}
	}
	for word := range strings.FieldsSeq(openingWords) {
		if x := bodyOf(t, "ja", word+"　このたびは、ご心配をおかけいたしております。")[0].runs[0].x; x != japanese.margin {
			t.Errorf("%s begins at %g, want %g", word, x, japanese.margin)
		}
	}
}

func TestANoteHangsFromItsMark(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		locale, mark string
		squares      float64
	}{{"ja", "※", 1}, {"ja", "（注）", 3}, {"ja", "（注１）", 4}, {"zh-Hans", "注：", 2}, {"zh-Hant", "註：", 2}} {
		boxes := bodyOf(t, c.locale, c.mark+strings.Repeat("国", 100)+"。")
		left := formOf(c.locale).margin
		if x := boxes[0].runs[0].x; math.Abs(x-left) > 0.01 {
			t.Errorf("%s: the mark stands at %g, want %g", c.mark, x, left)
		}
		for _, b := range boxes[1:] {
			if x := b.runs[0].x - left; math.Abs(x-c.squares*10.5) > 0.01 {
				t.Errorf("%s: a line stands %g to the right", c.mark, x)
			}
		}
		if len(boxes) < 3 {
			t.Errorf("%s: %d lines", c.mark, len(boxes))
		}
	}
}

func TestChineseSentencesAreIndentedByTwo(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"本公司深表歉意。": 21, "尊敬的客户：": 0, "此致\n敬礼！": 21, "敬礼！": 21, "　　本公司深表歉意。": 0,
	} {
		if x := bodyOf(t, "zh-Hans", text)[0].runs[0].x - simplified.margin; math.Abs(x-want) > 0.01 {
			t.Errorf("%q begins %g to the right, want %g", text, x, want)
		}
	}
}

// Where the date stands: at the head in Japanese, above the subject in the West, below the signature in
// China, above the sender's name in Korea.
func TestDateStandsWhereTheFormWantsIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ locale, before, after string }{
		{"ja", "", "NAME"}, {"en", "NAME", "SUBJECT"}, {"zh-Hans", "SIGNER", ""},
		{"zh-Hant", "SIGNER", ""}, {"ko", "BODY", "SIGNER"},
	} {
		l := letterOf(c.locale, para("BODY"))
		l.Date, l.Document.Title = "DATE", "SUBJECT"
		l.Sender.Name, l.Sender.Signer = "NAME", "SIGNER"
		w, err := testPress().set(l)
		if err != nil {
			t.Fatal(err)
		}
		text := drawn(w.pages[0][1:])
		if strings.Count(text, "DATE") != 1 {
			t.Fatalf("%s: %q", c.locale, text)
		}
		before, after, _ := strings.Cut(text, "DATE")
		if !strings.Contains(before, c.before) || !strings.Contains(after, c.after) {
			t.Errorf("%s: %q", c.locale, text)
		}
	}
}

// drawn is the text of placements in their order.
func drawn(parts []placement) string {
	var b strings.Builder
	for _, x := range parts {
		for _, box := range x.part.boxes[x.from:x.to] {
			for _, r := range box.runs {
				b.WriteString(r.text + " ")
			}
		}
	}
	return b.String()
}

func TestBodyHasTheSizeThatIsAskedFor(t *testing.T) {
	t.Parallel()
	for _, points := range []float64{10, 12, 14} {
		p, err := NewPress(Embedded(), "jp-chou3")
		if err != nil {
			t.Fatal(err)
		}
		if err := p.BodySize(points); err != nil {
			t.Fatal(err)
		}
		for locale, letter := range formalLetters {
			w, err := p.set(letter(1))
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range w.pages[0] {
				for _, b := range x.part.boxes {
					for _, r := range b.runs {
						if strings.Contains(r.text, "A0000001") && r.look.size != points {
							t.Errorf("%s: a body of %g points is set in %g", locale, points, r.look.size)
						}
						if right := r.x + r.face.measure(r.text, r.look.size); right > paperWidth-40 {
							t.Errorf("%s, %g points: %q ends at %g", locale, points, r.text, right)
						}
					}
				}
			}
		}
	}
	for _, points := range []float64{9.9, 14.1, 0, math.NaN()} {
		if err := testPress().BodySize(points); err == nil {
			t.Errorf("%g points are taken", points)
		}
	}
}

func TestTermsStandBesideTheirDefinitions(t *testing.T) {
	t.Parallel()
	s := testPress().setter("ja")
	defer s.release()
	m := japanese.measure()
	boxes, err := s.setDefinitions(definitions([2]string{"期間", strings.Repeat("国", 60)},
		[2]string{strings.Repeat("長", 30), "短"}, [2]string{"", "続き"}), m)
	if err != nil {
		t.Fatal(err)
	}
	left, groups := 0.0, 1
	for i, b := range boxes {
		for _, r := range b.runs {
			if strings.ContainsAny(r.text, "国短続") {
				if left != 0 && r.x != left {
					t.Errorf("%q begins at %g, others at %g", r.text, r.x, left)
				}
				left = r.x
			}
		}
		if i < len(boxes)-1 && !b.keep {
			groups++
		}
	}
	if groups != 3 || left < m.left+0.3*m.width || left > m.left+0.5*m.width {
		t.Errorf("%d groups, definitions at %g", groups, left)
	}
}
