package recipient

import (
	"slices"

	"oshirase/jobs/segment"
)

// merger makes people of rows. It is for one goroutine.
type merger struct {
	rules    *segment.Rules
	facts    []int // places of those that are kept among the rules' names
	eval     *segment.Evaluator
	prefer   *preference
	home     string // see Spec
	matches  []segment.Match
	ends     []int // of each row's matches
	excluded map[segment.Exclusion]int
	segments []segment.Segment
	gaps     gaps
	ties     ties
	note     bool // somebody hears of rows to look at
}

func (g *gathering) newMerger() merger {
	m := merger{rules: g.rules, eval: g.rules.Evaluator(), prefer: &g.prefer, home: g.spec.Home,
		excluded: map[segment.Exclusion]int{}, segments: g.spec.Segments, gaps: gaps{},
		ties: ties{g.keys.folder()}, note: g.sink.Note != nil}
	for i, name := range g.rules.Names() {
		if slices.Contains(g.spec.Keep, name) {
			m.facts = append(m.facts, i)
		}
	}
	return m
}

// merge makes the person of the rows, first to last. Rows that match no segment say how to reach an
// affected person, and nothing of how they are affected; a person of such rows only is not
// affected.
func (m *merger) merge(rows []*row) (p Person, affected bool) {
	p.Number = rows[0].from.base + rows[0].at.Row
	if m.match(rows); len(m.matches) == 0 {
		return p, false
	}
	var ids, companies collection
	for i, r := range rows {
		p.Rows = append(p.Rows, r.at)
		ids.add(r.known(r.from.layout.id))
		if len(m.of(i)) > 0 {
			companies.add(r.text(r.from.layout.company))
		}
	}
	p.IDs, p.Companies = ids.list, companies.list
	for _, r := range m.prefer.order(rows) {
		p.reach(r)
	}
	p.settle(m.prefer.order(rows))
	if len(rows) > 1 {
		p.Further = m.further(&p, rows)
	}
	m.tellFacts(&p, rows)
	a := m.eval.Affected(m.matches)
	p.Segments, p.Elements, p.Certainty, p.Notice = a.Segments, a.Elements, a.Certainty, a.Notice
	return p, true
}

// match holds the rows against the rules.
func (m *merger) match(rows []*row) {
	m.matches, m.ends = m.matches[:0], m.ends[:0]
	for _, r := range rows {
		found := m.eval.Match(r.facts)
		for _, x := range found.Excluded {
			m.excluded[x]++
		}
		m.matches = append(m.matches, found.Matches...)
		m.ends = append(m.ends, len(m.matches))
	}
}

// of is the matches of the i-th row.
func (m *merger) of(i int) []segment.Match {
	if i == 0 {
		return m.matches[:m.ends[0]]
	}
	return m.matches[m.ends[i-1]:m.ends[i]]
}

// give adds what was counted since the last call.
func (m *merger) give(to *gathered) {
	for x, n := range m.excluded {
		to.excluded[x] += n
	}
	to.gaps.join(m.gaps)
	clear(m.excluded)
	clear(m.gaps)
}

// reach takes what the row says of how to reach the person, where nothing better is known.
func (p *Person) reach(r *row) {
	l := r.from.layout
	setFirst(&p.Name, r.text(l.name))
	setFirst(&p.Kana, r.text(l.kana))
	setFirst(&p.BirthDate, r.text(l.birth))
	setFirst(&p.Phone, r.text(l.phone))
	setFirst(&p.Locale, r.text(l.locale))
	if p.Email.Wire == "" {
		p.Email = r.email
	}
}

// settle takes postcode, address and country from one row: the first with an address and a postcode,
// else the first with an address, else the first with a postcode.
func (p *Person) settle(rows []*row) {
	var best *row
	most := 0
	for _, r := range rows {
		n := 0
		if r.hasAddress() {
			n = 2
		}
		if r.text(r.from.layout.post) != "" {
			n++
		}
		if n > most {
			best, most = r, n
		}
	}
	if best != nil {
		p.Address = best.address()
		p.Postcode, p.Country = best.text(best.from.layout.post), best.text(best.from.layout.country)
	}
}

// tellFacts takes each fact from the rows of the notice's segment first: the notice speaks of them.
func (m *merger) tellFacts(p *Person, rows []*row) {
	first := slices.MinFunc(m.matches, func(a, b segment.Match) int { return a.Segment - b.Segment }).Segment
	for _, wanted := range []bool{true, false} {
		for i, r := range rows {
			ofNotice := slices.ContainsFunc(m.of(i), func(x segment.Match) bool { return x.Segment == first })
			if ofNotice == wanted {
				m.addFacts(p, r)
			}
		}
	}
}

func (m *merger) addFacts(p *Person, r *row) {
	for _, at := range m.facts {
		v, name := r.facts[at], m.rules.Names()[at]
		if _, known := p.Facts[name]; known || v.Kind == "" {
			continue
		}
		if p.Facts == nil {
			p.Facts = make(map[string]segment.Value, len(m.facts))
		}
		p.Facts[name] = v
	}
}

func setFirst(to *string, s string) {
	if *to == "" {
		*to = s
	}
}

// collection lists texts once each. The map comes late: most people have one of everything, and a
// placeholder may have a million.
type collection struct {
	list []string
	has  map[string]bool
}

func (c *collection) add(s string) {
	if s == "" || c.has[s] || c.has == nil && slices.Contains(c.list, s) {
		return
	}
	c.list = append(c.list, s)
	if c.has == nil && len(c.list) < 16 {
		return
	}
	if c.has == nil {
		c.has = map[string]bool{}
		for _, had := range c.list {
			c.has[had] = true
		}
	}
	c.has[s] = true
}
