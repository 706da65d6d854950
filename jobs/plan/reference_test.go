package plan

import (
	"strings"
	"testing"
)

func TestReferencesAreUniqueAndLookLikeNothing(t *testing.T) {
	t.Parallel()
	refs := newReferences("leak", [32]byte{1})
	const most = 200_000
	seen := make(map[string]bool, most)
	for n := range most {
		ref := refs.at(n)
		if seen[ref] {
			t.Fatalf("%s was given twice", ref)
		}
		seen[ref] = true
	}
	for ref := range seen {
		if got, ok := ParseReference(ref); !ok || got != ref {
			t.Fatalf("%s is not a reference", ref)
		}
		if delete(seen, ref); len(seen) < most-2000 {
			break
		}
	}
}

func TestReferencesAreTheSameForTheSameContentOnly(t *testing.T) {
	t.Parallel()
	digest := [32]byte{1, 2, 3}
	one, same := newReferences("leak", digest), newReferences("leak", digest)
	others := []references{newReferences("leak", [32]byte{1}), newReferences("leak2", digest)}
	for n := range 100 {
		if one.at(n) != same.at(n) {
			t.Fatal("the same content gives other references")
		}
		for _, o := range others {
			if one.at(n) == o.at(n) {
				t.Fatalf("two campaigns share the reference %s", one.at(n))
			}
		}
	}
	// This is on paper somewhere: it may never change.
	if got := newReferences("leak", [32]byte{}).at(1); got != "FVM-260-X9Y" {
		t.Errorf("the first reference is %s", got)
	}
}

func TestEveryWrongSymbolAndEveryExchangeShows(t *testing.T) {
	t.Parallel()
	refs := newReferences("leak", [32]byte{7})
	for n := range 300 {
		plain := strings.ReplaceAll(refs.at(n), "-", "")
		for i := range plain {
			for _, d := range digits {
				wrong := plain[:i] + string(d) + plain[i+1:]
				if _, ok := ParseReference(wrong); ok && wrong != plain {
					t.Fatalf("%s passes for %s", wrong, plain)
				}
			}
			for j := range i {
				swapped := []byte(plain)
				swapped[i], swapped[j] = swapped[j], swapped[i]
				if _, ok := ParseReference(string(swapped)); ok && string(swapped) != plain {
					t.Fatalf("%s passes for %s", swapped, plain)
				}
			}
		}
	}
}

func TestAReferenceIsTakenAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	ref := format(0b00001_00000_00001_00010_00000_00001_00000_11111) // 101-201-0ZC
	for _, text := range []string{
		ref, strings.ToLower(ref), " " + ref + " ",
		strings.ReplaceAll(ref, "-", ""), strings.ReplaceAll(ref, "-", " "),
		strings.ReplaceAll(ref, "0", "o"), strings.ReplaceAll(ref, "1", "I"),
		strings.ReplaceAll(ref, "1", "l"),
	} {
		if got, ok := ParseReference(text); !ok || got != ref {
			t.Errorf("%q is %q, %v; want %q", text, got, ok, ref)
		}
	}
	for _, text := range []string{
		"", "-", ref[:10], ref + "0", "髙橋", "UUU-UUU-UUU", "101-2*1-0ZZ",
	} {
		if got, ok := ParseReference(text); ok {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
}

func FuzzParseReference(f *testing.F) {
	for _, seed := range []string{"", "000-000-000", "7K2-9QX-M3D", "o o o", "\xff\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ref, ok := ParseReference(text)
		if !ok {
			return
		}
		if again, ok := ParseReference(ref); !ok || again != ref {
			t.Errorf("%q gives %q, which gives %q", text, ref, again)
		}
	})
}
