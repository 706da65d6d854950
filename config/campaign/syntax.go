package campaign

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds of what is given to the YAML parser. It recurses once a level, which would end the
// process on a file of brackets, and compares all keys of a mapping with each other, so that a
// megabyte of keys would take minutes.
const (
	maxTokens  = 40_000
	maxNesting = 32  // of brackets
	maxIndent  = 200 // the column of a list's dash or a question mark
)

// parseYAML gives the tree of the manifest, or nil and what is wrong with the text.
func (f *findings) parseYAML(source []byte) ast.Node {
	source = bytes.TrimPrefix(source, []byte("\ufeff"))
	if !utf8.Valid(source) {
		f.addAt(position{line: badLine(source)}, "not UTF-8", "save the file as UTF-8")
		return nil
	}
	var file *ast.File
	var err error
	if !survives(func() {
		tokens := lexer.Tokenize(string(source))
		if f.refuse(tokens) {
			return
		}
		file, err = parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	}) {
		f.addAt(position{}, "bad YAML: it cannot be parsed", "compare it with a sample campaign")
		return nil
	}
	if err != nil {
		f.addSyntax(err)
		return nil
	}
	return f.onlyBody(file)
}

// survives runs a third party's parser, where a panic on strange input must not end the process.
func survives(parse func()) (ok bool) {
	defer func() { ok = recover() == nil }()
	parse()
	return
}

// badLine is the line of the first byte that is not UTF-8.
func badLine(source []byte) int {
	line := 1
	for len(source) > 0 {
		r, size := utf8.DecodeRune(source)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		source = source[size:]
	}
	return line
}

// refuse reports the parts of YAML that a manifest has no use for. An alias can make a small text
// enormous, and a tag can turn a value into another than the one that is read.
func (f *findings) refuse(tokens token.Tokens) (refused bool) {
	if len(tokens) > maxTokens {
		f.addAt(position{}, fmt.Sprintf("bad YAML: more than %d parts", maxTokens),
			"move what is not part of the manifest elsewhere")
		return true
	}
	nesting := 0
	for _, tk := range tokens {
		nesting += nests(tk)
		if tooDeep(tk, nesting) {
			f.addToken(tk, "bad YAML: nested too deep", "no part of a manifest needs this")
			return true
		}
		if name := unwelcome(tk); name != "" {
			f.addToken(tk, "bad YAML: "+name+" not used in a manifest", "write the value itself")
			refused = true
		}
	}
	return refused
}

func nests(tk *token.Token) int {
	switch tk.Type {
	case token.SequenceStartType, token.MappingStartType:
		return 1
	case token.SequenceEndType, token.MappingEndType:
		return -1
	}
	return 0
}

func tooDeep(tk *token.Token, nesting int) bool {
	indents := tk.Type == token.SequenceEntryType || tk.Type == token.MappingKeyType
	return nesting > maxNesting || indents && tk.Position.Column > maxIndent
}

func unwelcome(tk *token.Token) string {
	switch tk.Type {
	case token.AnchorType:
		return "anchors are"
	case token.AliasType:
		return "aliases are"
	case token.MergeKeyType:
		return "merge keys are"
	case token.TagType:
		return "tags are"
	case token.DirectiveType:
		return "directives are"
	}
	return ""
}

func (f *findings) addToken(tk *token.Token, what, do string) {
	f.addAt(tokenPosition(tk), what, do)
}

func (f *findings) addSyntax(err error) {
	const do = "look at this line and the one before: indentation, quotes, brackets, colons"
	var syntax yaml.Error
	if !errors.As(err, &syntax) {
		f.addAt(position{}, "bad YAML: it cannot be parsed", do)
		return
	}
	message := strings.ReplaceAll(syntax.GetMessage(), "\t", "tab") // one that can be seen
	f.addToken(syntax.GetToken(), "bad YAML: "+message, do)
}

// onlyBody is the one document's mapping.
func (f *findings) onlyBody(file *ast.File) ast.Node {
	var body ast.Node
	for _, doc := range fileDocs(file) {
		if doc.Body == nil {
			continue
		}
		if body != nil {
			f.addToken(doc.Body.GetToken(), "bad YAML: a second document",
				"a manifest is one document: take the line --- out")
			return nil
		}
		body = doc.Body
	}
	if body == nil && len(f.problems) == 0 {
		f.addAt(position{}, "nothing in it", "write the manifest, or start from a sample campaign")
	}
	if body != nil && !isMapping(body) {
		f.wrongType(body, "keys with values")
		return nil
	}
	return body
}

// fileDocs allows for the file that is missing where a token was refused.
func fileDocs(file *ast.File) []*ast.DocumentNode {
	if file == nil {
		return nil
	}
	return file.Docs
}

func tokenPosition(tk *token.Token) position {
	if tk == nil || tk.Position == nil {
		return position{}
	}
	return position{tk.Position.Line, max(1, tk.Position.Column)}
}
