package jtb_test

import (
	"maps"
	"testing"
	"time"

	"oshirase/config/programmes/jtb"
	"oshirase/jobs/plan"
	"oshirase/letters"
)

// comparePlan plans a campaign of that size as an operator would, and holds what is found against the truth.
func comparePlan(t *testing.T, s jtb.Size) {
	t.Helper()
	dir, want := write(t, s)
	got, err := plan.Read(t.Context(), dir, plan.Options{Now: time.Now(), Fonts: letters.Embedded()})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range got.Problems {
		if !p.Warning {
			t.Error(p)
		}
	}
	if got.People != want.People || got.Rejects != 0 || got.Unaffected != want.Excluded {
		t.Errorf("%d people, %d rejects, %d rows not affected; want %d, none, %d",
			got.People, got.Rejects, got.Unaffected, want.People, want.Excluded)
	}
	if !maps.Equal(got.Joined, want.Joined) {
		t.Errorf("joined\n%v\nwant\n%v", got.Joined, want.Joined)
	}
	for _, segment := range got.Segments {
		if segment.Name == "passport" && segment.People != want.Passports {
			t.Errorf("%d people with a passport, want %d", segment.People, want.Passports)
		}
	}
	for _, f := range got.Files {
		if rows := want.Rows[f.Name[len("recipients/"):]]; f.Rows != rows {
			t.Errorf("%s: %d rows, want %d", f.Name, f.Rows, rows)
		}
	}
}

func TestAPlanFindsThePeopleThereAre(t *testing.T) {
	t.Parallel()
	for _, s := range []jtb.Size{{Rows: 7_930}, jtb.Scaled(0.001), jtb.Scaled(0.00002)} {
		comparePlan(t, s)
	}
}
