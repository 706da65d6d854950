package ledger_test

import (
	"fmt"
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/ledger/ledgertest"
)

// Each revision has runs of its own; in the third a person is found by what another was found by before.
func TestPeopleOfAllRevisionsAreFoundTogether(t *testing.T) {
	t.Parallel()
	ledgertest.Each(t, func(t *testing.T, f *ledgertest.Fixture) {
		const n = 700
		f.Import(t, ledgertest.Batch{Name: "a", People: n})
		var as []ledger.Amendment
		for i := range n {
			as = append(as, newcomer(f, i))
		}
		revise(t, f, 2, as...)
		another := newcomer(f, n)
		another.Blind = append(another.Blind, f.Key.Blind("email", "new5@example.com"))
		revise(t, f, 3, another)
		want := map[[16]byte]string{f.Key.Blind("email", "nobody@example.com"): ""}
		for i := range n {
			want[f.Key.Blind("email", fmt.Sprintf("person%d@example.com", i+1))] = fmt.Sprintf("REF-%03d ", i+1)
			want[f.Key.Blind("email", fmt.Sprintf("new%d@example.com", i))] = fmt.Sprintf("NEW-%03d ", i)
		}
		want[f.Key.Blind("email", "new5@example.com")] = "NEW-005 NEW-700 "
		var values [][16]byte
		for v := range want {
			values = append(values, v, v)
		}
		all, err := f.Formers(ctx, "test", f.Key)
		must(t, err)
		found, err := all.Find(ctx, values)
		must(t, err)
		for v, refs := range want {
			got := ""
			for _, p := range found[v] {
				got += p.Ref + " "
			}
			if got != refs {
				t.Errorf("found %q, want %q", got, refs)
			}
		}
		for ref, want := range map[string]bool{"REF-001": true, "NEW-700": true, "NEW-701": false} {
			if got, err := all.HasReference(ctx, ref); got != want || err != nil {
				t.Errorf("%s is somebody's: %v, %v", ref, got, err)
			}
		}
		met := 0
		for p, err := range all.Except(ctx, func(id int64) bool { return id%2 == 0 }) {
			must(t, err)
			if met++; p.ID%2 == 0 {
				t.Errorf("walked by %s", p.Ref)
			}
		}
		if met < n || met > n+1 {
			t.Errorf("walked by %d of %d", met, 2*n+1)
		}
	})
}

func TestASieveLetsEverythingPassThatIsInItAndLittleElse(t *testing.T) {
	t.Parallel()
	f := ledgertest.New(t)
	const n = 50_000
	value := func(i int) [16]byte { return f.Key.Blind("email", fmt.Sprint(i)) }
	reference := func(i int) (v [16]byte) {
		copy(v[:], fmt.Sprintf("REF-%07d", i))
		return v
	}
	for name, of := range map[string]func(int) [16]byte{"indexes": value, "references": reference} {
		passed, err := ledger.Sieved(n, of)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if passed > n/50 {
			t.Errorf("%s: %d of %d passed", name, passed, n)
		}
	}
}
