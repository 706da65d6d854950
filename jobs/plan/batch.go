package plan

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"oshirase/config/campaign"
	"oshirase/jobs/ledger"
)

// Individuals is the batch of the people without a company.
const Individuals = campaign.IndividualsBatch

// mostBatches bounds the memory. A column with more companies than this holds something else.
const mostBatches = 100_000

// Batch is a unit of release.
type Batch struct {
	Name       string              `json:"name"`
	Start      time.Time           `json:"start,omitzero"`
	People     int                 `json:"people"`
	Members    int                 `json:"members"` // of this company, but with the batch of another
	Deliveries int                 `json:"deliveries"`
	Channels   map[string]int      `json:"channels"`
	Report     string              `json:"report,omitempty"` // the channel of the report to its company; empty: none goes
	terms      *ledger.ReportTerms // on which its company is reported to; nil: it is not
	rank       int                 // in the order of release
	providers  map[string]int      // e-mails, for the forecast
}

// batches finds a batch by its name.
type batches struct {
	byName map[string]*Batch
	closed bool // none is added any more
}

// layOut lays out what is known before anybody is read: the batches of the companies file in order
// of release, and the segments. Without a companies file batches come in the order in which the
// files name them.
func (p *Plan) layOut() {
	m := p.Folder.Manifest
	p.batches.byName = map[string]*Batch{}
	p.lines = newCarriers(m.Providers)
	p.layOutSegments()
	p.layOutCompanies()
	p.census = p.newCensus()
	switch m.Batches.By {
	case "company":
		for _, c := range m.Batches.List {
			p.addBatch(c.Name).Start = c.Start
		}
		p.addIndividuals()
		p.batches.closed = m.Batches.File != ""
	case "segment":
		for _, g := range m.Segments {
			p.addBatch(g.ID)
		}
	case "file":
		for _, r := range m.Recipients {
			p.addBatch(r.File)
		}
	}
}

// addIndividuals puts the people without a company before the first company that starts later than
// they. Without a start, or without a companies file, they come last.
func (p *Plan) addIndividuals() {
	b := p.addBatch(Individuals)
	if b.Start = p.Folder.Start(Individuals); b.Start.IsZero() || len(p.Batches) == 1 {
		b.rank = math.MaxInt
		return
	}
	later := slices.IndexFunc(p.Batches, func(x *Batch) bool { return x.Start.After(b.Start) })
	if later >= 0 {
		p.Batches = slices.Insert(p.Batches[:len(p.Batches)-1], later, b)
	}
	for i, b := range p.Batches {
		b.rank = i
	}
}

func (p *Plan) addBatch(name string) *Batch {
	b := &Batch{Name: name, Channels: map[string]int{}, providers: map[string]int{}, rank: len(p.Batches)}
	p.batches.byName[name] = b
	p.Batches = append(p.Batches, b)
	return b
}

// batch finds a batch, or adds it. It is nil where there may be no such batch.
func (p *Plan) batch(name string) *Batch {
	if b := p.batches.byName[name]; b != nil {
		return b
	}
	if p.batches.closed || len(p.Batches) >= mostBatches {
		return nil
	}
	return p.addBatch(name)
}

// place puts a person into a batch. One of several companies goes with the one that opens last, and
// counts in each.
func (p *Plan) place(e *Entry) {
	var last *Batch
	names := p.batchNames(*e)
	for _, name := range names {
		b := p.batch(name)
		switch {
		case b == nil:
			e.strange = append(e.strange, name)
		case last == nil || b.rank > last.rank:
			last = b
		}
	}
	if len(e.strange) > 0 {
		return
	}
	e.Batch = last.Name
	e.Also = slices.DeleteFunc(names, func(name string) bool { return name == e.Batch })
}

// batchNames are the batches that a person has to do with, one at least.
func (p *Plan) batchNames(e Entry) []string {
	switch p.Folder.Manifest.Batches.By {
	case "none":
		return []string{"all"}
	case "segment":
		return []string{e.Person.Segments[0]}
	case "locale":
		return []string{e.Locale}
	case "file":
		return p.filesOf(e)
	}
	if len(e.Person.Companies) == 0 {
		return []string{Individuals}
	}
	return slices.Clone(e.Person.Companies)
}

// filesOf are the files that a person stands in, in the order of the manifest.
func (p *Plan) filesOf(e Entry) []string {
	var names []string
	for _, row := range e.Person.Rows {
		names = append(names, p.Folder.Manifest.Recipients[row.File].File)
	}
	return slices.Compact(names)
}

func (p *Plan) countBatch(e Entry) {
	b := p.batch(e.Batch)
	b.People++
	p.countSent(b, e)
	for _, name := range e.Also {
		p.batch(name).Members++
	}
}

func (p *Plan) countSent(b *Batch, e Entry) {
	for _, c := range e.Channels {
		b.Channels[c]++
		b.Deliveries++
		if c == ledger.Email {
			b.providers[p.lines.of(Domain(e.Person.Email.Wire))]++
		}
	}
}

// finishBatches brings the batches into order and takes out individuals where there are none.
func (p *Plan) finishBatches() {
	p.batches.closed = true
	p.Batches = slices.DeleteFunc(p.Batches, func(b *Batch) bool {
		return b.Name == Individuals && b.People+b.Deliveries == 0
	})
	slices.SortStableFunc(p.Batches, func(a, b *Batch) int { return cmp.Compare(a.rank, b.rank) })
}

// strays counts the people of companies that are no batch. It knows a bounded number of names.
type strays struct {
	people map[string]int
	others int // names above the bound, each as often as it was met
}

func (s *strays) add(names []string) {
	if s.people == nil {
		s.people = map[string]int{}
	}
	for _, name := range names {
		if _, known := s.people[name]; known || len(s.people) < 10_000 {
			s.people[name]++
		} else {
			s.others++
		}
	}
}

// String names the companies with the most people, and counts the rest.
func (s *strays) String() string {
	const most = 5
	names := slices.SortedFunc(maps.Keys(s.people), func(a, b string) int {
		return cmp.Or(cmp.Compare(s.people[b], s.people[a]), cmp.Compare(a, b))
	})
	var list []string
	for _, name := range names[:min(most, len(names))] {
		list = append(list, fmt.Sprintf("%s (%s)", name, people(s.people[name])))
	}
	more := ""
	if n := len(names) - most; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	if s.others > 0 {
		more = fmt.Sprintf(" and more than %d more", len(names)-most)
	}
	return strings.Join(list, ", ") + more
}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}
