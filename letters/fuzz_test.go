package letters

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"unicode/utf8"

	"oshirase/templates"
)

// tinyFont is a font with one glyph, for "A", and no outlines: a seed that gets past the directory.
func tinyFont() []byte {
	sizes := []struct {
		name string
		size int
	}{{"OS/2", 78}, {"cmap", 44}, {"glyf", 1}, {"head", 54}, {"hhea", 36}, {"hmtx", 8}, {"loca", 4},
		{"maxp", 6}, {"name", 6}, {"post", 32}}
	font := make([]byte, 12+16*len(sizes))
	copy(font, []byte{0, 1, 0, 0, 0, byte(len(sizes))})
	at := map[string]int{}
	for i, x := range sizes {
		from := len(font)
		at[x.name] = from
		copy(font[12+16*i:], x.name)
		font[12+16*i+10], font[12+16*i+11] = byte(from>>8), byte(from)
		font[12+16*i+15] = byte(x.size)
		font = append(font, make([]byte, x.size)...)
	}
	font[at["head"]+18] = 4 // 1024 units per em
	font[at["hhea"]+35], font[at["maxp"]+5] = 2, 2
	font[at["hmtx"]+4] = 2 // 512 units: half an em
	copy(font[at["cmap"]:], []byte{0, 0, 0, 1, 0, 3, 0, 1, 0, 0, 0, 12,
		0, 4, 0, 32, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, // two segments
		0, 'A', 0xFF, 0xFF, 0, 0, 0, 'A', 0xFF, 0xFF, 0xFF, 0xC0, 0, 1, 0, 0, 0, 0})
	return font
}

func TestFaceReadsAFont(t *testing.T) {
	f, err := parseFace("tiny", tinyFont())
	if err != nil {
		t.Fatal(err)
	}
	if f.advance['A'] != 500 || f.advance['B'] != absent {
		t.Errorf("A %d, B %d", f.advance['A'], f.advance['B'])
	}
}

func TestFontThatCannotBeUsedIsAnError(t *testing.T) {
	good := tinyFont()
	for name, data := range map[string][]byte{
		"empty":       nil,
		"text":        []byte("this is not a font at all"),
		"CFF":         append([]byte("OTTO"), good[4:]...),
		"collection":  append([]byte("ttcf"), good[4:]...),
		"cut off":     good[:len(good)-40],
		"no tables":   {0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		"cut in dir.": good[:60],
		"backwards":   bytes.Replace(good, []byte{0, 0, 0, 'A', 0xFF, 0xFF}, []byte{0, 0, 0, 'B', 0, 'A'}, 1),
	} {
		if _, err := OwnFont("bad", data); !errors.Is(err, errFont) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzFace(f *testing.F) {
	f.Add(tinyFont())
	f.Add(notoSans[:300])
	f.Fuzz(func(t *testing.T, data []byte) {
		face, err := parseFace("x", data)
		if err != nil {
			return
		}
		var used []coded
		for i, sign := range []string{"A", "見", "𠮷", "葛\U000E0100", "e\u0301"} {
			if glyph := face.glyph(sign); glyph != 0 {
				used = append(used, coded{uint16(i), glyph})
			}
		}
		face.measure("A見", 10)
		face.subset(used)
	})
}

func FuzzLines(f *testing.F) {
	f.Add("お客様（会員番号：Ａ１２３）へ\nhttps://example.com/", 12.0, uint8(3))
	f.Add("　\n \n「「「", 0.1, uint8(0))
	f.Fuzz(func(t *testing.T, text string, width float64, cut uint8) {
		if !(width > -1e6 && width < 1e6) || !utf8.ValidString(text) {
			return
		}
		p := &paragraph{column: column{0, width}, indent: 10.5, blanks: japaneseBlanks}
		at := min(int(cut), len(text))
		for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
			at--
		}
		p.add(text[:at], look{serif, false, 10})
		p.add(text[at:], look{sans, true, 12})
		end := 0
		for _, l := range p.lines(testPress().faces["ja"]) {
			if l.from < end || l.to < l.from || ink(text[end:l.from]) != "" {
				t.Fatalf("%q: line from %d to %d after %d", text, l.from, l.to, end)
			}
			end = l.to
		}
		if ink(text[end:]) != "" {
			t.Fatalf("%q: lost %q", text, text[end:])
		}
	})
}

func FuzzPostcode(f *testing.F) {
	f.Add("〒１００－０００１")
	f.Add("1234567")
	f.Fuzz(func(t *testing.T, code string) {
		got, err := japanesePostcode(code)
		if err == nil && got != "" && (len(got) != 8 || got[3] != '-') {
			t.Errorf("%q became %q", code, got)
		}
	})
}

// FuzzLetter makes letters of any text and structure: each is printed whole or is an error, and
// never a panic. That what is printed is whole, the tests with pdftotext see.
func FuzzLetter(f *testing.F) {
	f.Add("見本 花子", "東京都", "本文", "https://example.com", uint64(1))
	f.Add("a\u0301\x00", "\xff", "\n\n", "", uint64(7))
	f.Fuzz(func(t *testing.T, name, line, body, link string, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 0))
		l := japaneseLetter(0)
		l.Address.Name, l.Address.Lines, l.Piece = name, []string{line}, link
		words := []string{name, line, body, link}
		l.Document.Blocks = randomBlocks(r, func(int) string { return words[r.IntN(4)] }, 3)
		l.Document.Blocks = append(l.Document.Blocks, templates.Block{Kind: templates.Paragraph,
			Spans: []templates.Span{{Text: body, Link: link}}})
		laid, err := testPress().set(l)
		if err != nil {
			return
		}
		file := newFile()
		if err := errors.Join(testPress().draw(file, Job{}, l, laid), file.writeTo(io.Discard, "", bindDate)); err != nil {
			t.Fatal(err)
		}
	})
}
