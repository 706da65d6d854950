package plan

import (
	"maps"
	"slices"

	"oshirase/jobs/ledger"
	"oshirase/jobs/revision"
)

// census counts people in the ways in which something is promised of them. They are counted when the plan
// is made, and once more when they go into the ledger: what was shown, held against control totals and
// confirmed is then held against what is really there, before anybody can be sent anything.
type census struct {
	people, deliveries int
	segments, elements []int // in the order of the plan's
	batches            map[string]int
	verdicts           ledger.Verdicts // against what the people were told before

	turnover        ledger.Turnover // against the people of the revision before
	segmentTurnover []ledger.Turnover

	// Of that revision, who stays in this one by a row that cannot be used; and by segment, as they were in it.
	stayed   int
	stayedIn []int
}

func (p *Plan) newCensus() *census {
	return &census{
		segments: make([]int, len(p.Segments)), elements: make([]int, len(p.Elements)),
		segmentTurnover: make([]ledger.Turnover, len(p.Segments)), batches: map[string]int{},
		stayedIn: make([]int, len(p.Segments)),
	}
}

func (c *census) add(p *Plan, e Entry) {
	c.people++
	c.sent(e)
	if p.earlier != nil {
		c.compare(p, e)
	}
	c.batches[e.Batch]++
	for i := range p.Segments {
		if e.in(p.Segments[i].Name) {
			c.segments[i]++
		}
	}
	for i := range p.Elements {
		if slices.Contains(e.Person.Elements, p.Elements[i].Name) {
			c.elements[i]++
		}
	}
}

// compare counts a person against the revision before.
func (c *census) compare(p *Plan, e Entry) {
	f := e.verdict.Former
	was := f != nil && f.Standing != ledger.Cleared
	other := was && f.Differs(e.Person)
	turn(&c.turnover, was, true, other)
	for i := range p.Segments {
		id := p.Segments[i].Name
		turn(&c.segmentTurnover[i], was && slices.Contains(f.Person.Segments, id), e.in(id), other)
	}
}

// turn counts somebody who was among people, or is now; other tells that something else is said of them.
func turn(t *ledger.Turnover, was, is, other bool) {
	switch {
	case is && !was:
		t.Listed++
	case was && !is:
		t.Left++
	case is && other:
		t.Changed++
	}
}

// leave counts somebody of the revision before who is not in this one.
func (c *census) leave(p *Plan, f *revision.Candidate) {
	if f.Standing == ledger.Cleared {
		return
	}
	c.turnover.Left++
	for i := range p.Segments {
		turn(&c.segmentTurnover[i], slices.Contains(f.Person.Segments, p.Segments[i].Name), false, false)
	}
}

// quit counts somebody who leaves without a word. Another record of somebody who stays has not left.
func (c *census) quit(p *Plan, x revision.Left) {
	switch {
	case x.Listed && x.Standing != ledger.Cleared:
		c.stay(p, x)
	case x.Change != ledger.BeMerged:
		c.leave(p, &x.Candidate)
	}
}

// stay counts somebody of whom nothing new can be read.
func (c *census) stay(p *Plan, x revision.Left) {
	c.stayed++
	c.verdicts.Nothing++
	for i, s := range p.Segments {
		if slices.Contains(x.Person.Segments, s.Name) {
			c.stayedIn[i]++
		}
	}
}

// sent counts what is sent, and why.
func (c *census) sent(e Entry) {
	c.deliveries += len(e.Channels)
	switch e.Purpose {
	case ledger.Update:
		c.verdicts.Update++
	case ledger.Withdrawal:
		c.verdicts.Withdrawal++
	case Nothing:
		c.verdicts.Nothing++
	default:
		c.verdicts.First++
	}
}

// equal tells whether another census counted the same.
func (c *census) equal(other *census) bool {
	return c.people == other.people && c.verdicts == other.verdicts && c.deliveries == other.deliveries &&
		c.turnover == other.turnover && slices.Equal(c.segmentTurnover, other.segmentTurnover) &&
		c.stayed == other.stayed && slices.Equal(c.segments, other.segments) &&
		slices.Equal(c.elements, other.elements) &&
		maps.Equal(c.batches, other.batches)
}

// peopleTally is what the ledger keeps of the numbers.
func (p *Plan) peopleTally() ledger.Tally {
	c := p.census
	t := ledger.Tally{People: c.people + c.stayed, Turnover: c.turnover}
	for i, n := range c.segments {
		s := ledger.SegmentTally{ID: p.Segments[i].Name, People: n + c.stayedIn[i]}
		if p.earlier != nil {
			s.Turnover = &c.segmentTurnover[i]
		}
		t.Segments = append(t.Segments, s)
	}
	return t
}

// takeCensus puts the numbers where they are shown.
func (p *Plan) takeCensus() {
	p.People, p.Deliveries = p.census.people, p.census.deliveries
	for i, n := range p.census.segments {
		p.Segments[i].People = n
	}
	for i, n := range p.census.elements {
		p.Elements[i].People = n
	}
}
