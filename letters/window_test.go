package letters

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// word is a word on a page as a reader of the file finds it, in points.
type word struct {
	frame
	text string
}

var wordPattern = regexp.MustCompile(
	`<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>`)

// wordsOf finds the words of one of a file's pages.
func wordsOf(t *testing.T, pdf []byte, page int) []word {
	t.Helper()
	n := strconv.Itoa(page)
	out := tool(t, pdf, "pdftotext", "-bbox", "-f", n, "-l", n, "FILE", "-")
	var words []word
	for _, m := range wordPattern.FindAllStringSubmatch(out, -1) {
		var x [4]float64
		for i := range x {
			x[i], _ = strconv.ParseFloat(m[i+1], 64)
		}
		words = append(words, word{frame{x[0], x[1], x[2] - x[0], x[3] - x[1]}, m[5]})
	}
	return words
}

// longest is the longest address that a press takes, of rows that get longer by turns.
func longest(t *testing.T, p *Press, start Letter, grow func(*Address, int)) Letter {
	t.Helper()
	last := start
	for n := 1; n < 200; n++ {
		l := start
		grow(&l.Address, n)
		if _, err := p.Typeset(l); err != nil {
			return last
		}
		last = l
	}
	t.Fatal("every address is taken")
	return last
}

// growJapanese lengthens the lines one after another, and at last adds some.
func growJapanese(a *Address, n int) {
	a.Lines = []string{"東京都千代田区" + strings.Repeat("架", min(n, 12)) + "町1-2-3"}
	a.Company = strings.Repeat("見本", min(n, 11)) + "株式会社"
	if n > 12 {
		a.Lines = append(a.Lines, strings.Repeat("楼", n-12)+"101号室")
	}
}

func growEnglish(a *Address, n int) {
	a.Country, a.Lines = "GB", []string{"1 " + strings.Repeat("Long ", min(n, 4)) + "Road"}
	for i := 5; i < n; i += 3 {
		a.Lines = append(a.Lines, "Village of "+strings.Repeat("Upper ", min(n-i, 3))+"Sample")
	}
}

// Between the frame of a glyph as a reader of the file gives it and its ink there is the air that
// the font declares above and below.
const declaredAir = 3.2

func TestTheLongestAddressShowsWhereverTheSheetLies(t *testing.T) {
	t.Parallel()
	for _, name := range Envelopes() {
		for language, start := range map[string]Letter{"ja": japaneseLetter(1), "en": englishLetter(1)} {
			grow := growJapanese
			if language == "en" {
				grow = growEnglish
				start.Sender.Country = "JP"
			}
			t.Run(name+" "+language, func(t *testing.T) {
				t.Parallel()
				p, err := NewPress(Embedded(), name)
				if err != nil {
					t.Fatal(err)
				}
				l := longest(t, p, start, grow)
				var pdf bytes.Buffer
				if err := p.Bind(&pdf, Job{Title: "test", Created: bindDate}, all(1, func(int) Letter { return l }), noPlace); err != nil {
					t.Fatal(err)
				}
				onlyAddresses(t, p.window, wordsOf(t, pdf.Bytes(), 1), l.Address)
			})
		}
	}
}

// onlyAddresses checks that the address is inside what always shows, the return address too, and
// that nothing else is where it may show.
func onlyAddresses(t *testing.T, w window, words []word, a Address) {
	t.Helper()
	shown := ""
	for _, x := range words {
		if x.bottom() < w.shows.top || x.top > w.shows.bottom() || x.left > w.shows.right() {
			continue
		}
		switch {
		case x.inside(w.address):
			shown += x.text
		case !x.inside(w.ret):
			t.Errorf("%q at %.0f–%.0f, %.0f–%.0f is neither in %v nor in %v", x.text,
				x.left, x.right(), x.top, x.bottom(), w.address, w.ret)
		}
	}
	for _, text := range append([]string{a.Name, a.Company}, a.Lines...) {
		if !strings.Contains(shown, ink(text)) {
			t.Errorf("%q does not show in %q", text, shown)
		}
	}
}

func (f frame) inside(room frame) bool {
	return f.left >= room.left-0.1 && f.right() <= room.right()+0.1 &&
		f.top >= room.top-declaredAir && f.bottom() <= room.bottom()+declaredAir
}

func TestTheReturnAddressIsWhereTheEnvelopeShowsIt(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"din-a": true, "din-b": true, "us-10-double": true,
		"jp-chou3": false, "none": false} {
		p, err := NewPress(Embedded(), name)
		if err != nil {
			t.Fatal(err)
		}
		pages, err := p.compose(englishLetter(1))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, x := range pages[0] {
			if y := x.top; p.window.ret != (frame{}) && y == p.window.ret.top {
				found = strings.Contains(x.part.boxes[0].runs[0].text, "Sample Inc.") &&
					height(x.part.boxes) <= p.window.ret.height
			}
		}
		if found != want {
			t.Errorf("%s: a return address: %v", name, found)
		}
	}
}

func TestAReturnAddressIsReadByThePostOfItsCountry(t *testing.T) {
	t.Parallel()
	p, err := NewPress(Embedded(), "us-10-double")
	if err != nil {
		t.Fatal(err)
	}
	for locale, x := range map[string]Sender{
		"en": {Name: "Sample Inc.", Country: "US"}, "ja": {Name: "サンプル株式会社", Country: "US"},
	} {
		x.Address = "1 Sample Way, Suite 20, SAMPLETON GA 00030"
		s := p.setter(locale)
		ret, err := s.setReturn(x)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, b := range ret.boxes {
			lines = append(lines, b.runs[0].text)
		}
		want := []string{x.Name, "1 Sample Way, Suite 20,", "SAMPLETON GA 00030"}
		if !slices.Equal(lines, want) {
			t.Errorf("%s: %q, want %q", locale, lines, want)
		}
		s.release()
	}
}

func TestASenderTooLongForTheReturnAddressIsSaid(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"din-b", "us-10-double"} {
		p, err := NewPress(Embedded(), name)
		if err != nil {
			t.Fatal(err)
		}
		l := englishLetter(1)
		l.Sender.Address = strings.Repeat("1 Long Street, ", 25)
		_, err = p.Typeset(l)
		if err == nil || !strings.HasPrefix(err.Error(), "sender is too long") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
