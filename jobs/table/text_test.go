package table

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/unicode"
)

func utf16(t testing.TB, text, order string, mark unicode.BOMPolicy) string {
	t.Helper()
	endian := unicode.LittleEndian
	if order == UTF16BE {
		endian = unicode.BigEndian
	}
	out, err := unicode.UTF16(endian, mark).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func gzipped(t testing.TB, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := io.WriteString(w, text)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func zstandard(t testing.TB, text string, o ...zstd.EOption) string {
	t.Helper()
	w, err := zstd.NewWriter(nil, o...)
	if err != nil {
		t.Fatal(err)
	}
	return string(w.EncodeAll([]byte(text), nil))
}

func TestUTF16IsReadInBothByteOrdersWithAndWithoutItsMark(t *testing.T) {
	t.Parallel()
	text := "会員番号,氏名\r\nA-1,𠮷田　太郎\r\nA-2,\"山﨑\n,次郎\"\r\n"
	want := []string{"2|A-1|𠮷田　太郎", "3|A-2|山﨑\n,次郎"}
	for _, order := range []string{UTF16LE, UTF16BE} {
		for _, mark := range []unicode.BOMPolicy{unicode.UseBOM, unicode.IgnoreBOM} {
			f := memory(utf16(t, text, order, mark))
			for _, f.Encoding = range []string{Auto, UTF16} {
				table := open(t, f)
				rows, _ := rowsOf(t, table)
				if !slices.Equal(rows, want) || table.Header[0] != "会員番号" || table.Found.Encoding != order ||
					table.Found.Sure != Certain {
					t.Errorf("%s: %q, %+v", order, rows, table.Found)
				}
			}
		}
	}
}

func TestHalfACharacterOfUTF16CostsItsRow(t *testing.T) {
	t.Parallel()
	text := utf16(t, "id,name\n1,a", UTF16LE, unicode.UseBOM) + "\x00\xd8" + utf16(t, "b\n2,c\n", UTF16LE,
		unicode.IgnoreBOM)
	rows, _ := rowsOf(t, open(t, memory(text)))
	if want := []string{"2|1|a\uFFFDbcell holds what is not valid UTF-16LE", "3|2|c"}; !slices.Equal(rows, want) {
		t.Errorf("%q", rows)
	}
}

func TestCompressedFilesAreKnownByTheirBytes(t *testing.T) {
	t.Parallel()
	text := "id,name\n" + strings.Repeat("1,髙橋\n", 100_000)
	for compression, packed := range map[string]string{
		"gzip": gzipped(t, text[:80]) + gzipped(t, text[80:]) + strings.Repeat("\x00", 5), "zstd": zstandard(t, text), "": text,
	} {
		table := open(t, memory(packed))
		rows, p := rowsOf(t, table)
		if len(rows) != 100_000 || rows[99_999] != "100001|1|髙橋" || table.Found.Compression != compression ||
			p.Digest>>32 != uint64(len(packed)) {
			t.Errorf("%s: %d rows, %+v, %+v", compression, len(rows), table.Found, p)
		}
	}
}

func TestACompressedFileThatIsDamagedIsRefused(t *testing.T) {
	t.Parallel()
	text := "id,name\n" + strings.Repeat("1,髙橋\n", 100_000)
	z := gzipped(t, text)
	zs := zstandard(t, text)
	for name, c := range map[string]struct{ text, want string }{
		"truncated gzip":         {z[:len(z)-9], "compressed file is cut short"},
		"a gzip of few bytes":    {z[:5], "compressed file is cut short"},
		"gzip, a byte changed":   {z[:len(z)-6] + "x" + z[len(z)-5:], "compressed file is damaged"},
		"gzip, zeros and a tail": {z + strings.Repeat("\x00", 600) + "a tail of some length", "compressed file is damaged"},
		"gzip with a tail":       {z + "a tail of some length", "compressed file is damaged"},
		"truncated zstd":         {zs[:len(zs)-9], "compressed file is cut short"},
		"zstd, a byte changed":   {zs[:len(zs)-2] + "xx", "compressed file is damaged"},
		"gzip of gzip":           {gzipped(t, z), "file is compressed twice"},
		"gzip of a PDF":          {gzipped(t, "%PDF-1.4\n"), "file is a PDF"},
		"zstd of a wide window":  {zstandard(t, strings.Repeat(text, 100), zstd.WithWindowSize(64<<20)), "compressed file needs more than 32 MiB to unpack"},
	} {
		t.Run(name, func(t *testing.T) {
			if p := problem(t, memory(c.text)); p.What != c.want {
				t.Errorf("%+v", p)
			}
		})
	}
}

func TestTheDelimiterIsFoundInTheFirstRows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text, declared string
		want           byte
		rows           []string
	}{
		"commas":                 {"a,b\n1,2\n", Auto, ',', []string{"2|1|2"}},
		"tabs":                   {"a\tb,c\n1\t2\n", "", '\t', []string{"2|1|2"}},
		"semicolons":             {"a;b\n1,5;2\n2,5;\n", "", ';', []string{"2|1,5|2", "3|2,5|"}},
		"bars":                   {"a|b\n\"1|\"|2\n", "", '|', []string{"2|1||2"}},
		"one column":             {"a\n1;2\n", "", ',', []string{"2|1;2"}},
		"in quotes":              {"a,b\n\"x;y;z\",2\n", "", ',', []string{"2|x;y;z|2"}},
		"more cells":             {"a,b;c;d\n1,2;3;4\n", "", ';', []string{"2|1,2|3|4"}},
		"declared":               {"a,b;c\n1,2;3\n", "comma", ',', []string{"2|1|2;3"}},
		"Excel's own line":       {"sep=;\r\na,b;c\r\n1,2;3\r\n", "", ';', []string{"3|1,2|3"}},
		"a katakana PO of CP932": {sjis(t, "ポイント,氏名\nポ,山田\n"), "", ',', []string{"2|ポ|山田"}},
		"bars in CP932":          {sjis(t, "氏名|カナ\n山田|ポ\n"), "", '|', []string{"2|山田|ポ"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := memory(c.text)
			f.Delimiter = c.declared
			table := open(t, f)
			rows, _ := rowsOf(t, table)
			if table.Found.Delimiter != c.want || !slices.Equal(rows, c.rows) {
				t.Errorf("%q, %+v", rows, table.Found)
			}
		})
	}
	if p := problem(t, memory("a,b;c\n1,2;3\n")); p.What != "the delimiter cannot be told" {
		t.Errorf("%+v", p)
	}
}

func TestLinesThatEndInCROnlyAreRead(t *testing.T) {
	t.Parallel()
	rows, _ := rowsOf(t, open(t, memory("a,b\r1,\"2\r3\"\r\r4,5\r")))
	if want := []string{"2|1|2\n3", "5|4|5"}; !slices.Equal(rows, want) {
		t.Errorf("%q", rows)
	}
}

func TestWhatIsNoTableIsNamed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"%PDF-1.7\n%\xe2\xe3":                      "file is a PDF",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00": "file is an old or password-protected Excel workbook",
		"PK\x03\x04\x14\x00\x00\x00":               "workbook is damaged",
		"\r\n<!DOCTYPE HTML><title>403":            "file is a web page",
		"\ufeff<html lang=ja>":                     "file is a web page",
		"<head>\n<title>502</title>":               "file is a web page or XML",
		"<!-- not, found -->\n":                    "file is a web page or XML",
		"no,name\n1,\x1b$B;3ED\x1b(B\n":            "file is in ISO-2022-JP",
		"no,\x1b$@;3ED\x1b(J\n":                    "file is in ISO-2022-JP",
		"<?xml version='1.0'?>":                    "file is XML",
		"{\"error\":\"login\"}":                    "file is JSON",
		"SQLite format 3\x00":                      "file is a database",
		"\x00\x01\x02\x03":                         "file holds NUL bytes: it is no text",
	} {
		if p := problem(t, memory(text)); p.What != want {
			t.Errorf("%q: %+v", text, p)
		}
	}
}

func TestWordsThatAreNotKnownAreRefused(t *testing.T) {
	t.Parallel()
	for _, f := range []File{{Encoding: "latin1"}, {Format: "ods"}, {Delimiter: "space"}} {
		f.Name, f.Open = "people.csv", memory("a\n").Open
		if p := problem(t, f); !strings.HasSuffix(p.What, "is not known") || !strings.Contains(p.Do, "auto, ") {
			t.Errorf("%+v", p)
		}
	}
}

func TestADeclarationThatTheFileContradictsIsRefused(t *testing.T) {
	t.Parallel()
	for declared, text := range map[string]string{
		CP932: "\ufeffa,b\n", UTF8: "\xff\xfea\x00", UTF16: "a,b\n", EUCJP: "\ufeffa,b\n",
	} {
		f := memory(text)
		f.Encoding = declared
		if p := problem(t, f); p.Do != "set encoding: auto" {
			t.Errorf("%+v", p)
		}
	}
}

func TestReadingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	f := memory("a\n" + strings.Repeat("1\n", 1_000_000))
	table := open(t, f)
	_, err := table.Blocks(ctx, func(b *Block) error {
		b.Release()
		cancel()
		return nil
	})
	if err == nil || ctx.Err() == nil {
		t.Errorf("error %v", err)
	}
	if _, _, err := Open(ctx, f); err == nil {
		t.Error("opened after the end")
	}
}
