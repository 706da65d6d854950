package templates

// Kinds of nodes that no Document has: they are gone when the values are in.
const (
	choice   BlockKind = "choice"   // children where cond holds, otherwise the other part
	elements BlockKind = "elements" // the list of the person's elements
)

// node is a block of a notice before the values are in.
type node struct {
	kind      BlockKind
	level     int
	ordered   bool
	start     int
	tight     bool // of a list: no blank lines between items
	line      []inline
	children  []node
	items     [][]node
	rows      [][][]inline
	cond      condition // of a choice
	test      test      // the condition in the channel that the node has been picked for
	otherwise []node
	implied   bool // of a choice: made here, to leave out what has nothing to print

	personal bool
	ready    *Block // of a node in which nothing varies
}

// static is the slot of a span that is not a field.
const static = -2

// inline is a span; a field's span has a slot in place of its text.
type inline struct {
	Span
	slot int
	soft bool // a line break of the source, which is no break of the text
}

// settle finds out, bottom up, which nodes are personal and builds what never varies. inside is
// true under a condition on the person.
func settle(nodes []node, inside bool) (personal, varies bool) {
	for i := range nodes {
		p, v := settleOne(&nodes[i], inside)
		personal, varies = personal || p, varies || v
	}
	return personal, varies
}

func settleOne(n *node, inside bool) (personal, varies bool) {
	personal = inside
	note := func(p, v bool) { personal, varies = personal || p, varies || v }
	switch n.kind {
	case choice:
		inside = inside || n.test.personal
		note(inside, true)
		note(settle(n.otherwise, inside))
	case elements:
		note(true, true)
	}
	note(settle(n.children, inside))
	for _, item := range n.items {
		note(settle(item, inside))
	}
	note(settleLine(n.line))
	for _, row := range n.rows {
		for _, cell := range row {
			note(settleLine(cell))
		}
	}
	n.personal = personal
	if !varies {
		ready := (&values{}).block(n)
		n.ready = &ready
	}
	return personal, varies
}

func settleLine(line []inline) (personal, varies bool) {
	for _, in := range line {
		personal = personal || in.Personal
		varies = varies || in.slot != static
	}
	return personal, varies
}

// mayVanish reports whether a condition can leave nothing of the nodes.
func mayVanish(nodes []node) bool {
	for _, n := range nodes {
		if n.kind != choice || n.implied {
			return false
		}
		if !mayVanish(n.children) && !mayVanish(n.otherwise) {
			return false
		}
	}
	return true
}
