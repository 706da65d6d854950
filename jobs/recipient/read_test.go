package recipient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"
)

// memory is a file of the given text with the usual columns, as far as its header has them.
func memory(name, text string) File {
	f := File{Name: name, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}}
	header, _, _ := strings.Cut(strings.TrimPrefix(text, "\ufeff"), "\n")
	c := &f.Columns
	for title, column := range map[string]*string{"id": &c.ID, "name": &c.Name, "email": &c.Email,
		"phone": &c.Phone, "postcode": &c.Postcode, "country": &c.Country, "company": &c.Company,
		"locale": &c.Locale} {
		if slices.Contains(strings.Split(strings.TrimSuffix(header, "\r"), ","), title) {
			*column = title
		}
	}
	if strings.Contains(header, "address") {
		c.Address = []string{"address"}
	}
	return f
}

// found is what a sink took.
type found struct {
	people         []Person
	rejects, notes []Reject
}

func (f *found) sink() Sink {
	return Sink{
		Person: func(p Person) error { f.people = append(f.people, p); return nil },
		Reject: func(r Reject) error { f.rejects = append(f.rejects, r); return nil },
		Note:   func(r Reject) error { f.notes = append(f.notes, r); return nil },
	}
}

// names are the people in the order handed over.
func (f *found) names() (names []string) {
	for _, p := range f.people {
		names = append(names, p.Name)
	}
	return names
}

// mustRead reads a spec without problems but warnings.
func mustRead(t *testing.T, spec Spec) (*found, Summary, []Problem) {
	t.Helper()
	var f found
	sum, problems, err := Read(t.Context(), spec, f.sink())
	if err != nil || fatal(problems) {
		t.Fatalf("problems %+v, error %v", problems, err)
	}
	return &f, sum, problems
}

// everybody is a segment that matches every row.
func everybody() []Segment {
	return []Segment{{ID: "all", Notice: "n", Elements: []string{"name"}}}
}

func TestRowsOfOnePersonAreMergedAcrossFiles(t *testing.T) {
	a := memory("a.csv", "id,name,email,phone,postcode,address,company,locale,server,day\n"+
		"1,髙橋 一郎,,,,,Alpha,,AP-A,2010-01-02\n"+
		"2,Ann,ann@example.com,,,,,en,other,\n"+
		",Bob,bob@example.com,,,,,,other,\n")
	a.Facts = map[string]FactColumn{"server": {Column: "server"}, "day": {Column: "day", Kind: Date}}
	b := memory("b.csv", "id,name,email,postcode,address,country,phone,company,srv,extra\n"+
		"3,高橋一郎,ichiro@example.com,100-0001,東京都千代田区1-1,JP,03-1234,Beta,Web-B,x\n"+
		"1,高橋一郎,Ichiro@example.com,,,,,Gamma,other,y\n"+
		",ANN,ANN@EXAMPLE.COM,,,,,Delta,Web-B,z\n")
	b.Facts = map[string]FactColumn{"server": {Column: "srv"}, "extra": {Column: "extra"}}
	f, sum, _ := mustRead(t, Spec{Files: []File{a, b}, Segments: []Segment{
		{ID: "web", When: `server == "Web-B"`, Certainty: "possible", Notice: "w",
			Elements: []string{"card_number", "name"}},
		{ID: "ap", When: `server == "AP-A"`, Certainty: "confirmed", Notice: "p",
			Elements: []string{"name", "email"}},
	}})
	email, _ := ParseAddress("ichiro@example.com")
	want := Person{
		Name: "髙橋 一郎", IDs: []string{"1", "3"}, Email: email, Phone: "03-1234",
		Postcode: "100-0001", Address: []string{"東京都千代田区1-1"}, Country: "JP",
		Companies: []string{"Alpha", "Beta"}, Segments: []string{"web", "ap"},
		Elements: []string{"card_number", "name", "email"}, Certainty: "confirmed", Notice: "w",
		Facts: map[string]Value{"server": {Kind: Text, Text: "Web-B"}, "day": day("2010-01-02"),
			"extra": {Kind: Text, Text: "x"}},
		Rows: []Row{{0, 1}, {1, 1}, {1, 2}},
	}
	if len(f.people) != 2 || !reflect.DeepEqual(f.people[0], want) {
		t.Fatalf("got  %+v\nwant %+v", f.people, want)
	}
	ann := f.people[1]
	if ann.Name != "Ann" || ann.Locale != "en" || !slices.Equal(ann.Companies, []string{"Delta"}) ||
		ann.Certainty != "possible" || len(ann.Rows) != 2 {
		t.Errorf("got %+v", ann)
	}
	joined := map[string]int{"id": 1, "email+name": 2}
	if sum.People != 2 || sum.Unaffected != 1 || sum.Rows != 6 || !reflect.DeepEqual(sum.Joined,
		joined) {
		t.Errorf("got %+v", sum)
	}
}

func TestAddressAndPostcodeComeFromOneRow(t *testing.T) {
	for name, c := range map[string]struct {
		rows string
		want Person
	}{
		"the first with both": {"1,A,9,,US\n1,A,,Somewhere 1,DE\n1,A,100-0001,東京,JP\n1,A,1,Later,FR\n",
			Person{Postcode: "100-0001", Address: []string{"東京"}, Country: "JP"}},
		"else the first address": {"1,A,9,,US\n1,A,,Somewhere 1,DE\n",
			Person{Address: []string{"Somewhere 1"}, Country: "DE"}},
		"else the first postcode": {"1,A,,,\n1,A,9,,US\n1,A,8,,DE\n", Person{Postcode: "9",
			Country: "US"}},
		"else nothing": {"1,A,,,JP\n", Person{}},
	} {
		t.Run(name, func(t *testing.T) {
			f, _, _ := mustRead(t, Spec{Segments: everybody(),
				Files: []File{memory("a.csv", "id,name,postcode,address,country\n"+c.rows)}})
			got := f.people[0]
			if got.Postcode != c.want.Postcode || !slices.Equal(got.Address, c.want.Address) ||
				got.Country != c.want.Country {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestPeopleLeaveAtTheRowThatCompletesThem(t *testing.T) {
	f, _, _ := mustRead(t, Spec{Segments: everybody(),
		Files: []File{memory("a.csv", "id,name\n1,A\n2,B\n3,C\n2,B\n1,A\n4,D\n")}})
	if got := strings.Join(f.names(), ""); got != "CBAD" {
		t.Errorf("got %s", got)
	}
}

func TestRowsThatCannotBeUsedAreRejectsWithTheReason(t *testing.T) {
	file := memory("a.csv", "id,name,email,day,n,b,rest\n"+
		"1,Ann,ann@example.com,2010-01-02,1,yes,\n"+
		"2,,b@example.com,,,,\n"+
		"3,　,b@example.com,,,,\n"+
		"4,Bob,b@example.com,,,\n"+
		"5,Bob,b@example.com,,,,,\n"+
		"6,Bob\"by,b@example.com,,,,\n"+
		"7,\"Bob\"by,b@example.com,,,,\n"+
		"8,Bo\x07b,b@example.com,,,,\n"+
		"9,\"Bo\nb\",b@example.com,,,,\n"+
		"10,Bo\xffb,b@example.com,,,,\n"+
		"11,Bo\uFFFDb,b@example.com,,,,\n"+
		"12,Bob,b@example.com,2010-02-30,,,\n"+
		"13,Bob,b@example.com,,1x,,\n"+
		"14,Bob,b@example.com,,,maybe,\n"+
		"15,Bob\x00,b@example.com,,,,\n"+
		"16,Bob,b@example.com,,,,\x07\n"+
		",,,,,,\n")
	file.Encoding = utf8enc
	file.Facts = map[string]FactColumn{"d": {Column: "day", Kind: Date}, "n": {Column: "n",
		Kind: Number},
		"b": {Column: "b", Kind: Bool}}
	f, sum, _ := mustRead(t, Spec{Files: []File{file}, Segments: everybody()})
	if got := strings.Join(f.names(), " "); got != "Ann Bob" {
		t.Errorf("people: %s", got)
	}
	want := []string{
		"2 3 name name is empty",
		"3 4 name name is empty",
		"4 5  row has 6 cells, the header has 7",
		"5 6  row has 8 cells, the header has 7",
		"6 7 name quote in a cell that does not begin with one",
		"7 8 name text after a closing quote",
		"8 9 name cell holds a control character",
		"9 10 name cell holds a line break",
		"10 12 name byte 3 of the cell is not valid UTF-8",
		"11 13 name cell holds U+FFFD, the trace of a character that an earlier conversion lost",
		"12 14 day cell is not a date",
		"13 15 n cell is not a number",
		"14 16 b cell is not a bool",
		"15 17  row holds a NUL byte",
		"17 19 name name is empty",
	}
	var got []string
	for _, r := range f.rejects {
		got = append(got, fmt.Sprintf("%d %d %s %s", r.Row, r.Line, r.Column, r.Reason))
		if r.File != "a.csv" || !strings.Contains(strings.Join(r.Raw, ""), "B") && r.Row > 3 &&
			r.Row < 16 {
			t.Errorf("raw is %q", r.Raw)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
	if sum.Rejects != len(want) || sum.Rows != 17 || sum.Files[0].Rejects != len(want) {
		t.Errorf("got %+v", sum)
	}
}

func TestAnUnusableAddressLosesNobody(t *testing.T) {
	f, sum, problems := mustRead(t, Spec{Segments: everybody(), Files: []File{memory("a.csv",
		"name,email,address\nAnn,ann@localhost,1 Main St\nBob,\"bob@example.com,x@example.com\",\n"+
			"Cyd,\"c@example.com\tx\",\nDan,dan@example.com,\nEve,,\n")}})
	if got := strings.Join(f.names(), " "); got != "Ann Bob Cyd Dan Eve" || sum.BadAddresses != 3 {
		t.Errorf("people %s, %d bad addresses", got, sum.BadAddresses)
	}
	if f.people[0].Email != (Address{}) || f.people[3].Email.Wire != "dan@example.com" {
		t.Errorf("got %+v", f.people)
	}
	if len(f.rejects) != 0 || len(f.notes) != 3 || f.notes[0].Column != "email" ||
		f.notes[0].Reason != "domain has no dot" || f.notes[1].Row != 2 || f.notes[0].Raw[0] != "Ann" {
		t.Errorf("rejects %+v, notes %+v", f.rejects, f.notes)
	}
	if len(problems) != 1 || !problems[0].Warning || !strings.Contains(problems[0].What,
		"3 of 5 rows") {
		t.Errorf("problems %+v", problems)
	}
}

func TestASharedMailboxIsNotOnePerson(t *testing.T) {
	spec := Spec{Segments: everybody(), Identity: [][]string{{"email"}, {"id"}}, Files: []File{
		memory("a.csv", "name,email,id\n山田太郎,info@example.jp,1\n山田花子,info@example.jp,2\n"),
		memory("empty.csv", "name\n"),
		memory("b.csv", "name,email,id\n山田 花子,INFO@example.jp,\nT. Yamada,info@example.jp,1\n"),
	}}
	f, sum, _ := mustRead(t, spec)
	if len(f.people) != 2 || sum.NotJoined != 2 || sum.Joined["email"] != 1 || sum.Joined["id"] != 1 {
		t.Errorf("%d people, %+v", len(f.people), sum)
	}
	if len(f.notes) != 2 || !strings.Contains(f.notes[0].Reason, "row 1 of a.csv") ||
		f.notes[1].File != "b.csv" || f.notes[1].Row != 1 {
		t.Errorf("notes %+v", f.notes)
	}
}

func TestAPlaceholderDoesNotMakeOnePersonOfMany(t *testing.T) {
	rows := "id,name\n"
	for i := range 6 {
		rows += fmt.Sprintf("0,A%d\n9,B%d\n", i, i)
	}
	f, _, problems := mustRead(t, Spec{Segments: everybody(), Files: []File{memory("a.csv", rows)}})
	if len(f.people) != 7 {
		t.Errorf("%d people", len(f.people))
	}
	if len(problems) != 2 || problems[0].What !=
		"1 person of joined rows whose names differ, such as row 2 of a.csv and row 4 of a.csv" ||
		!strings.Contains(problems[1].What, "1 joined people bear more than 4 names") {
		t.Errorf("problems %+v", problems)
	}
}

func TestProblemsOfFilesComeAllAtOnceAndNobodyIsHandedOver(t *testing.T) {
	missing := memory("missing.csv", "name\n")
	missing.Open = func() (io.ReadCloser, error) { return nil, &fs.PathError{Err: fs.ErrNotExist} }
	short := memory("short.csv", "name\nAnn\n")
	short.Rows = 6441
	columns := memory("columns.csv", "名前,メールアドレス,電話,電話\nAnn,a@example.com,1,2\n")
	columns.Columns = Columns{Name: "名前", Email: "メール", Phone: "電話", ID: "会員番号"}
	semicolons := memory("semicolons.csv", "name;email\nAnn;a@example.com\n")
	semicolons.Columns.Name = "name"
	encoding := memory("encoding.csv", "name\n")
	encoding.Encoding = "latin-1"
	marked := memory("marked.csv", "\ufeffname\n")
	marked.Encoding = cp932
	declared := memory("declared.csv", "n\xffame\n")
	declared.Columns.Name, declared.Encoding = "name", utf8enc
	var f found
	_, problems, err := Read(t.Context(), Spec{Segments: everybody(), Files: []File{
		memory("good.csv", "name\nAnn\n"), missing, short, columns, semicolons, encoding, marked,
		declared,
		memory("empty.csv", ""),
		memory("quote.csv", "name\nAnn\n\"Bob\nCyd\n"),
		memory("quoteheader.csv", "\"name\nAnn\n"),
		memory("utf16.csv", "\xff\xfen\x00"),
		memory("nul.csv", "n\x00a\x00m\x00e\x00\n\x00"),
		memory("cr.csv", "name\rAnn\r"),
		memory("nocolumn.csv", "foo\nAnn\n"),
	}}, f.sink())
	if err != nil || len(f.people) > 0 {
		t.Fatalf("%d people, %v", len(f.people), err)
	}
	want := []string{
		"missing.csv:0 file does not exist",
		"short.csv:0 file has 1 rows, the manifest says 6,441",
		`columns.csv:1 column "会員番号" is not in the header / name a cell of the file's first line`,
		`columns.csv:1 column "電話" is in the header more than once`,
		`columns.csv:1 column "メール" is not in the header / did you mean "メールアドレス"?`,
		`semicolons.csv:1 column "name" is not in the header / separate the cells`,
		`encoding.csv:0 encoding "latin-1" is not known / use auto`,
		"marked.csv:1 file begins with the mark of UTF-8",
		"declared.csv:1 header, cell 1: byte 2 of the cell is not valid UTF-8",
		"empty.csv:0 file is empty",
		"quote.csv:3 quote is not closed",
		"quoteheader.csv:1 quote is not closed",
		"utf16.csv:1 file is in UTF-16",
		"nul.csv:1 header: row holds a NUL byte",
		"cr.csv:1 lines end in CR only",
		"nocolumn.csv:1 no column is given for the name",
	}
	for i, p := range problems {
		got := fmt.Sprintf("%s:%d %s / %s", p.File, p.Line, p.What, p.Do)
		if i >= len(want) || !strings.HasPrefix(got, want[i]) || p.Warning {
			t.Errorf("problem %d is %+v", i, p)
		}
	}
	if len(problems) != len(want) {
		t.Errorf("%d problems, want %d", len(problems), len(want))
	}
}

func TestBadRulesAndKeysStopBeforeAnyFileIsOpened(t *testing.T) {
	file := memory("a.csv", "name\n")
	file.Open = func() (io.ReadCloser, error) { panic("opened") }
	_, problems, err := Read(t.Context(), Spec{Files: []File{file}, Identity: [][]string{{"mail"}},
		Segments: []Segment{{ID: "s", When: "nonsense =="}}}, Sink{})
	if err != nil || len(problems) != 2 {
		t.Errorf("%+v, %v", problems, err)
	}
}

func TestFilesInSeveralEncodingsMakeOneList(t *testing.T) {
	sjis, err := japanese.ShiftJIS.NewEncoder().String("name,email\r\n髙橋①,a@example.com\r\n﨑～㈱,\r\n")
	if err != nil {
		t.Fatal(err)
	}
	broken, _ := japanese.ShiftJIS.NewEncoder().String("name,email\n表,a@example.com\n")
	broken += "\x8e\x52\xa0\x40,b@example.com\n"
	declared := memory("declared.csv", broken)
	declared.Encoding = cp932
	f, sum, _ := mustRead(t, Spec{Segments: everybody(), Files: []File{
		memory("sjis.csv", sjis), memory("mark.csv", "\ufeffname,email\n高橋①,A@example.com\n"), declared}})
	if got := strings.Join(f.names(), " "); got != "﨑～㈱ 髙橋① 表" {
		t.Errorf("got %s", got)
	}
	var encodings []string
	for _, file := range sum.Files {
		encodings = append(encodings, file.Encoding)
	}
	if !slices.Equal(encodings, []string{cp932, utf8BOM, cp932}) {
		t.Errorf("encodings %v", encodings)
	}
	if len(f.rejects) != 1 || f.rejects[0].Reason != "byte 3 of the cell is not valid CP932" ||
		f.rejects[0].Column != "name" {
		t.Errorf("rejects %+v", f.rejects)
	}
}

func TestDatesNumbersAndBoolsReadInTheirUsualForms(t *testing.T) {
	for _, s := range []string{"2013-04-05", "2013/4/5", "2013/04/05", "20130405", "2013.4.5",
		"2013年4月5日",
		"２０１３／４／５"} {
		v, ok := factCell{kind: Date, layouts: dateLayouts()}.parse(s)
		if !ok || !v.Date.Equal(day("2013-04-05").Date) || v.Text != s {
			t.Errorf("%s reads as %+v", s, v)
		}
	}
	custom := factCell{kind: Date, layouts: []string{"02.01.06 15:04"}}
	if v, ok := custom.parse("05.04.13 23:59"); !ok || !v.Date.Equal(day("2013-04-05").Date) {
		t.Errorf("got %+v", v)
	}
	for s, want := range map[string]float64{"1": 1, "-1.5": -1.5, "１２": 12, "1e3": 1000, "+7": 7} {
		if v, ok := (factCell{kind: Number}).parse(s); !ok || v.Number != want {
			t.Errorf("%s reads as %+v", s, v)
		}
	}
	for _, s := range []string{"NaN", "Inf", "0x10", "1_000", "1,000", "", "-", "1e999"} {
		if v, ok := (factCell{kind: Number}).parse(s); ok {
			t.Errorf("%s reads as %+v", s, v)
		}
	}
	for s, want := range map[string]bool{"TRUE": true, "はい": true, "○": true, "Ｙ": true,
		"0": false, "×": false} {
		if v, ok := (factCell{kind: Bool}).parse(s); !ok || v.Bool != want {
			t.Errorf("%s reads as %+v", s, v)
		}
	}
}

func TestReadEndsWithTheContext(t *testing.T) {
	rows := "name\n" + strings.Repeat("Ann\n", 300_000)
	ctx, cancel := context.WithCancel(t.Context())
	sink := Sink{Person: func(Person) error { cancel(); return nil }}
	_, _, err := Read(ctx, Spec{Files: []File{memory("a.csv", rows)}, Segments: everybody()}, sink)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAnErrorOfTheSinkStopsRead(t *testing.T) {
	stop := errors.New("stop")
	spec := Spec{Segments: everybody(), Files: []File{memory("a.csv", "name,email\nAnn,x\n,\n")}}
	for name, sink := range map[string]Sink{
		"person": {Person: func(Person) error { return stop }},
		"reject": {Reject: func(Reject) error { return stop }},
		"note":   {Note: func(Reject) error { return stop }},
	} {
		if _, _, err := Read(t.Context(), spec, sink); !errors.Is(err, stop) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAFileThatChangesBetweenThePassesIsAnError(t *testing.T) {
	for _, later := range []string{"name\nBob\n", "name\nAnn\nBob\n", "name\n", "name\n\"Ann\n"} {
		opened := 0
		file := memory("a.csv", "name\nAnn\n")
		file.Open = func() (io.ReadCloser, error) {
			if opened++; opened > 3 {
				return io.NopCloser(strings.NewReader(later)), nil
			}
			return io.NopCloser(strings.NewReader("name\nAnn\n")), nil
		}
		_, _, err := Read(t.Context(), Spec{Files: []File{file}, Segments: everybody()}, Sink{})
		if err == nil {
			t.Errorf("%q: no error", later)
		}
	}
}

func TestReadGivesTheSameTwice(t *testing.T) {
	spec := benchSpec(3000)
	a, first, _ := mustRead(t, spec)
	b, second, _ := mustRead(t, spec)
	if !reflect.DeepEqual(a, b) || !reflect.DeepEqual(first, second) {
		t.Error("two runs differ")
	}
	rows := 0
	for _, p := range a.people {
		rows += len(p.Rows)
	}
	if rows+first.Unaffected+first.Rejects != first.Rows {
		t.Errorf("%d rows of people, %+v", rows, first)
	}
}
