package templates

import (
	"strconv"
	"strings"
)

// Styles are inline, because mail clients drop style sheets. No colour is set but a middle grey, so
// that a client's dark mode has nothing to fight with.
const (
	styleBody = "margin:0;padding:0"
	stylePage = "max-width:640px;margin:0 auto;padding:24px 20px;font-size:16px;line-height:1.7;" +
		"overflow-wrap:anywhere;"
	styleText  = "margin:0 0 1em"
	styleTight = "margin:0"
	styleItem  = "margin:0 0 0.3em"
	styleTerm  = "margin:0;font-weight:bold"
	styleList  = "margin:0 0 1em;padding-left:1.6em"
	styleTable = "border-collapse:collapse;margin:0 0 1em"
	styleCell  = "border:1px solid #888;padding:4px 10px;text-align:left;vertical-align:top"
	styleQuote = "margin:0 0 1em;padding-left:1em;border-left:3px solid #888"
	styleRule  = "border:0;border-top:1px solid #888;margin:1.5em 0"
)

var styleHeadings = [...]string{
	"font-size:21px;line-height:1.4;margin:1.8em 0 0.6em",
	"font-size:18px;line-height:1.4;margin:1.8em 0 0.6em",
	"font-size:16px;line-height:1.4;margin:1.6em 0 0.6em",
}

// fonts lists fonts that systems have, by language and script; anything else gets the Latin ones.
var fonts = map[string]string{
	"ja":      "'Hiragino Sans','Noto Sans JP','Noto Sans CJK JP','Yu Gothic',Meiryo,",
	"zh-Hans": "'PingFang SC','Noto Sans SC','Noto Sans CJK SC','Microsoft YaHei',",
	"zh-Hant": "'PingFang TC','Noto Sans TC','Noto Sans CJK TC','Microsoft JhengHei',",
	"ko":      "'Apple SD Gothic Neo','Noto Sans KR','Noto Sans CJK KR','Malgun Gothic',",
}

// escapeHTML is for text and for quoted attributes.
var escapeHTML = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;",
)

const htmlBreak = "<br>\n"

// asHTML writes a value into HTML.
func asHTML(buf []byte, value, lineBreak string) []byte {
	from := 0
	for i := 0; i < len(value); i++ {
		entity := ""
		switch value[i] {
		case '&':
			entity = "&amp;"
		case '<':
			entity = "&lt;"
		case '>':
			entity = "&gt;"
		case '"':
			entity = "&#34;"
		case '\'':
			entity = "&#39;"
		case '\n':
			entity = lineBreak
		default:
			continue
		}
		buf = append(append(buf, value[from:i]...), entity...)
		from = i + 1
	}
	return append(buf, value[from:]...)
}

// hypertext compiles nodes to HTML.
type hypertext struct {
	p     program
	tight bool // within an item of a tight list
}

// htmlProgram makes a whole document of the nodes, titled with the subject.
func htmlProgram(nodes []node, subject program, w *words) program {
	h := &hypertext{}
	h.p.add("<!DOCTYPE html>\n" +
		"<html lang=\"" + escapeHTML.Replace(w.tag.String()) + "\">\n<head>\n" +
		"<meta charset=\"utf-8\">\n" +
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
		"<meta name=\"color-scheme\" content=\"light dark\">\n<title>")
	h.title(subject)
	h.p.add("</title>\n</head>\n<body style=\"" + styleBody + "\">\n<div style=\"" + stylePage +
		"font-family:" + fontsOf(w) + "\">\n")
	h.blocks(nodes)
	h.p.add("</div>\n</body>\n</html>\n")
	return h.p
}

// title takes over a program that was made for plain text.
func (h *hypertext) title(subject program) {
	for _, o := range subject {
		if o.do == opText {
			h.p.add(escapeHTML.Replace(o.text))
		} else {
			h.p.value(o.n, o.text)
		}
	}
}

func fontsOf(w *words) string {
	const latin = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,"
	own, _ := first(fonts, chain(w.tag))
	return latin + own + "sans-serif"
}

func (h *hypertext) blocks(nodes []node) {
	for i := range nodes {
		h.block(&nodes[i])
	}
}

func (h *hypertext) part(nodes []node) program {
	inner := &hypertext{tight: h.tight}
	inner.blocks(nodes)
	return inner.p
}

// element writes a start tag with its style.
func (h *hypertext) element(name, style string) {
	h.p.add("<" + name + " style=\"" + style + "\">")
}

func (h *hypertext) block(b *node) {
	switch b.kind {
	case choice:
		h.p = append(h.p, op{do: opChoice, test: b.test,
			then: h.part(b.children), other: h.part(b.otherwise)})
	case elements:
		h.elements()
	case Paragraph:
		h.paragraph(b)
	case Heading:
		name := "h" + strconv.Itoa(b.level)
		h.element(name, styleHeadings[b.level-1])
		h.line(b.line)
		h.p.add("</" + name + ">\n")
	case List:
		h.list(b)
	case Table:
		h.table(b)
	case Definitions:
		h.definitions(b)
	case Quote:
		h.element("blockquote", styleQuote)
		h.p.add("\n")
		inner := &hypertext{}
		inner.blocks(b.children)
		h.p.join(inner.p)
		h.p.add("</blockquote>\n")
	case Rule:
		h.element("hr", styleRule)
		h.p.add("\n")
	}
}

func (h *hypertext) paragraph(b *node) {
	name, style := "p", styleText
	if h.tight {
		name, style = "div", styleTight
	}
	h.element(name, style)
	h.line(b.line)
	h.p.add("</" + name + ">\n")
}

func (h *hypertext) elements() {
	item := program{}
	item.add("<li style=\"" + styleItem + "\">")
	item.value(itemSlot, " ")
	item.add("</li>\n")
	h.element("ul", styleList)
	h.p.add("\n")
	h.p = append(h.p, op{do: opElements, then: item})
	h.p.add("</ul>\n")
}

func (h *hypertext) list(b *node) {
	name := "ul"
	if b.ordered {
		name = "ol"
		h.p.add("<ol start=\"" + strconv.Itoa(b.start) + "\" style=\"" + styleList + "\">\n")
	} else {
		h.element("ul", styleList)
		h.p.add("\n")
	}
	for _, item := range b.items {
		h.element("li", styleItem)
		h.item(item, b.tight)
		h.p.add("</li>\n")
	}
	h.p.add("</" + name + ">\n")
}

// item writes the blocks of an item. The paragraphs of a tight list have no space between them.
func (h *hypertext) item(nodes []node, tight bool) {
	if tight && len(nodes) == 1 && nodes[0].kind == Paragraph {
		h.line(nodes[0].line)
		return
	}
	inner := &hypertext{tight: tight}
	inner.blocks(nodes)
	h.p.join(inner.p)
}

func (h *hypertext) table(b *node) {
	h.element("table", styleTable)
	h.p.add("\n")
	for i, row := range b.rows {
		name := "td"
		if i == 0 {
			name = "th"
		}
		h.p.add("<tr>")
		for _, cell := range row {
			h.element(name, styleCell)
			h.line(cell)
			h.p.add("</" + name + ">")
		}
		h.p.add("</tr>\n")
	}
	h.p.add("</table>\n")
}

func (h *hypertext) definitions(b *node) {
	h.element("dl", styleText)
	h.p.add("\n")
	for _, row := range b.rows {
		for i, tag := range [2]string{"dt", "dd"} {
			if len(row[i]) > 0 {
				h.element(tag, [2]string{styleTerm, styleItem}[i])
				h.line(row[i])
				h.p.add("</" + tag + ">\n")
			}
		}
	}
	h.p.add("</dl>\n")
}

func (h *hypertext) line(line []inline) {
	broken := breaksAmongFields(line)
	h.p.edge(broken)
	for len(line) > 0 {
		n := sameLink(line)
		link := line[0].Link
		if link != "" {
			h.p.add("<a href=\"" + escapeHTML.Replace(link) + "\">")
		}
		for _, in := range line[:n] {
			h.span(in, broken)
		}
		if link != "" {
			h.p.add("</a>")
		}
		line = line[n:]
	}
	h.p.edge(broken)
}

func (h *hypertext) span(in inline, broken bool) {
	begin, end := "", ""
	if in.Strong {
		begin, end = "<strong>", "</strong>"
	}
	if in.Emphasis {
		begin, end = begin+"<em>", "</em>"+end
	}
	if in.slot != static {
		h.p = append(h.p, op{do: opValue, n: in.slot, text: htmlBreak, lead: begin, mark: end})
		return
	}
	h.p.add(begin)
	h.p.lines(escapeHTML.Replace(in.Text), htmlBreak, broken)
	h.p.add(end)
}
