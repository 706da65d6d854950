package letters

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"oshirase/templates"
)

// setBlocks lays out the blocks of a document or of a quote or list item. tight leaves out the space
// above the first; there is none below a heading either, which belongs to what follows.
func (s *setter) setBlocks(blocks []templates.Block, c column, tight bool) ([]*laid, error) {
	out := make([]*laid, 0, len(blocks)+4)
	for i, b := range blocks {
		tight := tight && i == 0 || i > 0 && blocks[i-1].Kind == templates.Heading
		parts, err := s.setBlock(b, c, tight)
		if err != nil {
			return nil, err
		}
		out = append(out, parts...)
	}
	return out, nil
}

// setBlock lays out one block. A block without personal values comes from the press's cache and is
// one part; a personal list or quote is several, so that its other items are still shared. tight
// leaves out the space above.
func (s *setter) setBlock(b templates.Block, c column, tight bool) ([]*laid, error) {
	if b.Personal {
		return s.layBlock(b, c, tight, false)
	}
	s.key = s.blockKey(s.key[:0], b, c, tight)
	l, err := s.press.cache.get(s.key, func() (*laid, error) {
		parts, err := s.anew().layBlock(b, c, tight, true)
		if err != nil {
			return nil, err
		}
		return concat(parts, true), nil
	})
	if err != nil {
		return nil, err
	}
	return []*laid{l}, nil
}

func (s *setter) layBlock(b templates.Block, c column, tight, static bool) ([]*laid, error) {
	var parts []*laid
	var boxes []box
	var err error
	switch b.Kind {
	case templates.Paragraph:
		boxes, err = s.setBody(b, c)
	case templates.Heading:
		boxes, err = s.setHeading(b, c)
	case templates.Table:
		boxes, err = s.setTable(b, c)
	case templates.Definitions:
		boxes, err = s.setDefinitions(b, c)
	case templates.Rule:
		boxes = s.setRule(c)
	case templates.PageBreak:
		return []*laid{newLaid([]box{{eject: true}}, static)}, nil
	case templates.List:
		parts, err = s.setList(b, c)
	case templates.Quote:
		parts, err = s.setBlocks(b.Children, c.indent(s.form.step), true)
		parts = append([]*laid{spacer()}, parts...)
	default:
		err = fmt.Errorf("unknown kind of block %q", b.Kind)
	}
	if err != nil {
		return nil, err
	}
	if len(boxes) > 0 {
		boxes[0].glue = s.above(b, tight)
		return []*laid{newLaid(boxes, static)}, nil
	}
	return spaced(parts, s.above(b, tight)), nil
}

// above is the space over a block.
func (s *setter) above(b templates.Block, tight bool) float64 {
	switch {
	case tight:
		return 0
	case b.Kind == templates.Heading:
		return s.form.lead * 0.6
	case b.Kind == templates.Table:
		return s.form.lead * 0.4
	}
	return s.form.apart
}

// spaced puts space above a list or quote. The first part may be shared: it is copied.
func spaced(parts []*laid, above float64) []*laid {
	if len(parts) == 0 || above == 0 {
		return parts
	}
	first := parts[0]
	boxes := append([]box(nil), first.boxes...)
	boxes[0].glue = above
	parts[0] = newLaid(boxes, first.static)
	return parts
}

// spacer is an empty box for a container's glue, so that a shared child is not changed.
func spacer() *laid { return newLaid([]box{{keep: true}}, true) }

// narrowest is the least width of a column, however deep lists and quotes are nested.
const narrowest = 120

// indent moves the left edge in.
func (c column) indent(by float64) column {
	by = max(0, min(by, c.width-narrowest))
	return column{c.left + by, c.width - by}
}

func (s *setter) setBody(b templates.Block, c column) ([]box, error) {
	p := s.paragraph(c)
	p.addSpans(b.Spans, s.form.body, s.form)
	s.form.shape(p)
	if n := noteMark(p.text); n > 0 {
		p.hang(p.width(s.faces, 0, n))
	}
	if c != s.form.measure() && p.indent > 0 {
		p.indent = 0
	}
	boxes, err := s.setParagraph(p, "text")
	begins := s.form.begins(p.text)
	ends := begins || s.form.closes(p.text)
	for i := range boxes {
		boxes[i].keep = boxes[i].keep || begins
		boxes[i].end = ends
	}
	return boxes, err
}

// setHeading keeps all lines of a heading, and what follows, together.
func (s *setter) setHeading(b templates.Block, c column) ([]box, error) {
	l := s.form.headings[min(max(b.Level, 1), 3)-1]
	p := s.paragraph(c)
	p.lead = l.size * 1.9
	p.addSpans(b.Spans, l, s.form)
	p.blanks = s.form.blanks
	boxes, err := s.setParagraph(p, "heading")
	for i := range boxes {
		boxes[i].keep = true
	}
	return boxes, err
}

func (s *setter) setRule(c column) []box {
	lead := s.form.lead
	return []box{{height: lead, rules: []rule{{c.left, lead / 2, c.width, 0.4}}}}
}

// setList hangs the items beside their markers.
func (s *setter) setList(b templates.Block, c column) ([]*laid, error) {
	markers, width := s.markers(b)
	var out []*laid
	for i, item := range b.Items {
		parts, err := s.setBlocks(item, c.indent(width), true)
		if err != nil {
			return nil, err
		}
		m, err := s.setMarker(markers[i], c, i > 0, empty(parts))
		if err != nil {
			return nil, err
		}
		if together(i, len(b.Items)) {
			parts = keptWithNext(parts)
		}
		out = append(append(out, m), parts...)
	}
	return out, nil
}

// together tells whether an item of a list of n stays on one page with the next: a page ends with two items of a
// list or more and begins with as many, and a list of three or less is never split.
func together(i, n int) bool { return i < n-1 && (n <= 3 || i == 0 || i == n-2) }

// keptWithNext keeps the end of an item on one page with what follows. The last part may be shared: it is copied.
func keptWithNext(parts []*laid) []*laid {
	i := len(parts) - 1
	if i < 0 || len(parts[i].boxes) == 0 {
		return parts
	}
	boxes := slices.Clone(parts[i].boxes)
	boxes[len(boxes)-1].keep = true
	parts[i] = newLaid(boxes, parts[i].static)
	return parts
}

// markers are what stands before the items, and the room it needs.
func (s *setter) markers(b templates.Block) ([]string, float64) {
	markers := make([]string, len(b.Items))
	width, l := s.form.step, s.form.body
	for i := range markers {
		markers[i] = s.form.bullet
		if b.Ordered {
			markers[i] = strconv.Itoa(b.Start+i) + "."
			_, w, _ := s.setLabel(markers[i], "list", l) // set again, and its error seen, by setMarker
			width = max(width, w+4)
		}
	}
	return markers, math.Ceil(width/s.form.grid) * s.form.grid
}

// empty reports parts that take no room.
func empty(parts []*laid) bool {
	for _, p := range parts {
		if height(p.boxes) > 0 {
			return false
		}
	}
	return true
}

// setMarker is a box without height, kept with the item's first line, whose baseline it shares. An
// item without a line has one for its marker.
func (s *setter) setMarker(marker string, c column, next, alone bool) (*laid, error) {
	s.key = appendText(append(s.key[:0], 'm', s.form.id, flags(next, alone)), marker)
	s.key = appendPoints(s.key, c.left)
	return s.press.cache.get(s.key, func() (*laid, error) {
		return s.layMarker(marker, c, next, alone)
	})
}

func (s *setter) layMarker(marker string, c column, next, alone bool) (*laid, error) {
	f := s.form
	runs, _, err := s.setLabel(marker, "list", f.body)
	if err != nil {
		return nil, err
	}
	b := box{keep: true, runs: moved(runs, c.left, baseline(f.lead, f.body.size))}
	if next {
		b.glue = f.apart / 2
	}
	if alone {
		b.height, b.keep = f.lead, false
	}
	return newLaid([]box{b}, true), nil
}

// blockKey writes all that a block's layout depends on.
func (s *setter) blockKey(b []byte, x templates.Block, c column, tight bool) []byte {
	b = append(b, s.form.id, flags(tight))
	return appendBlock(appendPoints(b, c.left, c.width), x)
}
