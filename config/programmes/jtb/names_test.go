package jtb

import (
	"testing"

	"oshirase/jobs/fold"
)

func TestNoTwoPeopleHaveANameAndABirthDate(t *testing.T) {
	t.Parallel()
	w := newWords()
	seen := map[string]bool{}
	for i, s := range w.speech {
		if s.people.n < MostRows {
			t.Errorf("language %d has %d people", i, s.people.n)
		}
		for _, family := range s.family {
			for _, given := range s.given {
				name := fold.Name(string(family.spelt[0][utf8]) + string(given.spelt[0][utf8]))
				if seen[name] {
					t.Errorf("%q is two names", name)
				}
				seen[name] = true
			}
		}
	}
}

func TestAScatterLosesNothing(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 3, 7, 64, 1000, 4097} {
		s, seen := newScatter(n), make([]bool, n)
		for i := range n {
			if at := s.at(uint64(i)); seen[at] {
				t.Fatalf("%d of %d comes twice", at, n)
			} else {
				seen[at] = true
			}
		}
	}
}

func TestEveryCellCanBeWrittenInItsEncoding(t *testing.T) {
	t.Parallel()
	for _, k := range append(kinds(), twice) {
		for _, e := range k.rows {
			if foreign := k.tongue > inEnglish; foreign && files[e.at].enc == cp932 {
				t.Errorf("%s: a name that CP932 does not have", k.name)
			}
		}
	}
	for _, s := range newWords().speech[:inChinese] {
		for _, word := range append(s.family, s.given...) {
			for _, spelt := range word.spelt {
				if spelt[cp932] == nil {
					t.Errorf("CP932 does not have %s", spelt[utf8])
				}
			}
		}
	}
}
