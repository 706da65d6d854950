package recipient

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"oshirase/jobs/identity"
	"oshirase/jobs/segment"
)

func TestKeysJoinTransitivelyAcrossFilesAndSayWhy(t *testing.T) {
	t.Parallel()
	a := memory("a.csv", "id,name,email\nM1,髙橋 一郎,ichiro@example.com\nM2,山田花子,\n")
	b := memory("b.csv", "name,email,born,phone,postcode\n"+
		"高橋一郎,ICHIRO@example.com,1970-05-05,,\n高橋一郎,,1970/5/5,03-1234-5678,〒100-0001\n")
	b.Columns.BirthDate = "born"
	c := memory("c.csv", "name,phone,postcode\n高橋　一郎,０３-1234-5678,1000001\n不明,03-1234-5678,1000001\n")
	spec := Spec{Files: []File{a, b, c}, Segments: everybody(),
		Identity: [][]string{{"id"}, {"email", "name"}, {"name", "birth_date"}, {"name", "postcode", "phone"}}}
	r, problems, err := Open(t.Context(), spec, nil)
	if err != nil || fatal(problems) {
		t.Fatal(problems, err)
	}
	var f found
	sum, _, err := r.People(t.Context(), f.sink())
	if err != nil || len(f.people) != 3 {
		t.Fatalf("%d people, %v", len(f.people), err)
	}
	i := slices.IndexFunc(f.people, func(p Person) bool { return len(p.Rows) == 4 })
	want := []Join{{File: "a.csv", Row: 1}, {"b.csv", 1, "email+name", "a.csv", 1, false},
		{"b.csv", 2, "name+birth_date", "b.csv", 1, false}, {"c.csv", 1, "name+postcode+phone", "b.csv", 2, false}}
	if got := r.Joins(f.people[i]); !reflect.DeepEqual(got, want) {
		t.Errorf("explained as %v, want %v", got, want)
	}
	if p := f.people[i]; p.BirthDate != "1970-05-05" || p.Number != 1 {
		t.Errorf("got %+v", p)
	}
	var files []string
	for _, x := range sum.Files {
		files = append(files, fmt.Sprint(x.Rows, x.People, x.Shared))
	}
	if got := strings.Join(files, ", "); got != "2 2 1, 2 0 1, 2 1 1" || sum.Humans != 3 {
		t.Errorf("rows, people and shared of the files: %s; %d in all", got, sum.Humans)
	}
}

func TestTelephoneNumbersAreReadAsInTheCampaignsHomeCountry(t *testing.T) {
	t.Parallel()
	const rows = "name,phone,country\nAnn,020 7946 0958,\nAnn,+44 20 7946 0958,\nAnn,03-1234-5678,JP\n" +
		"Ann,+81 3 1234 5678,\n"
	for home, people := range map[string]int{"GB": 2, "JP": 3, "": 3} {
		f, _, _ := mustRead(t, Spec{Files: []File{memory("a.csv", rows)}, Segments: everybody(), Home: home,
			Identity: [][]string{{"name", "phone"}}})
		if len(f.people) != people {
			t.Errorf("at home in %q: %d people, want %d", home, len(f.people), people)
		}
	}
}

func TestACrowdAndTwoBirthDatesDoNotJoinAndAreShown(t *testing.T) {
	t.Parallel()
	file := memory("a.csv", "id,name,email,born\n"+
		"M1,Ann,ann@example.com,1970-05-05\nM1,Ann,,1971-06-06\nM1,Ann,,\n"+
		"M2,Bob,,0000-00-00\nM2,Bob,,1980-01-01\n"+
		strings.Repeat(",Desk,info@example.com,1900-01-01\n", 4)+"M9,Eve,,soon\n")
	file.Columns.BirthDate = "born"
	f, sum, problems := mustRead(t, Spec{Files: []File{file}, Segments: everybody(), Limit: 3,
		Identity: [][]string{{"id"}, {"email", "name"}, {"name", "birth_date"}}})
	if got := strings.Join(f.names(), " "); got != "Ann Ann Ann Bob Desk Desk Desk Desk Eve" {
		t.Errorf("people: %s", got)
	}
	id, crowd := sum.Keys[0], sum.Keys[1]
	if id.Joined != 1 || id.Contradictions != 1 || crowd.CrowdRows != 4 ||
		!slices.Equal(crowd.Worst, []identity.Crowd{{Rows: 4, First: 5}}) || sum.Keys[2].CrowdRows != 0 {
		t.Errorf("got %+v", sum.Keys)
	}
	var noted []string
	for row, with := range []int{2, 1, 1} {
		noted = append(noted, fmt.Sprintf("%d: not joined by id with row %d of a.csv: rows that have the same have "+
			"two birth dates", row+1, with))
	}
	for row := 6; row <= 9; row++ {
		noted = append(noted, fmt.Sprint(row, ": not joined by email+name: more than 3 people have the same"))
	}
	if got := f.noted(); !slices.Equal(got, noted) {
		t.Errorf("notes %q", got)
	}
	var said []string
	for _, p := range problems {
		said = append(said, p.What)
	}
	text := strings.Join(said, "\n")
	for _, want := range []string{"1 of 10 rows have a birth date that cannot be read, such as row 10",
		"identity email+name: 1 value that more than 3 people have did not join their 4 rows",
		"identity id: 1 value would have made one person of two birth dates"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said:\n%s", want, text)
		}
	}
}

func TestAMemberOfManyRowsIsOnePersonAndAPlaceholderIsNobody(t *testing.T) {
	t.Parallel()
	for rows, want := range map[string]struct{ people, notes int }{
		strings.Repeat("M1,髙橋 一郎,ichiro@example.com\nM1,高橋　一郎,ichiro@example.com\n", 15):      {1, 0},
		strings.Repeat("M1,髙橋 一郎,ichiro@example.com\n", 25) + ",高橋一郎,ICHIRO@example.com\n":    {1, 0},
		strings.Repeat("M0,髙橋 一郎,ichiro@example.com\n", 20) + "M0,見本 花子,hanako@example.com\n": {2, 21},
		strings.Repeat("M0,不明,\n", 21):                  {21, 21},
		strings.Repeat(",髙橋 一郎,desk@example.com\n", 21): {21, 21},
	} {
		f, _, _ := mustRead(t, Spec{Files: []File{memory("a.csv", "id,name,email\n"+rows)}, Segments: everybody()})
		if len(f.people) != want.people || len(f.notes) != want.notes {
			t.Errorf("%.40q: %d people and %d notes, want %+v", rows, len(f.people), len(f.notes), want)
		}
	}
}

func TestAPostcodeIsNoContactPointByItself(t *testing.T) {
	t.Parallel()
	var rows strings.Builder
	for i := range 30 {
		fmt.Fprintf(&rows, "Ann %c,%d,100-0001,03-1234-5678\n", 'a'+i, 1950+i)
	}
	rows.WriteString("Ann a,1950,1000001,03-1234-5678\n")
	file := memory("a.csv", "name,year,postcode,phone\n"+rows.String())
	file.Facts = map[string]FactColumn{"year": {Column: "year"}}
	for _, x := range []struct {
		key    []string
		people int
	}{{[]string{"name", "year", "postcode"}, 30}, {[]string{"name", "postcode"}, 30}, {[]string{"postcode"}, 31},
		{[]string{"name", "postcode", "phone"}, 31}} {
		f, sum, _ := mustRead(t, Spec{Files: []File{file}, Segments: everybody(), Identity: [][]string{x.key}})
		if crowds := sum.Keys[0].Crowds; len(f.people) != x.people || crowds != x.people-30 {
			t.Errorf("%v: %d people and %d crowds, want %d people", x.key, len(f.people), crowds, x.people)
		}
	}
}

func TestOtherNamesUnderOneNumberAreListedForEachPerson(t *testing.T) {
	t.Parallel()
	a := memory("a.csv", "id,note,name\nM1,x,髙橋 一郎\nM2,x,見本 花子\nM3,x,例田 次郎\n")
	b := memory("b.csv", "id,name\nM1,高橋一郎\nM2,例田 花子\nM3,例田　次郎\nM2,見本花子\nM2,Hanako Mihon\n")
	spec := Spec{Files: []File{a, b}, Segments: everybody()}
	r, _, err := Open(t.Context(), spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	var f found
	if _, _, err := r.People(t.Context(), f.sink()); err != nil {
		t.Fatal(err)
	}
	want := []Reject{
		{File: "a.csv", Row: 2, Line: 3, Column: "name", Raw: []string{"M2", "", "見本 花子"},
			Reason: "joined with row 2 of b.csv, which bears another name"},
		{File: "b.csv", Row: 2, Line: 3, Column: "name", Raw: []string{"M2", "例田 花子"},
			Reason: "joined with row 2 of a.csv, which bears another name"},
		{File: "b.csv", Row: 5, Line: 6, Column: "name", Raw: []string{"M2", "Hanako Mihon"},
			Reason: "joined with row 2 of a.csv, which bears another name"},
	}
	if !reflect.DeepEqual(f.notes, want) {
		t.Errorf("notes %+v", f.notes)
	}
	var others []string
	for _, p := range f.people {
		for _, j := range r.Joins(p) {
			if j.Other {
				others = append(others, fmt.Sprint(j.File, ":", j.Row))
			}
		}
	}
	if want := []string{"b.csv:2", "b.csv:5"}; !slices.Equal(others, want) {
		t.Errorf("rows of other names %v, want %v", others, want)
	}
}

func TestTwoKeysMayContradictAtTheSameRow(t *testing.T) {
	t.Parallel()
	file := memory("a.csv", "id,name,email,born\nM1,Ann,ann@example.com,1970-05-05\n"+
		"M1,Ann,ann@example.com,1971-06-06\n")
	file.Columns.BirthDate = "born"
	f, sum, problems := mustRead(t, Spec{Files: []File{file}, Segments: everybody()})
	if len(f.people) != 2 || sum.Keys[0].Contradictions != 1 || sum.Keys[1].Contradictions != 1 {
		t.Errorf("%d people, %+v", len(f.people), sum.Keys)
	}
	for i, key := range []string{"id", "email+name"} {
		want := "identity " + key + ": 1 value would have made one person of two birth dates and joined only what agrees; " +
			"one is in row 2"
		if len(problems) != 2 || problems[i].What != want {
			t.Errorf("problem %d of %+v is not %q", i, problems, want)
		}
	}
}

func TestTheRowThatIsPreferredSaysHowToReachAPerson(t *testing.T) {
	t.Parallel()
	file := memory("a.csv", "id,name,email,seen,postcode,address\n"+
		"1,Ann Old,old@example.com,2010-01-01,1,Old 1\n1,Ann New,new@example.com,2015-01-01,2,New 1\n1,Ann,,,,\n")
	file.Facts = map[string]FactColumn{"seen": {Column: "seen", Kind: segment.Date}}
	other := memory("b.csv", "id,name,email,postcode,address\n1,Ann B,b@example.com,3,B 1\n")
	spec := Spec{Files: []File{file, other}, Segments: everybody(), Identity: [][]string{{"id"}}}
	for want, prefer := range map[string]Prefer{
		"Ann Old old@example.com 1": {},
		"Ann New new@example.com 2": {Newest: "seen"},
		"Ann B b@example.com 3":     {Files: []string{"b.csv"}},
	} {
		spec.Prefer = prefer
		f, _, _ := mustRead(t, spec)
		p := f.people[0]
		if got := fmt.Sprint(p.Name, " ", p.Email.Wire, " ", p.Postcode); got != want {
			t.Errorf("preferring %+v: %s, want %s", prefer, got, want)
		}
	}
	spec.Prefer = Prefer{Newest: "sen", Files: []string{"c.csv"}}
	if _, problems, _ := Open(t.Context(), spec, nil); len(problems) != 2 {
		t.Errorf("problems %+v", problems)
	}
}

func TestKeysThatCannotBeAreProblems(t *testing.T) {
	t.Parallel()
	spec := Spec{Identity: [][]string{{"e-mail", "name"}, {}, {"birth_date"}, {"id"}, {"passport"}},
		Files: []File{{Facts: map[string]FactColumn{"passport": {}}}}}
	_, problems := newKeys(spec)
	if len(problems) != 3 || problems[0].Do != `did you mean "email"?` || problems[0].Warning ||
		problems[1].Warning || !problems[2].Warning {
		t.Errorf("got %+v", problems)
	}
}

func TestWhatASpreadsheetPutInPlaceOfAValueJoinsNobody(t *testing.T) {
	t.Parallel()
	for _, cell := range []string{"1.23E+11", "#N/A", "####", "7E+03"} {
		file := memory("a.csv", strings.NewReplacer("X", cell).Replace("id,name,phone,postcode,passport,address\n"+
			"X,Ann,X,X,X,X\nX,Ann,X,X,X,X\n"))
		file.Facts = map[string]FactColumn{"passport": {Column: "passport"}}
		f, _, _ := mustRead(t, Spec{Files: []File{file}, Segments: everybody(), Identity: [][]string{
			{"id"}, {"passport"}, {"name", "phone"}, {"name", "postcode"}, {"name", "address"}}})
		if len(f.people) != 2 {
			t.Errorf("%s: %d people, want 2", cell, len(f.people))
			continue
		}
		if p := f.people[0]; len(p.IDs) != 0 || p.Phone != cell {
			t.Errorf("%s: member numbers %q, phone %q as registered", cell, p.IDs, p.Phone)
		}
	}
}

func TestWhatASpreadsheetDidIsSaidPerColumn(t *testing.T) {
	t.Parallel()
	_, _, problems := mustRead(t, Spec{Segments: everybody(), Files: []File{memory("a.csv",
		"id,name,phone,postcode\n1.23E+11,Ann,312345678,600001\nM2,Bob,,\n2-Jan,Cyd,,\n")}})
	var columns []string
	for _, p := range problems {
		if !p.Warning || strings.Contains(p.What, "312345678") {
			t.Errorf("got %+v", p)
		}
		columns = append(columns, strings.SplitN(p.What, ":", 2)[0])
	}
	want := []string{`column "id"`, `column "id"`, `column "phone"`, `column "postcode"`}
	if !slices.Equal(columns, want) {
		t.Errorf("columns %v, want %v", columns, want)
	}
}
