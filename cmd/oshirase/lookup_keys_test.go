package main

import (
	"testing"

	"oshirase/jobs/ledger"
	"oshirase/jobs/recipient"
)

// key finds one of the kinds by its word.
func key(t *testing.T, by string) lookupKey {
	t.Helper()
	keys, err := keysOf(by)
	if err != nil {
		t.Fatal(err)
	}
	return keys[0]
}

func TestANumberAgreesAsItIsDialledWhereThePersonLives(t *testing.T) {
	t.Parallel()
	p := recipient.Person{Phone: "090-0123-4567", Country: "JP"}
	for said, want := range map[string]bool{
		"090 0123 4567": true, "+81 90-0123-4567": true, "９０-0123-4567": true, "090-0123-4568": false, "": false,
	} {
		if got := hasPhone(p, said, "HK"); got != want {
			t.Errorf("%q: %t", said, got)
		}
	}
}

func TestAPersonWhomOneIndexLacksIsFoundByTheOther(t *testing.T) {
	t.Parallel()
	row := ledger.PersonRow{ID: 7}
	p := recipient.Person{Name: "見本 花子", Phone: "090-0123-4567"}
	s := &search{keys: []lookupKey{key(t, "name"), key(t, "phone")}, said: []string{"見本花子", "09001234567"},
		found: [][]ledger.PersonRow{{row}, nil}}
	if !s.agree(row, p, "JP") {
		t.Error("a ledger from before there was an index of telephones finds nobody by them")
	}
	if s.said[1] = "09001234568"; s.agree(row, p, "JP") {
		t.Error("another's number is taken")
	}
}

func TestNobodyIsSentAwayBecauseManyHaveTheirName(t *testing.T) {
	t.Parallel()
	many := make([]ledger.PersonRow, mostByKey)
	for _, c := range []struct {
		one, other string
		found      [][]ledger.PersonRow
		want       bool
	}{
		{"name", "phone", [][]ledger.PersonRow{many, nil}, true},
		{"name", "phone", [][]ledger.PersonRow{many[:3], nil}, false},
		{"name", "email", [][]ledger.PersonRow{many, nil}, false},
		{"name", "email", [][]ledger.PersonRow{many, many}, true},
	} {
		s := &search{keys: []lookupKey{key(t, c.one), key(t, c.other)}, found: c.found}
		if got := s.crowded(); got != c.want {
			t.Errorf("%s and %s: %t", c.one, c.other, got)
		}
	}
}
