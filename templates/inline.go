package templates

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// line converts the inline children of a block.
func (c *compiler) line(parent ast.Node) []inline {
	return joined(c.softened(c.inlines(nil, parent, Span{})))
}

// inlines appends the children of a node in a style.
func (c *compiler) inlines(to []inline, parent ast.Node, style Span) []inline {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		to = c.inline(to, n, style)
	}
	return to
}

func (c *compiler) inline(to []inline, n ast.Node, style Span) []inline {
	switch n := n.(type) {
	case *ast.Text:
		return c.text(to, n, style)
	case *fieldNode:
		return c.inlineField(to, n, style)
	case *ast.Emphasis:
		if n.Level == 2 {
			style.Strong = true
		} else {
			style.Emphasis = true
		}
		return c.inlines(to, n, style)
	case *ast.Link:
		style.Link = c.target(n.Destination, c.placeOf(n))
		return c.inlines(to, n, style)
	case *ast.AutoLink:
		return c.autoLink(to, n, style)
	case *ast.CodeSpan:
		return c.codeSpan(to, n, style)
	case *ast.RawHTML:
		c.rawHTML(c.placeOf(n))
	case *ast.Image:
		c.problem(c.placeOf(n), "a notice has no images",
			"a picture loaded from elsewhere tells who reads; say it in words")
	}
	return to
}

func (c *compiler) rawHTML(at place) {
	c.problem(at, "a notice has no HTML", `use Markdown; for the sign itself write "\<"`)
}

// text appends text as the reader sees it: escapes and entities undone.
func (c *compiler) text(to []inline, n *ast.Text, style Span) []inline {
	raw := string(n.Value(c.source.text[c.bodyAt:]))
	style.Text = strings.ReplaceAll(unescape(raw), "\t", " ")
	if at, what := strange(style.Text, false); at >= 0 && style.Text != raw {
		c.problem(c.placeOf(n), "an entity stands for a "+what, "delete it")
	}
	if i := strings.Index(raw, "**"); i >= 0 {
		c.warning(c.at(n.Segment.Start+i), "asterisks are printed as they are",
			`close what they open, without a space inside, or write "\*"`)
	}
	to = append(to, inline{Span: style, slot: static})
	style.Text = "\n"
	if n.HardLineBreak() {
		return append(to, inline{Span: style, slot: static})
	}
	if n.SoftLineBreak() {
		return append(to, inline{Span: style, slot: static, soft: true})
	}
	return to
}

func (c *compiler) inlineField(to []inline, n *fieldNode, style Span) []inline {
	at := c.at(n.at)
	switch {
	case n.stray == "{{":
		c.unclosed(at)
		return to
	case n.stray != "":
		c.problem(at, `"}}" closes nothing`, `write "{{" before the field`)
		return to
	case c.inTarget(n.at):
		c.fieldInTarget(c.at(n.at - len("{{")))
		return to
	}
	slot, ok := c.field(n.expr, at)
	if !ok {
		return to
	}
	style.Personal = c.notice.slots[slot].personal
	return append(to, inline{Span: style, slot: slot})
}

// inTarget reports whether the field whose expression begins at an offset stands in what is meant
// for a link's target: "](…", or a URL in the text, which a mail client will make a link of.
func (c *compiler) inTarget(offset int) bool {
	before := c.source.text[c.bodyAt : c.bodyAt+offset-len("{{")]
	word := string(before[bytes.LastIndexAny(before, " \t\n")+1:])
	if i := strings.LastIndex(word, "]("); i >= 0 && !strings.Contains(word[i:], ")") {
		return true
	}
	address := word[strings.LastIndexFunc(word, endsAddress)+1:]
	return strings.Contains(address, "://") || strings.Contains(address, "mailto:") ||
		strings.Contains(strings.ToLower(address), "www.")
}

// endsAddress reports whether a character ends a URL that is written in a text.
func endsAddress(r rune) bool { return r >= utf8.RuneSelf || strings.ContainsRune("()<>\"", r) }

func (c *compiler) fieldInTarget(at place) {
	c.problem(at, "a field stands in a link's target",
		"a link is the same for every reader; write it out")
}

// schemes are what a link may lead to.
var schemes = []string{"http", "https", "mailto", "tel"}

// target checks a link's target and returns it as it goes into an attribute, before escaping.
func (c *compiler) target(destination []byte, at place) string {
	if strings.Contains(string(destination), "{{") {
		c.fieldInTarget(at)
		return ""
	}
	target := string(util.URLEscape(destination, true))
	u, err := url.Parse(target)
	if err != nil || !slices.Contains(schemes, u.Scheme) {
		c.problem(at, fmt.Sprintf("a link leads to %q", destination),
			"it must begin with https:, http:, mailto: or tel:")
		return ""
	}
	if strings.HasPrefix(u.Scheme, "http") && u.Host == "" || u.Scheme != "" && u.User != nil {
		c.problem(at, fmt.Sprintf("a link leads to %q, which is no whole address", destination), "")
	}
	return target
}

func (c *compiler) autoLink(to []inline, n *ast.AutoLink, style Span) []inline {
	source := c.source.text[c.bodyAt:]
	target := n.URL(source)
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(string(target), "mailto:") {
		target = append([]byte("mailto:"), target...)
	}
	style.Link = c.target(target, c.placeOf(n))
	style.Text = string(n.Label(source))
	return append(to, inline{Span: style, slot: static})
}

func (c *compiler) codeSpan(to []inline, n *ast.CodeSpan, style Span) []inline {
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		text, ok := child.(*ast.Text)
		if !ok {
			continue
		}
		style.Text = strings.ReplaceAll(string(text.Value(c.source.text[c.bodyAt:])), "\n", " ")
		if i := strings.Index(style.Text, "{{"); i >= 0 {
			c.problem(c.at(text.Segment.Start+i), "a field stands in code", "delete the backquotes")
		}
		to = append(to, inline{Span: style, slot: static})
	}
	return to
}

// unescape undoes backslashes and entities in one pass, so that neither makes the other.
func unescape(s string) string {
	if !strings.ContainsAny(s, `\&`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] == '\\' && i+1 < len(s) && util.IsPunct(s[i+1]) {
			b.WriteByte(s[i+1])
			i += 2
			continue
		}
		text, length := entity(s[i:])
		b.WriteString(text)
		i += length
	}
	return b.String()
}

// entity returns what the entity at the beginning of s stands for and its length; where there is
// none, the first byte.
func entity(s string) (text string, length int) {
	end := strings.IndexByte(s, ';')
	if s[0] != '&' || end < 2 {
		return s[:1], 1
	}
	if s[1] == '#' {
		text = string(util.ResolveNumericReferences([]byte(s[:end+1])))
		if text != s[:end+1] {
			return text, end + 1
		}
	} else if e, ok := util.LookUpHTML5EntityByName(s[1:end]); ok {
		return string(e.Characters), end + 1
	}
	return s[:1], 1
}

// softened makes the line breaks of the source a space, or nothing beside a CJK character.
func (c *compiler) softened(line []inline) []inline {
	for i := range line {
		if !line[i].soft {
			continue
		}
		line[i].Text, line[i].soft = " ", false
		if i > 0 && c.tightEnd(line[i-1]) || i+1 < len(line) && c.tightBegin(line[i+1]) {
			line[i].Text = ""
		}
	}
	return line
}

func (c *compiler) tightEnd(in inline) bool {
	if in.slot != static {
		return c.notice.lang.tight
	}
	r, _ := utf8.DecodeLastRuneInString(in.Text)
	return isCJK(r)
}

func (c *compiler) tightBegin(in inline) bool {
	if in.slot != static {
		return c.notice.lang.tight
	}
	r, _ := utf8.DecodeRuneInString(in.Text)
	return isCJK(r)
}

// joined drops empty spans and joins neighbours of one style.
func joined(line []inline) []inline {
	var to []inline
	for _, in := range line {
		if in.slot == static && in.Text == "" {
			continue
		}
		if last := len(to) - 1; last >= 0 && in.slot == static && to[last].slot == static {
			one, other := to[last].Span, in.Span
			one.Text, other.Text = "", ""
			if one == other {
				to[last].Text += in.Text
				continue
			}
		}
		to = append(to, in)
	}
	return to
}
