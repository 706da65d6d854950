package identity

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"
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

func TestPartsOfAKeyDoNotRunIntoEachOther(t *testing.T) {
	t.Parallel()
	j := New([]Key{{Name: "id+name", Parts: []int{1, 0}}}, Options{})
	add(t, j, []somebody{{fields: [6]string{"2a", "1"}}, {fields: [6]string{"a", "12"}}})
	p, err := j.Join(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if p.First(1) == 0 {
		t.Error("1+2a was joined with 12+a: parts run into each other")
	}
}

func TestTwoBirthDatesNeverMeetAtAnyDistance(t *testing.T) {
	t.Parallel()
	// Rows 0 and 1 share an id, 1 and 2 an e-mail address; 0 and 2 have two birth dates.
	rows := []somebody{
		{fields: [6]string{"n", "1", "a"}, birth: 1}, {fields: [6]string{"n", "1", "e"}},
		{fields: [6]string{"n", "2", "e"}, birth: 2},
	}
	j := New(testKeys()[:2], Options{})
	add(t, j, rows)
	p, err := j.Join(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if p.First(1) != 0 || p.First(2) != 2 || p.ByKey[1].Contradictions != 1 {
		t.Errorf("first rows %d and %d, %+v", p.First(1), p.First(2), p.ByKey)
	}
	want := []Aside{{Row: 1, With: 2, Key: 1, Births: true}, {Row: 2, With: 1, Key: 1, Births: true}}
	if !slices.Equal(p.Aside, want) {
		t.Errorf("put aside %v, want %v", p.Aside, want)
	}
}

func TestWhatAgreesIsJoinedWhereBirthDatesContradict(t *testing.T) {
	t.Parallel()
	var rows []somebody
	for _, birth := range []Birth{5, 0, 7, 5, 0, 7, 3} {
		rows = append(rows, somebody{fields: [6]string{"n", "1"}, birth: birth})
	}
	j := New(testKeys()[:1], Options{})
	add(t, j, rows)
	p, err := j.Join(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for row, first := range []int{0, 1, 2, 0, 1, 2, 6} {
		if p.First(row) != first {
			t.Errorf("row %d is of %d, want %d", row, p.First(row), first)
		}
	}
	var with []int32
	for _, a := range p.Aside {
		with = append(with, a.With)
	}
	if want := []int32{2, 6, 6, 2, 6, 6, 0}; !slices.Equal(with, want) || p.ByKey[0].Contradictions != 1 {
		t.Errorf("put aside beside %v, want %v; %+v", with, want, p.ByKey[0])
	}
}

func TestACrowdIsNotJoinedAndTheWorstIsShown(t *testing.T) {
	t.Parallel()
	rows := make([]somebody, 100)
	for i := range rows {
		rows[i].fields = [6]string{fmt.Sprint("n", i), fmt.Sprint("id", i%4%3)}
	}
	j := New(testKeys()[:1], Options{Limit: 30})
	add(t, j, rows)
	p, err := j.Join(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := p.ByKey[0]
	if got.Joined != 24+24 || got.Crowds != 1 || got.CrowdRows != 50 ||
		!slices.Equal(got.Worst, []Crowd{{Rows: 50, First: 0}}) {
		t.Errorf("got %+v", got)
	}
}

func TestANumberJoinsAnyNumberOfRowsOfOneName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ number, people int }{
		"often":      {25, 1},
		"not at all": {mostRows + 1, mostRows + 1},
	} {
		rows := make([]somebody, want.number)
		for i := range rows {
			rows[i].fields = [6]string{"n", "1", "e"}
		}
		j := New(testKeys()[:2], Options{})
		add(t, j, rows)
		p, err := j.Join(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Shares([]Span{{0, len(rows)}})[0].People; got != want.people {
			t.Errorf("%s: %d people, want %d", name, got, want.people)
		}
		if crowds := p.ByKey[0].Crowds + p.ByKey[1].Crowds; (crowds > 0) != (want.people > 1) {
			t.Errorf("%s: %+v", name, p.ByKey)
		}
	}
}

func TestSharesCountPeoplePerFile(t *testing.T) {
	t.Parallel()
	var rows []somebody
	for _, id := range []string{"a", "b", "a", "c", "b", "b", "d", "d"} {
		rows = append(rows, somebody{fields: [6]string{"n", id}})
	}
	j := New(testKeys()[:1], Options{})
	add(t, j, rows)
	p, err := j.Join(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := p.Shares([]Span{{0, 4}, {4, 4}, {4, 6}, {6, 8}})
	if want := []Share{{3, 1}, {0, 0}, {0, 1}, {1, 0}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestBirthDatesOutsideOfLivesAreUnknown(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]Birth{
		"1869-12-31": 0, "1870-01-01": 1, "1970-01-01": 36525, "2049-06-05": 65535, "2049-06-06": 0,
		"0001-01-01": 0, "9999-12-31": 0,
	} {
		d, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := BirthOf(d); got != want {
			t.Errorf("%s is %d, want %d", day, got, want)
		}
	}
}

func TestADiskThatTakesNothingIsAnError(t *testing.T) {
	t.Parallel()
	j := New(testKeys()[:1], Options{Memory: 16, Dir: t.TempDir() + "/none"})
	h := j.Hasher().Append(nil, (&somebody{fields: [6]string{"n", "1"}}).bytes())
	if err := j.Add(1, h, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
