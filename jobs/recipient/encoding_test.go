package recipient

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

func TestCP932IsWindows31J(t *testing.T) {
	for bytes, want := range map[string]string{
		"\x87\x40":         "①",
		"\x87\x8a":         "㈱",
		"\xfb\xfc":         "髙",
		"\xfa\xb1":         "﨑",
		"\x81\x60":         "～", // U+FF5E, not U+301C
		"\x81\x7c":         "－", // U+FF0D
		"\x81\x61":         "∥", // U+2225
		"\xb1\xb2\xb3":     "ｱｲｳ",
		"\x8e\x52\x93\x63": "山田",
		"\x83\x5c":         "ソ", // its second byte is a backslash
		"A-1\\":            "A-1\\",
	} {
		got, fault := newDecoder(cp932).append(nil, []byte(bytes))
		if string(got) != want || fault != "" {
			t.Errorf("% x is %q (%s), want %q", bytes, got, fault, want)
		}
	}
}

func TestBytesThatAreNotOfTheEncodingAreNamed(t *testing.T) {
	for _, c := range []struct{ encoding, cell, want string }{
		{utf8enc, "ab\xffc", "byte 3 of the cell is not valid UTF-8"},
		{utf8enc, "山\xe5\xb1", "byte 4 of the cell is not valid UTF-8"},
		{utf8enc, "\xed\xa0\x80", "byte 1 of the cell is not valid UTF-8"},
		{cp932, "\x8e\x52\xa0", "byte 3 of the cell is not valid CP932"},
		{cp932, "ab\x8e", "byte 3 of the cell is not valid CP932"},
		{cp932, "\x8e\x20", "byte 1 of the cell is not valid CP932"},
		{cp932, "\xff", "byte 1 of the cell is not valid CP932"},
		{cp932, "\x8e\x52\xf0\x40", "byte 3 of the cell begins a user-defined character (gaiji)"},
	} {
		if _, fault := newDecoder(c.encoding).append(nil, []byte(c.cell)); fault != c.want {
			t.Errorf("%s % x: %q, want %q", c.encoding, c.cell, fault, c.want)
		}
	}
}

func TestTheWholeFileDecidesItsEncoding(t *testing.T) {
	filler := strings.Repeat("id,name\n", 100_000)
	sjis, err := japanese.ShiftJIS.NewEncoder().String("髙橋")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ text, declared, want string }{
		"ASCII":                       {filler, auto, utf8enc},
		"empty":                       {"", auto, utf8enc},
		"UTF-8 in the last row":       {filler + "1,髙橋\n", auto, utf8enc},
		"CP932 in the last row":       {filler + "1," + sjis + "\n", "", cp932},
		"mark":                        {"\ufeff" + filler, auto, utf8BOM},
		"mark though declared plain":  {"\ufeffa", utf8enc, utf8BOM},
		"declared mark that is not":   {"a", utf8BOM, utf8enc},
		"declared CP932":              {"a", cp932, cp932},
		"UTF-16, little end":          {"\xff\xfea\x00", auto, utf16},
		"UTF-16, big end":             {"\xfe\xff\x00a", cp932, utf16},
		"UTF-8 with one damaged byte": {strings.Repeat("髙橋,\n", 20) + "髙\xe6", auto, utf8enc},
		"cut at the buffer's end":     {"a" + strings.Repeat("髙", bufferSize), auto, utf8enc},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := encodingOf(strings.NewReader(c.text), c.declared)
			if got != c.want || err != nil {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add([]byte("\x87\x40\xfb\xfc"))
	f.Add([]byte("山田\xff"))
	f.Add([]byte("\x8e\xf0\x40\xa0\x80"))
	f.Fuzz(func(t *testing.T, cell []byte) {
		for _, encoding := range []string{utf8enc, cp932} {
			got, fault := newDecoder(encoding).append([]byte("before"), cell)
			if !bytes.HasPrefix(got, []byte("before")) {
				t.Fatalf("%s: lost what was there: %q", encoding, got)
			}
			if fault == "" && (!utf8.Valid(got) || encoding == cp932 && bytes.ContainsRune(got, '\uFFFD')) {
				t.Fatalf("%s: % x is %q without a fault", encoding, cell, got)
			}
			var at int
			if fault != "" {
				if n, _ := fmt.Sscanf(fault, "byte %d", &at); n != 1 || at < 1 || at > len(cell) {
					t.Fatalf("%s: fault %q in %d bytes", encoding, fault, len(cell))
				}
			}
		}
	})
}
