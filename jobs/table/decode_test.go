package table

import (
	"bytes"
	"fmt"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

func TestCP932IsWindows31J(t *testing.T) {
	for bytes, want := range map[string]string{
		"\x87\x40":         "①",
		"\x87\x54":         "Ⅰ",
		"\x87\x82":         "№",
		"\x87\x8a":         "㈱",
		"\x87\x90":         "≒",
		"\x87\x9c":         "∪",
		"\xed\x40":         "纊", // NEC's copy of IBM's
		"\xee\xe0":         "髙",
		"\xfa\x40":         "ⅰ",
		"\xfb\xfc":         "髙",
		"\xfa\xb1":         "﨑",
		"\xfc\x4b":         "黑",
		"\x81\x60":         "～", // U+FF5E, not U+301C
		"\x81\x61":         "∥", // U+2225, not U+2016
		"\x81\x7c":         "－", // U+FF0D, not U+2212
		"\x81\x91":         "￠", // U+FFE0, not U+00A2
		"\x81\x92":         "￡", // U+FFE1, not U+00A3
		"\x81\xca":         "￢", // U+FFE2, not U+00AC
		"\x81\x5c":         "―", // U+2015, not U+2014
		"\x81\x5f":         "＼", // U+FF3C, not U+005C
		"\x81\x40":         "\u3000",
		"\xb1\xb2\xb3":     "ｱｲｳ",
		"\xca\xde\xdf":     "ﾊﾞﾟ",
		"\x8e\x52\x93\x63": "山田",
		"\x83\x5c":         "ソ", // its second byte is a backslash
		"\x83\x7c":         "ポ", // its second byte is a vertical bar
		"A-1\\~":           "A-1\\~",
	} {
		got, fault := newDecoder(CP932).Append(nil, []byte(bytes))
		if string(got) != want || fault != "" {
			t.Errorf("% x is %q (%s), want %q", bytes, got, fault, want)
		}
	}
}

func TestEUCJPHasTheSameCharacters(t *testing.T) {
	for bytes, want := range map[string]string{
		"\xbb\xb3\xc5\xc4":         "山田",
		"\xa1\xc1":                 "～",
		"\xa1\xdd":                 "－",
		"\xad\xa1":                 "①",
		"\xad\xea":                 "㈱",
		"\xfc\xe2":                 "髙", // IBM's characters in NEC's rows
		"\x8e\xb1":                 "ｱ",
		"\x8f\xb0\xa1\xbb\xb3\x41": "丂山A", // JIS X 0212
	} {
		got, fault := newDecoder(EUCJP).Append(nil, []byte(bytes))
		if string(got) != want || fault != "" {
			t.Errorf("% x is %q (%s), want %q", bytes, got, fault, want)
		}
	}
}

func TestTheTablesAgreeWithTheSlowDecoders(t *testing.T) {
	for name, slow := range map[string]interface{ Bytes([]byte) ([]byte, error) }{
		CP932: japanese.ShiftJIS.NewDecoder(), EUCJP: japanese.EUCJP.NewDecoder(),
	} {
		d := newDecoder(name)
		for i := range 1 << 16 {
			src := []byte{byte(i >> 8), byte(i), 'x'}
			got, fault := d.Append(nil, src)
			want, err := slow.Bytes(src)
			lost := bytes.ContainsRune(want, utf8.RuneError)
			if err != nil || lost != (fault != "") || !lost && !bytes.Equal(got, want) {
				t.Fatalf("%s: % x is %q (%s), want %q", name, src, got, fault, want)
			}
		}
	}
	d, slow := newDecoder(EUCJP), japanese.EUCJP.NewDecoder()
	for i := range 1 << 16 {
		src := []byte{0x8f, byte(i >> 8), byte(i)}
		got, fault := d.Append(nil, src)
		want, _ := slow.Bytes(src)
		if lost := bytes.ContainsRune(want, utf8.RuneError); lost != (fault != "") || !lost && !bytes.Equal(got,
			want) {
			t.Fatalf("% x is %q (%s), want %q", src, got, fault, want)
		}
	}
}

func TestBytesThatAreNotOfTheEncodingAreNamed(t *testing.T) {
	for _, c := range []struct{ encoding, cell, want string }{
		{UTF8, "ab\xffc", "byte 3 of the cell is not valid UTF-8"},
		{UTF8, "山\xe5\xb1", "byte 4 of the cell is not valid UTF-8"},
		{UTF8, "\xed\xa0\x80", "byte 1 of the cell is not valid UTF-8"},
		{CP932, "\x8e\x52\xa0", "byte 3 of the cell is not valid CP932"},
		{CP932, "ab\x8e", "byte 3 of the cell is not valid CP932"},
		{CP932, "\x8e\x20", "byte 1 of the cell is not valid CP932"},
		{CP932, "\xff", "byte 1 of the cell is not valid CP932"},
		{CP932, "\x8e\x52\xf0\x40", "byte 3 of the cell begins a user-defined character (gaiji)"},
		{EUCJP, "\xbb\xb3\xc5", "byte 3 of the cell is not valid EUC-JP"},
		{EUCJP, "\x8e\x41", "byte 1 of the cell is not valid EUC-JP"},
	} {
		if _, fault := newDecoder(c.encoding).Append(nil, []byte(c.cell)); fault != c.want {
			t.Errorf("%s % x: %q, want %q", c.encoding, c.cell, fault, c.want)
		}
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add([]byte("\x87\x40\xfb\xfc"))
	f.Add([]byte("山田\xff"))
	f.Add([]byte("\x8e\xf0\x40\xa0\x80"))
	f.Fuzz(func(t *testing.T, cell []byte) {
		for _, encoding := range []string{UTF8, CP932, EUCJP} {
			got, fault := newDecoder(encoding).Append([]byte("before"), cell)
			if !bytes.HasPrefix(got, []byte("before")) {
				t.Fatalf("%s: lost what was there: %q", encoding, got)
			}
			if fault == "" && (!utf8.Valid(got) || encoding != UTF8 && bytes.ContainsRune(got, '\uFFFD')) {
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
