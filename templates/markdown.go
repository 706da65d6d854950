package templates

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// controlWords are what begins a line that is not printed.
var controlWords = []string{"if", "else", "end", "page-break"}

var (
	kindField   = ast.NewNodeKind("Field")
	kindControl = ast.NewNodeKind("Control")
)

// fieldNode is {{ … }} in a line, or a stray half of it.
type fieldNode struct {
	ast.BaseInline
	expr  string
	at    int    // offset of expr
	stray string // "{{" or "}}" without the other half
}

func (*fieldNode) Kind() ast.NodeKind { return kindField }

func (n *fieldNode) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"expr": n.expr}, nil)
}

// controlNode is a line {{ if … }}, {{ else }}, {{ end }} or {{ page-break }}.
type controlNode struct {
	ast.BaseBlock
	word, rest string // rest is what stands after the word
	at         int    // offset of rest
	begin      int    // offset of the braces
}

func (*controlNode) Kind() ast.NodeKind { return kindControl }

func (n *controlNode) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"word": n.word}, nil)
}

// parseMarkdown parses CommonMark with tables, definition lists, fields and control lines.
func parseMarkdown(source []byte) ast.Node {
	inline := parser.DefaultInlineParsers()
	inline = slices.DeleteFunc(inline, func(v util.PrioritizedValue) bool {
		return v.Value == parser.NewEmphasisParser()
	})
	p := parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithBlockParsers(util.Prioritized(controlParser{}, 50)),
		parser.WithBlockParsers(util.Prioritized(extension.NewDefinitionListParser(), 101),
			util.Prioritized(extension.NewDefinitionDescriptionParser(), 102)),
		parser.WithInlineParsers(inline...),
		parser.WithInlineParsers(util.Prioritized(fieldParser{}, 50)),
		parser.WithInlineParsers(util.Prioritized(emphasisParser{}, 500)),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
		parser.WithParagraphTransformers(
			util.Prioritized(extension.NewTableParagraphTransformer(), 200)),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
	)
	return p.Parse(text.NewReader(source))
}

// fieldParser makes a node of {{ … }} within a line.
type fieldParser struct{}

func (fieldParser) Trigger() []byte { return []byte("{}") }

func (fieldParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	if bytes.HasPrefix(line, []byte("}}")) {
		block.Advance(2)
		return &fieldNode{at: segment.Start, stray: "}}"}
	}
	if !bytes.HasPrefix(line, []byte("{{")) {
		return nil
	}
	end := bytes.Index(line, []byte("}}"))
	if end < 0 {
		block.Advance(2)
		return &fieldNode{at: segment.Start, stray: "{{"}
	}
	block.Advance(end + 2)
	return &fieldNode{expr: string(line[2:end]), at: segment.Start + 2}
}

// controlParser makes a node of a line that holds nothing but a control word in braces. It may be
// indented, and it ends a paragraph.
type controlParser struct{}

func (controlParser) Trigger() []byte { return []byte("{") }

func (controlParser) Open(
	_ ast.Node, reader text.Reader, _ parser.Context,
) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	begin := bytes.Index(line, []byte("{{"))
	content := bytes.TrimSpace(line)
	inner, opened := bytes.CutPrefix(content, []byte("{{"))
	inner, closed := bytes.CutSuffix(inner, []byte("}}"))
	if !opened || !closed || bytes.Contains(inner, []byte("}}")) {
		return nil, parser.NoChildren
	}
	tokens := scan(string(inner))
	if len(tokens) == 0 || tokens[0].kind != word ||
		!slices.Contains(controlWords, tokens[0].text) {
		return nil, parser.NoChildren
	}
	after := tokens[0].at + len(tokens[0].text)
	offset := segment.Start - segment.Padding + begin
	reader.AdvanceToEOL()
	return &controlNode{word: tokens[0].text, rest: string(inner[after:]),
		at: offset + 2 + after, begin: offset}, parser.NoChildren
}

func (controlParser) Continue(ast.Node, text.Reader, parser.Context) parser.State {
	return parser.Close
}

func (controlParser) Close(ast.Node, text.Reader, parser.Context) {}

func (controlParser) CanInterruptParagraph() bool { return true }

func (controlParser) CanAcceptIndentedLine() bool { return true }

// emphasisParser is CommonMark's, with two differences that Japanese and Chinese need. CommonMark
// looks at spaces and punctuation to tell an opening ** from a closing one, so it leaves **「重要」**です
// and **{{ .Person.Name }}**様 as they are. Here a field counts as a letter, and beside a CJK
// character punctuation does not matter.
type emphasisParser struct{}

func (emphasisParser) Trigger() []byte { return []byte("*_") }

func (emphasisParser) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, segment := block.PeekLine()
	node := parser.ScanDelimiter(line, before, 1, emphasis{})
	if node == nil {
		return nil
	}
	if node.Char == '*' {
		after, rest := ' ', line[node.OriginalLength:]
		if len(rest) > 0 {
			after, _ = utf8.DecodeRune(rest)
		}
		previous := block.Source()[:segment.Start]
		node.CanOpen = node.CanOpen || !unicode.IsSpace(after) &&
			(isCJK(before) || bytes.HasPrefix(rest, []byte("{{")))
		node.CanClose = node.CanClose || !unicode.IsSpace(before) &&
			(isCJK(after) || bytes.HasSuffix(previous, []byte("}}")))
	}
	node.Segment = segment.WithStop(segment.Start + node.OriginalLength)
	block.Advance(node.OriginalLength)
	pc.PushDelimiter(node)
	return node
}

type emphasis struct{}

func (emphasis) IsDelimiter(b byte) bool { return b == '*' || b == '_' }

func (emphasis) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char
}

func (emphasis) OnMatch(consumes int) ast.Node { return ast.NewEmphasis(consumes) }

// isCJK reports whether a character belongs to a script written without spaces, its punctuation and
// full-width forms included.
func isCJK(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) ||
		r >= 0x3000 && r <= 0x30FF || r >= 0xFF00 && r <= 0xFFEF
}
