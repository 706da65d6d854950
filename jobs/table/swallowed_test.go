package table

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// swallower is what show writes of the first line of rows that a quote has swallowed, of those behind it, and
// of a row that has become too long by it.
const (
	swallower = "!cell holds the rows down to line %d: a quote before them is not closed(%d) "
	swallowed = "!line is of the row in line %d, which cannot be used(-1) "
	tooLong   = "!row goes on to line %d and has %d cells, the header has %d(-1) "
)

func TestRowsThatAQuoteSwallowedAreFaultsEachForItself(t *testing.T) {
	t.Parallel()
	const four = "id,name,address,note\n"
	first := func(to, cell int) string { return fmt.Sprintf(swallower, to, cell) }
	in := fmt.Sprintf(swallowed, 2)
	many := strings.Repeat("x,y\n", 8)
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"a row": {four + "1,\"a,b,c\n2,d\",e,f\n3,g,h,i\n",
			[]string{first(3, 1) + "2|1,\"a,b,c", in + "3|2,d\",e,f", "4|3|g|h|i"}},
		"two rows": {four + "1,a,b,\"c\n2,d,e,f\n3,g,h,i\"\n",
			[]string{first(4, 3) + "2|1,a,b,\"c", in + "3|2,d,e,f", in + "4|3,g,h,i\""}},
		"to a column before": {four + "1,a,b,\"c\n2,d,e,f\n3,g,h\",\n4,j,k,l\n",
			[]string{first(4, 3) + "2|1,a,b,\"c", in + "3|2,d,e,f", in + "4|3,g,h\",", "5|4|j|k|l"}},
		"to a column behind": {four + "1,a,\"b,c\n2,d,e,f\n3,g,h,i\"\n",
			[]string{first(4, 2) + "2|1,a,\"b,c", in + "3|2,d,e,f", in + "4|3,g,h,i\""}},
		"to the first column": {four + "1,a,b,\"c\n2\",d,e,f\n3,g,h,i\n",
			[]string{fmt.Sprintf(tooLong, 3, 7, 4) + "2|1,a,b,\"c", in + "3|2\",d,e,f", "4|3|g|h|i"}},
		"with blank lines and blank rows": {four + "1,a,b,\"c\n\n2,d,e,f\n,,,\n3,g,h,j\n4,k,l,m\n3,g,h,i\"\n",
			[]string{first(8, 3) + "2|1,a,b,\"c", in + "4|2,d,e,f", in + "5|,,,", in + "6|3,g,h,j", in + "7|4,k,l,m",
				in + "8|3,g,h,i\""}},
		"with rows that have a comma too many, and one too few": {
			four + "1,a,b,\"c\n2,d,e,f,x\n3,g,h\n4,j,k,l\n5,m,n,o\n6,p,q,r\"\n",
			[]string{first(7, 3) + "2|1,a,b,\"c", in + "3|2,d,e,f,x", in + "4|3,g,h", in + "5|4,j,k,l",
				in + "6|5,m,n,o", in + "7|6,p,q,r\""}},
		"of three columns": {"id,name,address\n1,a,\"b\n2,c,d\n3,e,f\"\n4,g,h\n",
			[]string{first(4, 2) + "2|1,a,\"b", in + "3|2,c,d", in + "4|3,e,f\"", "5|4|g|h"}},
		"of two columns": {"name,address\n1,\"a\n" + many + "2,b\"\n3,c\n", slices.Concat(
			[]string{first(11, 1) + "2|1,\"a"},
			strings.Split(strings.TrimSpace(in+"3|x,y\n"+in+"4|x,y\n"+in+"5|x,y\n"+in+"6|x,y\n"+in+"7|x,y\n"+
				in+"8|x,y\n"+in+"9|x,y\n"+in+"10|x,y\n"+in+"11|2,b\""), "\n"), []string{"12|3|c"})},
		"with tabs": {"id\tname\taddress\n1\ta\t\"b\n2\tc\td\n3\te\tf\"\n",
			[]string{first(4, 2) + "2|1\ta\t\"b", in + "3|2\tc\td", in + "4|3\te\tf\""}},
		"a mended quote behind them": {four + "1,a,b,\"c\n2,d,e,\"\n3,g,h,\"i\nj\"\n",
			[]string{first(3, 3) + "2|1,a,b,\"c", in + "3|2,d,e,\"", "4|3|g|h|i\nj"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, _ := rowsOf(t, open(t, memory(c.text))); !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestOneLineThatReadsAsARowIsEnough(t *testing.T) {
	t.Parallel()
	const header = "name,email,address\n"
	for name, c := range map[string]struct {
		text  string
		lines int // that are faults
	}{
		"the second":               {"a,a@example.jp,\"x\nb,b@example.jp,y\"\n", 2},
		"before a quote in it":     {"a,a@example.jp,\"x\nb,b@example.jp\",y\n", 2},
		"the first":                {"\"a,a@example.jp,x\nb\",b@example.jp,y\n", 2},
		"with spaces":              {"a, a@example.jp, \"x\nb, b@example.jp, y\"\n", 2},
		"among others":             {"a,a@example.jp,\"x\nb,,y\nc,c@example.jp\nd,,y,z\"\n", 4},
		"an address by itself":     {"a,a@example.jp,\"x\nb@example.jp\"\n", 0},
		"an address in a sentence": {"a,a@example.jp,\"x\nask, at b@example.jp, for c\"\n", 0},
		"in another column":        {"a,a@example.jp,\"x\nb@example.jp,y\"\n", 0},
		"no mailbox":               {"a,a@example.jp,\"x\nb,@c.d\nb,x@y\"\n", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table := open(t, memory(header+c.text))
			table.Means = []Meaning{Name, Email}
			rows, p := rowsOf(t, table)
			faults := strings.Count(strings.Join(rows, ""), "!")
			if faults != c.lines || (p.Several.Count > 0) != (faults == 0) {
				t.Errorf("%+v: %q", p, rows)
			}
		})
	}
	post := open(t, memory("name,post,address\na,100-0001,\"x\nb,1000002,y\"\n"+
		"c,100-0003,\"z\n7,100-00045\n7,99-0004,8\"\n"))
	post.Means = []Meaning{Name, Postcode, Text}
	if rows, p := rowsOf(t, post); len(rows) != 3 || p.Several != (Sighting{Count: 1, Line: 4}) {
		t.Errorf("%+v: %q", p, rows)
	}
}

func TestCellsOfSeveralLinesStayWhatTheyAre(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"an address":                "id,name,address,email\n1,a,\"2 High St,\nLondon,\nUK\",a@example.com\n",
		"a narrow one":              "name,address\na,\"Flat 4\n2,High St\nLondon\"\n",
		"one in the middle":         "name,address,email\na,\"2 High St,\nLondon,UK\",a@example.com\n",
		"sentences":                 "id,name,address,email\n1,\"a, b, c\n2, d\",e,f\n",
		"a list in a remark":        "id,name,email,note\n1,a,b,\"wants:\nred,green,blue,black\nsoon\"\n",
		"two cells of several":      "id,a,b,c\n1,\"x\ny\",\"z\nu\",v\n",
		"a remark of a log":         "id,a,b,c\n1,x,y,\"2013-04-01,called\n2013-04-02,wrote\n2013-04-03,came\"\n",
		"empty cells beyond":        "id,a,b,c\n1,x,\"y\nz\",u,,\n",
		"empty cells left out":      "id,a,b,c\n1,\"x\ny\"\n",
		"one column":                "name\n\"a,b\nc,d\ne,f\"\n",
		"Japanese":                  "番号,氏名,住所,備考\n1,山田,\"東京都千代田区1-1\n例ビル5F\",\"至急、電話\n午後\"\n",
		"a header of several lines": "id,\"name\n(full),a,b,c\nd,e\",x,y\n1,a,\"b\nc\",d\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table := open(t, memory(text))
			table.Means = []Meaning{ID, Name, Postcode, Email}
			rows, p := rowsOf(t, table)
			if len(rows) != 1 || strings.Contains(rows[0], "!") {
				t.Errorf("%q", rows)
			}
			notes := table.Notes(p)
			if len(notes) != 1 || notes[0].What != "rows that go over several lines: 1" ||
				notes[0].Line != 2+strings.Count(strings.Join(table.Header, ""), "\n") {
				t.Errorf("%+v", notes)
			}
		})
	}
}

// TestNoPersonIsLostBehindAStrayQuote has a quote before a cell and one behind another, wherever they are.
func TestNoPersonIsLostBehindAStrayQuote(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		width := 2 + random.IntN(6)
		email := random.IntN(width)
		rows, to := quoted(random, width, email)
		table := open(t, memory("c0"+strings.Join(titles(width), "")+"\n"+strings.Join(rows, "\n")+"\n"))
		table.Means = make([]Meaning, width)
		table.Means[email] = Email
		got, _ := rowsOf(t, table)
		faults := 0
		for _, row := range got {
			if strings.HasPrefix(row, "!") {
				faults++
			} else if strings.Count(row, "@") != 1 {
				t.Errorf("%q", row)
			}
		}
		if len(got) != len(rows) || faults != to {
			t.Errorf("%d faults in %d rows, want %d in %d: %q", faults, len(got), to, len(rows), rows)
		}
	}
}

func titles(width int) (out []string) {
	for i := 1; i < width; i++ {
		out = append(out, fmt.Sprintf(",c%d", i))
	}
	return out
}

// quoted makes rows, of which some lie between two stray quotes, and tells how many.
func quoted(random *rand.Rand, width, email int) (rows []string, within int) {
	from, more := random.IntN(5), 1+random.IntN(5)
	for i := range from + more + 2 {
		cells := make([]string, width)
		for k := range cells {
			cells[k] = fmt.Sprintf("%c%d", 'a'+k, i)
		}
		cells[email] = fmt.Sprintf("u%d@example.com", i)
		at := random.IntN(width)
		switch i {
		case from:
			cells[at] = `"` + cells[at]
		case from + more:
			cells[at] += `"`
		}
		rows = append(rows, strings.Join(cells, ","))
	}
	return rows, more + 1
}
