package plan

import (
	"slices"

	"oshirase/jobs/segment"
)

// Count is a number with its name.
type Count struct {
	Name   string `json:"name"`
	People int    `json:"people"`
}

// SegmentCount is what the rule of a segment found.
type SegmentCount struct {
	Count
	Exclusions []Exclusion `json:"exclusions,omitempty"` // in the order of the manifest
}

// Exclusion is how many rows one of a segment's exclusions took out. A row that several would take out
// counts with the first.
type Exclusion struct {
	Name string `json:"name"`
	Rows int    `json:"rows"`
}

// layOutSegments lays out what people are counted by.
func (p *Plan) layOutSegments() {
	for _, g := range p.Folder.Manifest.Segments {
		s := SegmentCount{Count: Count{Name: g.ID}}
		for _, name := range g.Exclusions() {
			s.Exclusions = append(s.Exclusions, Exclusion{Name: name})
		}
		p.Segments = append(p.Segments, s)
		for _, element := range g.AllElements() {
			if c := (Count{Name: element}); !slices.Contains(p.Elements, c) {
				p.Elements = append(p.Elements, c)
			}
		}
	}
}

// countExcluded takes the rows that exclusions took out.
func (p *Plan) countExcluded(rows map[segment.Exclusion]int) {
	for x, n := range rows {
		p.Segments[x.Segment].Exclusions[x.By].Rows += n
	}
}
