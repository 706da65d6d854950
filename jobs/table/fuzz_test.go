package table

import (
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
)

// strict returns the records behind the header as encoding/csv reads them, those without any text left
// out; ok is false where it has a complaint.
func strict(text string, delimiter byte) (records []string, ok bool) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = rune(delimiter), -1
	all, err := r.ReadAll()
	for _, cells := range all {
		if strings.Join(cells, "") != "" {
			records = append(records, strings.Join(cells, "|"))
		}
	}
	if len(records) == 0 {
		return nil, false
	}
	return records[1:], err == nil
}

// FuzzReader opens anything, and asks that what is opened is read twice the same, that records are
// numbered without a gap, and that where encoding/csv has no complaint about plain UTF-8 the records are
// the ones it reads.
func FuzzReader(f *testing.F) {
	for _, text := range []string{
		"a,b\n1,\"2\n3\"\n,\n\"x\"y,z\n", "sep=;\na;b\n1;2", "a\tb\r1\t2\r", "\ufeffa|b\n1|\"\"\n", "%PDF-", "a,b\n\"1",
		"\xde",
		sjis(f, "氏名,カナ\nポ,髙橋\n"), eucjp(f, "なまえ,山田\n髙橋,x\n"), gzipped(f, "a,b\n1,2\n"),
		zstandard(f, "a\n1\n"), utf16(f, "a,b\n1,𠮷\n", UTF16LE, unicode.IgnoreBOM),
		book(f, sheet{"a", "", row("x", "y") + row("1", "=2")}),
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		table, problems, err := Open(t.Context(), memory(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		if table == nil {
			if len(problems) != 1 || problems[0].What == "" || problems[0].Do == "" {
				t.Fatalf("%+v", problems)
			}
			return
		}
		got, p, err := every(t, table)
		again, q, err2 := every(t, table)
		if !slices.Equal(got, again) || p != q || (err == nil) != (err2 == nil) {
			t.Fatalf("read twice: %q %+v %v, %q %+v %v", got, p, err, again, q, err2)
		}
		var broken *Broken
		if err != nil && !errors.As(err, &broken) {
			t.Fatal(err)
		}
		if err == nil && table.Found.Format != XLSX && table.Found.Compression == "" && !table.form.declares &&
			utf8.Valid(text) && !strings.ContainsAny(string(text), "\r\x00") {
			same(t, got, strings.TrimPrefix(string(text), "\ufeff"), table.Found.Delimiter)
		}
	})
}

// suspect begins a record that is well formed and not believed all the same, and further one that is but a line
// of it.
const suspect, further = "\x00", "\x01"

// every reads all the records.
func every(t *testing.T, table *Table) (records []string, p Pass, err error) {
	d := table.NewDecoder()
	p, err = table.Blocks(t.Context(), func(b *Block) error {
		defer b.Release()
		if b.First != len(records)+1 {
			t.Fatalf("block begins with %d after %d", b.First, len(records))
		}
		for i := range b.Len() {
			rec := b.Record(i)
			var cells []string
			for k := range rec.Len() {
				text, _ := d.Append(nil, rec.Cell(k))
				cells = append(cells, string(text))
			}
			if strings.HasPrefix(rec.Fault, "line is of the row") {
				cells = append([]string{further}, cells...)
			} else if rec.Fault != "" {
				cells = append([]string{suspect}, cells...)
			}
			records = append(records, strings.Join(cells, "|"))
		}
		return nil
	})
	return records, p, err
}

func same(t *testing.T, got []string, text string, delimiter byte) {
	want, ok := strict(text, delimiter)
	got = slices.DeleteFunc(got, func(record string) bool { return strings.HasPrefix(record, further) })
	for i := range min(len(got), len(want)) {
		if strings.HasPrefix(got[i], suspect) {
			want[i] = got[i]
		}
	}
	if ok && !slices.Equal(got, want) {
		t.Fatalf("%q: got %q, encoding/csv has %q", text, got, want)
	}
}
