package identity

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// union is the joining under way.
type union struct {
	*Joiner
	parent []int32 // of each row, itself for the first row of a person
	next   []int32 // of each row, the next of the same value; 0 for none
	births []uint16
	found  *People
	aside  []Aside
	apart  bool       // when all keys have joined
	mu     sync.Mutex // of found, while buckets are looked at
}

func (j *Joiner) join(ctx context.Context) (*People, error) {
	u := &union{Joiner: j, parent: make([]int32, j.rows), next: make([]int32, j.rows), births: j.births}
	for i := range u.parent {
		u.parent[i] = int32(i)
	}
	u.found = &People{ByKey: make([]Tally, len(j.keys)), crowds: make([]rows, len(j.keys))}
	for i, k := range j.keys {
		u.found.ByKey[i].Key = k.Name
	}
	for i, c := range j.columns {
		if c.shares {
			if err := u.each(ctx, i, u.crowdOut); err != nil {
				return nil, err
			}
			continue
		}
		if err := u.each(ctx, i, u.link); err != nil {
			return nil, err
		}
		u.follow(c.key, u.unite)
	}
	if err := u.setAllApart(ctx); err != nil {
		return nil, err
	}
	return u.finish(), nil
}

// setAllApart asks when all keys have joined: rows of two names may be one person by a member number.
func (u *union) setAllApart(ctx context.Context) error {
	u.apart = true
	for i, c := range u.columns {
		if !c.shares || !u.keys[c.key].alone() {
			continue
		}
		if err := u.each(ctx, i, u.link); err != nil {
			return err
		}
		u.follow(c.key, u.setApart)
	}
	return nil
}

// crowded stands in next for a row whose contact point too many share.
const crowded = -1

// follow hands over the rows of each value that link has linked, in the order of the first rows, and cuts
// the links.
func (u *union) follow(key int, each func(key int, rows []int32)) {
	var rows []int32
	for n := range u.next {
		if u.next[n] <= 0 { // linked from an earlier row or to none, or crowded
			u.next[n] = 0
			continue
		}
		rows = rows[:0]
		for at := int32(n); ; {
			rows = append(rows, at)
			if at, u.next[at] = u.next[at], 0; at == 0 {
				break
			}
		}
		each(key, rows)
	}
}

// each hands over the entries of each value of a column that more than one row has, on several goroutines.
// No two values have a row in common.
func (u *union) each(ctx context.Context, column int, do func(key int, list []entry)) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range buckets {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			list, err := u.shelf.bucket(column, i)
			for len(list) > 0 {
				n := 1
				for n < len(list) && list[n].Hash.same(list[0].Hash) {
					n++
				}
				if n > 1 {
					do(u.columns[column].key, list[:n])
				}
				list = list[n:]
			}
			return err
		})
	}
	return g.Wait()
}

// crowdOut takes out the rows of a contact point that too many share.
func (u *union) crowdOut(key int, list []entry) {
	if !u.tooMany(list) {
		return
	}
	for _, e := range list {
		u.next[e.row] = crowded
	}
	u.count(key, list)
}

// tooMany tells a value of more people than it may join.
func (u *union) tooMany(list []entry) bool {
	if len(list) <= u.limit {
		return false
	}
	met := make(map[int32]bool, u.limit+1)
	for _, e := range list {
		if met[u.of(e.row)] = true; len(met) > u.limit {
			return true
		}
	}
	return false
}

// of is find, for several goroutines at once.
func (u *union) of(n int32) int32 {
	for u.parent[n] != n {
		n = u.parent[n]
	}
	return n
}

// oneName tells a value whose rows all bear the same.
func oneName(list []entry) bool {
	return list[0].name != 0 && !slices.ContainsFunc(list, func(e entry) bool { return e.name != list[0].name })
}

// count counts a value that too many people have, and notes its rows.
func (u *union) count(key int, list []entry) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.found.ByKey[key].crowd(Crowd{Rows: len(list), First: int(list[0].row)})
	if u.found.crowds[key] == nil {
		u.found.crowds[key] = make(rows, u.rows/8+1)
	}
	for _, e := range list {
		u.found.crowds[key].add(e.row)
	}
}

// link links the rows of a value, save one that too many people have.
func (u *union) link(key int, list []entry) {
	switch {
	case u.next[list[0].row] == crowded: // then all are: the contact point is part of the value
	case !u.tooMany(list) || u.keys[key].Number && len(list) <= mostRows && oneName(list):
		for i, e := range list[1:] {
			u.next[list[i].row] = e.row
		}
	case !u.apart:
		u.count(key, list)
	}
}

// find returns the first row of the person and shortens the way to it.
func (u *union) find(n int32) int32 {
	for u.parent[n] != n {
		u.parent[n] = u.parent[u.parent[n]]
		n = u.parent[n]
	}
	return n
}

// unite makes one person of the rows of a value, save where two birth dates meet.
func (u *union) unite(key int, rows []int32) {
	if row, ok := u.contradiction(rows); ok {
		if u.found.ByKey[key].Contradictions++; u.found.ByKey[key].Contradictions == 1 {
			u.found.ByKey[key].Contradiction = int(row)
		}
		u.part(key, rows)
		return
	}
	u.together(key, rows)
}

// together makes one person of rows.
func (u *union) together(key int, rows []int32) {
	for _, row := range rows[1:] {
		if u.union(rows[0], row) {
			u.found.ByKey[key].Joined++
			u.found.joins = append(u.found.joins, Join{With: rows[0], Row: row, Key: uint8(key)})
		}
	}
}

// part makes one person of the rows of each birth date and one of those without, and puts all of them aside,
// each beside a row of another date. It sorts the rows.
func (u *union) part(key int, rows []int32) {
	birth := func(row int32) uint16 { return u.birth(u.find(row)) }
	slices.SortStableFunc(rows, func(a, b int32) int { return cmp.Compare(birth(a), birth(b)) })
	with := rows[slices.IndexFunc(rows, func(row int32) bool { return birth(row) != 0 })]
	for end := len(rows); end > 0; {
		from := end - 1
		for from > 0 && birth(rows[from-1]) == birth(rows[end-1]) {
			from--
		}
		for _, row := range rows[from:end] {
			u.aside = append(u.aside, Aside{Row: row, With: with, Key: uint8(key), Births: true})
		}
		u.together(key, rows[from:end])
		with, end = rows[from], from
	}
}

// contradiction finds the row whose person, as far as it is joined, has another birth date than that of a row
// before.
func (u *union) contradiction(rows []int32) (row int32, found bool) {
	var birth uint16
	for _, row := range rows {
		switch other := u.birth(u.find(row)); {
		case other == 0 || other == birth:
		case birth == 0:
			birth = other
		default:
			return row, true
		}
	}
	return 0, false
}

func (u *union) birth(n int32) uint16 {
	if int(n) < len(u.births) {
		return u.births[n]
	}
	return 0
}

// union puts two people together under the first row of both. It tells whether they were two.
func (u *union) union(a, b int32) bool {
	a, b = u.find(a), u.find(b)
	if a == b {
		return false
	}
	a, b = min(a, b), max(a, b)
	u.parent[b] = a
	if birth := u.birth(b); birth != 0 {
		for len(u.births) <= int(a) {
			u.births = append(u.births, 0)
		}
		u.births[a] = birth
	}
	return true
}

// setApart puts rows aside that share a contact point with a row of somebody else.
func (u *union) setApart(key int, rows []int32) {
	for _, row := range rows[1:] {
		if u.find(row) != u.find(rows[0]) {
			u.aside = append(u.aside, Aside{Row: row, With: rows[0], Key: uint8(key)})
		}
	}
}

// finish makes every row point at the first of its person and at the one before, so that from now on looking is
// reading.
func (u *union) finish() *People {
	p := u.found
	p.first, p.last = u.parent, u.next
	for n, at := range p.first {
		first := p.first[at]
		p.first[n], p.last[n] = first, p.last[first]
		p.last[first] = int32(n)
	}
	p.Aside = u.asides()
	slices.SortFunc(p.joins, func(a, b Join) int {
		return cmp.Or(cmp.Compare(p.first[a.Row], p.first[b.Row]), cmp.Compare(a.Row, b.Row),
			cmp.Compare(a.With, b.With))
	})
	return p
}

// asides are the rows put aside, in order, each once for either reason.
func (u *union) asides() []Aside {
	slices.SortFunc(u.aside, func(a, b Aside) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Key, b.Key))
	})
	list := slices.CompactFunc(u.aside, func(a, b Aside) bool {
		return a.Row == b.Row && a.Births == b.Births
	})
	for _, a := range list {
		if !a.Births {
			u.found.Apart++
		}
	}
	return list
}
