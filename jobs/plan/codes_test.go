package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"oshirase/config/campaign"
	"oshirase/jobs/compose"
	"oshirase/jobs/ledger/ledgertest"
	"oshirase/jobs/office"
)

// coded makes the campaign one whose people of the segment names get codes.
func coded(t *testing.T, codes string) map[string]string {
	t.Helper()
	f := files()
	edit(t, f, "campaign.yaml", "channels:", "codes: {file: codes.csv, for: [names], starts: 2018-04-07, term: 2y, "+
		"url: https://enroll.example.com}\nchannels:")
	for _, locale := range []string{"ja", "en"} {
		edit(t, f, "notices/first."+locale+".md", "{{ .Elements }}", "{{ .Elements }} {{ .Code }} {{ date .CodeExpires }}")
	}
	f["codes.csv"] = codes
	return f
}

func TestThePlanCountsTheCodesThatAreMissing(t *testing.T) {
	t.Parallel()
	p := valid(t, coded(t, "code\nA-1\nA-2\n"))
	// All six are of the segment; one of them cannot be reached.
	if p.Pool.Codes != 2 || p.Pool.People != 5 || p.Pool.Missing != 3 {
		t.Errorf("%+v", p.Pool)
	}
	want := "codes.csv: codes for 2 of 5 people: 3 people will have none, and their notices will be blocked"
	if !slices.ContainsFunc(p.Problems, func(x campaign.Problem) bool { return x.Warning && x.String() == want }) {
		t.Errorf("%v", p.Problems)
	}
	if enough := valid(t, coded(t, "code\nA\nB\nC\nD\nE\n")); enough.Pool.Missing != 0 {
		t.Errorf("%+v", enough.Pool)
	}
}

func TestOtherCodesAreAnotherPromise(t *testing.T) {
	t.Parallel()
	one, two := valid(t, coded(t, "code\nA-1\n")), valid(t, coded(t, "code\nA-2\n"))
	if one.Digest == two.Digest {
		t.Error("two files of codes give one digest")
	}
}

func TestManyFaultsOfAPoolAreNotAllNamed(t *testing.T) {
	t.Parallel()
	p := read(t, write(t, coded(t, "code\n"+strings.Repeat("A-1\n", 40))))
	if !p.Invalid() {
		t.Fatal("taken")
	}
	var said []string
	for _, x := range p.Problems {
		if x.File == "codes.csv" {
			said = append(said, x.String())
		}
	}
	if len(said) != faultsSaid+1 || said[faultsSaid] != "codes.csv: 29 more rows cannot be used" {
		t.Errorf("%q", said)
	}
}

func TestTheLedgerGivesCodesToPeopleInTheirOrder(t *testing.T) {
	t.Parallel()
	p, f := valid(t, coded(t, "code\nA-1\nA-2\nA-3\n")), ledgertest.New(t)
	if err := p.Import(t.Context(), f.Ledger, enlist(f)); err != nil {
		t.Fatal(err)
	}
	of := office.Office{Key: f.Key, Book: p.Book}
	var got []string
	for d, err := range f.Deliveries(t.Context(), "leak") {
		if err != nil {
			t.Fatal(err)
		}
		claim, err := f.DeliveryClaim(t.Context(), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		c, err := of.Case(claim)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(c.Code.Code, " ", day(c.Code.Terms.Expires)))
	}
	want := []string{"A-1 2020-04-06", "A-2 2020-04-06", "A-3 2020-04-06", " ", " "}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	counts, err := f.CodeCounts(t.Context(), "leak")
	if err != nil || counts.People != 5 || counts.Missing != 2 || counts.Lots[0].Sum != p.Pool.sum {
		t.Errorf("%+v, %v", counts, err)
	}
}

func TestAPreviewHasAPlaceholder(t *testing.T) {
	t.Parallel()
	p := valid(t, coded(t, "code\nA-1\n"))
	e, err := p.Find(t.Context(), p.Match("people.csv:1"))
	if err != nil {
		t.Fatal(err)
	}
	if c := p.CaseOf(*e).Code; c == (compose.Code{}) || c.Code == "A-1" {
		t.Errorf("%+v", c)
	}
}
