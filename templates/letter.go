package templates

import "strings"

// blocks appends what the nodes come to for this person.
func (r *values) blocks(to []Block, nodes []node) []Block {
	for i := range nodes {
		n := &nodes[i]
		switch {
		case n.ready != nil:
			to = append(to, *n.ready)
		case n.kind == choice && n.test.holds(r):
			to = r.blocks(to, n.children)
		case n.kind == choice:
			to = r.blocks(to, n.otherwise)
		case n.kind == elements:
			to = append(to, r.elementList())
		default:
			to = append(to, r.block(n))
		}
	}
	return to
}

// block makes a block of a node that is neither a choice nor the elements.
func (r *values) block(n *node) Block {
	b := Block{
		Kind: n.kind, Level: n.level, Ordered: n.ordered, Start: n.start, Personal: n.personal,
	}
	b.Spans = r.spans(n.line)
	if len(n.children) > 0 {
		b.Children = r.blocks(make([]Block, 0, len(n.children)), n.children)
	}
	for _, item := range n.items {
		b.Items = append(b.Items, r.blocks(make([]Block, 0, len(item)), item))
	}
	for _, row := range n.rows {
		cells := make([][]Span, len(row))
		for i, cell := range row {
			cells[i] = r.spans(cell)
		}
		b.Rows = append(b.Rows, cells)
	}
	return b
}

// spans fills in a line. As in the other outputs, a line of an address that comes out empty falls
// away with its break.
func (r *values) spans(line []inline) []Span {
	if len(line) == 0 {
		return nil
	}
	spans, filled := make([]Span, 0, len(line)), false
	for _, in := range line {
		span := in.Span
		if in.slot != static {
			span.Text = r.text(in.slot)
		} else if !filled {
			span.Text = strings.TrimLeft(span.Text, "\n")
		}
		if span.Text != "" {
			spans = append(spans, span)
			filled = !strings.HasSuffix(span.Text, "\n")
		}
	}
	if last := len(spans) - 1; last >= 0 && !filled {
		spans[last].Text = strings.TrimRight(spans[last].Text, "\n")
		if spans[last].Text == "" {
			spans = spans[:last]
		}
	}
	return spans
}

func (r *values) elementList() Block {
	names := r.elements()
	items := make([][]Block, len(names))
	for i, name := range names {
		span := Span{Text: name, Personal: true}
		items[i] = []Block{{Kind: Paragraph, Spans: []Span{span}, Personal: true}}
	}
	return Block{Kind: List, Items: items, Personal: true}
}
