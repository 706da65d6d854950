package letters

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"oshirase/templates"
)

// pageLines returns a letter's pages as lines of text, footer and head left out.
func pageLines(t *testing.T, l Letter) [][]string {
	t.Helper()
	pages, err := testPress().compose(l)
	if err != nil {
		t.Fatal(err)
	}
	out := make([][]string, len(pages))
	for i, p := range pages {
		skip := 0
		if i == 0 {
			skip = 2
		}
		body := slices.DeleteFunc(slices.Clone(p), func(x placement) bool {
			return x.top == paperHeight-footer
		})
		for _, x := range body[skip:] {
			for _, b := range x.part.boxes[x.from:x.to] {
				line := ""
				for _, r := range b.runs {
					line += r.text
				}
				out[i] = append(out[i], line)
			}
		}
	}
	return out
}

// letterOf is a letter with these blocks.
func letterOf(locale string, blocks ...templates.Block) Letter {
	l := japaneseLetter(1)
	l.Document.Locale = locale
	l.Document.Blocks = blocks
	return l
}

const sentence = "弊社は、お客様の情報をお預かりする責任を重く受け止め、再発の防止に努めてまいります。"

// filler is n paragraphs of one line.
func filler(n int) []templates.Block {
	var out []templates.Block
	for range n {
		out = append(out, para("甲"))
	}
	return out
}

func TestHeadingIsNeverLastOnAPage(t *testing.T) {
	for n := range 60 {
		blocks := append(filler(n), heading(1, "見出し"), heading(2, "小見出し"), para("本文"))
		blocks = append(blocks, filler(5)...)
		for i, lines := range pageLines(t, letterOf("ja", blocks...)) {
			if last := lines[len(lines)-1]; strings.Contains(last, "見出し") {
				t.Errorf("after %d lines page %d ends with %q", n, i+1, last)
			}
		}
	}
}

func TestAPageBreakLeavesTwoItemsOfAListTogether(t *testing.T) {
	for _, items := range []int{2, 3, 4, 8} {
		list := templates.Block{Kind: templates.List}
		for range items {
			list.Items = append(list.Items, []templates.Block{para("項目")})
		}
		parted := false
		for n := range 60 {
			for i, lines := range pageLines(t, letterOf("ja", append(append(filler(n), list), filler(5)...)...)) {
				here := strings.Count(strings.Join(lines, ""), "項目")
				parted = parted || here > 0 && here < items
				if here == 1 || items < 4 && here != 0 && here != items {
					t.Errorf("after %d lines page %d has %d items of %d", n, i+1, here, items)
				}
			}
		}
		if parted != (items > 3) {
			t.Errorf("a list of %d is parted: %v", items, parted)
		}
	}
}

func TestNoWidowsAndNoOrphans(t *testing.T) {
	long := strings.Repeat("あ", 4*43) + "い。"
	for n := range 60 {
		blocks := append(append(filler(n), para(long)), filler(5)...)
		pages := pageLines(t, letterOf("ja", blocks...))
		for i, lines := range pages {
			count := 0
			for _, l := range lines {
				if strings.HasPrefix(l, "あ") || strings.HasPrefix(l, "い") {
					count++
				}
			}
			if count == 1 {
				t.Errorf("after %d lines page %d has one line of the paragraph", n, i+1)
			}
		}
	}
}

func TestLastLineOfAParagraphIsNotACharacterOrTwo(t *testing.T) {
	for n := 30; n < 180; n++ {
		lines := pageLines(t, letterOf("ja", para(strings.Repeat("あ", n)+"。")))[0]
		last := lines[len(lines)-1]
		if got := strings.Count(strings.Join(lines, ""), "あ"); got != n {
			t.Errorf("%d of %d characters", got, n)
		}
		if len(lines) > 1 && runeCount(last) < leastLast {
			t.Errorf("%d characters: the last line is %q", n, last)
		}
	}
}

func TestLastPageNeverHoldsOnlyAnEnd(t *testing.T) {
	for _, c := range []struct {
		locale string
		ends   []string
	}{
		{"ja", nil}, {"ja", []string{"以上"}}, {"ja", []string{"敬具", "記", "以上"}},
		{"en", nil}, {"en", []string{"Yours sincerely,"}},
	} {
		for n := 2; n < 80; n++ {
			blocks := filler(n)
			for _, word := range c.ends {
				blocks = append(blocks, para(word))
			}
			pages := pageLines(t, letterOf(c.locale, blocks...))
			last := pages[len(pages)-1]
			if last[0] != "甲" || last[1] != "甲" {
				t.Errorf("%s, after %d lines: the last page begins with %q", c.locale, n, last[:2])
			}
		}
	}
}

func TestTableGoesOnBelowItsHeader(t *testing.T) {
	rows := [][]string{{"項目", "内容"}}
	for range 120 {
		rows = append(rows, []string{"乙", "行"})
	}
	nested := templates.Block{Kind: templates.Quote, Children: []templates.Block{table(rows...)}}
	for _, b := range []templates.Block{table(rows...), nested} {
		pages := pageLines(t, letterOf("ja", append(filler(3), b)...))
		got := 0
		for i, lines := range pages {
			if i > 0 && lines[0] != "項目内容" {
				t.Errorf("page %d begins with %q", i+1, lines[0])
			}
			got += strings.Count(strings.Join(lines, ""), "行")
		}
		if len(pages) < 3 || got != 120 {
			t.Errorf("%d rows on %d pages", got, len(pages))
		}
	}
}

func TestHeaderThatWouldFillThePagesIsNotRepeated(t *testing.T) {
	tall := strings.Repeat("頭", 900)
	body := strings.Repeat("行", 2000)
	pages := pageLines(t, letterOf("ja", table([]string{"項目", tall}, []string{"乙", body})))
	all := ""
	for _, lines := range pages {
		all += strings.Join(lines, "")
	}
	if strings.Count(all, "頭") != 900 || strings.Count(all, "行") != 2000 {
		t.Errorf("%d and %d characters", strings.Count(all, "頭"), strings.Count(all, "行"))
	}
}

func TestSignerStandsWhereTheFormWantsIt(t *testing.T) {
	for locale, head := range map[string]bool{"ja": true, "en": false} {
		l := letterOf(locale, para("甲"))
		pages, err := testPress().compose(l)
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for _, b := range pages[0][1].part.boxes {
			for _, r := range b.runs {
				text += r.text
			}
		}
		below := strings.Join(pageLines(t, l)[0], "")
		if strings.Contains(text, l.Sender.Signer) != head ||
			strings.Contains(below, l.Sender.Signer) == head {
			t.Errorf("%s: head %q, below %q", locale, text, below)
		}
	}
}

func TestPageBreakBeginsAPage(t *testing.T) {
	br := templates.Block{Kind: templates.PageBreak}
	pages := pageLines(t, letterOf("ja", br, para("甲"), br, br, para("乙"), br))
	if len(pages) != 2 || pages[0][0] != "甲" || pages[1][0] != "乙" {
		t.Errorf("%q", pages)
	}
}

func TestRowOfATableStaysOnOnePage(t *testing.T) {
	for n := range 40 {
		tall := strings.Repeat("行", 100)
		blocks := append(filler(n), table([]string{"項目", "内容"}, []string{"乙", tall}))
		for _, lines := range pageLines(t, letterOf("ja", blocks...)) {
			got := strings.Count(strings.Join(lines, ""), "行")
			if got != 0 && got != 100 {
				t.Errorf("after %d lines: %d of 100 characters", n, got)
			}
		}
	}
}

func TestRowTallerThanAPageIsSplitAndNotLost(t *testing.T) {
	l := letterOf("ja", table([]string{"項目", "内容"}, []string{"甲", strings.Repeat("行", 4000)}))
	pages := pageLines(t, l)
	got := 0
	for _, lines := range pages {
		got += strings.Count(strings.Join(lines, ""), "行")
	}
	if len(pages) < 3 || got != 4000 {
		t.Errorf("%d characters on %d pages", got, len(pages))
	}
}

func TestNothingIsPrintedOffThePage(t *testing.T) {
	deep := []templates.Block{para(sentence)}
	for range 40 {
		deep = []templates.Block{{Kind: templates.Quote, Children: []templates.Block{
			{Kind: templates.List, Items: [][]templates.Block{deep}}}}}
	}
	wide := make([]string, 12)
	for i := range wide {
		wide[i] = strings.Repeat("https://example.com/", 5)
	}
	blocks := append(deep, table(wide, wide), para(strings.Repeat("W", 500)))
	pages, err := testPress().compose(letterOf("ja", blocks...))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		for _, x := range p {
			y := x.top
			for i, b := range x.part.boxes[x.from:x.to] {
				if i > 0 {
					y += b.glue
				}
				for _, r := range b.runs {
					right := r.x + r.face.measure(r.text, r.look.size) +
						r.spread*float64(runeCount(r.text)-1)
					if r.x < 40 || right > paperWidth-40 || y+r.y > paperHeight-20 {
						t.Errorf("%.20q from %g to %g at %g", r.text, r.x, right, y+r.y)
					}
				}
				y += b.height
			}
		}
	}
}

func TestTableWithTooManyColumnsIsAnError(t *testing.T) {
	_, err := testPress().Typeset(letterOf("ja", table(make([]string, 40))))
	if err == nil || err.Error() != "table of 40 columns does not fit the page" {
		t.Error(err)
	}
}

func TestMarkersOfEmptyItemsDoNotOverlap(t *testing.T) {
	list := templates.Block{Kind: templates.List, Items: make([][]templates.Block, 3)}
	list.Items[1] = []templates.Block{{Kind: templates.Paragraph}}
	s := testPress().setter("ja")
	parts, err := s.setBlock(list, japanese.measure(), true)
	if err != nil {
		t.Fatal(err)
	}
	if h := height(parts[0].boxes); h < 3*japanese.lead {
		t.Errorf("three markers on %g points", h)
	}
}

func TestUnknownBlockIsAnError(t *testing.T) {
	_, err := testPress().Typeset(letterOf("ja", templates.Block{Kind: "chart"}))
	if err == nil || err.Error() != `unknown kind of block "chart"` {
		t.Error(err)
	}
}

func TestJapaneseParagraphsHaveTheirPlaces(t *testing.T) {
	s := testPress().setter("ja")
	m := japanese.measure()
	for _, c := range []struct {
		text string
		left float64
	}{
		{sentence, m.left + japanese.indent},
		{"　" + sentence, m.left},
		{"拝啓　" + sentence, m.left},
		{"【重要】" + sentence, m.left},
		{"お客様各位", m.left},
		{"敬具", m.left + m.width - 2*10.5},
		{"記", m.left + (m.width-10.5)/2},
	} {
		boxes, err := s.setBody(para(c.text), m)
		if err != nil {
			t.Fatal(err)
		}
		if x := boxes[0].runs[0].x; x < c.left-0.01 || x > c.left+0.01 {
			t.Errorf("%q begins at %g, want %g", c.text, x, c.left)
		}
	}
}

func TestLinkIsPrintedWhereItsTextDoesNotSayIt(t *testing.T) {
	for _, c := range []struct{ locale, text, link, want string }{
		{"ja", "お知らせ", "https://example.jp/n", "お知らせ（https://example.jp/n）"},
		{"en", "notice", "https://example.com/n", "notice (https://example.com/n)"},
		{"en", "https://example.com/n", "https://example.com/n", "https://example.com/n"},
		{"en", "help@example.com", "mailto:help@example.com", "help@example.com"},
	} {
		b := templates.Block{Kind: templates.Paragraph,
			Spans: []templates.Span{{Text: c.text, Link: c.link}}}
		if got := pageLines(t, letterOf(c.locale, b))[0][0]; got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestPagesAreNumberedAfterTheFirst(t *testing.T) {
	for _, c := range []struct{ blocks, pages int }{{1, 1}, {60, 2}} {
		pages, err := testPress().compose(letterOf("ja", filler(c.blocks)...))
		if err != nil {
			t.Fatal(err)
		}
		if len(pages) != c.pages {
			t.Fatalf("%d pages, want %d", len(pages), c.pages)
		}
		for i, p := range pages {
			var foot []string
			for _, x := range p {
				if x.top == paperHeight-footer {
					foot = append(foot, x.part.boxes[0].runs[0].text)
				}
			}
			want := []string{"TS-2013-09-000001", fmt.Sprintf("%d/%d", i+1, c.pages)}[:min(2, i+1)]
			if !slices.Equal(foot, want) {
				t.Errorf("page %d of %d: %v", i+1, c.pages, foot)
			}
		}
	}
}
