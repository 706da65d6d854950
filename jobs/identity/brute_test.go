package identity

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// somebody is a row of the tests: its folded fields, and a birth date. A row without a name cannot be
// used.
type somebody struct {
	fields [6]string // name, id, email, birth, phone, postcode
	birth  Birth
}

func (s *somebody) bytes() [][]byte {
	out := make([][]byte, len(s.fields))
	for i, f := range s.fields {
		out[i] = []byte(f)
	}
	return out
}

// test keys over the fields of somebody.
func testKeys() []Key {
	return []Key{
		{Name: "id", Parts: []int{1}, Number: true},
		{Name: "email+name", Parts: []int{2, 0}, Contact: []int{2}},
		{Name: "name+birth_date", Parts: []int{0, 3}},
		{Name: "name+postcode+phone", Parts: []int{0, 5, 4}, Contact: []int{5, 4}},
		{Name: "email", Parts: []int{2}, Contact: []int{2}},
		{Name: "phone+postcode", Parts: []int{4, 5}, Contact: []int{4, 5}},
	}
}

// world draws rows of which some meet: the smaller the spread, the more.
func world(rng *rand.Rand, n, spread int) []somebody {
	pick := func(kind string, one, of int) string {
		if rng.IntN(of) >= one {
			return ""
		}
		return fmt.Sprint(kind, rng.IntN(spread))
	}
	rows := make([]somebody, n)
	oneName := rng.IntN(2) == 0
	for i := range rows {
		f := &rows[i].fields
		if *f = ([6]string{pick("n", 9, 10)}); f[0] == "" {
			continue
		}
		f[1], f[2], f[4], f[5] = pick("i", 2, 3), pick("e", 2, 3), pick("p", 1, 3), pick("c", 1, 2)
		if rng.IntN(8) == 0 {
			f[2] = "shared"
		}
		if rng.IntN(8) == 0 {
			f[1] = "often"
			if oneName {
				f[0] = "often"
			}
		}
		if rng.IntN(4) == 0 {
			rows[i].birth = Birth(1 + rng.IntN(1+spread/2))
			f[3] = fmt.Sprint(rows[i].birth)
		}
	}
	return rows
}

// answer is what joining must give.
type answer struct {
	label          []int
	joined         []int
	contradictions []int
	crowds         [][]int // rows
	aside          []Aside
}

// tryAll joins straight from the definition, by comparing each row with each.
func tryAll(rows []somebody, keys []Key, limit int) answer {
	a := answer{label: make([]int, len(rows)), joined: make([]int, len(keys)),
		contradictions: make([]int, len(keys)), crowds: make([][]int, len(keys))}
	for i := range a.label {
		a.label[i] = i
	}
	for k, key := range keys {
		parts := key.Parts
		if len(key.Contact) == len(key.Parts) {
			parts = append(slices.Clone(parts), 0)
		}
		crowded := map[int]bool{}
		for _, group := range groups(rows, key.Contact) {
			a.crowdOut(k, group, limit, crowded)
		}
		values := slices.DeleteFunc(groups(rows, parts), func(group []int) bool {
			often := key.Number && !slices.ContainsFunc(group, func(i int) bool {
				return rows[i].fields[0] != rows[group[0]].fields[0]
			})
			return crowded[group[0]] || !often && a.crowdOut(k, group, limit, crowded)
		})
		for _, group := range values {
			a.joinGroup(rows, k, group)
		}
	}
	for k, key := range keys {
		if len(key.Contact) == len(key.Parts) {
			a.lookAside(rows, k, key, limit)
		}
	}
	slices.SortStableFunc(a.aside, func(x, y Aside) int { return int(x.Row - y.Row) })
	return a
}

// crowdOut tells a value of more people than it may join, and counts its rows.
func (a *answer) crowdOut(k int, group []int, limit int, crowded map[int]bool) bool {
	if a.people(group) <= limit {
		return false
	}
	for _, i := range group {
		crowded[i] = true
	}
	a.crowds[k] = append(a.crowds[k], group...)
	return true
}

// people counts those of some rows, as far as they are joined.
func (a *answer) people(group []int) int {
	labels := map[int]bool{}
	for _, i := range group {
		labels[a.label[i]] = true
	}
	return len(labels)
}

func (a *answer) joinGroup(rows []somebody, k int, group []int) {
	byBirth := map[Birth][]int{}
	for _, i := range group {
		birth := a.birth(rows, i)
		byBirth[birth] = append(byBirth[birth], i)
	}
	known := len(byBirth)
	if byBirth[0] != nil {
		known--
	}
	if known < 2 {
		a.mergeAll(k, group)
		return
	}
	a.contradictions[k]++
	for _, agree := range byBirth {
		a.mergeAll(k, agree)
	}
	for _, i := range group {
		a.aside = append(a.aside, Aside{Row: int32(i), Births: true})
	}
}

// birth is that of the person of a row, as far as they are joined; 0 where it is not known.
func (a *answer) birth(rows []somebody, i int) Birth {
	for j := range rows {
		if a.label[j] == a.label[i] && rows[j].birth != 0 {
			return rows[j].birth
		}
	}
	return 0
}

func (a *answer) mergeAll(k int, group []int) {
	for _, i := range group[1:] {
		a.merge(k, group[0], i)
	}
}

func (a *answer) merge(k, i, j int) {
	x, y := a.label[i], a.label[j]
	if x == y {
		return
	}
	a.joined[k]++
	for n := range a.label {
		if a.label[n] == max(x, y) {
			a.label[n] = min(x, y)
		}
	}
}

func (a *answer) lookAside(rows []somebody, k int, key Key, limit int) {
	for _, group := range groups(rows, key.Parts) {
		if a.people(group) > limit {
			continue
		}
		for _, i := range group[1:] {
			had := slices.ContainsFunc(a.aside, func(x Aside) bool { return int(x.Row) == i && !x.Births })
			if a.label[i] != a.label[group[0]] && !had {
				a.aside = append(a.aside, Aside{int32(i), int32(group[0]), uint8(k), false})
			}
		}
	}
}

// groups are the rows of each value, by trying all pairs, in the order of their first rows.
func groups(rows []somebody, parts []int) [][]int {
	var out [][]int
	if len(parts) == 0 {
		return nil
	}
	taken := make([]bool, len(rows))
	for i := range rows {
		group := []int{i}
		for j := i + 1; j < len(rows) && !taken[i]; j++ {
			if same(&rows[i], &rows[j], parts) {
				group, taken[j] = append(group, j), true
			}
		}
		if len(group) > 1 {
			out = append(out, group)
		}
	}
	return out
}

func same(a, b *somebody, parts []int) bool {
	for _, p := range parts {
		if a.fields[p] == "" || a.fields[p] != b.fields[p] {
			return false
		}
	}
	return true
}

// add gives the rows to a joiner in blocks.
func add(t *testing.T, j *Joiner, rows []somebody) {
	t.Helper()
	h := j.Hasher()
	for block := range slices.Chunk(rows, 7) {
		var hashes []Hash
		var births []Birth
		dated := false
		for i := range block {
			hashes = h.Append(hashes, block[i].bytes())
			births = append(births, block[i].birth)
			dated = dated || block[i].birth != 0
		}
		if !dated {
			births = nil
		}
		if err := j.Add(len(block), hashes, births); err != nil {
			t.Fatal(err)
		}
	}
}

func agree(t *testing.T, rng *rand.Rand, n, spread int) {
	t.Helper()
	keys := testKeys()
	rng.Shuffle(len(keys), func(i, k int) { keys[i], keys[k] = keys[k], keys[i] })
	keys = keys[:1+rng.IntN(len(keys))]
	rows, limit := world(rng, n, spread), 2+rng.IntN(8)
	// Some of the cases spill.
	j := New(keys, Options{Limit: limit, Memory: 16 * (1 + rng.IntN(8*n)), Dir: t.TempDir()})
	add(t, j, rows)
	got, err := j.Join(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := tryAll(rows, keys, limit)
	for i := range rows {
		if got.First(i) != want.label[i] {
			t.Fatalf("row %d is of %d, want %d", i, got.First(i), want.label[i])
		}
		if last := got.Last(i); want.label[last] != want.label[i] ||
			slices.Contains(want.label[last+1:], want.label[i]) {
			t.Fatalf("person %d is complete at %d", want.label[i], last)
		}
		before, ok := got.Before(i)
		if at := lastOf(want.label[:i], want.label[i]); ok != (at >= 0) || ok && before != at {
			t.Fatalf("row %d stands behind %d, want %d", i, before, at)
		}
	}
	for k, tally := range got.ByKey {
		if tally.Joined != want.joined[k] || tally.CrowdRows != len(want.crowds[k]) ||
			tally.Contradictions != want.contradictions[k] {
			t.Fatalf("key %s: %+v, want %d joined, %d in crowds, %d contradictions", keys[k].Name, tally,
				want.joined[k], len(want.crowds[k]), want.contradictions[k])
		}
	}
	for i := range rows {
		key := slices.IndexFunc(want.crowds, func(rows []int) bool { return slices.Contains(rows, i) })
		if k, ok := got.Crowded(i); k != key || ok != (key >= 0) {
			t.Fatalf("row %d is in a crowd of key %d, want %d", i, k, key)
		}
	}
	checkAside(t, got.Aside, want.aside)
	checkJoins(t, got, rows, keys)
}

// lastOf is the last place of a label, -1 for none.
func lastOf(labels []int, label int) int {
	for i := len(labels) - 1; i >= 0; i-- {
		if labels[i] == label {
			return i
		}
	}
	return -1
}

// checkAside compares without the order of what one row has twice, and without the row that stands beside it.
func checkAside(t *testing.T, got, want []Aside) {
	t.Helper()
	type brief struct {
		row    int32
		births bool
	}
	set := func(list []Aside) map[brief]bool {
		out := map[brief]bool{}
		for _, a := range list {
			out[brief{a.Row, a.Births}] = true
		}
		return out
	}
	if !reflect.DeepEqual(set(got), set(want)) {
		t.Fatalf("put aside %v, want %v", got, want)
	}
	if !slices.IsSortedFunc(got, func(a, b Aside) int { return int(a.Row - b.Row) }) {
		t.Fatalf("not in order: %v", got)
	}
}

// checkJoins sees that each row but the first of a person is explained by a key that it shares with
// a row reached before.
func checkJoins(t *testing.T, p *People, rows []somebody, keys []Key) {
	t.Helper()
	for first := range rows {
		if p.First(first) != first {
			continue
		}
		explained := map[int32]Join{}
		for _, j := range p.Joins(first) {
			if !same(&rows[j.Row], &rows[j.With], keys[j.Key].Parts) {
				t.Fatalf("rows %d and %d do not share %s", j.Row, j.With, keys[j.Key].Name)
			}
			explained[j.Row] = j
		}
		for i := range rows {
			at, steps := int32(i), 0
			for p.First(i) == first && at != int32(first) && steps <= len(rows) {
				j, ok := explained[at]
				if !ok {
					t.Fatalf("row %d is not explained", at)
				}
				at, steps = j.With, steps+1
			}
			if steps > len(rows) {
				t.Fatalf("row %d is explained in a circle", i)
			}
		}
	}
}

func TestJoiningAgreesWithTryingAllPairs(t *testing.T) {
	t.Parallel()
	for seed := range uint64(400) {
		rng := rand.New(rand.NewPCG(seed, 1))
		n := 1 + rng.IntN(60)
		t.Run(fmt.Sprintf("case %d", seed), func(t *testing.T) { agree(t, rng, n, 2+rng.IntN(n+20)) })
	}
	t.Run("many rows", func(t *testing.T) { agree(t, rand.New(rand.NewPCG(1, 2)), 2000, 2500) })
}
