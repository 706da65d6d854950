package segment

import "slices"

// maxElements is how many kinds of data a campaign can have; the catalogue knows some thirty.
const maxElements = 128

// Set is a set of elements, by their places in the rules. The zero Set is empty.
type Set [maxElements / 64]uint64

func (s *Set) add(i int) { s[i/64] |= 1 << (i % 64) }

func (s Set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }

func (s Set) or(other Set) Set {
	for i := range s {
		s[i] |= other[i]
	}
	return s
}

// Match is a segment that a row belongs to, with the elements that the row has there.
type Match struct {
	Segment  int // index
	Elements Set
}

// Exclusion says that a row was of a segment but for an exclusion.
type Exclusion struct {
	Segment, By int // By is an index into Exclusions(Segment)
}

// Found is what the rules say of one row. A row without matches is not affected.
type Found struct {
	Matches  []Match     // in the order of the segments
	Excluded []Exclusion // in the order of the segments
}

// Evaluator holds rows against the rules. It is for one goroutine.
type Evaluator struct {
	rules *Rules
	found Found
	whole map[Match]Affected
}

// Evaluator makes one.
func (r *Rules) Evaluator() *Evaluator {
	return &Evaluator{rules: r, whole: map[Match]Affected{}}
}

// Match says which segments a row belongs to. The facts are in the order of Names, each of the kind of
// its name or absent. What is returned is good until the next call.
func (e *Evaluator) Match(facts []Value) Found {
	e.found.Matches, e.found.Excluded = e.found.Matches[:0], e.found.Excluded[:0]
	for i := range e.rules.segments {
		s := &e.rules.segments[i]
		if !s.when.of(facts) {
			continue
		}
		elements, excluded := s.decide(facts)
		if excluded >= 0 {
			e.found.Excluded = append(e.found.Excluded, Exclusion{i, excluded})
			continue
		}
		e.found.Matches = append(e.found.Matches, Match{i, elements})
	}
	return e.found
}

// decide looks at a row for which the rule holds. It returns the row's elements, or the exclusion.
func (s *compiled) decide(facts []Value) (elements Set, excluded int) {
	for i, c := range s.unless {
		if c.of(facts) {
			return elements, i
		}
	}
	elements = s.elements
	for _, b := range s.by {
		if b.when.of(facts) {
			elements.add(b.element)
		}
	}
	if len(s.by) > 0 && elements == (Set{}) {
		return elements, len(s.unless)
	}
	return elements, -1
}

// Affected is how somebody is affected. It may be shared by many people: it must not be changed.
type Affected struct {
	Segments  []string // ids, in the order of the segments
	Elements  []string // of all the segments, in one order for everybody
	Certainty string   // the strongest of the segments
	Notice    string   // of the first segment
	First     int      // index of the first segment
}

func (r *Rules) rulesOut(m Match) bool { return r.segments[m.Segment].Certainty == ruledOut }

// mostWhole bounds what an evaluator remembers; eleven elements in any combination are 2,048.
const mostWhole = 4096

// Affected joins the matches of all rows of one person, at least one, in any order.
func (e *Evaluator) Affected(matches []Match) Affected {
	if len(matches) > 1 {
		matches = compact(slices.SortedFunc(slices.Values(matches), bySegment))
	}
	if len(matches) > 1 {
		return e.rules.affected(matches)
	}
	known, ok := e.whole[matches[0]]
	if !ok {
		known = e.rules.affected(matches)
		if len(e.whole) < mostWhole {
			e.whole[matches[0]] = known
		}
	}
	return known
}

func bySegment(a, b Match) int { return a.Segment - b.Segment }

// compact joins the matches of one segment, which are beside each other.
func compact(matches []Match) []Match {
	out := matches[:1]
	for _, m := range matches[1:] {
		if last := &out[len(out)-1]; last.Segment == m.Segment {
			last.Elements = last.Elements.or(m.Elements)
		} else {
			out = append(out, m)
		}
	}
	return out
}

// affected joins matches of different segments, in their order. Of a person who is affected by one, those that rule
// something out say nothing but that they hold.
func (r *Rules) affected(matches []Match) Affected {
	told := slices.DeleteFunc(slices.Clone(matches), r.rulesOut)
	if len(told) == 0 {
		told = matches
	}
	a := Affected{First: told[0].Segment, Elements: []string{}}
	a.Notice = r.segments[a.First].Notice
	for _, m := range matches {
		a.Segments = append(a.Segments, r.segments[m.Segment].ID)
	}
	var all Set
	for _, m := range told {
		if s := &r.segments[m.Segment]; strength(s.Certainty) > strength(a.Certainty) {
			a.Certainty = s.Certainty
		}
		all = all.or(m.Elements)
	}
	for _, i := range r.listed {
		if all.has(i) {
			a.Elements = append(a.Elements, r.elements[i])
		}
	}
	return a
}
