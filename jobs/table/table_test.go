package table

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"
)

// memory is a file that lies in memory.
func memory(text string) File {
	return File{Name: "people.csv", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}}
}

// open opens a file that nothing is wrong with.
func open(t testing.TB, f File) *Table {
	t.Helper()
	table, problems, err := Open(t.Context(), f)
	if err != nil || len(problems) > 0 {
		t.Fatalf("%+v, %v", problems, err)
	}
	return table
}

// problem opens a file that something is wrong with, and returns what.
func problem(t testing.TB, f File) Problem {
	t.Helper()
	table, problems, err := Open(t.Context(), f)
	if err != nil || len(problems) != 1 || (table == nil) == problems[0].Warning {
		t.Fatalf("%v, %+v, %v", table, problems, err)
	}
	if p := problems[0]; p.What == "" || p.Do == "" || p.File != f.Name {
		t.Errorf("%+v", p)
	}
	return problems[0]
}

// rowsOf returns all the records, decoded, as show writes them.
func rowsOf(t testing.TB, table *Table) (records []string, p Pass) {
	t.Helper()
	d := table.NewDecoder()
	p, err := table.Blocks(t.Context(), func(b *Block) error {
		defer b.Release()
		if b.First != len(records)+1 {
			t.Errorf("block begins with %d after %d", b.First, len(records))
		}
		for i := range b.Len() {
			text, fault := d.Append(nil, []byte(show(b.Record(i))))
			records = append(records, string(text)+fault)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return records, p
}

func sjis(t testing.TB, text string) string {
	t.Helper()
	out, err := japanese.ShiftJIS.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func eucjp(t testing.TB, text string) string {
	t.Helper()
	out, err := japanese.EUCJP.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheSameTableInEveryEncodingIsTheSame(t *testing.T) {
	t.Parallel()
	text := "会員番号,氏名\r\nA-1,髙橋　太郎\r\nA-2,山﨑 ポール～\r\n"
	want := []string{"2|A-1|髙橋　太郎", "3|A-2|山﨑 ポール～"}
	for encoding, bytes := range map[string]string{
		UTF8: text, UTF8BOM: "\ufeff" + text, CP932: sjis(t, text), EUCJP: eucjp(t, text),
	} {
		f := memory(bytes)
		for _, f.Encoding = range []string{"", encoding} {
			table := open(t, f)
			if table.Found.Encoding != encoding || !slices.Equal(table.Header, []string{"会員番号", "氏名"}) ||
				table.HeaderLine != 1 {
				t.Errorf("%s: %+v", encoding, table)
			}
			if rows, p := rowsOf(t, table); !slices.Equal(rows, want) || p.Records != 2 {
				t.Errorf("%s: %q, %+v", encoding, rows, p)
			}
		}
	}
}

func TestTheWholeFileDecidesItsEncoding(t *testing.T) {
	t.Parallel()
	filler := strings.Repeat("id,name\n", 200_000)
	kana := strings.Repeat("ﾔﾏﾀﾞ ﾀﾛｳ,ｽｽﾞｷ\n", 10)
	for name, c := range map[string]struct {
		text, declared, want string
		sure                 Sure
	}{
		"ASCII":                      {filler, Auto, UTF8, Certain},
		"UTF-8 in the last row":      {filler + "1,髙橋\n", Auto, UTF8, Certain},
		"CP932 in the last row":      {filler + "1," + sjis(t, "髙橋") + "\n", "", CP932, Certain},
		"mark":                       {"\ufeff" + filler, Auto, UTF8BOM, Certain},
		"mark though declared plain": {"\ufeffa", UTF8, UTF8BOM, Certain},
		"declared mark that is not":  {"a", UTF8BOM, UTF8, Declared},
		"declared CP932":             {"a", CP932, CP932, Declared},
		"UTF-8 with a damaged byte":  {strings.Repeat("髙橋,\n", 20) + "髙\xe6", Auto, UTF8, Likely},
		"cut at the buffer's end":    {"a" + strings.Repeat("髙\n", bufferSize), Auto, UTF8, Certain},
		"half-width kana":            {sjis(t, kana), Auto, CP932, Certain},
		"EUC-JP names":               {strings.Repeat(eucjp(t, "山田太郎,鈴木\n"), 10), Auto, EUCJP, Certain},
		"EUC-JP kana":                {eucjp(t, "なまえ\nタロウ\n"), Auto, EUCJP, Likely},
		"CP932 with a damaged byte":  {strings.Repeat(sjis(t, "髙橋,山田\n"), 20) + "\xff", Auto, CP932, Likely},
	} {
		t.Run(name, func(t *testing.T) {
			f := memory(c.text)
			f.Encoding = c.declared
			table, problems, err := Open(t.Context(), f)
			if err != nil || table == nil || table.Found.Encoding != c.want || table.Found.Sure != c.sure {
				t.Fatalf("%+v, %+v, %v", table, problems, err)
			}
			if said := len(problems) > 0; said != (c.sure == Likely) {
				t.Errorf("%s, and %+v", c.sure, problems)
			}
		})
	}
}

func TestAnEncodingThatCannotBeToldIsAsked(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"two readings":             eucjp(t, "name\n山田\n"),
		"a western code page":      "name,town\nJos\xe9,Orl\xe9ans\nM\xfcller,K\xf6ln\n",
		"UTF-8 and CP932 together": strings.Repeat("髙橋\n", 50) + strings.Repeat(sjis(t, "髙橋\n"), 50),
	} {
		t.Run(name, func(t *testing.T) {
			if p := problem(t, memory(text)); p.What != "the encoding cannot be told" {
				t.Errorf("%+v", p)
			}
		})
	}
}

func TestAFileThatIsNoTableIsRefusedInOneLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"nothing":            {"", "file is empty"},
		"blank lines":        {"\n\r\n,,\n", "file is empty"},
		"NUL":                {"a,b\n1,\x00\n", "file holds NUL bytes: it is no text"},
		"3,000 columns":      {strings.Repeat("a,", 3000) + "\n", "header has 3,001 cells, more than 1,000"},
		"a header not cut":   {"a,\"b\n", "header: quote is not closed"},
		"a header in pieces": {"a,\"b\"c\n", "header: text after a closing quote"},
		"a title twice":      {"a,b,,,b\n1,2,3,4,5\n", "cells 2 and 5 of the header are the same"},
		"a broken header":    {"a,\xff\n髙橋髙橋髙橋髙橋髙橋髙橋\n", "header, cell 2: byte 1 of the cell is not valid UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			if p := problem(t, memory(c.text)); p.What != c.want {
				t.Errorf("%+v", p)
			}
		})
	}
}

// endless gives the same text for ever.
type endless struct {
	text string
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	for n := 0; n < len(p); n += copy(p[n:], e.text) {
	}
	return len(p), nil
}

func (e *endless) Close() error { return nil }

func TestAFirstLineWithoutEndIsNotRead(t *testing.T) {
	t.Parallel()
	e := &endless{text: "a,b,c"}
	p := problem(t, File{Name: "endless.csv", Open: func() (io.ReadCloser, error) { return e, nil }})
	if p.What != "first line is longer than 1,048,576 bytes" || e.read > 2*headSize {
		t.Errorf("%+v after %d bytes", p, e.read)
	}
}

func TestTwoPassesAreEqualUnlessTheFileChanged(t *testing.T) {
	t.Parallel()
	text := "a,b\n" + strings.Repeat("1,2\n,\n", 20_000)
	f := memory("")
	f.Open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
	table := open(t, f)
	_, first := rowsOf(t, table)
	_, second := rowsOf(t, table)
	if first != second || first.Records != 20_000 || first.Blanks != 20_000 {
		t.Errorf("%+v, %+v", first, second)
	}
	text = strings.Replace(text, "1", "3", 1)
	if _, third := rowsOf(t, table); third == first {
		t.Error("a changed byte was not seen")
	}
	text = ""
	if _, err := table.Blocks(t.Context(), nil); !errors.Is(err, ErrChanged) {
		t.Errorf("an emptied file: %v", err)
	}
}

func TestBlocksStayWholeUntilTheyAreReleased(t *testing.T) {
	t.Parallel()
	table := open(t, memory("a\n"+strings.Repeat(strings.Repeat("x", 99)+"\n", 50_000)))
	var kept []*Block
	if _, err := table.Blocks(t.Context(), func(b *Block) error {
		kept = append(kept, b)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, b := range kept {
		for i := range b.Len() {
			n++
			rec := b.Record(i)
			if rec.Line != n+1 || b.First+i != n || len(rec.Cell(0)) != 99 {
				t.Fatalf("record %d: %+v", n, rec)
			}
		}
		b.Release()
	}
	if n != 50_000 || len(kept) < 2 {
		t.Errorf("%d records in %d blocks", n, len(kept))
	}
}

func TestAnErrorOfTheReceiverEndsTheReading(t *testing.T) {
	t.Parallel()
	table := open(t, memory("a\n1\n"))
	stop := errors.New("enough")
	if _, err := table.Blocks(t.Context(), func(*Block) error { return stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}

func TestWhatLeavesATableAllTheSameIsAWarning(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, encoding, want string }{
		"CP932 as UTF-8":    {"a\n" + sjis(t, "髙橋\n"), UTF8, "file is declared to be in UTF-8, and hardly fits it"},
		"UTF-8 as CP932":    {"a\n髙橋\n", CP932, "file is declared to be in CP932, and hardly fits it"},
		"a mark that lacks": {"a\n" + sjis(t, "髙橋\n"), UTF8BOM, "file is declared to be in UTF-8, and hardly fits it"},
	} {
		f := memory(c.text)
		f.Encoding = c.encoding
		if p := problem(t, f); p.What != c.want || !p.Warning {
			t.Errorf("%s: %+v", name, p)
		}
	}
}
