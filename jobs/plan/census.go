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

	listed, changed, left int // against the people of the revision before
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
	c.compare(e)
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

// compare counts a person against the revision before, where there is one.
func (c *census) compare(e Entry) {
	switch f := e.verdict.Former; {
	case e.verdict.Change == ledger.BeFirst && f == nil, f != nil && f.Standing == ledger.Cleared:
		c.listed++
	case f != nil && f.Differs(e.Person):
		c.changed++
	}
}

// leave counts somebody of the revision before who is not in this one.
func (c *census) leave(before ledger.Standing) {
	if before != ledger.Cleared {
		c.left++
	}
}

// quit counts somebody who leaves without a word. Another record of somebody who stays has not left.
func (c *census) quit(x revision.Left) {
	if x.Change != ledger.BeMerged {
		c.leave(x.Standing)
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
		c.listed == other.listed && c.changed == other.changed && c.left == other.left &&
		slices.Equal(c.segments, other.segments) && slices.Equal(c.elements, other.elements) &&
		maps.Equal(c.batches, other.batches)
}

// peopleTally is what the ledger keeps of the numbers.
func (p *Plan) peopleTally() ledger.Tally {
	c := p.census
	t := ledger.Tally{People: c.people, Listed: c.listed, Changed: c.changed, Left: c.left}
	for i, n := range c.segments {
		t.Segments = append(t.Segments, ledger.SegmentTally{ID: p.Segments[i].Name, People: n})
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
