package recipient

import (
	"fmt"
	"slices"
)

// merge makes the person of the rows, first to last. Rows that match no segment say how to reach an
// affected person, and nothing of how they are affected; a person of such rows only is not
// affected.
func merge(rows []row, rules *rules) (p Person, affected bool, err error) {
	matched := make([][]int, len(rows)) // segments of each row
	var all []int
	for i := range rows {
		if matched[i], err = rules.match(&rows[i]); err != nil {
			return p, false, err
		}
		all = append(all, matched[i]...)
	}
	if len(all) == 0 {
		return p, false, nil
	}
	slices.Sort(all)
	all = slices.Compact(all)
	p.join(rules.segments, all)
	var ids, companies collection
	for i := range rows {
		p.reach(&rows[i])
		ids.add(rows[i].id)
		if len(matched[i]) > 0 {
			companies.add(rows[i].from.company.of(rows[i].cells))
		}
	}
	p.IDs, p.Companies = ids.list, companies.list
	p.settle(rows)
	p.tellFacts(rows, matched, all[0])
	return p, true, nil
}

// join takes how the person is affected from the segments.
func (p *Person) join(segments []Segment, matched []int) {
	elements := collection{list: []string{}}
	for _, i := range matched {
		s := segments[i]
		p.Segments = append(p.Segments, s.ID)
		for _, element := range s.Elements {
			elements.add(element)
		}
		if certainty := s.certainty(); strength(certainty) > strength(p.Certainty) {
			p.Certainty = certainty
		}
	}
	p.Elements = elements.list
	p.Notice = segments[matched[0]].Notice
}

func (s Segment) certainty() string {
	if s.Certainty == "" {
		return "confirmed"
	}
	return s.Certainty
}

// strength orders what is known of a person's data; the empty text is the weakest.
func strength(certainty string) int {
	return slices.Index([]string{"", "ruled-out", "suspected", "possible", "confirmed"}, certainty)
}

// reach takes the contact points that are still missing from the next row.
func (p *Person) reach(r *row) {
	p.Rows = append(p.Rows, r.at)
	if p.Email == (Address{}) {
		p.Email = r.email
	}
	setFirst(&p.Name, r.name)
	setFirst(&p.Phone, r.phone)
	setFirst(&p.Locale, r.from.locale.of(r.cells))
}

// settle takes postcode, address and country together from one row: the first with both of the
// former, else the first with an address, else the first with a postcode.
func (p *Person) settle(rows []row) {
	best, most := -1, 0
	for i := range rows {
		n := 0
		if len(rows[i].address) > 0 {
			n = 2
		}
		if rows[i].from.post.of(rows[i].cells) != "" {
			n++
		}
		if n > most {
			best, most = i, n
		}
	}
	if best < 0 {
		return
	}
	r := &rows[best]
	p.Address = r.address
	p.Postcode, p.Country = r.from.post.of(r.cells), r.from.country.of(r.cells)
}

// tellFacts takes each fact from the rows of the notice's segment first: the notice speaks of them.
func (p *Person) tellFacts(rows []row, matched [][]int, notice int) {
	for i := range rows {
		if slices.Contains(matched[i], notice) {
			p.addFacts(&rows[i])
		}
	}
	for i := range rows {
		if !slices.Contains(matched[i], notice) {
			p.addFacts(&rows[i])
		}
	}
}

func (p *Person) addFacts(r *row) {
	for i, v := range r.facts {
		name := r.from.facts[i].name
		if _, known := p.Facts[name]; known || v.Kind == "" {
			continue
		}
		if p.Facts == nil {
			p.Facts = make(map[string]Value, len(r.facts))
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

// maxNames is how many names one person may bear before it is most likely several: kanji, kana and
// Roman letters, and one of them changed by marriage, are four.
const maxNames = 4

// crowd looks for people who were joined though their names differ. A few may be one person who wrote
// their name in several ways; a person of many names is most often a placeholder in the key.
type crowd struct {
	people int // of more than maxNames
	file   string
	row    int
	rows   int
	differ int    // of more than one
	two    [2]Row // the first two rows that showed it
	files  [2]string
}

func (c *crowd) look(rows []row, sources []*source) {
	first := FoldName(rows[0].name)
	names := map[string]bool{first: true}
	for i := range rows {
		if rows[i].name == rows[0].name {
			continue
		}
		name := FoldName(rows[i].name)
		if name != first && len(names) == 1 {
			c.differs(rows[0].at, rows[i].at, sources)
		}
		if names[name] = true; len(names) > maxNames {
			c.many(rows, sources)
			return
		}
	}
}

func (c *crowd) many(rows []row, sources []*source) {
	c.people++
	if len(rows) > c.rows {
		c.file, c.row, c.rows = sources[rows[0].at.File].Name, rows[0].at.Row, len(rows)
	}
}

func (c *crowd) differs(a, b Row, sources []*source) {
	if c.differ++; c.differ == 1 {
		c.two, c.files = [2]Row{a, b}, [2]string{sources[a.File].Name, sources[b.File].Name}
	}
}

// problems warns of both, with an example.
func (c *crowd) problems() []Problem {
	var out []Problem
	if c.differ > 0 {
		out = append(out, Problem{
			File: c.files[0],
			What: fmt.Sprintf("%s of joined rows whose names differ, such as row %d of %s and row %d of %s",
				people(c.differ), c.two[0].Row, c.files[0], c.two[1].Row, c.files[1]),
			Do: "make sure that each is one person; else correct the column that joins them, or the identity",
		})
	}
	if many, ok := c.problem(); ok {
		out = append(out, many)
	}
	return out
}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return thousands(n) + " people"
}

// problem warns of them and shows the worst.
func (c *crowd) problem() (Problem, bool) {
	return Problem{
		File: c.file,
		What: fmt.Sprintf("%s joined people bear more than %d names; one is %s rows from row %d on",
			thousands(c.people), maxNames, thousands(c.rows), c.row),
		Do: "look for a placeholder in the columns of identity, or add a part to the key",
	}, c.people > 0
}
