package recipient

import (
	"context"
	"errors"
	"fmt"
	"sort"

	"oshirase/jobs/identity"
	"oshirase/jobs/segment"
	"oshirase/jobs/table"
)

// Sink takes what People finds, in a stable order. Any function may be nil. An error of one ends it.
type Sink struct {
	// Prepare turns a person into what Person is to get; without it, that is the Person itself. It is
	// called on several goroutines and in any order, and does what can be done for one person alone.
	Prepare func(Person) (any, error)

	// Together does what is better done for some thousand people at once, who were prepared and are not handed
	// over yet. It too is called on several goroutines; the people are in their order.
	Together func([]any) error

	Person func(any) error    // in order, one after the other
	Note   func(Reject) error // a row that was kept, but that the operator should look at; likewise

	// Unaffected hears of who has several rows and is in no segment; likewise. The Person has a Number and Others.
	Unaffected func(Person) error
}

// People reads the files for their people, and hands over each affected one once. It may be called
// again, and gives the same. Problems are warnings only. The error wraps table.ErrChanged where a file
// is not what it was.
func (r *Reading) People(ctx context.Context, sink Sink) (Summary, []Problem, error) {
	g := &gathering{Reading: r, sink: sink, waiting: newWaiting(r.spec), gaps: gaps{}, sum: r.sum}
	g.sum.Excluded = map[segment.Exclusion]int{}
	err := inOrder(ctx, r.workers, g.complete, g.merger, g.handOver)
	err = errors.Join(err, g.waiting.disk.Close())
	g.sum.Unlike = g.crowded.unlike
	return g.sum, append(g.crowded.problems(), g.gapProblems(g.gaps)...), err
}

// gathering is one reading for the people. Rows are parsed on several goroutines, and so are the people
// of several rows merged; between the two one goroutine sees which row completes whom.
type gathering struct {
	*Reading
	sink    Sink
	waiting *waiting
	crowded crowd
	gaps    gaps
	sum     Summary
}

// piece is a block on its way.
type piece struct {
	source *source
	block  *table.Block
}

// gathered is what a block came to.
type gathered struct {
	items      []item
	notes      []Reject
	unaffected int
	excluded   map[segment.Exclusion]int
	gaps       gaps
}

// item is a person who is complete, or a row of one who is not.
type item struct {
	prepared any
	affected bool
	parts    []part // last to first; none for a person of one row
	odd      *oddity
}

// complete produces the blocks with the people whom their rows complete.
func (g *gathering) complete(ctx context.Context, yield func(*gathered) error) error {
	return inOrder(ctx, g.workers, g.read, g.parser, func(f *gathered) error {
		kept := f.items[:0]
		for _, it := range f.items {
			if len(it.parts) > 0 {
				ready, err := g.meet(&it)
				if err != nil {
					return err
				}
				if !ready {
					continue
				}
			}
			kept = append(kept, it)
		}
		f.items = kept
		return yield(f)
	})
}

// meet lets a row wait for the others of its person, or puts them all together.
func (g *gathering) meet(it *item) (ready bool, err error) {
	row := int(it.parts[0].row)
	if row != g.people.Last(row) {
		return false, g.waiting.put(it.parts[0])
	}
	for row, ok := g.people.Before(row); ok; row, ok = g.people.Before(row) {
		p, waited := g.waiting.take(int32(row))
		if !waited {
			s, _ := locate(g.sources, row)
			return false, s.changed()
		}
		it.parts = append(it.parts, p)
	}
	return true, nil
}

// read goes through the files. What is not as it was the first time ends it.
func (g *gathering) read(ctx context.Context, yield func(piece) error) error {
	for _, s := range g.sources {
		pass, err := s.table.Blocks(ctx, func(b *table.Block) error {
			if b.First+b.Len()-1 > s.rows {
				return s.changed()
			}
			return yield(piece{s, b})
		})
		if broken := (*table.Broken)(nil); errors.As(err, &broken) || err == nil && pass != s.pass {
			err = s.changed()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *source) changed() error { return fmt.Errorf("read %q: %w", s.Name, table.ErrChanged) }

// parser is the work on blocks.
type parser struct {
	*gathering
	readers map[*source]*reader
	merger  merger
}

func (g *gathering) parser() func(piece) (*gathered, error) {
	p := &parser{gathering: g, readers: map[*source]*reader{}, merger: g.newMerger()}
	return p.block
}

func (p *parser) reader(s *source) *reader {
	if p.readers[s] == nil {
		p.readers[s] = newReader(s)
	}
	return p.readers[s]
}

// block parses the rows of a block, and completes the people of one row.
func (p *parser) block(in piece) (*gathered, error) {
	defer in.block.Release()
	f := &gathered{items: make([]item, 0, in.block.Len()), excluded: map[segment.Exclusion]int{}, gaps: gaps{}}
	rows := p.reader(in.source)
	notes := p.noter(in)
	for i := range in.block.Len() {
		rec, at := in.block.Record(i), in.block.First+i
		r, bad := rows.read(&rec, at)
		if bad != nil {
			continue
		}
		if p.sink.Note != nil {
			f.notes = append(f.notes, notes.of(rows, &rec, r)...)
		}
		n := in.source.base + at - 1
		if p.people.First(n) != p.people.Last(n) {
			f.items = append(f.items, item{parts: []part{{row: int32(n), text: r.pack()}}})
			continue
		}
		if err := p.alone(f, r); err != nil {
			return nil, err
		}
	}
	p.merger.give(f)
	return f, nil
}

// alone completes a person of one row.
func (p *parser) alone(f *gathered, r *row) error {
	person, affected := p.merger.merge([]*row{r})
	if !affected {
		f.unaffected++
		f.notes = append(f.notes, p.merger.unanswered([]*row{r})...)
		return nil
	}
	it := item{affected: true}
	var err error
	it.prepared, err = p.sink.prepare(person)
	f.items = append(f.items, it)
	return err
}

func (s *Sink) prepare(p Person) (any, error) {
	if s.Prepare == nil {
		return p, nil
	}
	return s.Prepare(p)
}

// merger is the work on people of several rows.
func (g *gathering) merger() func(*gathered) (*gathered, error) {
	m := g.newMerger()
	return func(f *gathered) (*gathered, error) {
		for i := range f.items {
			if len(f.items[i].parts) == 0 {
				continue
			}
			if err := g.unite(&m, f, &f.items[i]); err != nil {
				return nil, err
			}
		}
		m.give(f)
		return f, g.sink.together(f.items)
	}
}

func (s *Sink) together(items []item) error {
	if s.Together == nil {
		return nil
	}
	people := make([]any, 0, len(items))
	for i := range items {
		if items[i].affected {
			people = append(people, items[i].prepared)
		}
	}
	return s.Together(people)
}

// unite makes a person of several rows.
func (g *gathering) unite(m *merger, f *gathered, it *item) error {
	rows := make([]*row, len(it.parts))
	for i, p := range it.parts {
		text, err := g.waiting.text(p)
		if err != nil {
			return err
		}
		s, at := locate(g.sources, int(p.row))
		r, err := unpack(s, Row{s.index, at}, text)
		if err != nil {
			return err
		}
		rows[len(rows)-1-i] = &r
	}
	var person Person
	person, it.affected = m.merge(rows)
	names, unlike := bearingOf(rows), []int(nil)
	if it.affected { // whoever is not is told nothing, one or two
		unlike = m.ties.unlike(rows, names)
	}
	it.odd = names.oddity(rows, unlike)
	if g.sink.Note != nil {
		f.notes = append(f.notes, names.notes(rows, unlike)...)
	}
	person.Others = names.others(rows)
	if !it.affected {
		f.unaffected += len(rows)
		f.notes = append(f.notes, m.unanswered(rows)...)
		it.prepared = person
		return nil
	}
	var err error
	it.prepared, err = g.sink.prepare(person)
	return err
}

// handOver gives what a block came to to the sink.
func (g *gathering) handOver(f *gathered) error {
	g.sum.Unaffected += f.unaffected
	for x, n := range f.excluded {
		g.sum.Excluded[x] += n
	}
	g.gaps.join(f.gaps)
	for _, n := range f.notes {
		if err := g.sink.Note(n); err != nil {
			return err
		}
	}
	for i := range f.items {
		it := &f.items[i]
		g.crowded.add(it.odd)
		if !it.affected {
			if err := g.unaffected(it); err != nil {
				return err
			}
			continue
		}
		g.sum.People++
		if g.sink.Person == nil {
			continue
		}
		if err := g.sink.Person(it.prepared); err != nil {
			return err
		}
	}
	return nil
}

// unaffected hands over who has several rows, all of which are here, and is in no segment.
func (g *gathering) unaffected(it *item) error {
	if g.sink.Unaffected == nil {
		return nil
	}
	return g.sink.Unaffected(it.prepared.(Person))
}

// noter words what the operator should look at in the rows of a block.
type noter struct {
	*gathering
	aside []identity.Aside // from the block's first row on
}

func (g *gathering) noter(in piece) noter {
	from := in.source.base + in.block.First - 1
	all := g.people.Aside
	return noter{g, all[sort.Search(len(all), func(i int) bool { return int(all[i].Row) >= from }):]}
}

func (n *noter) of(rows *reader, rec *table.Record, r *row) (notes []Reject) {
	l, here := r.from.layout, r.from.base+r.at.Row-1
	if r.badEmail != nil {
		notes = append(notes, rows.tell(rec, r.at.Row, &fault{l.title(l.email), r.badEmail.Error()}))
	}
	for ; len(n.aside) > 0 && int(n.aside[0].Row) <= here; n.aside = n.aside[1:] {
		if int(n.aside[0].Row) == here {
			notes = append(notes, rows.tell(rec, r.at.Row, &fault{"", n.why(n.aside[0])}))
		}
	}
	if key, ok := n.people.Crowded(here); ok {
		notes = append(notes, rows.tell(rec, r.at.Row, &fault{"", fmt.Sprintf(
			"not joined by %s: more than %d people have the same", n.keys.list[key].Name, n.limit())}))
	}
	return notes
}

func (n *noter) why(a identity.Aside) string {
	s, at := locate(n.sources, int(a.With))
	if a.Births {
		return fmt.Sprintf("not joined by %s with row %d of %s: rows that have the same have two birth dates",
			n.keys.list[a.Key].Name, at, s.Name)
	}
	return fmt.Sprintf("not joined: the same contact under another name in row %d of %s", at, s.Name)
}
