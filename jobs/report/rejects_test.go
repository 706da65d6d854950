package report

import (
	"bytes"
	"testing"

	"oshirase/jobs/recipient"
)

func TestARejectKeepsItsCellsAndRunsNothing(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	list, err := NewRejects(&out)
	if err != nil {
		t.Fatal(err)
	}
	err = list.Add("rejected", recipient.Reject{
		File: "people.csv", Row: 2, Line: 3, Column: "名前", Reason: "name is empty",
		Raw: []string{"=1+1", "", "見本,町"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := list.Close(); err != nil {
		t.Fatal(err)
	}
	want := "\ufefffile,row,line,column,what,reason,cells\r\n" +
		"people.csv,2,3,名前,rejected,name is empty,'=1+1,,\"見本,町\"\r\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

func TestARejectsListThatCannotBeWrittenIsAnError(t *testing.T) {
	t.Parallel()
	list, err := NewRejects(full{})
	if err != nil {
		t.Fatal(err)
	}
	if err := list.Close(); err == nil {
		t.Error("no error")
	}
}
