package plan

import (
	"maps"
	"slices"

	"oshirase/jobs/ledger"
)

// census counts people in the ways in which something is promised of them. They are counted when the plan
// is made, and once more when they go into the ledger: what was shown, held against control totals and
// confirmed is then held against what is really there, before anybody can be sent anything.
type census struct {
	people, deliveries int
	segments, elements []int // in the order of the plan's
	batches            map[string]int
	verdicts           ledger.Verdicts // against the revision before
}

func (p *Plan) newCensus() *census {
	return &census{
		segments: make([]int, len(p.Segments)), elements: make([]int, len(p.Elements)),
		batches: map[string]int{},
	}
}

func (c *census) add(p *Plan, e Entry) {
	c.people++
	c.sent(e)
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
		slices.Equal(c.segments, other.segments) && slices.Equal(c.elements, other.elements) &&
		maps.Equal(c.batches, other.batches)
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
