package recipient

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// somebody is a random row from so small a world that rows often meet.
func somebody(rng *rand.Rand) row {
	pick := func(texts ...string) string { return texts[rng.IntN(len(texts))] }
	r := row{
		id:    pick("", "", "0", "1", "2", "3", "４"),
		name:  pick("髙橋", "高橋", "山﨑 花", "山崎花", "Ann"),
		phone: pick("", "03-1", "０３ー１", "032"),
		from:  &layout{post: 1},
		cells: []string{pick("", "〒100-0001", "1000001", "2")},
	}
	if local := pick("", "a", "A", "b", "c"); local != "" {
		r.email, _ = ParseAddress(local + "@example.jp")
	}
	return r
}

// sameByKey tells whether a key joins two rows, straight from the definition.
func sameByKey(a, b *row, key []string) bool {
	if !slices.Contains(key, "id") && !slices.Contains(key, "name") {
		key = append(slices.Clone(key), "name")
	}
	for _, part := range key {
		if x, y := foldedPart(a, part), foldedPart(b, part); x == "" || x != y {
			return false
		}
	}
	return true
}

// components labels each row with the first row that it is joined to, by trying all pairs until
// nothing changes.
func components(rows []*row, keys [][]string) []int32 {
	label := make([]int32, len(rows))
	for i := range label {
		label[i] = int32(i)
	}
	for changed := true; changed; {
		changed = false
		for i, j := range pairs(rows) {
			joined := slices.ContainsFunc(keys, func(k []string) bool {
				return sameByKey(rows[i],
					rows[j], k)
			})
			if joined && label[i] != label[j] {
				label[i], label[j] = min(label[i], label[j]), min(label[i], label[j])
				changed = true
			}
		}
	}
	return label
}

// pairs yields all pairs of rows that can be used.
func pairs(rows []*row) func(func(int, int) bool) {
	return func(yield func(int, int) bool) {
		for i := range rows {
			for j := range rows {
				if i < j && rows[i] != nil && rows[j] != nil && !yield(i, j) {
					return
				}
			}
		}
	}
}

func TestIdentityAgreesWithTryingAllPairs(t *testing.T) {
	choices := [][][]string{
		nil,
		{{"id"}},
		{{"id"}, {"email", "name"}},
		{{"email"}},
		{{"email"}, {"id"}},
		{{"phone", "postcode"}, {"id", "email"}},
		{{"name", "phone"}, {"email", "name"}, {"id"}},
	}
	for seed := range uint64(700) {
		rng := rand.New(rand.NewPCG(seed, 1))
		keys := choices[rng.IntN(len(choices))]
		rows := make([]*row, 1+rng.IntN(14))
		for i := range rows {
			if r := somebody(rng); rng.IntN(10) > 0 {
				rows[i] = &r
			}
		}
		checkIdentity(t, fmt.Sprintf("seed %d, keys %v", seed, keys), rows, keys)
	}
}

func checkIdentity(t *testing.T, name string, rows []*row, keys [][]string) {
	t.Helper()
	d, problems := newIdentity(keys)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, r := range rows {
		if err := d.add(r); err != nil {
			t.Fatal(err)
		}
	}
	apart := d.join()
	if keys == nil {
		keys = [][]string{{"id"}, {"email", "name"}}
	}
	label := components(rows, keys)
	joined, people := 0, 0
	for i := range rows {
		if got := d.find(int32(i)); got != label[i] {
			t.Fatalf("%s: row %d is of %d, want %d", name, i, got, label[i])
		}
		if label[i] == int32(i) {
			people++
			last := len(label) - 1
			for label[last] != label[i] {
				last--
			}
			if d.last[i] != int32(last) {
				t.Fatalf("%s: person %d is complete at %d, want %d", name, i, d.last[i], last)
			}
		}
	}
	for _, k := range d.keys {
		joined += k.joined
	}
	if joined != len(rows)-people {
		t.Fatalf("%s: %d rows and %d people, but %d joined", name, len(rows), people, joined)
	}
	checkApart(t, name, apart, rows, label, keys)
}

// checkApart compares the rows left apart with those that share a contact key with an earlier row
// of somebody else, the earliest of that contact.
func checkApart(t *testing.T, name string, apart []pair, rows []*row, label []int32,
	keys [][]string) {
	t.Helper()
	want := map[int32]bool{}
	for _, key := range keys {
		if slices.Contains(key, "id") || slices.Contains(key, "name") {
			continue
		}
		first := map[string]int32{}
		for i, r := range rows {
			contact := contactOf(r, key)
			if contact == "" {
				continue
			}
			if f, ok := first[contact]; !ok {
				first[contact] = int32(i)
			} else if label[f] != label[i] {
				want[int32(i)] = true
			}
		}
	}
	if len(apart) != len(want) {
		t.Fatalf("%s: apart %v, want %v", name, apart, want)
	}
	for i, p := range apart {
		if !want[p.row] || p.first >= p.row || i > 0 && apart[i-1].row >= p.row {
			t.Fatalf("%s: apart %v, want %v", name, apart, want)
		}
	}
}

func contactOf(r *row, key []string) string {
	if r == nil {
		return ""
	}
	var parts []string
	for _, part := range key {
		text := foldedPart(r, part)
		if text == "" {
			return ""
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "\x00")
}

func TestKeysThatCannotBeAreProblems(t *testing.T) {
	_, problems := newIdentity([][]string{{"e-mail", "name"}, {}, {"name"}, {"id"}})
	if len(problems) != 3 || problems[0].Do != `did you mean "email"?` || problems[0].Warning ||
		problems[1].Warning || !problems[2].Warning {
		t.Errorf("got %+v", problems)
	}
}

func TestPartsOfAKeyDoNotRunIntoEachOther(t *testing.T) {
	d, _ := newIdentity([][]string{{"id", "name"}})
	for _, r := range []row{{id: "1", name: "2a"}, {id: "12", name: "a"}} {
		if err := d.add(&r); err != nil {
			t.Fatal(err)
		}
	}
	d.join()
	if d.find(1) == d.find(0) {
		t.Error("1+2a was joined with 12+a")
	}
}
