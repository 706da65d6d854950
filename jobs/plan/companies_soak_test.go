//go:build soak

package plan

import (
	"path/filepath"
	"testing"

	"oshirase/config/programmes"
)

func TestTheTwoServersHaveTheRealNumbers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sample")
	if err := programmes.Write(t.Context(), "telecomsquare", dir, 1); err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ people, apA, individuals, companies int }{
		{2773, 2773, 0, 3}, {6441, 6441, 0, 12}, {97_438, 6441, 90_997, 12},
	} {
		p := read(t, filepath.Join(dir, []string{"revision-1", "revision-2", "revision-3"}[i]))
		if p.Invalid() {
			t.Fatal(p.Problems)
		}
		inCompanies, individuals := 0, 0
		for _, b := range p.Batches {
			if b.Name == Individuals {
				individuals = b.People
			} else {
				inCompanies += b.People
			}
		}
		if p.People != want.people || p.Segments[0].People != want.apA || inCompanies != want.apA ||
			individuals != want.individuals || p.Reports != want.companies {
			t.Errorf("revision %d: %d people, %d in companies and %d individuals, %d reports; want %+v", i+1, p.People,
				inCompanies, individuals, p.Reports, want)
		}
		t.Logf("revision %d: %d people = %d + %d, %d deliveries", i+1, p.People, inCompanies, individuals, p.Deliveries)
	}
}
