package letters

import (
	"errors"
	"testing"

	"oshirase/templates"
)

func TestCharacterThatCannotBePrintedBlocksTheLetter(t *testing.T) {
	name := func(s string) func(*Letter) { return func(l *Letter) { l.Address.Name = s } }
	for _, c := range []struct {
		name   string
		change func(*Letter)
		want   string
	}{
		{"emoji", name("見本🎉"), "name: character U+1F389 has no glyph in the letter's fonts"},
		{"ideographic variation sequence", name("葛\U000E01EF城"),
			"name: variant U+845B U+E01EF has no glyph in the letter's fonts"},
		{"standardized variation sequence", name("見本\uFE00"),
			"name: variant U+672C U+FE00 has no glyph in the letter's fonts"},
		{"variation selector by itself", name("\uFE00"),
			"name: character U+FE00 has no glyph in the letter's fonts"},
		{"supplementary ideograph of no font", name("\U0002A6D6"),
			"name: character U+2A6D6 has no glyph in the letter's fonts"},
		{"combining mark that composes with nothing", name("Dvox\u030Ca\u0301k"),
			"name: combining character U+030C cannot be set on its letter"},
		{"combining mark by itself", name("\u0301a"),
			"name: combining character U+0301 cannot be set on its letter"},
		{"private use", name("見\uE000本"), "name: character U+E000 has no glyph in the letter's fonts"},
		{"noncharacter", name("見\uFFFF本"), "name: character U+FFFF has no glyph in the letter's fonts"},
		{"control", name("見\x07本"), "name: character U+0007 is a control character and prints nothing"},
		{"delete", name("見\x7f本"), "name: character U+007F is a control character and prints nothing"},
		{"tab", name("見\t本"), "name: character U+0009 is a control character and prints nothing"},
		{"line feed", name("見\n本"), "name: character U+000A is a control character and prints nothing"},
		{"bidi override", name("見\u202e本"), "name: character U+202E is a control character and prints nothing"},
		{"zero width space", name("見\u200b本"), "name: character U+200B is a control character and prints nothing"},
		{"invalid UTF-8", name("見\xff本"), "name: text is damaged (invalid UTF-8 or U+FFFD)"},
		{"cut UTF-8", name("見本\xe6\x9c"), "name: text is damaged (invalid UTF-8 or U+FFFD)"},
		{"encoded surrogate", name("\xed\xa0\x80"), "name: text is damaged (invalid UTF-8 or U+FFFD)"},
		{"replacement character", name("見\uFFFD本"), "name: text is damaged (invalid UTF-8 or U+FFFD)"},
		{"in an address line", func(l *Letter) { l.Address.Lines = []string{"架空町", "🏠"} },
			"address line 2: character U+1F3E0 has no glyph in the letter's fonts"},
		{"in the company", func(l *Letter) { l.Address.Company = "🏢" },
			"company: character U+1F3E2 has no glyph in the letter's fonts"},
		{"in the date", func(l *Letter) { l.Date = "😀" },
			"date: character U+1F600 has no glyph in the letter's fonts"},
		{"in the subject", func(l *Letter) { l.Document.Title = "a\nb" },
			"subject: character U+000A is a control character and prints nothing"},
		{"in the sender", func(l *Letter) { l.Sender.Address = "😀" },
			"sender: character U+1F600 has no glyph in the letter's fonts"},
		{"in the signer", func(l *Letter) { l.Sender.Signer = "😀" },
			"signer: character U+1F600 has no glyph in the letter's fonts"},
		{"in the piece number", func(l *Letter) { l.Piece = "😀" },
			"piece number: character U+1F600 has no glyph in the letter's fonts"},
		{"in the body", func(l *Letter) { l.Document.Blocks = []templates.Block{para("a\r\nb")} },
			"text: character U+000D is a control character and prints nothing"},
		{"in a heading", func(l *Letter) { l.Document.Blocks = []templates.Block{heading(1, "😀")} },
			"heading: character U+1F600 has no glyph in the letter's fonts"},
		{"in a table", func(l *Letter) { l.Document.Blocks = []templates.Block{table([]string{"😀"})} },
			"table: character U+1F600 has no glyph in the letter's fonts"},
		{"in a link", func(l *Letter) {
			l.Document.Blocks = []templates.Block{{Kind: templates.Paragraph,
				Spans: []templates.Span{{Text: "a", Link: "https://example.com/😀"}}}}
		}, "text: character U+1F600 has no glyph in the letter's fonts"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := japaneseLetter(1)
			c.change(&l)
			_, err := testPress().Typeset(l)
			var e *GlyphError
			if !errors.As(err, &e) || err.Error() != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

func TestRegisteredFormsArePrintedAsTheyAre(t *testing.T) {
	for _, name := range []string{"髙﨑 祐子", "渡邉 邊見", "齋藤 齊", "神谷 神", "鷗 ①㈱", "ヴァン・ダイク", "José Núñez", "ﾊﾝｶｸ"} {
		got, err := block(addressOf("", []string{"架空町"}, "", name, "ja"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got[1] != name+" 様" {
			t.Errorf("%s printed as %s", name, got[1])
		}
	}
}
