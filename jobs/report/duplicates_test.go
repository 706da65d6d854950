package report

import (
	"strings"
	"testing"

	"oshirase/jobs/recipient"
)

func TestDuplicatesSayOfEachRowWhyItIsWhose(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	list, err := NewDuplicates(&out)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range []recipient.Join{{File: "a.csv", Row: 7}, {File: "b.csv", Row: 2, Key: "email+name", With: "a.csv", At: 7},
		{File: "b.csv", Row: 3, Key: "id", With: "a.csv", At: 7, Other: true}} {
		if err := list.Add("ABC-DEF-GHJ", j); err != nil {
			t.Fatal(err)
		}
	}
	if err := list.Close(); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffperson,file,row,joined_by,with_file,with_row,name\r\nABC-DEF-GHJ,a.csv,7,,,,\r\n" +
		"ABC-DEF-GHJ,b.csv,2,email+name,a.csv,7,\r\nABC-DEF-GHJ,b.csv,3,id,a.csv,7,other\r\n"
	if out.String() != want {
		t.Errorf("got %q", out.String())
	}
}
