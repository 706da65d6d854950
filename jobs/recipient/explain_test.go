package recipient

import (
	"strings"
	"testing"

	"oshirase/jobs/segment"
)

// explained opens two files of four people and says why of one row.
func explained(t *testing.T, at Row) []Explained {
	t.Helper()
	a := memory("a.csv", "id,name,email,server,day\n1,Ann,,A,2020-01-02\n2,Bob,,B,\n3,Cas,,A,soon\n")
	a.Facts = map[string]FactColumn{"server": {Column: "server"}, "day": {Column: "day", Kind: segment.Date}}
	b := memory("b.csv", "id,name,email,company\n4,Dan,,Alpha\n1,Ann,,\n")
	r, problems, err := Open(t.Context(), Spec{Files: []File{a, b}, Segments: []segment.Segment{
		{ID: "s", When: `server == "A" && known(day)`, Elements: []string{"name"}},
		{ID: "t", When: `company == "Alpha" || id == "2"`, Elements: []string{"name"}},
	}}, nil)
	if err != nil || fatal(problems) {
		t.Fatal(problems, err)
	}
	rows, err := r.Explain(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// outline is where a row stands and which segments it is of.
func outline(e Explained) string {
	out := []string{e.File, e.Fault, e.JoinedWith, e.JoinedBy}
	for _, s := range e.Traces {
		if s.Matches {
			out = append(out, s.Segment)
		}
	}
	return strings.Join(out, " ")
}

func TestARowIsExplainedWithTheOthersOfItsPerson(t *testing.T) {
	t.Parallel()
	for at, want := range map[Row][]string{
		{0, 1}:  {"a.csv    s", "b.csv  a.csv:1 id"},
		{1, 2}:  {"a.csv    s", "b.csv  a.csv:1 id"},
		{0, 2}:  {"a.csv    t"},
		{0, 3}:  {"a.csv cell is not a date: xxxx, which layout: may name  "},
		{1, 1}:  {"b.csv    t"},
		{1, 3}:  nil,
		{0, 0}:  nil,
		{0, -1}: nil,
		{2, 1}:  nil,
	} {
		rows := explained(t, at)
		var got []string
		for _, r := range rows {
			got = append(got, outline(r))
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("row %v: got %q, want %q", at, got, want)
		}
	}
}

func TestAnExplanationHoldsTheRowsOwnValues(t *testing.T) {
	t.Parallel()
	rows := explained(t, Row{1, 2})
	first, second := rows[0].Traces[0].When, rows[1].Traces[0].When
	if len(first) != 2 || *first[1].Facts[0].Value != "2020-01-02" || rows[0].Line != 2 {
		t.Errorf("got %+v", rows[0])
	}
	if len(second) != 2 || second[0].Facts[0].Value != nil {
		t.Errorf("a fact that the file does not have: %+v", second)
	}
	if id := rows[1].Traces[1].When[1].Facts[0]; id.Name != "id" || *id.Value != "1" {
		t.Errorf("got %+v", id)
	}
}
