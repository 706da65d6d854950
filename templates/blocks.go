package templates

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// maxDepth is how deep lists and quotes may stand in each other.
const maxDepth = 6

// siblings walks the children of one parent. Conditions pair up among siblings, so a condition is
// wholly inside a list item or quote or wholly outside.
type siblings struct {
	c     *compiler
	next  ast.Node
	depth int
}

// blocks converts the children of a parent.
func (c *compiler) blocks(parent ast.Node, depth int) []node {
	if depth > maxDepth {
		c.problem(c.placeOf(parent), "lists and quotes stand too deep in each other",
			fmt.Sprintf("use at most %d levels", maxDepth))
		return nil
	}
	s := &siblings{c, parent.FirstChild(), depth}
	nodes, stop := s.until()
	for stop != nil {
		c.problem(c.at(stop.begin),
			fmt.Sprintf("this {{ %s }} has no {{ if }} before it", stop.word),
			"put both inside or both outside of a list item or quote")
		var more []node
		more, stop = s.until()
		nodes = append(nodes, more...)
	}
	return nodes
}

// until converts siblings up to the {{ else }} or {{ end }} that is returned; nil at the last one.
func (s *siblings) until() ([]node, *controlNode) {
	var nodes []node
	for s.next != nil {
		n := s.next
		s.next = n.NextSibling()
		control, ok := n.(*controlNode)
		switch {
		case !ok:
			nodes = append(nodes, s.c.block(n, s.depth)...)
		case control.word == "if":
			nodes = append(nodes, s.choice(control))
		case strings.TrimSpace(control.rest) != "":
			s.c.problem(s.c.at(control.at).plus(" "),
				fmt.Sprintf("{{ %s }} takes nothing after it", control.word), "")
			fallthrough
		default:
			if control.word != "page-break" {
				return nodes, control
			}
			nodes = append(nodes, s.pageBreak(control))
		}
	}
	return nodes, nil
}

func (s *siblings) pageBreak(control *controlNode) node {
	if s.depth > 0 {
		s.c.problem(s.c.at(control.begin), "a page break stands in a list or quote",
			"put it at top level")
	}
	return node{kind: PageBreak}
}

func (s *siblings) choice(begin *controlNode) node {
	n := node{kind: choice, cond: s.c.condition(begin.rest, s.c.at(begin.at))}
	stop := (*controlNode)(nil)
	n.children, stop = s.until()
	if stop != nil && stop.word == "else" {
		n.otherwise, stop = s.until()
	}
	for stop != nil && stop.word == "else" {
		s.c.problem(s.c.at(stop.begin), "this {{ if }} has an {{ else }} already", "delete one")
		_, stop = s.until()
	}
	if stop == nil {
		s.c.problem(s.c.at(begin.begin), "this {{ if }} has no {{ end }}",
			"put {{ end }} on a line of its own, both inside or both outside of a list item or quote",
		)
	}
	return n
}

// at is the place of an offset in the Markdown.
func (c *compiler) at(offset int) place { return c.source.place(c.bodyAt + offset) }

// placeOf is where a node begins.
func (c *compiler) placeOf(n ast.Node) place {
	for ; n != nil; n = n.Parent() {
		if n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
			return c.at(n.Lines().At(0).Start)
		}
		if n.Pos() >= 0 {
			return c.at(n.Pos())
		}
	}
	return c.at(0)
}

// block converts one block that is not a control line. It may come to nothing, or to a choice.
func (c *compiler) block(n ast.Node, depth int) []node {
	switch n := n.(type) {
	case *ast.Paragraph, *ast.TextBlock:
		return []node{c.paragraph(n, depth)}
	case *ast.Heading:
		return []node{c.heading(n)}
	case *ast.List:
		return []node{c.list(n, depth)}
	case *ast.Blockquote:
		return []node{{kind: Quote, children: c.content(n, depth, "quote")}}
	case *ast.ThematicBreak:
		return []node{{kind: Rule}}
	case *extast.Table:
		return []node{c.table(n)}
	case *extast.DefinitionList:
		return []node{c.definitions(n)}
	case *ast.LinkReferenceDefinition:
		if bytes.Contains(n.Destination, []byte("{{")) {
			c.fieldInTarget(c.placeOf(n))
		}
		return nil
	case *ast.HTMLBlock:
		c.rawHTML(c.placeOf(n))
	default:
		c.problem(c.placeOf(n), "a notice has no code blocks",
			"indent text by less than four spaces")
	}
	return nil
}

// content converts what is in a list item or quote, which must not be able to vanish: an empty
// bullet says something is missing.
func (c *compiler) content(n ast.Node, depth int, what string) []node {
	nodes := c.blocks(n, depth+1)
	if len(nodes) > 0 && mayVanish(nodes) {
		c.problem(c.placeOf(n), "this "+what+" can come out empty",
			"put the {{ if }} and {{ end }} lines around it")
	}
	return nodes
}

func (c *compiler) heading(n *ast.Heading) node {
	if n.Level > len(styleHeadings) {
		c.warning(c.placeOf(n), fmt.Sprintf("a heading of level %d is set as level 3", n.Level),
			"use #, ## and ###")
	}
	return node{kind: Heading, level: min(n.Level, len(styleHeadings)), line: c.line(n)}
}

func (c *compiler) list(n *ast.List, depth int) node {
	list := node{kind: List, ordered: n.IsOrdered(), start: n.Start, tight: n.IsTight}
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		list.items = append(list.items, c.content(item, depth, "list item"))
	}
	return list
}

func (c *compiler) table(n ast.Node) node {
	table := node{kind: Table}
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		var cells [][]inline
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			cells = append(cells, c.line(cell))
		}
		table.rows = append(table.rows, cells)
	}
	return table
}

// definitions converts a list of terms and what is said of them. A second definition of a term stands
// beside nothing, a term without one before nothing.
func (c *compiler) definitions(n ast.Node) node {
	list := node{kind: Definitions}
	open := false // the last row wants its definition
	for x := n.FirstChild(); x != nil; x = x.NextSibling() {
		if _, ok := x.(*extast.DefinitionTerm); ok {
			list.rows = append(list.rows, [][]inline{c.line(x), nil})
			open = true
			continue
		}
		if !open {
			list.rows = append(list.rows, [][]inline{nil, nil})
		}
		list.rows[len(list.rows)-1][1] = c.definition(x)
		open = false
	}
	return list
}

// definition converts what is said of a term, which is one paragraph.
func (c *compiler) definition(n ast.Node) []inline {
	child := n.FirstChild()
	switch child.(type) {
	case *ast.Paragraph, *ast.TextBlock:
		if child.NextSibling() == nil {
			return c.line(child)
		}
	}
	c.problem(c.placeOf(n), "a definition is not one paragraph",
		"write the rest below the list")
	return nil
}

// paragraph converts a paragraph. {{ .Elements }} alone is a list, and a top-level paragraph of
// fields alone is left out where they all are empty.
func (c *compiler) paragraph(n ast.Node, depth int) node {
	p := node{kind: Paragraph, line: c.line(n)}
	c.strayRow(n)
	_, whole := n.(*ast.Paragraph)
	slots := onlySlots(p.line)
	switch {
	case len(slots) == 0:
	case len(slots) == 1 && whole && c.notice.slots[slots[0]].kind == kindElements:
		list := node{kind: elements}
		return node{kind: choice, implied: true, children: []node{list}, cond: hasElements()}
	case depth == 0:
		return node{kind: choice, implied: true, children: []node{p}, cond: c.anyOf(slots)}
	}
	return p
}

// strayRow reports a table row that a condition has cut off its table, and which would be printed
// as text with bars.
func (c *compiler) strayRow(n ast.Node) {
	if at := c.placeOf(n); strings.HasPrefix(strings.TrimSpace(c.source.line(at.line)), "|") {
		c.problem(at, "a table row stands outside of a table",
			`a condition holds whole tables, not rows; a bar in a text is written "\|"`)
	}
}

// onlySlots returns the slots of a line that has no text beside them.
func onlySlots(line []inline) []int {
	var slots []int
	for _, in := range line {
		if in.slot != static {
			slots = append(slots, in.slot)
		} else if strings.TrimSpace(in.Text) != "" {
			return nil
		}
	}
	return slots
}

// anyOf is the condition that one of the slots has something to print.
func (c *compiler) anyOf(slots []int) condition {
	some := test{holds: func(r *values) bool {
		for _, slot := range slots {
			if r.text(slot) != "" {
				return true
			}
		}
		return false
	}}
	for _, slot := range slots {
		some.personal = some.personal || c.notice.slots[slot].personal
	}
	return whatever(some)
}

func hasElements() condition {
	return whatever(test{personal: true,
		holds: func(r *values) bool { return len(r.v.Elements) > 0 }})
}
