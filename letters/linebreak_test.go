package letters

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// broken breaks text in a column of n ideographs.
func broken(text string, n float64) []string {
	p := &paragraph{column: column{0, n * 10}}
	p.add(text, look{serif, false, 10})
	var out []string
	for _, l := range p.lines(testPress().faces["ja"]) {
		out = append(out, text[l.from:l.to])
	}
	return out
}

func TestLinesBreakWhereTheyMay(t *testing.T) {
	for _, c := range []struct {
		name  string
		text  string
		width float64
		want  string
	}{
		{"between ideographs", "個人情報漏洩", 4, "個人情報|漏洩"},
		{"between kana", "おしらせです", 3, "おしら|せです"},
		{"a line that just fits", "個人情報", 4, "個人情報"},
		{"ideographic comma is not first", "個人情報、漏洩", 4, "個人情|報、漏洩"},
		{"full stop is not first", "お詫びします。以上", 6, "お詫びしま|す。以上"},
		{"middle dot is not first", "ウエブ・サイト", 3, "ウエ|ブ・サ|イト"},
		{"closing corner bracket is not first", "「お客様」各位", 4, "「お客|様」各位"},
		{"closing parenthesis is not first", "会社（本社）です", 5, "会社（本|社）です"},
		{"opening corner bracket is not last", "弊社の「方針」", 4, "弊社の|「方針」"},
		{"opening parenthesis is not last", "弊社名（仮）", 4, "弊社名|（仮）"},
		{"two brackets stay with their text", "弊社『「甲」乙』丙", 4, "弊社|『「甲」|乙』丙"},
		{"long vowel is not first", "データーの流出", 3, "デー|ターの|流出"},
		{"small tsu is not first", "わかった人", 2, "わ|かっ|た人"},
		{"small ya is not first", "いしゃの人", 2, "い|しゃ|の人"},
		{"small katakana is not first", "カウフェの客", 3, "カウ|フェの|客"},
		{"iteration mark is not first", "我人々の声", 2, "我|人々|の声"},
		{"hiragana iteration mark is not first", "あたゝかい", 2, "あ|たゝ|かい"},
		{"question mark is not first", "大丈夫？はい", 3, "大丈|夫？は|い"},
		{"exclamation mark is not first", "危険です！はい", 4, "危険で|す！はい"},
		{"comma and bracket are not first", "（甲乙丙、丁）戊己", 4, "（甲乙|丙、丁）|戊己"},
		{"stop and bracket are not first", "「甲乙丙。」丁", 4, "「甲乙|丙。」丁"},
		{"colon is not first", "電話番号：なし", 4, "電話番|号：なし"},
		{"wave dash is not first", "本日九時〜十時", 4, "本日九|時〜十時"},
		{"ellipsis is not first", "申し訳…です", 3, "申し|訳…で|す"},
		{"double ellipsis stays whole", "申し訳……です", 4, "申し|訳……で|す"},
		{"percent sign is not first", "約五割％です", 3, "約五|割％で|す"},
		{"yen sign is not last", "金額は￥５００です", 4, "金額は|￥５００|です"},
		{"postal mark is not last", "宛先は〒なし", 4, "宛先は|〒なし"},
		{"full-width digits stay together", "会員番号１２３４５番", 6, "会員番号|１２３４５番"},
		{"ASCII digits stay together", "会員番号12345番", 5, "会員番号|12345番"},
		{"Latin words stay together", "弊社のWebサイト", 4, "弊社の|Webサ|イト"},
		{"words break at spaces", "the quick brown fox", 5, "the quick|brown fox"},
		{"a space at a line's end is not printed", "aaaa bbbb", 2.6, "aaaa|bbbb"},
		{"an ideographic space at a line's end is not printed", "甲乙丙　丁", 3, "甲乙丙|丁"},
		{"an ideographic space at the start is kept", "　甲乙", 3, "　甲乙"},
		{"a hyphenated word breaks after its hyphen", "well-known", 3.4, "well-|known"},
		{"no break at a no-break space", "aaa a\u00a0bbb", 4, "aaa|a\u00a0bbb"},
		{"a forced break", "甲\n乙", 5, "甲|乙"},
		{"an empty line", "甲\n\n乙", 5, "甲||乙"},
		{"a forced break at the end adds no line", "甲\n", 5, "甲"},
		{"a long word is broken inside", "WWWWWWWW", 4, "WWW|WWW|WW"},
		{"an address on the web breaks after a slash", "http://example.com/a/b", 8,
			"http://|example.com/a/|b"},
		{"a column narrower than a character", "甲乙", 0.5, "甲|乙"},
		{"brackets alone are broken if they must", "「「「「「「", 3, "「「「|「「「"},
		{"nothing", "", 5, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(broken(c.text, c.width), "|"); got != c.want {
				t.Errorf("%q at %g: %q, want %q", c.text, c.width, got, c.want)
			}
		})
	}
}

// Korean has no glyphs in the fonts of the tests: only its opportunities can be looked at.
func TestKoreanBreaksAtSpacesOnly(t *testing.T) {
	text := "개인정보 유출에 대한 안내"
	var got []string
	from := 0
	for _, c := range appendCuts(nil, text) {
		got = append(got, text[from:c.at])
		from = c.at
	}
	if want := []string{"개인정보 ", "유출에 ", "대한 ", "안내"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

const mixedText = "お客様（会員番号：Ａ１２３）の「個人情報」が、2013年8月26日に流出した可能性があります。ｗｅｂやhttps://example.com/notice/2013?a=1の" +
	"「お知らせ」をご覧ください…。データー・センターの「『甲』乙」はちょっと、びっくりするほど￥１，０００〜２，０００安い！？"

func TestNoLineBreaksKinsokuAtAnyWidth(t *testing.T) {
	for half := 8; half < 60; half++ {
		lines := broken(mixedText, float64(half)/2)
		for i, l := range lines {
			first, _ := utf8.DecodeRuneInString(l)
			last, _ := utf8.DecodeLastRuneInString(l)
			forced := half < 40 && strings.Contains(l, "e") // inside the web address
			if i > 0 && neverFirst(first) && !forced {
				t.Errorf("width %d: line begins with %q", half, first)
			}
			if i < len(lines)-1 && neverLast(last) && !forced {
				t.Errorf("width %d: line ends with %q", half, last)
			}
		}
	}
}

// The short way past plain ideographs must find the very breaks that UAX #14 gives.
func TestShortWayAgreesWithUAX14(t *testing.T) {
	alphabet := []rune(mixedText + " \u3000\u2019\"'-—abc")
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		runes := make([]rune, 1+random.IntN(24))
		for i := range runes {
			runes[i] = alphabet[random.IntN(len(alphabet))]
		}
		text := string(runes)
		var got []int
		for _, c := range appendCuts(nil, text) {
			got = append(got, c.at)
		}
		if want := slowCuts(text); !slices.Equal(got, want) {
			t.Fatalf("%q: %v, want %v", text, got, want)
		}
	}
}

func slowCuts(text string) []int {
	var out []int
	state, at := -1, 0
	for rest := text; rest != ""; {
		var segment string
		segment, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		for _, c := range appendQuoteCuts(nil, text, at, at+len(segment)) {
			out = append(out, c.at)
		}
		at += len(segment)
		if at == len(text) || mayBreak(text, at) {
			out = append(out, at)
		}
	}
	return out
}
