package templates

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// The calendars of the front matter.
const (
	calendarGregorian = "gregorian"
	calendarJapanese  = "japanese"
)

// maxFront is far above three lines of text. The time that the YAML parser takes for deep nesting
// grows with its square.
const maxFront = 4 << 10

var frontKeys = []string{"subject", "title", "calendar"}

// entry is one line of the front matter.
type entry struct {
	value string
	at    place
}

// front reads the front matter.
func (c *compiler) front() {
	raw, body, ok := c.source.front()
	c.bodyAt = body
	if !ok {
		c.problem(place{1, 1}, "there is no front matter",
			`begin with a line "---", a line "subject: …" and a line "---"`)
		return
	}
	if len(raw) > maxFront {
		c.problem(place{1, 1}, "the front matter is larger than 4 KiB", "is its end missing?")
		return
	}
	entries, ok := c.entries(raw)
	if !ok {
		return
	}
	subject, ok := entries["subject"]
	if !ok {
		c.problem(place{1, 1}, "there is no subject", `add a line "subject: …" to the front matter`)
	}
	c.notice.subject = c.single(subject.value, subject.at)
	c.notice.title = c.notice.subject
	if title, ok := entries["title"]; ok {
		c.notice.title = c.single(title.value, title.at)
	}
	if c.notice.Prints(codeField) {
		c.problem(subject.at, "the code stands in the subject or title",
			"write it in the text: subjects are shown on locked screens and kept in mail servers' logs")
	}
	if calendar, ok := entries["calendar"]; ok {
		c.calendar(calendar)
	}
}

func (c *compiler) calendar(e entry) {
	c.notice.calendar = e.value
	switch {
	case e.value != calendarGregorian && e.value != calendarJapanese:
		c.problem(e.at, fmt.Sprintf("there is no calendar %q", e.value),
			suggest(e.value, []string{calendarGregorian, calendarJapanese}))
	case e.value == calendarJapanese && c.notice.lang.base != "ja":
		c.problem(e.at, "the Japanese calendar is for Japanese notices only", "delete the line")
	}
}

// entries reads the keys and values; false where the YAML cannot be read.
func (c *compiler) entries(raw []byte) (map[string]entry, bool) {
	file, err := parser.ParseBytes(raw, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		c.yamlProblem(err)
		return nil, false
	}
	entries := map[string]entry{}
	for _, doc := range file.Docs {
		switch root := doc.Body.(type) {
		case *ast.MappingNode:
			for _, value := range root.Values {
				c.entry(entries, value)
			}
		case *ast.MappingValueNode:
			c.entry(entries, root)
		case nil, *ast.NullNode, *ast.CommentGroupNode:
		default:
			c.problem(c.nodePlace(root), "the front matter is not made of keys and values",
				`write lines such as "subject: …"`)
			return nil, false
		}
	}
	return entries, true
}

func (c *compiler) entry(entries map[string]entry, node *ast.MappingValueNode) {
	key, at := node.Key.String(), c.nodePlace(node.Key)
	if !slices.Contains(frontKeys, key) {
		c.problem(at, fmt.Sprintf("there is no key %q", key), suggest(key, frontKeys))
		return
	}
	if _, twice := entries[key]; twice {
		c.problem(at, fmt.Sprintf("%q stands here a second time", key), "delete one of them")
		return
	}
	value, ok := scalar(node.Value)
	if !ok {
		c.problem(c.nodePlace(node.Value), fmt.Sprintf("%q is not a text", key),
			"put the text in double quotes")
		value = "-"
	}
	e := entry{strings.TrimSpace(value), c.valuePlace(node.Value, value)}
	if at, what := strange(e.value, false); at >= 0 {
		c.problem(e.at, fmt.Sprintf("%q has a %s", key, what), "write it as one line of text")
	}
	if e.value == "" {
		c.problem(at, fmt.Sprintf("%q is empty", key), "")
	}
	entries[key] = e
}

// scalar returns the text of a value. What YAML takes for a number or a date is text all the same.
func scalar(node ast.Node) (string, bool) {
	switch node := node.(type) {
	case *ast.StringNode:
		return node.Value, true
	case *ast.LiteralNode:
		return node.Value.Value, true
	case *ast.NullNode:
		return "", true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return node.GetToken().Value, true
	}
	return "", false
}

// nodePlace is where a node of the front matter stands in the source: one line below the fence.
func (c *compiler) nodePlace(node ast.Node) place {
	if node == nil || node.GetToken() == nil || node.GetToken().Position == nil {
		return place{1, 1}
	}
	position := node.GetToken().Position
	return place{position.Line + 1, max(position.Column, 1)}
}

// valuePlace is where the characters of a value begin, which is behind a quote.
func (c *compiler) valuePlace(node ast.Node, value string) place {
	at := c.nodePlace(node)
	line := c.source.line(at.line)
	if i := strings.Index(line, strings.TrimSpace(value)); i >= 0 {
		return place{at.line, 1}.plus(line[:i])
	}
	return at
}

func (c *compiler) yamlProblem(err error) {
	at, what := place{2, 1}, "cannot be read"
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) {
		what = syntax.Message
		if syntax.Token != nil && syntax.Token.Position != nil {
			at = place{syntax.Token.Position.Line + 1, max(syntax.Token.Position.Column, 1)}
		}
	}
	c.problem(at, "the front matter is not YAML: "+what,
		`put a value with ":", "#" or braces at its beginning in double quotes`)
}
