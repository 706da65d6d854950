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

	"oshirase/jobs/mailbox"
	"oshirase/jobs/segment"
	"oshirase/jobs/table"
)

// memory is a file of the given text with the usual columns, as far as its header has them.
func memory(name, text string) File {
	f := File{File: table.File{Name: name, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}}}
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
		Person: func(p any) error { f.people = append(f.people, p.(Person)); return nil },
		Note:   func(r Reject) error { f.notes = append(f.notes, r); return nil },
	}
}

func (f *found) reject(r Reject) error { f.rejects = append(f.rejects, r); return nil }

// read does both readings.
func read(t *testing.T, spec Spec, f *found) (Summary, []Problem, error) {
	t.Helper()
	r, problems, err := Open(t.Context(), spec, f.reject)
	if r == nil {
		return Summary{}, problems, err
	}
	sum, more, err := r.People(t.Context(), f.sink())
	return sum, append(problems, more...), err
}

// noted are the rows to look at, and why.
func (f *found) noted() (out []string) {
	for _, n := range f.notes {
		out = append(out, fmt.Sprint(n.Row, ": ", n.Reason))
	}
	return out
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
	sum, problems, err := read(t, spec, &f)
	if err != nil || fatal(problems) {
		t.Fatalf("problems %+v, error %v", problems, err)
	}
	return &f, sum, problems
}

// everybody is a segment that matches every row.
func everybody() []segment.Segment {
	return []segment.Segment{{ID: "all", Notice: "n", Elements: []string{"name"}}}
}

func TestRowsOfOnePersonAreMergedAcrossFiles(t *testing.T) {
	a := memory("a.csv", "id,name,email,phone,postcode,address,company,locale,server,day\n"+
		"1,髙橋 一郎,,,,,Alpha,,AP-A,2010-01-02\n"+
		"2,Ann,ann@example.com,,,,,en,other,\n"+
		",Bob,bob@example.com,,,,,,other,\n")
	a.Facts = map[string]FactColumn{"server": {Column: "server"}, "day": {Column: "day", Kind: segment.Date}}
	b := memory("b.csv", "id,name,email,postcode,address,country,phone,company,srv,extra\n"+
		"3,高橋一郎,ichiro@example.com,100-0001,東京都千代田区1-1,JP,03-1234,Beta,Web-B,x\n"+
		"1,高橋一郎,Ichiro@example.com,,,,,Gamma,other,y\n"+
		",ANN,ANN@EXAMPLE.COM,,,,,Delta,Web-B,z\n")
	b.Facts = map[string]FactColumn{"server": {Column: "srv"}, "extra": {Column: "extra"}}
	f, sum, _ := mustRead(t, Spec{Files: []File{a, b}, Keep: []string{"server", "extra"}, Segments: []segment.Segment{
		{ID: "web", When: `server == "Web-B"`, Certainty: "possible", Notice: "w",
			Elements: []string{"card_number", "name"}},
		{ID: "ap", When: `server == "AP-A"`, Certainty: "confirmed", Notice: "p",
			Elements: []string{"name", "email"}},
	}})
	email, _ := mailbox.Parse("ichiro@example.com")
	want := Person{
		Number: 1, Name: "髙橋 一郎", IDs: []string{"1", "3"}, Email: email, Phone: "03-1234",
		Postcode: "100-0001", Address: []string{"東京都千代田区1-1"}, Country: "JP",
		Companies: []string{"Alpha", "Beta"}, Segments: []string{"web", "ap"},
		Elements: []string{"card_number", "name", "email"}, Certainty: "confirmed", Notice: "w",
		Facts: map[string]segment.Value{"server": {Kind: segment.Text, Text: "Web-B"},
			"extra": {Kind: segment.Text, Text: "x"}},
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
		"4,Bob\n"+
		"5,Bob,b@example.com,,,,,x\n"+
		"6,\"Bobby,b@example.com,,,,\n"+
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
	file.Encoding = table.UTF8
	file.Facts = map[string]FactColumn{"d": {Column: "day", Kind: segment.Date}, "n": {Column: "n",
		Kind: segment.Number},
		"b": {Column: "b", Kind: segment.Bool}}
	f, sum, _ := mustRead(t, Spec{Files: []File{file}, Segments: everybody()})
	if got := strings.Join(f.names(), " "); got != "Ann Bob" {
		t.Errorf("people: %s", got)
	}
	want := []string{
		"2 3 name name is empty",
		"3 4 name name is empty",
		"4 5  row has 2 cells, the header has 7",
		"5 6  row has 8 cells, the header has 7",
		"6 7 name text after a closing quote",
		"7 8 name text after a closing quote",
		"8 9 name cell holds a control character",
		"9 10 name cell holds a line break",
		"10 12 name byte 3 of the cell is not valid UTF-8",
		"11 13 name cell holds U+FFFD, the trace of a character that an earlier conversion lost",
		"12 14 day cell is not a date: NNNN-NN-NN, which layout: may name",
		"13 15 n cell is not a number",
		"14 16 b cell is not a bool",
		"15 17  row holds a NUL byte",
	}
	var got []string
	about := map[string]Reject{}
	for _, r := range f.rejects {
		got = append(got, fmt.Sprintf("%d %d %s %s", r.Row, r.Line, r.Column, r.Reason))
		about[strings.Join(r.Who.IDs, " ")] = r
		if r.File != "a.csv" || !strings.Contains(strings.Join(r.Raw, ""), "B") && r.Row > 3 &&
			r.Row < 16 {
			t.Errorf("raw is %q", r.Raw)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
	for id, name := range map[string]string{"2": "", "8": "", "10": "", "12": "Bob"} {
		if r := about[id]; !r.Cut || r.Who.Name != name {
			t.Errorf("row of %s: cut %v, about %q", id, r.Cut, r.Who.Name)
		}
	}
	if wide := about["5"]; wide.Cut || wide.Who.Name != "Bob" {
		t.Errorf("a row with a cell too many: %+v", wide.Who)
	}
	if broken := f.rejects[5]; broken.Cut || len(broken.Who.IDs) > 0 {
		t.Errorf("a row that cannot be cut: %+v", broken.Who)
	}
	if sum.Rejects != len(want) || sum.Rows != 16 || sum.Files[0].Rejects != len(want) {
		t.Errorf("got %+v", sum)
	}
}

func TestWhatProgramsLeaveOutOrAddIsNoReasonToLoseAPerson(t *testing.T) {
	f, sum, problems := mustRead(t, Spec{Segments: everybody(), Files: []File{memory("a.csv",
		"id,name,email,phone,memo\n1,Ann,a@example.com,0312345678,\n2,Bob,b@example.com\n"+
			"3,Cyd,c@example.com,0312345678,,, ,\n4,見本\"花\"子,d@example.com,,\n5,Eve,e@example.com,\"\n6,Fay,f@example.com,,\n")}})
	if got := strings.Join(f.names(), " "); got != "Ann Bob Cyd 見本\"花\"子 Fay" {
		t.Errorf("people: %s", got)
	}
	if f.people[1].Phone != "" || sum.Rows != 6 || len(f.rejects) != 1 || f.rejects[0].Line != 6 ||
		f.rejects[0].Reason != "quote is not closed" {
		t.Errorf("%+v, rejects %+v", f.people[1], f.rejects)
	}
	if len(problems) != 1 || problems[0].What != "1 of 6 rows have fewer cells than the header, such as row 2" {
		t.Errorf("%+v", problems)
	}
}

func TestAHeaderInTheMiddleIsNobody(t *testing.T) {
	f, sum, _ := mustRead(t, Spec{Segments: everybody(), Files: []File{memory("a.csv",
		"id,name,email,memo\n1,Ann,a@example.com,\nid, name,\"email\",memo\n2,name,b@example.com,memo\n")}})
	if got := strings.Join(f.names(), " "); got != "Ann name" || sum.Rejects != 1 || f.rejects[0].Line != 3 ||
		f.rejects[0].Reason != "row repeats the header" {
		t.Errorf("people: %s, rejects %+v", got, f.rejects)
	}
}

func TestAShortRowWithoutWhatMakesAPersonIsAReject(t *testing.T) {
	f, _, _ := mustRead(t, Spec{Segments: everybody(), Files: []File{memory("a.csv",
		"id,memo,name,address,email\n1,,Ann,1 Main St\n2\n3,,Bob\n4,,Cyd,,\n")}})
	if got := strings.Join(f.names(), " "); got != "Ann Cyd" || len(f.rejects) != 2 {
		t.Errorf("people: %s, rejects %+v", got, f.rejects)
	}
}

func TestALineBreakInAnAddressIsTheEndOfALine(t *testing.T) {
	text := "name,address,email\nAnn,\"1 Main St\r\n\r\n Springfield \n\",a@example.com\n" +
		"\"Bob\nBy\",2 Main St,b@example.com\nCyd,\"3 Main St\nSpring\x07field\",c@example.com\n" +
		"Ann,1 Main St Springfield,\n"
	f, _, _ := mustRead(t, Spec{Segments: everybody(), Files: []File{memory("a.csv", text)},
		Identity: [][]string{{"name", "address"}}})
	if got := strings.Join(f.names(), " "); got != "Ann" || !slices.Equal(f.people[0].Address, []string{"1 Main St", "Springfield"}) {
		t.Errorf("%+v", f.people)
	}
	if len(f.rejects) != 2 || f.rejects[0].Reason != table.LineBreak ||
		f.rejects[1].Reason != "cell holds a control character" {
		t.Errorf("rejects %+v", f.rejects)
	}

	used := memory("a.csv", text)
	used.Facts = map[string]FactColumn{"home": {Column: "address"}}
	f, _, _ = mustRead(t, Spec{Segments: everybody(), Files: []File{used}})
	if len(f.rejects) != 3 {
		t.Errorf("a fact of two lines: %+v", f.people)
	}
}

func TestAnUnusableAddressLosesNobody(t *testing.T) {
	f, sum, problems := mustRead(t, Spec{Segments: everybody(), Files: []File{memory("a.csv",
		"name,email,address\nAnn,ann@localhost,1 Main St\nBob,\"bob@example.com,x@example.com\",\n"+
			"Cyd,\"c@example.com\tx\",\nDan,dan@example.com,\nEve,,\n")}})
	if got := strings.Join(f.names(), " "); got != "Ann Bob Cyd Dan Eve" || sum.BadAddresses != 3 {
		t.Errorf("people %s, %d bad addresses", got, sum.BadAddresses)
	}
	if f.people[0].Email != (mailbox.Address{}) || f.people[3].Email.Wire != "dan@example.com" {
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
	want := []string{"2: not joined: the same contact under another name in row 1 of a.csv",
		"1: not joined: the same contact under another name in row 1 of a.csv",
		"1: joined with row 2 of b.csv, which bears another name",
		"2: joined with row 1 of a.csv, which bears another name"}
	if got := f.noted(); !slices.Equal(got, want) {
		t.Errorf("notes %q", got)
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
	columns := memory("columns.csv", "名前,メールアドレス\nAnn,a@example.com\n")
	twice := memory("twice.csv", "name,電話,電話\nAnn,1,2\n")
	columns.Columns = Columns{Name: "名前", Email: "メール", ID: "会員番号"}
	encoding := memory("encoding.csv", "name\n")
	encoding.Encoding = "latin-1"
	declared := memory("declared.csv", "n\xffame\n")
	declared.Columns.Name, declared.Encoding = "name", table.UTF8
	var f found
	_, problems, err := read(t, Spec{Segments: everybody(), Files: []File{
		memory("good.csv", "name\nAnn\n"), missing, short, columns, twice, encoding, declared,
		memory("quote.csv", "\"name\nAnn\nBob\n"),
		memory("nocolumn.csv", "foo\nAnn\n"),
	}}, &f)
	if err != nil || len(f.people) > 0 {
		t.Fatalf("%d people, %v", len(f.people), err)
	}
	problems = slices.DeleteFunc(problems, func(p Problem) bool { return p.Warning })
	want := []string{
		"missing.csv:0 file does not exist",
		"short.csv:0 file has 1 rows, the manifest says 6,441",
		`columns.csv:1 column "会員番号" is not in the header / name a cell of the file's first line`,
		`columns.csv:1 column "メール" is not in the header / did you mean "メールアドレス"?`,
		"twice.csv:1 cells 2 and 3 of the header are the same / rename one of them",
		`encoding.csv:0 encoding "latin-1" is not known / use auto`,
		"declared.csv:1 header, cell 1: byte 2 of the cell is not valid UTF-8",
		"quote.csv:1 header: quote is not closed",
		"nocolumn.csv:1 no column is given for the name",
	}
	problems = slices.DeleteFunc(problems, func(p Problem) bool { return p.Warning })
	for i, p := range problems {
		got := fmt.Sprintf("%s:%d %s / %s", p.File, p.Line, p.What, p.Do)
		if i >= len(want) || !strings.HasPrefix(got, want[i]) {
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
	_, problems, err := read(t, Spec{Files: []File{file}, Identity: [][]string{{"mail"}},
		Segments: []segment.Segment{{ID: "s", When: "nonsense =="}}}, &found{})
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
	declared.Encoding = table.CP932
	f, sum, _ := mustRead(t, Spec{Segments: everybody(), Files: []File{
		memory("sjis.csv", sjis), memory("mark.csv", "\ufeffname,email\n高橋①,A@example.com\n"), declared}})
	if got := strings.Join(f.names(), " "); got != "﨑～㈱ 髙橋① 表" {
		t.Errorf("got %s", got)
	}
	var encodings []string
	for _, file := range sum.Files {
		encodings = append(encodings, file.Encoding)
	}
	if !slices.Equal(encodings, []string{table.CP932, table.UTF8BOM, table.CP932}) {
		t.Errorf("encodings %v", encodings)
	}
	if len(f.rejects) != 1 || f.rejects[0].Reason != "byte 3 of the cell is not valid CP932" ||
		f.rejects[0].Column != "name" {
		t.Errorf("rejects %+v", f.rejects)
	}
}

func TestReadEndsWithTheContext(t *testing.T) {
	rows := "name\n" + strings.Repeat("Ann\n", 300_000)
	ctx, cancel := context.WithCancel(t.Context())
	r, _, err := Open(ctx, Spec{Files: []File{memory("a.csv", rows)}, Segments: everybody()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = r.People(ctx, Sink{Person: func(any) error { cancel(); return nil }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("people: got %v", err)
	}
	if _, _, err := Open(ctx, r.spec, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("identity: got %v", err)
	}
}

func TestAnErrorOfTheSinkStopsRead(t *testing.T) {
	stop := errors.New("stop")
	spec := Spec{Segments: everybody(), Files: []File{memory("a.csv", "name,email\nAnn,x\n,y\n")}}
	if _, _, err := Open(t.Context(), spec, func(Reject) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("reject: got %v", err)
	}
	r, _, err := Open(t.Context(), spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, sink := range map[string]Sink{
		"prepare": {Prepare: func(Person) (any, error) { return nil, stop }},
		"together": {
			Prepare:  func(p Person) (any, error) { return p.Name, nil },
			Together: func(people []any) error { return errors.Join(stop, only(people, "Ann")) },
		},
		"person": {Person: func(any) error { return stop }},
		"note":   {Note: func(Reject) error { return stop }},
	} {
		if _, _, err := r.People(t.Context(), sink); !errors.Is(err, stop) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAFileThatChangesBetweenThePassesIsAnError(t *testing.T) {
	for _, later := range []string{"name\nBob\n", "name\nAnn\nBob\n", "name\n", "name\n\"Ann\n"} {
		text := "name\nAnn\n"
		file := memory("a.csv", text)
		file.Open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
		r, _, err := Open(t.Context(), Spec{Files: []File{file}, Segments: everybody()}, nil)
		if err != nil {
			t.Fatal(err)
		}
		text = later
		if _, _, err := r.People(t.Context(), Sink{}); !errors.Is(err, table.ErrChanged) {
			t.Errorf("%q: got %v", later, err)
		}
	}
}

func TestPeopleAreTheSameOnAnyNumberOfCoresAndAgain(t *testing.T) {
	spec := benchSpec(30_000) // of several blocks
	var want found
	first, problems, err := read(t, spec, &want)
	if err != nil || fatal(problems) {
		t.Fatal(problems, err)
	}
	rows := 0
	for _, p := range want.people {
		rows += len(p.Rows)
	}
	if rows+first.Unaffected+first.Rejects != first.Rows {
		t.Errorf("%d rows of people, %+v", rows, first)
	}
	for _, workers := range []int{1, 3, 8} {
		var got found
		spec.Memory = 1000 * workers // nearly all that waits is on disk
		r, _, err := open(t.Context(), spec, got.reject, workers)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			got.people, got.notes = nil, nil
			sum, _, err := r.People(t.Context(), got.sink())
			if err != nil || !reflect.DeepEqual(got, want) || !reflect.DeepEqual(sum, first) {
				t.Fatalf("%d workers: another result, %v", workers, err)
			}
		}
	}
}

// only is an error where there are others, or nobody.
func only(people []any, names ...string) error {
	var got []string
	for _, p := range people {
		got = append(got, p.(string))
	}
	if !slices.Equal(got, names) {
		return fmt.Errorf("together are %q", got)
	}
	return nil
}

// Also people of several rows, who are complete with the last.
func TestPeopleAreTogetherBeforeTheyAreHandedOverAndOnlyThoseWhoAreAffected(t *testing.T) {
	spec := Spec{
		Segments: []segment.Segment{{ID: "a", When: `id != "2"`}},
		Files:    []File{memory("a.csv", "id,name\n1,Ann\n2,Bob\n3,Cid\n1,Ann\n")},
	}
	r, problems, err := Open(t.Context(), spec, nil)
	if err != nil || r == nil {
		t.Fatal(problems, err)
	}
	met, handed := 0, 0
	sink := Sink{
		Prepare: func(p Person) (any, error) { return p.Name, nil },
		Together: func(people []any) error {
			met += len(people)
			return only(people, "Cid", "Ann")
		},
		Person: func(any) error { handed++; return nil },
	}
	if _, _, err := r.People(t.Context(), sink); err != nil || met != 2 || handed != 2 {
		t.Errorf("%d together, %d handed over, %v", met, handed, err)
	}
}
