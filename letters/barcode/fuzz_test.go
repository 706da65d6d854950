package barcode

import (
	"regexp"
	"strings"
	"testing"
)

func FuzzMark(f *testing.F) {
	text, err := someMark.Text()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{
		text, "", text[1:], text + "0", strings.Repeat("9", 30), strings.Repeat("0", 30),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMark(s)
		if err != nil {
			return
		}
		if back, err := m.Text(); err != nil || back != s {
			t.Errorf("%q is %+v, which is %q (%v)", s, m, back, err)
		}
	})
}

func FuzzPiece(f *testing.F) {
	for _, s := range []string{"0268435457-2", "2684354572", "", "-", "9999999999999-6", "0000000000", "１"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		delivery, err := ParsePiece(s)
		if err != nil {
			return
		}
		if back, err := ParsePiece(Piece(delivery)); err != nil || back != delivery || delivery < 1 {
			t.Errorf("%q is %d, which is %q, which is %d (%v)", s, delivery, Piece(delivery), back, err)
		}
	})
}

var (
	numberForm = regexp.MustCompile(`^([0-9]+(-[0-9]+)*|[A-Z]+)*$`)
	changing   = regexp.MustCompile(`F|[A-Z]{2}`)
)

func FuzzAddress(f *testing.F) {
	for _, p := range published {
		f.Add(p.address)
	}
	for _, s := range []string{
		"", "\xff1丁", "北1条西-", "一番町5F", "万万万万", "ｱ･1/2", "A&b", "１ーＦ", "\u30991\u3099",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		town, rest := SplitTown(s)
		if town+rest != s {
			t.Errorf("%q is split into %q and %q", s, town, rest)
		}
		number := AddressNumber(rest)
		if !numberForm.MatchString(number) {
			t.Errorf("%q gives %q", s, number)
		}
		// Alone, an F is a floor's and two letters are a word.
		if again := AddressNumber(number); !changing.MatchString(number) && again != number {
			t.Errorf("%q gives %q, which gives %q", s, number, again)
		}
		c, err := NewCustomer("263-0023", s)
		if err != nil {
			return
		}
		sum := 0
		for _, code := range c.codes {
			if code >= codeCount {
				t.Fatalf("%q: code %d", s, code)
			}
			sum += int(code)
		}
		if sum%codeCount != 0 || !strings.HasPrefix("2630023"+number, c.Text()) {
			t.Errorf("%q: sum %d, text %q", s, sum, c.Text())
		}
	})
}

func FuzzSymbols(f *testing.F) {
	for _, s := range []string{
		"", "1", "12", "abc", "HTTP", strings.Repeat("7", 88), "\x00\x7f", "é", "1a22b333",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, encode := range []func(string) (Matrix, error){DataMatrix, QR} {
			m, err := encode(s)
			if err != nil {
				continue
			}
			modules := 0
			for _, r := range m.Runs() {
				modules += r.Width * r.Height
			}
			dark := 0
			for _, row := range rowsOf(m) {
				dark += strings.Count(row, "1")
			}
			if modules != dark || dark == 0 {
				t.Errorf("%q: %d modules in rectangles, %d dark", s, modules, dark)
			}
		}
	})
}
