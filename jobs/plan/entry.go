package plan

import (
	"slices"
	"strings"

	"oshirase/config/campaign"
	"oshirase/jobs/compose"
	"oshirase/jobs/ledger"
	"oshirase/jobs/recipient"
)

// Entry is one affected person with what was decided for them.
type Entry struct {
	Person   recipient.Person
	Ref      string
	Batch    string
	Also     []string // further companies in whose numbers they count
	Locale   string
	Channels []string
	LinkName bool
	unknown  string // a company that the companies file lacks
}

func (p *Plan) entry(r recipient.Person, ref string) Entry {
	e := Entry{
		Person: r, Ref: ref, Locale: p.Book.Locale(r.Notice, r.Locale),
		Channels: channels(r, p.Folder.Manifest.Channels), LinkName: compose.LinkName(r),
	}
	p.place(&e)
	return e
}

// channels is where a person is written to: by e-mail where there is a usable address; by letter where
// there is none, or always, as the campaign says.
func channels(r recipient.Person, c campaign.Channels) []string {
	var out []string
	if c.Email != nil && r.Email.Wire != "" {
		out = append(out, ledger.Email)
	}
	letter := c.Letter != nil && c.Letter.When != "never" && len(r.Address) > 0
	if letter && (c.Letter.When == "always" || len(out) == 0) {
		out = append(out, ledger.Letter)
	}
	return out
}

// place puts a person into a batch. One of several companies goes with the one that opens last, and
// counts in each.
func (p *Plan) place(e *Entry) {
	var names []string
	switch p.Folder.Manifest.Batches.By {
	case "none":
		names = []string{"all"}
	case "segment":
		names = e.Person.Segments[:1]
	case "locale":
		names = []string{e.Locale}
	default:
		if names = e.Person.Companies; len(names) == 0 {
			names = []string{Individuals}
		}
	}
	last := -1
	for _, name := range names {
		i := slices.IndexFunc(p.Batches, func(b *Batch) bool { return b.Name == name })
		if i < 0 && p.Folder.Manifest.Batches.File != "" {
			e.unknown = name
			return
		}
		if i < 0 {
			i = p.addBatch(name)
		}
		last = max(last, i)
	}
	e.Batch = p.Batches[last].Name
	for _, name := range names {
		if name != e.Batch {
			e.Also = append(e.Also, name)
		}
	}
}

// layBatches lays out the batches that are known before anybody is read, in order of release.
func (p *Plan) layBatches() {
	b := p.Folder.Manifest.Batches
	if b.By != "company" {
		if b.By == "segment" {
			for _, g := range p.Folder.Manifest.Segments {
				p.addBatch(g.ID)
			}
		}
		return
	}
	for _, c := range b.List {
		p.addBatch(c.Name)
		p.Batches[len(p.Batches)-1].Start = c.Start
	}
	p.placeIndividuals()
}

// placeIndividuals puts the people without a company among the companies by their start, behind those
// that start at the same time; without a start they come last.
func (p *Plan) placeIndividuals() {
	start := p.Folder.Start(Individuals)
	i := len(p.Batches)
	if !start.IsZero() {
		for i > 0 && p.Batches[i-1].Start.After(start) {
			i--
		}
	}
	p.Batches = slices.Insert(p.Batches, i,
		&Batch{Name: Individuals, Start: start, Channels: map[string]int{}})
}

// addBatch adds a batch at the end, individuals staying last where no file says otherwise.
func (p *Plan) addBatch(name string) int {
	b := &Batch{Name: name, Channels: map[string]int{}}
	n := len(p.Batches)
	if n > 0 && p.Batches[n-1].Name == Individuals && p.Batches[n-1].Start.IsZero() {
		p.Batches = slices.Insert(p.Batches, n-1, b)
		return n - 1
	}
	p.Batches = append(p.Batches, b)
	return n
}

func (p *Plan) batch(name string) *Batch {
	i := slices.IndexFunc(p.Batches, func(b *Batch) bool { return b.Name == name })
	return p.Batches[i]
}

func (p *Plan) count(e Entry) {
	p.People++
	p.Locales[e.Locale]++
	b := p.batch(e.Batch)
	b.People++
	for _, name := range e.Also {
		p.batch(name).Members++
	}
	for _, c := range e.Channels {
		p.Channels[c]++
		b.Channels[c]++
		b.Deliveries++
		p.Deliveries++
	}
	if len(e.Channels) == 0 {
		p.Unreachable++
	}
	if e.LinkName {
		p.LinkNames++
	}
	for _, s := range e.Person.Segments {
		p.countSegment(s)
	}
}

func (p *Plan) countSegment(id string) {
	i := slices.IndexFunc(p.Segments, func(c Count) bool { return c.Name == id })
	if i < 0 {
		p.Segments = append(p.Segments, Count{Name: id})
		i = len(p.Segments) - 1
	}
	p.Segments[i].People++
	slices.SortStableFunc(p.Segments, func(a, b Count) int { return strings.Compare(a.Name, b.Name) })
}

// dropEmpty forgets a batch of individuals that nobody is in.
func (p *Plan) dropEmpty() {
	p.Batches = slices.DeleteFunc(p.Batches, func(b *Batch) bool {
		return b.Name == Individuals && b.People == 0
	})
}
