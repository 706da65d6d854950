package plan

import (
	"fmt"
	"slices"
	"testing"

	"oshirase/jobs/recipient"
)

func TestRejectsAreCountedByReasonWhateverNumbersAreInIt(t *testing.T) {
	t.Parallel()
	var r reasons
	passed := 0
	sink := r.counting(func(recipient.Reject) error { passed++; return nil })
	for _, x := range []recipient.Reject{
		{Column: "name", Reason: "name is empty"},
		{Reason: "row has 5 cells, the header has 6"},
		{Reason: "row has 17 cells, the header has 6"},
		{Reason: "byte 3 of the cell is not valid CP932"},
		{Reason: "byte 12 of the cell is not valid CP932"},
		{Reason: "cell holds what is not valid UTF-16LE"},
		{Column: "memo", Reason: "name is empty"},
	} {
		if err := sink(x); err != nil {
			t.Fatal(err)
		}
	}
	want := []Reason{
		{"", "byte N of the cell is not valid CP932", 2}, {"", "row has N cells, the header has N", 2},
		{"", "cell holds what is not valid UTF-16LE", 1}, {"memo", "name is empty", 1}, {"name", "name is empty", 1},
	}
	if got := r.list(); !slices.Equal(got, want) || passed != 7 {
		t.Errorf("%d passed on, counted %v, want %v", passed, got, want)
	}
	if err := r.counting(nil)(recipient.Reject{}); err != nil {
		t.Error(err)
	}
}

func TestReasonsBeyondTheirNumberAreCountedAsOne(t *testing.T) {
	t.Parallel()
	var r reasons
	for i := range reasonsMost + 50 {
		r.add(recipient.Reject{Column: fmt.Sprint("column ", i), Reason: "name is empty"})
	}
	if got := r.list(); len(got) != reasonsMost+1 || got[0] != (Reason{Reason: "other reasons", Rows: 50}) {
		t.Errorf("%d reasons, first %v", len(got), got[0])
	}
}
