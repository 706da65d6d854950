package letters

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"oshirase/templates"
)

// tool runs one of poppler's programs on a print file. Where it is missing the test is skipped, but
// not under CI.
func tool(t testing.TB, pdf []byte, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("%s (poppler-utils) is missing", name)
	}
	if err != nil {
		t.Skipf("%s (poppler-utils) is not installed", name)
	}
	file := filepath.Join(t.TempDir(), "bound.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		if a == "FILE" {
			args[i] = file
		}
	}
	out, err := exec.Command(path, args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// pagesOf returns the text of each page in the order in which it was drawn.
func pagesOf(t testing.TB, pdf []byte, options ...string) []string {
	args := append(options, "-raw", "-enc", "UTF-8", "FILE", "-")
	text := tool(t, pdf, "pdftotext", args...)
	return strings.Split(strings.TrimSuffix(text, "\f"), "\f")
}

// ink is text without its spaces.
func ink(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// sorted is text with its characters in order: two texts with the same characters are then equal.
func sorted(s string) string {
	r := []rune(ink(s))
	slices.Sort(r)
	return string(r)
}

// printed is all that a letter of n pages must show, made from the letter and not from its layout.
func printed(l Letter, n int) string {
	var b strings.Builder
	write := func(s ...string) { b.WriteString(strings.Join(s, "")) }
	ja := l.Document.Locale == "ja"
	code, _ := japanesePostcode(l.Address.Postcode)
	switch {
	case l.Address.Style == "en":
		write(l.Address.Name, l.Address.Company, l.Address.Postcode)
	case l.Address.Name == "":
		write("〒", code, l.Address.Company, "御中")
	default:
		write("〒", code, l.Address.Company, l.Address.Name, "様")
	}
	write(l.Address.Lines...)
	x := l.Sender
	if ja {
		write("〒", x.Postcode[:3], "-", x.Postcode[3:])
	} else {
		write(x.Postcode)
	}
	write(map[string]string{"ja": "電話", "zh-Hans": "电话：", "zh-Hant": "電話：", "ko": "전화",
		"en": "Phone:"}[l.Document.Locale])
	write(x.Name, x.Address, x.Phone, x.Signer, l.Date, l.Document.Title)
	if !ja {
		write(x.Name)
	}
	for i := range n {
		write(l.Piece)
		if i > 0 {
			write(strconv.Itoa(i+1), "/", strconv.Itoa(n))
		}
	}
	printBlocks(&b, l.Document.Blocks, ja)
	return b.String()
}

func printBlocks(b *strings.Builder, blocks []templates.Block, ja bool) {
	for _, x := range blocks {
		printSpans(b, x.Spans, ja)
		printBlocks(b, x.Children, ja)
		for i, item := range x.Items {
			switch {
			case x.Ordered:
				fmt.Fprintf(b, "%d.", x.Start+i)
			case ja:
				b.WriteString("・")
			default:
				b.WriteString("•")
			}
			printBlocks(b, item, ja)
		}
		for _, row := range x.Rows {
			for _, cell := range row {
				printSpans(b, cell, ja)
			}
		}
	}
}

func printSpans(b *strings.Builder, spans []templates.Span, ja bool) {
	for _, s := range spans {
		b.WriteString(s.Text)
		if s.Link != "" && !strings.Contains(s.Text, s.Link) {
			if ja {
				b.WriteString("（" + s.Link + "）")
			} else {
				b.WriteString("(" + s.Link + ")")
			}
		}
	}
}

// conserved binds letters and compares each one's pages, as a PDF reader sees them, with what it
// must show.
func conserved(t *testing.T, letters []Letter) {
	t.Helper()
	var places []Bound
	var pdf strings.Builder
	err := testPress().Bind(&pdf, Job{Title: "test", Created: bindDate},
		all(len(letters), func(i int) Letter { return letters[i] }),
		func(_ int, b Bound) error { places = append(places, b); return nil })
	if err != nil {
		t.Fatal(err)
	}
	slots, err := ReadSlots([]byte(pdf.String()))
	if err != nil {
		t.Fatal(err)
	}
	pages := pagesOf(t, []byte(pdf.String()))
	if want := places[len(places)-1].PageTo; len(pages) != want {
		t.Fatalf("%d pages, want %d", len(pages), want)
	}
	for i, l := range letters {
		got := slots.Restore(strings.Join(pages[places[i].PageFrom-1:places[i].PageTo], ""))
		if want := printed(l, places[i].Pages); sorted(got) != sorted(want) {
			t.Errorf("letter %d: characters differ:\n%s\nwant\n%s", i, sorted(got), sorted(want))
		}
	}
}

func TestPrintFileHoldsEveryCharacterOfEveryLetter(t *testing.T) {
	t.Parallel()
	var letters []Letter
	for i := range 21 {
		l := japaneseLetter(i)
		if i%3 == 0 {
			l = englishLetter(i)
		}
		if i%5 == 0 {
			l.Address.Company = "株式会社サンプル商事"
		}
		if i%7 == 0 {
			l.Document.Blocks = append(l.Document.Blocks, table(
				[]string{"項目 / Item", "内容"}, []string{"氏名", strings.Repeat(sentence, 3)}))
			for range 30 {
				l.Document.Blocks = append(l.Document.Blocks, para(sentence+"髙﨑邉齋神①㈱ﾊﾝｶｸ()\\"))
			}
		}
		letters = append(letters, l)
	}
	conserved(t, letters)
}

// Each paragraph is also there in one piece and in order.
func TestParagraphsAreWhole(t *testing.T) {
	text := ink(strings.Join(pagesOf(t, bind(t, 1, japaneseLetter)), ""))
	var walk func(blocks []templates.Block)
	walk = func(blocks []templates.Block) {
		for _, b := range blocks {
			var s strings.Builder
			printSpans(&s, b.Spans, true)
			if !strings.Contains(text, ink(s.String())) {
				t.Errorf("%q is not there", s.String())
			}
			for _, item := range b.Items {
				walk(item)
			}
		}
	}
	walk(japaneseLetter(0).Document.Blocks)
}

// everyLanguage binds the hardest names of each language.
func everyLanguage(t *testing.T) []byte {
	t.Helper()
	return bind(t, len(hardNames), func(i int) Letter {
		return hardLetter(hardNames[i].locale, hardNames[i].name)
	})
}

func TestAllFontsAreEmbedded(t *testing.T) {
	t.Parallel()
	pdf := everyLanguage(t)
	tool(t, pdf, "qpdf", "--check", "FILE")
	out := tool(t, pdf, "pdffonts", "FILE")
	lines := strings.Split(strings.TrimSpace(out), "\n")[2:]
	if len(lines) != len(shipped)-1 { // all but the symbols
		t.Fatalf("fonts:\n%s", out)
	}
	for _, l := range lines {
		if f := strings.Fields(l); !slices.Equal(f[len(f)-5:len(f)-2], []string{"yes", "no", "yes"}) {
			t.Errorf("%s", l) // emb, sub, uni: the library does not mark a subset as one
		}
	}
}

// randomLetter is a letter of random structure and text, one in four with characters that cannot be
// printed.
func randomLetter(r *rand.Rand, alphabet []rune) Letter {
	word := func(most int) string {
		s := make([]rune, 1+r.IntN(most))
		for i := range s {
			s[i] = alphabet[r.IntN(len(alphabet))]
		}
		return "x" + string(s)
	}
	l := japaneseLetter(r.IntN(100))
	if r.IntN(2) == 0 {
		l = englishLetter(r.IntN(100))
	}
	l.Address.Name, l.Document.Title = word(8), word(60)
	if bad := []rune{'𠮷', '\u0335', 0, '\u202e', '😀'}; r.IntN(4) == 0 {
		l.Address.Name += string(bad[r.IntN(len(bad))])
	}
	l.Document.Blocks = randomBlocks(r, word, 3)
	return l
}

func randomBlocks(r *rand.Rand, word func(int) string, depth int) []templates.Block {
	kinds := []templates.BlockKind{templates.Paragraph, templates.Heading, templates.Rule,
		templates.PageBreak, templates.Table, templates.List, templates.Quote, templates.Definitions}
	spans := func() []templates.Span {
		var out []templates.Span
		for range r.IntN(4) {
			s := templates.Span{Text: word(200), Strong: r.IntN(4) == 0, Emphasis: r.IntN(4) == 0}
			if r.IntN(8) == 0 {
				s.Link = "https://example.com/" + strings.Repeat("a", r.IntN(150))
			}
			out = append(out, s)
		}
		return out
	}
	var out []templates.Block
	for range r.IntN(6) {
		b := templates.Block{Kind: kinds[r.IntN(len(kinds))], Personal: r.IntN(2) == 0,
			Level: r.IntN(5), Ordered: r.IntN(2) == 0, Start: r.IntN(12)}
		switch b.Kind {
		case templates.Paragraph, templates.Heading:
			b.Spans = spans()
		case templates.Table:
			for range r.IntN(4) {
				b.Rows = append(b.Rows, [][]templates.Span{spans(), spans(), spans()}[:1+r.IntN(3)])
			}
		case templates.Definitions:
			for range r.IntN(4) {
				b.Rows = append(b.Rows, [][]templates.Span{spans(), spans()})
			}
		case templates.List:
			for range r.IntN(4) * min(depth, 1) {
				b.Items = append(b.Items, randomBlocks(r, word, depth-1))
			}
		case templates.Quote:
			if depth > 0 {
				b.Children = randomBlocks(r, word, depth-1)
			}
		}
		out = append(out, b)
	}
	return out
}

// printable are all characters that both fonts print.
func printable() []rune {
	f := testPress().faces["ja"]
	var out []rune
	for r := range rune(0x10000) {
		if f[serif].whole(string(r)) != nil && f[sans].whole(string(r)) != nil {
			out = append(out, r)
		}
	}
	return out
}

func TestRandomLettersArePrintedWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 5)) // whose tables do not repeat a header on a second page
	alphabet := printable()
	var letters []Letter
	for range 24 {
		l := randomLetter(r, alphabet)
		if _, err := testPress().Typeset(l); err == nil {
			letters = append(letters, l)
		}
	}
	if len(letters) < 8 || len(letters) == 24 {
		t.Fatalf("%d of 24 can be printed", len(letters))
	}
	conserved(t, letters)
}
