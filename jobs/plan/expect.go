package plan

import (
	"fmt"
	"strconv"

	"oshirase/config/campaign"
)

// checkExpect holds the numbers against the control totals of the manifest, all of them.
func (p *Plan) checkExpect() {
	e := p.Folder.Manifest.Expect
	if e.Rows != nil {
		p.hold(*e.Rows, p.Rows, "rows")
	}
	if e.People != nil {
		p.hold(*e.People, p.People, "people")
	}
	if e.Withdrawals != nil && p.earlier != nil {
		p.hold(*e.Withdrawals, p.Purposes.Gone, "people who were told before and are no longer affected")
	}
	for _, g := range p.Segments {
		p.holdSegment(g, e)
	}
	for _, c := range p.Elements {
		if t, ok := e.Elements.Of(c.Name); ok {
			p.hold(t, c.People, fmt.Sprintf("people with the element %q", c.Name))
		}
	}
	for _, t := range e.Batches {
		p.holdBatch(t)
	}
}

func (p *Plan) holdSegment(g SegmentCount, e campaign.Expect) {
	if t, ok := e.Segments.Of(g.Name); ok {
		p.hold(t, g.People, fmt.Sprintf("people of segment %q", g.Name))
	}
	for _, x := range g.Exclusions {
		if t, ok := e.Exclusions[g.Name].Of(x.Name); ok {
			p.hold(t, x.Rows, fmt.Sprintf("rows taken out of segment %q by %q", g.Name, x.Name))
		}
	}
}

func (p *Plan) holdBatch(t campaign.Total) {
	for _, b := range p.Batches {
		if b.Name == t.Name {
			p.hold(t, b.People, fmt.Sprintf("people of batch %q", t.Name))
			return
		}
	}
	p.Problems = append(p.Problems, campaign.Problem{
		File: campaign.ManifestFile, Line: t.Line, What: fmt.Sprintf("expect: there is no batch %q", t.Name),
		Do: "name one as oshirase plan does, or take it out",
	})
}

// hold compares one number with what it must be.
func (p *Plan) hold(t campaign.Total, found int, of string) {
	if t.Count == found {
		return
	}
	by := strconv.Itoa(t.Count-found) + " too few"
	if found > t.Count {
		by = strconv.Itoa(found-t.Count) + " too many"
	}
	p.Problems = append(p.Problems, campaign.Problem{
		File: campaign.ManifestFile, Line: t.Line,
		What: fmt.Sprintf("expect: %d %s, found %d: %s", t.Count, of, found, by),
		Do:   "look for what the files lack or have twice, or correct the total",
	})
}
