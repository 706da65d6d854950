package programmes_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oshirase/config/campaign"
	"oshirase/config/programmes"
)

func stages(t *testing.T, scale float64) []programmes.Stage {
	t.Helper()
	s, err := programmes.TelecomSquareStages(scale)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheRevisionsGrowAsTheReportsDid(t *testing.T) {
	t.Parallel()
	var got []string
	for _, s := range stages(t, 1) {
		got = append(got, fmt.Sprintf("%d of %s: %d people, %d companies, %d reports, %d new people", s.Number, s.AsOf,
			s.People, len(s.Companies), s.NewReports, s.NewPeople))
	}
	want := "1 of 2013-08-29: 2773 people, 3 companies, 3 reports, 2773 new people\n" +
		"2 of 2013-09-04: 6441 people, 12 companies, 12 reports, 3668 new people\n" +
		"3 of 2013-09-12: 97438 people, 12 companies, 0 reports, 90997 new people"
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
}

func TestTheFilesOfEachRevisionHoldItsPeople(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{1e-9, 0.001, 0.05} {
		dir := t.TempDir()
		if err := programmes.Write(t.Context(), sample, dir, scale); err != nil {
			t.Fatal(err)
		}
		for _, want := range stages(t, scale) {
			folder := filepath.Join(dir, fmt.Sprintf("revision-%d", want.Number))
			c := take(t, folder)
			people := map[string]int{}
			for _, p := range c.people {
				people[p.company]++
			}
			if len(c.people) != want.People || people[""] != want.WebB {
				t.Errorf("scale %v: revision %d has %d people, %d of no company; want %+v", scale, want.Number,
					len(c.people), people[""], want)
			}
			if got := c.elements(); !maps.Equal(got, want.Elements) {
				t.Errorf("scale %v: of revision %d was taken %v, want %v", scale, want.Number, got, want.Elements)
			}
			for _, company := range want.Companies {
				if n := people[company.Name]; n != company.People {
					t.Errorf("scale %v: revision %d has %d people of %s, want %d", scale, want.Number, n, company.Name,
						company.People)
				}
			}
		}
	}
}

// elements counts people by what was taken of them.
func (c *census) elements() map[string]int {
	out := map[string]int{}
	for _, p := range c.people {
		for element := range p.elements {
			out[element]++
		}
	}
	return out
}

func TestEachRevisionIsCheckClean(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := programmes.Write(t.Context(), sample, dir, 0.001); err != nil {
		t.Fatal(err)
	}
	for number := 1; number <= 3; number++ {
		f, problems, err := campaign.Load(filepath.Join(dir, fmt.Sprintf("revision-%d", number)), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range problems {
			if !p.Warning || !strings.HasPrefix(p.What, "2 of 12 batches have a start before") {
				t.Errorf("revision %d: %s", number, p)
			}
		}
		letters := 0
		for _, b := range f.Manifest.Batches.List {
			if b.Contact.Email == "" && len(b.Contact.Address) > 0 {
				letters++
			}
		}
		if f.Manifest.Revision != number || f.Manifest.Batches.Report == nil || letters != 1 {
			t.Errorf("revision %d has the number %d, and %d contacts without e-mail", number, f.Manifest.Revision, letters)
		}
	}
}
