package letters

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"oshirase/templates"
)

// picture is a page in grey, a pixel to the point.
type picture struct {
	width, height int
	pixels        []byte
}

func pictureOf(t *testing.T, pdf []byte, page int) picture {
	t.Helper()
	n := strconv.Itoa(page)
	out := tool(t, pdf, "pdftoppm", "-r", "72", "-gray", "-f", n, "-l", n, "FILE")
	var p picture
	var most int
	r := strings.NewReader(out)
	if _, err := fmt.Fscanf(r, "P5\n%d %d\n%d\n", &p.width, &p.height, &most); err != nil {
		t.Fatal(err)
	}
	p.pixels = []byte(out[len(out)-r.Len():])
	if len(p.pixels) != p.width*p.height {
		t.Fatalf("%d pixels of %d × %d", len(p.pixels), p.width, p.height)
	}
	return p
}

// inked reports whether anything dark is in a frame.
func (p picture) inked(f frame) bool {
	for y := max(0, int(f.top)); y < min(p.height, int(f.bottom())+1); y++ {
		row := p.pixels[y*p.width : (y+1)*p.width]
		for _, grey := range row[max(0, int(f.left)):min(p.width, int(f.right())+1)] {
			if grey < 200 {
				return true
			}
		}
	}
	return false
}

// A reader of the file finds text that is clipped away or has no outline, and nobody else does.
func TestEveryWordOfAPageIsAlsoPainted(t *testing.T) {
	t.Parallel()
	long := japaneseLetter(1)
	for range 12 {
		long.Document.Blocks = append(long.Document.Blocks, para(strings.Repeat(sentence, 4)))
	}
	words := englishLetter(1) // nothing is shared but the page number
	for range 12 {
		words.Document.Blocks = append(words.Document.Blocks,
			templates.Block{Kind: templates.Paragraph, Personal: true, Spans: text(strings.Repeat("Your own words. ", 30))})
	}
	for name, l := range map[string]Letter{"one page": englishLetter(1), "several pages": long, "own words": words} {
		for _, envelope := range []string{"jp-chou3", "din-b", "us-10-double"} {
			p, err := NewPress(Embedded(), envelope)
			if err != nil {
				t.Fatal(err)
			}
			pages, err := p.compose(l)
			if err != nil {
				t.Fatal(err)
			}
			var pdf bytes.Buffer
			if err := p.Bind(&pdf, Job{Title: "test", Created: bindDate}, all(1, func(int) Letter { return l }), noPlace); err != nil {
				t.Fatal(err)
			}
			for i := range pages {
				t.Run(fmt.Sprintf("%s, %s, page %d", name, envelope, i+1), func(t *testing.T) {
					everythingIsPainted(t, pdf.Bytes(), i+1)
				})
			}
		}
	}
}

func everythingIsPainted(t *testing.T, pdf []byte, page int) {
	words, picture := wordsOf(t, pdf, page), pictureOf(t, pdf, page)
	if len(words) < 5 {
		t.Errorf("%d words", len(words))
	}
	for _, w := range words {
		seen := w.frame
		if strings.ContainsAny(w.text, "0123456789") {
			seen.height /= 2 // its upper half: where that is clipped, a tail may be left
		}
		if !picture.inked(seen) {
			t.Errorf("%q at %.0f, %.0f is not painted", w.text, w.left, w.top)
		}
	}
}
