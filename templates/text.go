package templates

import (
	"strconv"
	"strings"
)

// textual compiles nodes to plain text: a paragraph is one line (the mail is base64, and a line
// broken by us is broken twice on a telephone), headings are marked or underlined, a link's target
// follows it in angle brackets.
type textual struct {
	words *words
	p     program
}

func textProgram(nodes []node, w *words) program {
	t := &textual{words: w}
	t.blocks(nodes, "", 2)
	return t.p
}

// blocks compiles blocks that stand n line breaks apart, each line of them behind the indent.
func (t *textual) blocks(nodes []node, indent string, n int) {
	for i := range nodes {
		t.block(&nodes[i], indent, n)
	}
}

// part compiles nodes to a program of their own.
func (t *textual) part(nodes []node, indent string, n int) program {
	inner := &textual{words: t.words}
	inner.blocks(nodes, indent, n)
	return inner.p
}

func (t *textual) gap(indent string, n int) {
	t.p = append(t.p, op{do: opGap, text: indent, n: n})
}

func (t *textual) block(b *node, indent string, n int) {
	switch b.kind {
	case choice:
		t.p = append(t.p, op{do: opChoice, test: b.test,
			then: t.part(b.children, indent, n), other: t.part(b.otherwise, indent, n)})
	case elements:
		t.elements(indent, n)
	case Paragraph:
		t.gap(indent, n)
		t.line(b.line, "\n"+indent)
	case Heading:
		t.heading(b, indent, n)
	case List:
		t.list(b, indent, n)
	case Table:
		t.table(b, indent, n)
	case Definitions:
		t.definitions(b, indent, n)
	case Quote:
		t.gap(indent+"> ", n)
		t.blocks(b.children, indent+"> ", 2)
	case Rule:
		t.gap(indent, n)
		t.p.add(strings.Repeat("-", 40))
	}
}

func (t *textual) heading(b *node, indent string, n int) {
	t.gap(indent, n)
	if marks := t.words.headings; marks != nil {
		t.p.add(marks[b.level-1])
		t.line(b.line, "\n"+indent)
		return
	}
	t.line(b.line, "\n"+indent)
	t.p = append(t.p, op{do: opUnderline, text: indent, mark: string("=-~"[b.level-1])})
}

func (t *textual) list(b *node, indent string, n int) {
	apart := 2
	if b.tight {
		apart = 1
	}
	for i, item := range b.items {
		mark := t.words.bullet
		if b.ordered {
			mark = strconv.Itoa(b.start+i) + ". "
		}
		breaks := apart
		if i == 0 {
			breaks = n
		}
		t.p = append(t.p, op{do: opItem, text: indent, mark: mark, n: breaks})
		t.blocks(item, indent+hang(mark), apart)
	}
}

// hang is the indent of the lines under a mark: as many bytes and columns as the mark has.
func hang(mark string) string {
	return strings.Map(func(r rune) rune {
		if isCJK(r) {
			return '　'
		}
		return ' '
	}, mark)
}

func (t *textual) elements(indent string, n int) {
	t.gap(indent, n)
	item := program{{do: opItem, text: indent, mark: t.words.bullet, n: 1}}
	item.value(itemSlot, " ")
	t.p = append(t.p, op{do: opElements, then: item})
}

// table writes a row as a line: columns that are lined up by spaces are not in a proportional font.
func (t *textual) table(b *node, indent string, n int) {
	for i, row := range b.rows {
		if i == 0 {
			t.gap(indent, n)
		} else {
			t.gap(indent, 1)
		}
		for j, cell := range row {
			if j > 0 {
				t.p.add(" | ")
			}
			t.line(cell, " ")
		}
		if i == 0 {
			t.gap(indent, 1)
			t.p.add(strings.Repeat("-", 40))
		}
	}
}

// definitions writes each term on a line with what is said of it.
func (t *textual) definitions(b *node, indent string, n int) {
	colon := ": "
	if t.words.tight {
		colon = "："
	}
	for i, row := range b.rows {
		if i > 0 {
			n = 1
		}
		t.gap(indent, n)
		t.line(row[0], " ")
		if len(row[0]) > 0 && len(row[1]) > 0 {
			t.p.add(colon)
		}
		t.line(row[1], " ")
	}
}

func (t *textual) line(line []inline, lineBreak string) {
	broken := breaksAmongFields(line)
	t.p.edge(broken)
	for len(line) > 0 {
		n := sameLink(line)
		for _, in := range line[:n] {
			if in.slot == static {
				t.p.lines(in.Text, lineBreak, broken)
			} else {
				t.p.value(in.slot, lineBreak)
			}
		}
		if link := line[0].Link; link != "" && !repeats(line[:n], link) {
			t.p.add(" <" + link + ">")
		}
		line = line[n:]
	}
	t.p.edge(broken)
}

// breaksAmongFields reports whether a line has both breaks and fields, so that a part of it may
// come out empty.
func breaksAmongFields(line []inline) bool {
	breaks, fields := false, false
	for _, in := range line {
		fields = fields || in.slot != static
		breaks = breaks || in.slot == static && strings.Contains(in.Text, "\n")
	}
	return breaks && fields
}

// sameLink is the number of spans at the beginning of a line with one link or without any.
func sameLink(line []inline) int {
	for i := range line {
		if line[i].Link != line[0].Link {
			return i
		}
	}
	return len(line)
}

// repeats reports whether a link's text is its target.
func repeats(line []inline, link string) bool {
	var text strings.Builder
	for _, in := range line {
		if in.slot != static {
			return false
		}
		text.WriteString(in.Text)
	}
	bare := strings.TrimPrefix(strings.TrimPrefix(link, "mailto:"), "tel:")
	return text.String() == link || text.String() == bare
}
