package jtb

import "slices"

// register says which row stands where: every group of every kind has its numbers, in order, and each file
// takes its rows of them in an order of its own.
type register struct {
	size      Size
	groups    []groups
	rows      [brands]int
	people    int // met so far
	order     [brands]scatter
	passports int    // people of one row on the homepage who have a valid one
	expired   int    // the next ones, who have an expired one
	partner   int    // the next ones, who booked on the partner's site
	words     *words // made when rows are written
}

// groups are all groups of one kind.
type groups struct {
	kind
	n      int           // how many
	person int           // number of the first one's first person
	place  [roles]int    // of each role among the people of a group
	people int           // of one group
	of     [brands][]int // which rows of the kind stand in each file
	single bool          // people of one row who are like nobody else
	out    bool          // not affected
}

func newRegister(s Size) (*register, error) {
	if err := s.valid(); err != nil {
		return nil, err
	}
	r := &register{size: s}
	extra := s.Rows - s.people()
	for _, k := range kinds() {
		n := int(int64(s.Rows) * int64(k.often) / 1_000_000)
		if k.bunch > 0 {
			n -= n % k.bunch
		}
		_, people := k.people()
		extra -= n * (len(k.rows) - people)
		r.add(groups{kind: k, n: n})
	}
	r.add(groups{kind: twice, n: extra})
	r.addSingles()
	r.addExcluded()
	slices.Reverse(r.groups) // the most are found first
	for at := range r.order {
		r.order[at] = newScatter(r.rows[at])
	}
	return r, nil
}

func (r *register) add(g groups) {
	g.person = r.people
	g.place, g.people = g.kind.people()
	for i, e := range g.rows {
		g.of[e.at] = append(g.of[e.at], i)
		r.rows[e.at] += g.n
	}
	r.people += g.n * g.people
	r.groups = append(r.groups, g)
}

// addSingles fills up with people of one row, as far as the other kinds leave room in a brand. The partner's size
// is known, those of the two smaller brands are guessed, and the homepage takes the rest.
func (r *register) addSingles() {
	left := r.size.people() - r.people
	for _, x := range []struct {
		at     brand
		rows   int
		tongue tongue
	}{
		{dtravel, r.size.of(realDTravel), inJapanese},
		{japanican, r.size.of(600_000), inForeign},
		{rurubu, r.size.of(2_400_000), inJapanese},
		{homepage, r.size.Rows, inJapanese},
	} {
		n := min(left, max(0, x.rows-r.rows[x.at]))
		left -= n
		k := kind{name: "one row", rows: again(x.at, 1), tongue: x.tongue}
		r.add(groups{kind: k, n: n, single: true})
		if x.at == homepage {
			r.addCohorts(n)
		}
	}
}

// addCohorts takes them off n people of one row on the homepage.
func (r *register) addCohorts(n int) {
	take := func(most int) int {
		most = min(n, most)
		n -= most
		return most
	}
	r.passports = take(max(1, r.size.of(realPassports)))
	r.expired = take(2 * r.passports)
	r.partner = take(r.size.of(realAuTravel))
}

// addExcluded adds the people who are not affected.
func (r *register) addExcluded() {
	left := r.size.Excluded
	for _, x := range []struct {
		at brand
		n  int
	}{
		{dtravel, left / 20}, {japanican, left / 10}, {rurubu, left / 3}, {homepage, left},
	} {
		n := min(left, x.n)
		left -= n
		k := kind{name: "not affected", rows: again(x.at, 1)}
		r.add(groups{kind: k, n: n, single: true, out: true})
	}
}

// truth counts what stands where.
func (r *register) truth() Truth {
	t := Truth{
		People: r.size.people(), Excluded: r.size.Excluded, Passports: r.passports, Expired: r.expired,
		Rows: map[string]int{}, Joined: map[string]int{}, Alike: map[string]int{},
		Booked: map[string]int{}, Told: map[string]int{}, Out: map[string]map[string]int{},
	}
	for at, n := range r.rows {
		t.Rows[files[at].name] = n
		t.Out[files[at].segment()] = map[string]int{}
	}
	for _, g := range r.groups {
		t.addBrands(&g)
		for key, n := range g.joined {
			t.Joined[keyLabels()[key]] += n * g.n
		}
		if g.alike {
			t.Alike[g.name] = g.n * g.people
		}
	}
	t.addPartner(r.partner)
	return t
}

// addBrands counts people by the brands that they booked with and the one that tells them, and the rows of those
// who are not affected by the reason.
func (t *Truth) addBrands(g *groups) {
	if g.out {
		for i := range g.n {
			if reason := (g.person + i) % reasons(); reason < len(excluded) {
				t.Out[files[g.rows[0].at].segment()][excluded[reason].Name]++
			}
		}
		return
	}
	for who := range roles {
		told := false
		for _, at := range telling {
			is := func(e entry) bool { return e.at == at && e.who == who }
			if !slices.ContainsFunc(g.rows, is) {
				continue
			}
			t.Booked[files[at].segment()] += g.n
			if !told {
				t.Told[files[at].segment()] += g.n
			}
			told = true
		}
	}
}

// addPartner moves people from the homepage to the partner's site.
func (t *Truth) addPartner(n int) {
	for _, people := range []map[string]int{t.Booked, t.Told} {
		people[files[homepage].segment()] -= n
		people[partnerSegment] += n
	}
}
