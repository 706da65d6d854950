package letters

import (
	"encoding/xml"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// set breaks text in a column of n squares as a form does.
func set(t *testing.T, locale, text string, n float64) []string {
	t.Helper()
	p := &paragraph{column: column{0, n * 10}, blanks: formOf(locale).blanks}
	p.add(text, look{serif, false, 10})
	var out []string
	for _, l := range p.lines(testPress().faces[styleOf(locale)]) {
		out = append(out, text[l.from:l.to])
	}
	return out
}

// Each character of JIS X 4051's classes, where a line that knew no rule would end before or after it.
func TestNoCharacterStandsWhereItMayNot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		class, all string
		first      bool // it may not begin a line; otherwise it may not end one
	}{
		{"closing brackets", "」』）］｝〕〉》】〙〗〟｠’”»", true},
		{"hyphens", "‐〜～゠–", true},
		{"dividing marks", "！？‼⁇⁈⁉", true},
		{"middle dots", "・：；", true},
		{"full stops and commas", "。．、，", true},
		{"half-width marks", "｡､｣･", true},
		{"iteration marks", "ヽヾゝゞ々〻", true},
		{"long vowel mark", "ーｰ", true},
		{"small hiragana", "ぁぃぅぇぉっゃゅょゎゕゖ", true},
		{"small katakana", "ァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ", true},
		{"small half-width katakana", "ｧｨｩｪｫｬｭｮｯ", true},
		{"sound marks", "゛゜ﾞﾟ", true},
		{"units after a figure", "％‰℃°′″￠", true},
		{"ASCII marks", ",.:;?!)]}%", true},
		{"opening brackets", "「『（［｛〔〈《【〘〖〝｟‘“", false},
		{"ASCII brackets", "([{", false},
		{"signs before a figure", "￥＄￡＃＠№§〒$¥", false},
	} {
		for _, r := range c.all {
			x := string(r)
			text, want := "国字国字国"+x+"国字国字", "国字国字"
			if !c.first {
				text = "国字国字" + x + "国字国字国"
			}
			got := set(t, "ja", text, 5)
			if got[0] != want || strings.Join(got, "") != text {
				t.Errorf("%s: %q is broken into %q", c.class, x, got)
			}
		}
	}
}

func TestTextIsBrokenAsItsLanguageWants(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ locale, name, text, want string }{
		{"ja", "a comma at the end hangs by its blank half", "国字国字国字国「国」、国字", "国字国字国字国|「国」、国字"},
		{"ja", "brackets side by side are closed up", "「国字」「国字」、「国」字", "「国字」「国字」、|「国」字"},
		{"ja", "a bracket that begins a line stands at its edge", "国字国字国字国字「国字国字国字国」国", "国字国字国字国字|「国字国字国字国」|国"},
		{"ja", "an ellipsis is not torn", "国字国字国字国……国字", "国字国字国字|国……国字"},
		{"ja", "a dash is not torn", "国字国字国字国――国字", "国字国字国字国|――国字"},
		{"ja", "full-width figures stay together", "国字国字国字１２３４国", "国字国字国字|１２３４国"},
		{"ja", "a word of letters stays together", "国字国字国字Notice国字", "国字国字国字|Notice国字"},
		{"ja", "a figure and its unit stay together", "国字国字国字国50%国字国", "国字国字国字国|50%国字国"},
		{"ja", "an amount stays with its sign", "国字国字国字￥５００国", "国字国字国字|￥５００国"},
		{"ja", "three forbidden signs stay with their text", "国字国字国国国）」。字", "国字国字国国|国）」。字"},
		{"zh-Hans", "quotation marks", "国家国家国家国“国家”，国", "国家国家国家国|“国家”，国"},
		{"zh-Hans", "book titles", "国家国家国家国《国家》、国", "国家国家国家国|《国家》、国"},
		{"zh-Hans", "the dot of a name", "国家国家国家国家·国家", "国家国家国家国|家·国家"},
		{"zh-Hans", "a dash of two", "国家国家国家国——国家", "国家国家国家国|——国家"},
		{"zh-Hant", "corner brackets", "國家國家國家國「國家」、國", "國家國家國家國|「國家」、國"},
		{"zh-Hant", "a comma has its own square", "國家國家國家國家，國家", "國家國家國家國|家，國家"},
		{"ko", "at spaces only", "개인정보 유출에 대한 안내", "개인정보 유출에|대한 안내"},
		{"ko", "a long word goes down whole", "안내 개인정보유출에대한 안내", "안내|개인정보유출에대|한 안내"},
		{"en", "words", "the quick brown fox jumps over", "the quick brown|fox jumps over"},
		{"ja", "a long web address after its signs", "https://example.com/?a=1&b=22222&c=33333", "https://|example.com/?|a=1&b=22222&|c=33333"},
		{"ja", "a word longer than a line", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ABCDEFGHIJKL|MNOPQRSTUV|WXYZ"},
	} {
		t.Run(c.locale+" "+c.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(set(t, c.locale, c.text, 8), "|"); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// Forbidden at a line's ends in any of the languages, written down apart from the program's tables.
const (
	badFirst = "、。，．・：；！？）」』】〕〉》］｝”’々ーぁぃぅぇぉっゃゅょァィゥェォッャュョ%％,.:;!?)]}〜～…"
	badLast  = "（「『【〔〈《［｛“‘([{￥＄〒№§"
)

// textLine is a line as a reader of the PDF sees it: words with their places.
type textLine struct {
	Words []struct {
		XMin float64 `xml:"xMin,attr"`
		YMin float64 `xml:"yMin,attr"`
		XMax float64 `xml:"xMax,attr"`
		Text string  `xml:",chardata"`
	} `xml:"word"`
}

// linesOf reads the lines of a PDF with poppler, which finds them by the places of the glyphs alone.
func linesOf(t *testing.T, pdf []byte) []textLine {
	t.Helper()
	var lines []textLine
	d := xml.NewDecoder(strings.NewReader(tool(t, pdf, "pdftotext", "-bbox-layout", "FILE", "-")))
	d.Strict = false
	for {
		token, err := d.Token()
		if err == io.EOF {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		if x, ok := token.(xml.StartElement); ok && x.Name.Local == "line" {
			var l textLine
			if err := d.DecodeElement(&l, &x); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, l)
		}
	}
}

func TestNoLineOfAPrintFileBeginsOrEndsWithWhatItMayNot(t *testing.T) {
	t.Parallel()
	for locale, letter := range formalLetters {
		t.Run(locale, func(t *testing.T) {
			t.Parallel()
			pdf := bind(t, many, letter)
			lines := linesOf(t, pdf)
			if len(lines) < 20*many {
				t.Fatalf("%d lines in %d letters", len(lines), many)
			}
			for _, l := range lines {
				first, _ := utf8.DecodeRuneInString(l.Words[0].Text)
				last, _ := utf8.DecodeLastRuneInString(l.Words[len(l.Words)-1].Text)
				if strings.ContainsRune(badFirst, first) || strings.ContainsRune(badLast, last) {
					t.Fatalf("a line at %.0f begins with %q and ends with %q", l.Words[0].YMin, first, last)
				}
			}
		})
	}
}

func TestPrintFileOfEveryLanguageHoldsEveryCharacter(t *testing.T) {
	t.Parallel()
	for locale, letter := range formalLetters {
		t.Run(locale, func(t *testing.T) {
			t.Parallel()
			conserved(t, slices.Collect(func(yield func(Letter) bool) {
				for i := range many {
					if !yield(letter(i)) {
						return
					}
				}
			}))
		})
	}
}

// edges are where the lines of a paragraph that go on end, blank halves left out.
func edges(t *testing.T, locale, text string) []float64 {
	t.Helper()
	s := testPress().setter(locale)
	defer s.release()
	p := s.paragraph(s.form.measure())
	p.add(text, s.form.body)
	s.form.shape(p)
	var out []float64
	for i, l := range s.breakLines(p) {
		if !l.soft {
			continue
		}
		runs := s.setLine(p, l, i == 0)
		r := runs[len(runs)-1]
		right := r.x + r.face.measure(r.text, r.look.size) - p.tailBlank(l.to) +
			r.spread*float64(r.face.count(r.text)-1)
		for _, k := range r.kerns {
			right += float64(k.by) * r.look.size / 1000
		}
		out = append(out, right)
	}
	return out
}

func TestRightEdgeIsEven(t *testing.T) {
	t.Parallel()
	for locale, text := range map[string]string{
		"ja":      "お客様（会員番号：A0000007）につきましては、「氏名」、「ご住所」、『電話番号』（いずれも2008年7月1日～2013年4月30日のご登録分）が対象となっております。",
		"zh-Hans": "经查，您的会员信息（编号：A0000007）中的“姓名”、“住址”、“电话号码”以及《服务协议》所列的其他信息在本次事件的范围之内。",
		"zh-Hant": "經查，您的會員資料（編號：A0000007）中之「姓名」、「地址」、「電話號碼」，以及《服務條款》所列其他資料，均在本次事件範圍之內。",
	} {
		f := formOf(locale)
		want, lines := f.margin+f.measure().width, 0
		for i := range 60 {
			for _, x := range edges(t, locale, strings.Repeat("国", i)+text) {
				if lines++; math.Abs(x-want) > 0.1 {
					t.Errorf("%s: after %d characters a line ends at %.2f, want %.2f", locale, i, x, want)
				}
			}
		}
		if lines < 60 {
			t.Errorf("%s: %d lines", locale, lines)
		}
	}
}

// Whatever the text, its lines are all of it, in order, and their signs stand side by side.
func FuzzSpacedLines(f *testing.F) {
	f.Add("お客様の「情報」、（2013年8月）が…https://example.com/?a=1&b=2", uint8(80))
	f.Add("“姓名”、‘住址’\n甲\u3000", uint8(30))
	f.Add("葛\U000E0100城 か\u3099\u1112\u1161\u11AB é", uint8(9))
	f.Fuzz(func(t *testing.T, text string, width uint8) {
		s := testPress().setter("ja")
		defer s.release()
		p := s.paragraph(column{0, float64(width)})
		p.add(text, s.form.body)
		s.form.shape(p)
		if p.check(s.faces, "text") != nil {
			return
		}
		at := 0
		for i, l := range s.breakLines(p) {
			if strings.Trim(text[at:l.from], blankEnds) != "" || l.to < l.from {
				t.Fatalf("%q: nothing prints %q", text, text[at:l.from])
			}
			at = l.to
			printed, x := "", math.Inf(-1)
			for _, r := range s.setLine(p, l, i == 0) {
				printed += r.text
				if r.x < x-0.51*r.look.size {
					t.Errorf("%q: %q stands at %g, before %g", text, r.text, r.x, x)
				}
				x = r.x
			}
			if printed != text[l.from:l.to] {
				t.Errorf("%q is printed as %q", text[l.from:l.to], printed)
			}
		}
		if strings.Trim(text[at:], blankEnds) != "" {
			t.Errorf("%q: nothing prints %q", text, text[at:])
		}
	})
}
