package table

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// small makes a splitter whose buffer is small, so that lines are cut by it.
func small(text string, delimiter byte, buffer int) *splitter {
	return &splitter{lines: lines{src: bufio.NewReaderSize(strings.NewReader(text), buffer)},
		delimiter: delimiter}
}

// show writes a record as LINE|CELL|CELL, with !FAULT in front of one that cannot be used.
func show(rec Record) string {
	parts := []string{fmt.Sprint(rec.Line)}
	for i := range rec.Len() {
		parts = append(parts, string(rec.Cell(i)))
	}
	line := strings.Join(parts, "|")
	if rec.Fault != "" {
		line = fmt.Sprintf("!%s(%d) %s", rec.Fault, rec.FaultCell, line)
	}
	return line
}

// read returns all the records, as show writes them.
func read(text string, buffer int) (records []string, err error) {
	s, b := small(text, ',', buffer), new(Block)
	for err == nil {
		err = s.next(b)
	}
	for i := range b.Len() {
		records = append(records, show(b.Record(i)))
	}
	return records, err
}

func TestRecordsAreCutByRFC4180AndBrokenOnesCostNobodyElse(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"plain cells":              {"a,b\nc,d\n", []string{"1|a|b", "2|c|d"}},
		"CRLF":                     {"a,b\r\nc,d\r\n", []string{"1|a|b", "2|c|d"}},
		"no line end at the end":   {"a,b\nc,d", []string{"1|a|b", "2|c|d"}},
		"empty cells":              {"a,\n,b,\n", []string{"1|a|", "2||b|"}},
		"nothing but delimiters":   {"a,b\n,\n\"\",\"\"\nc,d\n,,\n", []string{"1|a|b", "4|c|d"}},
		"blank lines are none":     {"a\n\n\r\nb\n\n", []string{"1|a", "4|b"}},
		"nothing":                  {"", nil},
		"quoted cells":             {"\"a,b\",c\n", []string{"1|a,b|c"}},
		"doubled quotes":           {`"a ""b"" c",""""` + "\n", []string{`1|a "b" c|"`}},
		"empty quoted cell":        {`"","",a` + "\n", []string{"1|||a"}},
		"quoted line break":        {"\"a\nb\",c\nd,e\n", []string{"1|a\nb|c", "3|d|e"}},
		"quoted CRLF":              {"\"a\r\nb\"\r\nc\r\n", []string{"1|a\r\nb", "3|c"}},
		"quoted at the end":        {"a,\"b\"", []string{"1|a|b"}},
		"quoted empty at the end":  {"a,\"\"", []string{"1|a|"}},
		"empty after quoted":       {"\"a\",\nb\n", []string{"1|a|", "2|b"}},
		"spaces stay":              {" a , b \n", []string{"1| a | b "}},
		"quotes in a cell without": {"a\"b\",c\nd,\"\"\n", []string{"1|a\"b\"|c", "2|d|"}},
		"a quote at a cell's end":  {"a,b\"\nd,e\n", []string{"1|a|b\"", "2|d|e"}},
		"spaces around quotes":     {"a, \"b,c\" ,d\n  \"e\" \n", []string{"1|a|b,c|d", "2|e"}},
		"text after a closing quote": {"\"a\"b,c\nd,e\n",
			[]string{"!text after a closing quote(0) 1|\"a\"b,c", "2|d|e"}},
		"a stray quote swallows no row": {"1,\"Taro\n2,Jiro\n3,\"Saburo\"\n4,Shiro\n",
			[]string{"!text after a closing quote(1) 1|1,\"Taro", "2|2|Jiro", "3|3|Saburo", "4|4|Shiro"}},
		"stray quotes one after the other": {"\"a\n\"b\n\"c\n\"d\ne\n\"f\"g\n",
			[]string{"!text after a closing quote(0) 1|\"a", "!text after a closing quote(0) 2|\"b",
				"!text after a closing quote(0) 3|\"c", "!text after a closing quote(0) 4|\"d",
				"5|e", "!text after a closing quote(0) 6|\"f\"g"}},
		"an end of DOS":               {"a,b\nc,d\n\x1a", []string{"1|a|b", "2|c|d"}},
		"an end of DOS behind a cell": {"a,b\nc,\"d\"\x1a\x1a", []string{"1|a|b", "2|c|d"}},
		"an end of DOS that is none":  {"a\x1a\nb\n", []string{"1|a\x1a", "2|b"}},
		"NUL":                         {"a,b\x00\nc,d\n", []string{"!row holds a NUL byte(-1) 1|a|b\x00", "2|c|d"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := read(c.text, 16)
			if err != io.EOF || !slices.Equal(got, c.want) {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestAQuoteThatIsNotClosedCostsItsOwnRow(t *testing.T) {
	lines, open := strings.Repeat("b\n", maxRecord/2), "!quote is not closed(0) "
	for name, c := range map[string]struct {
		text string
		want []string // the first of them
	}{
		"to the end": {"a,b\n\"c,d\ne,f\n", []string{"1|a|b", open + "2|\"c,d", "3|e|f"}},
		"in a later line": {"a\n\"b\nc\",\"d\n", []string{"1|a", "!quote is not closed(1) 2|\"b",
			"!quote is not closed(1) 3|c\",\"d"}},
		"nothing but it":  {"\"", []string{open + "1|\""}},
		"over many lines": {"a\n\"" + lines, []string{"1|a", open + "2|\"b", "3|b", "4|b"}},
		"before a long line": {"\"a\nb\n" + strings.Repeat("c", maxRecord+1) + "\n\"d\ne\n",
			[]string{open + "1|\"a", "2|b", "!row is longer than 1048576 bytes(-1) 3|", open + "4|\"d", "5|e"}},
	} {
		got, err := read(c.text, 16)
		if err != io.EOF || len(got) != strings.Count(strings.TrimSuffix(c.text, "\n"), "\n")+1 ||
			!slices.Equal(got[:len(c.want)], c.want) {
			t.Errorf("%s: %d records, %v, the first %.200q", name, len(got), err, got[:min(len(got), len(c.want))])
		}
	}
}

func TestARecordThatIsTooLongIsSkippedWhole(t *testing.T) {
	got, err := read("a\n"+strings.Repeat("b", maxRecord+1)+"\nc\n", 64)
	want := []string{"1|a", "!row is longer than 1048576 bytes(-1) 2|", "3|c"}
	if err != io.EOF || !slices.Equal(got, want) {
		t.Errorf("got %.200q, %v", got, err)
	}
}

func TestALineLongerThanTheBufferIsWhole(t *testing.T) {
	long := strings.Repeat("b", 1000)
	got, err := read("a,"+long+"\n\""+long+"\nc\",d\n", 16)
	if want := []string{"1|a|" + long, "2|" + long + "\nc|d"}; err != io.EOF || !slices.Equal(got,
		want) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestBrokenQuotesCostLinearTime(t *testing.T) {
	var text strings.Builder
	for range 200_000 {
		text.WriteString("\"a\n")
	}
	text.WriteString("\"\n")
	got, err := read(text.String(), 4096)
	if err != io.EOF || len(got) != 200_000 {
		t.Errorf("%d records, %v", len(got), err)
	}
}

// TestQuotesThatStayOpenCostLinearTime has lines that are within a quote behind themselves wherever they
// began. Looking ahead from each, by a mebibyte, would take minutes.
func TestQuotesThatStayOpenCostLinearTime(t *testing.T) {
	got, err := read(strings.Repeat("x\",\"\"\",z\n", 200_000), 4096)
	if err != io.EOF || len(got) != 200_000 {
		t.Errorf("%d records, %v", len(got), err)
	}
}

// FuzzSplitter compares with encoding/csv where that has no complaint, and asks that no line is
// lost where it has.
func FuzzSplitter(f *testing.F) {
	for _, seed := range []string{"a,b\n", "\"a\nb\",c\r\n", "a\"b\n\"c\"d\n\"e", "\"\"\"\"\n\n,",
		"\"a\n\"b\nc"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := read(text, 16)
		if err != io.EOF {
			t.Fatal(err)
		}
		if strings.ContainsAny(text, "\r\x00") {
			return
		}
		r := csv.NewReader(strings.NewReader(text))
		r.FieldsPerRecord = -1
		want, csvErr := r.ReadAll()
		if csvErr != nil {
			return
		}
		want = slices.DeleteFunc(want, func(cells []string) bool { return strings.Join(cells, "") == "" })
		if len(got) != len(want) {
			t.Fatalf("%q: got %q; encoding/csv has %q", text, got, want)
		}
		for i := range got {
			_, cells, _ := strings.Cut(got[i], "|")
			if cells != strings.Join(want[i], "|") {
				t.Fatalf("%q: record %d is %q, encoding/csv has %q", text, i, cells, want[i])
			}
		}
	})
}

func TestEveryLineOfABrokenFileIsInARecord(t *testing.T) {
	text := "x,\"1\ny,2\n\"z\",\"3\"4\n\"p\nq\"r\ns,5\n"
	got, err := read(text, 16)
	if err != io.EOF || len(got) != strings.Count(text, "\n") {
		t.Errorf("%q, %v", got, err)
	}
}
