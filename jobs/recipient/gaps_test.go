package recipient

import (
	"slices"
	"testing"

	"oshirase/jobs/segment"
)

func TestWhoIsNotAffectedForWantOfAFactIsToldOf(t *testing.T) {
	t.Parallel()
	a := memory("a.csv", "id,name,email,at,server\n1,Ann,,2013-01-01,A\n2,Bob,,,A\n3,Cas,,0000-00-00,A\n4,Dan,, ,B\n"+
		"5,Eve,,-,A\n6,Fay,,2011-01-01,\n7,Gil,,,A\n7,Gil,,2013-01-03,A\n8,Hal,,,A\n8,Hal,,2010-01-01,A\n")
	a.Facts = map[string]FactColumn{"at": {Column: "at", Kind: segment.Date}, "server": {Column: "server"}}
	b := memory("b.csv", "id,name,email,at\n11,Ivy,,2013-01-01\n12,Jo,,\n2,Bob,,2013-01-01\n")
	c := memory("c.csv", "id,name,email,at\n21,Kim,,2013-01-01\n")
	c.Facts = map[string]FactColumn{"at": {Column: "at", Kind: segment.Date}}
	f, sum, problems := mustRead(t, Spec{Files: []File{a, b, c}, Segments: []segment.Segment{
		{ID: "x", When: `at >= date("2012-01-01") && server == "A"`, Elements: []string{"name"}}}})
	if sum.Unaffected != 11 || sum.People != 2 {
		t.Errorf("%d rows are not affected, %d people are", sum.Unaffected, sum.People)
	}
	var got []string
	for _, p := range problems {
		if got = append(got, p.File+": "+p.What); !p.Warning || p.Do == "" {
			t.Errorf("%+v", p)
		}
	}
	want := []string{
		`a.csv: 4 of 10 rows are not affected only because they have no fact "at", which segment "x" asks for; row 2 is the first`,
		`b.csv: the file has no fact "at", which segment "x" asks for: 3 of its 3 rows are not affected only because of that`,
		`c.csv: the file has no fact "server", which segment "x" asks for: 1 of its 1 rows are not affected only because of that`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("problems are %q", got)
	}
	if got := f.noted(); len(got) != 8 ||
		!slices.Contains(got, `5: not affected as it is: it has no fact "at", which segment "x" asks for`) {
		t.Errorf("noted are %q", got)
	}
}
