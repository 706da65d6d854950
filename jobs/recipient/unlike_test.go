package recipient

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"oshirase/jobs/segment"
)

func TestTwoBrandsThatNumberAlikeAreSeen(t *testing.T) {
	t.Parallel()
	var one, two strings.Builder
	for i := range 30 {
		fmt.Fprintf(&one, "%d,山田%d郎,t%d@example.jp\n", i+1, i, i)
		fmt.Fprintf(&two, "%d,鈴木%d子,h%d@example.com\n", i+1, i, i)
	}
	spec := Spec{Segments: everybody(), Files: []File{memory("a.csv", "id,name,email\n"+one.String()),
		memory("b.csv", "id,name,email\n"+two.String())}}
	f, sum, problems := mustRead(t, spec)
	if sum.People != 30 || sum.Unlike != 30 || len(problems) != 1 ||
		problems[0].What != "30 people of joined rows with neither a name nor a contact in common, "+
			"such as row 1 of a.csv and row 1 of b.csv" {
		t.Errorf("%d people, of them %d unlike: %+v", sum.People, sum.Unlike, problems)
	}
	if got := f.noted(); len(got) != 60 || !slices.Contains(got,
		"7: joined with row 7 of a.csv, which bears another name and has no contact in common") {
		t.Errorf("noted are %q", got)
	}
	spec.Identity = [][]string{{"id", "name"}}
	if _, sum, problems = mustRead(t, spec); sum.People != 60 || sum.Unlike != 0 || len(problems) != 0 {
		t.Errorf("with the name in the key %d people, %d unlike, %v", sum.People, sum.Unlike, problems)
	}
}

func TestWhatMakesUnlikeRowsOnePerson(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, rows string
		want       int
	}{
		{"nothing", "Ann,a@example.com,,,,\nBob,b@example.com,,,,", 1},
		{"nothing, by other ways", "Ann,a@example.com,,,,\nBob,,03-1234-5678,,,", 1},
		{"a name", "Ann,a@example.com,,,,\nＡＮＮ,b@example.com,,,,", 0},
		{"an e-mail address", "Ann,a@example.com,,,,\nBob,A@EXAMPLE.COM,,,,", 0},
		{"a telephone number", "Ann,a@example.com,03-1234-5678,,,\nBob,b@example.com,０３（１２３４）５６７８,,,", 0},
		{"a postal address", "Ann,,,100-0001,東京都千代田区1丁目2番3号,\nBob,b@example.com,,1000001,東京都千代田区１－２－３,", 0},
		{"an address elsewhere", "Ann,,,100-0001,本町1-2,\nBob,,,200-0002,本町1-2,", 1},
		{"a postcode alone", "Ann,a@example.com,,100-0001,,\nBob,b@example.com,,100-0001,,", 1},
		{"a birth date", "Ann,a@example.com,,,,1970-05-05\nBob,b@example.com,,,,1970/5/5", 0},
		{"a birth date that is nobody's", "Ann,a@example.com,,,,1900-01-01\nBob,b@example.com,,,,1900-01-01", 1},
		{"a third row's", "Ann,a@example.com,,,,\nBob,b@example.com,,,,\nBob,a@example.com,,,,", 0},
		{"a chain", "Ann,a@example.com,,,,\nBob,b@example.com,03-1234-5678,,,\nCas,a@example.com,,,,\n" +
			"Ann,,03-1234-5678,,,", 0},
		{"one who cannot be reached", "Ann,a@example.com,,,,\nBob,,,,,1970-05-05", 0},
		{"nobody who can be reached", "Ann,,,,,\nBob,,,,,", 0},
	} {
		rows := "id,name,email,phone,postcode,address,born\n"
		for row := range strings.SplitSeq(c.rows, "\n") {
			rows += "M1," + row + "\n"
		}
		file := memory("a.csv", rows)
		file.Columns.BirthDate = "born"
		_, sum, _ := mustRead(t, Spec{Files: []File{file}, Segments: everybody()})
		if sum.People != 1 || sum.Unlike != c.want {
			t.Errorf("%s: %d people, %d of them unlike", c.what, sum.People, sum.Unlike)
		}
	}
}

func TestUnlikeRowsOfSomebodyWhoIsNotAffectedAskForNothing(t *testing.T) {
	t.Parallel()
	file := memory("a.csv", "id,name,email\nM1,Ann,a@example.com\nM1,Bob,b@example.com\n")
	_, sum, problems := mustRead(t, Spec{Files: []File{file},
		Segments: []segment.Segment{{ID: "x", When: `id == "M2"`, Elements: []string{"name"}}}})
	if sum.Unlike != 0 || len(problems) != 1 || !strings.Contains(problems[0].What, "whose names differ") {
		t.Errorf("%d are unlike: %+v", sum.Unlike, problems)
	}
}
