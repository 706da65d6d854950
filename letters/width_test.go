package letters

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/jung-kurt/gofpdf"
)

// The widths in a print file are those that lines were set with: a reader goes by them, and a line
// would come out longer or shorter than it was measured if they differed.
func TestWidthsInThePrintFileAreTheFonts(t *testing.T) {
	t.Parallel()
	f := newFile()
	face := testPress().faces["ja"][serif].whole("見")
	var text strings.Builder
	for r := rune(' '); r < 0x10000; r += 3 {
		if face.plain(string(r)) {
			text.WriteRune(r)
		}
	}
	text.WriteString("\U00020BB7葛\U000E0100")
	w := pen{file: f}
	w.write(&run{look: look{serif, false, 10}, face: face, text: text.String()}, 100)
	f.pages = append(f.pages, w.finish(nil))
	var pdf bytes.Buffer
	if err := f.writeTo(&pdf, "", bindDate); err != nil {
		t.Fatal(err)
	}
	widths := widthsOf(t, pdf.String())
	for _, c := range f.fonts[0].codes() {
		if want := int(face.metrics.width(c.glyph)); widths[int(c.code)] != want {
			t.Fatalf("%U: %d, want %d", c.code, widths[int(c.code)], want)
		}
	}
}

// widthsOf reads the first array of widths of a PDF (ISO 32000-1, 9.7.4.3).
func widthsOf(t *testing.T, pdf string) map[int]int {
	t.Helper()
	_, array, ok := strings.Cut(pdf, "/W [")
	array, _, _ = strings.Cut(array, "/CIDToGIDMap")
	if !ok {
		t.Fatal("no widths")
	}
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	widths := map[int]int{}
	tokens := regexp.MustCompile(`\d+|\[|\]`).FindAllString(array, -1)
	for i := 0; i+2 < len(tokens); {
		first := number(tokens[i])
		if tokens[i+1] == "[" {
			for i += 2; tokens[i] != "]"; i++ {
				widths[first] = number(tokens[i])
				first++
			}
			i++
			continue
		}
		for r := first; r <= number(tokens[i+1]); r++ {
			widths[r] = number(tokens[i+2])
		}
		i += 3
	}
	return widths
}

// A font that is cut down has the outlines of the whole one, composite glyphs included.
func TestSubsetShowsTheSameGlyphs(t *testing.T) {
	t.Parallel()
	whole := testPress().faces["en"][serif].whole("A")
	var used []coded
	for _, r := range "Aéřǖẫ" {
		used = append(used, coded{uint16(r), whole.cmap.glyphs[r]})
	}
	data := whole.subset(used)
	cut, err := parseFace("cut", data)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range used {
		if cut.metrics.width(cut.cmap.glyphs[c.code]) != whole.metrics.width(c.glyph) {
			t.Errorf("%U has another width", c.code)
		}
		if a, b := cut.points(cut.cmap.glyphs[c.code]), whole.points(c.glyph); a != b || a == 0 {
			t.Errorf("%U has %d bytes of outline, want %d", c.code, a, b)
		}
	}
	if len(data) > 50_000 || len(gofpdf.UTF8CutFont(data, "Aé")) == 0 {
		t.Errorf("%d bytes", len(data))
	}
}

// points is how much a glyph and its parts have to draw.
func (f *face) points(glyph uint16) int {
	g := f.outline(glyph)
	n := len(g)
	if n < compositeParts || g[0]&0x80 == 0 {
		return (n + 3) &^ 3 // glyphs are padded
	}
	n = 0
	for at := compositeParts; ; {
		flags := uint16(g[at])<<8 | uint16(g[at+1])
		n += f.points(uint16(g[at+2])<<8 | uint16(g[at+3]))
		if flags&moreParts == 0 {
			return n
		}
		at += partSize(flags)
	}
}
