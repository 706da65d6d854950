package templates

// Document is a notice with its values put in, ready for typesetting. It has no markup left: a span
// is text. Blocks in which nothing varies are shared between the documents of a notice: read, do
// not write.
type Document struct {
	Locale string // BCP 47, of the notice
	Title  string // the letter's subject line
	Blocks []Block
}

// BlockKind says how a block is set.
type BlockKind string

// The kinds of blocks.
const (
	Paragraph BlockKind = "paragraph"
	Heading   BlockKind = "heading" // Level 1 to 3
	List      BlockKind = "list"    // Items; Ordered, Start
	Table     BlockKind = "table"   // Rows; the first row is the header
	Quote     BlockKind = "quote"   // Children
	Rule      BlockKind = "rule"
	PageBreak BlockKind = "page-break"

	Definitions BlockKind = "definitions" // Rows of two cells: a term, and what is said of it
)

// Block is one element of a document. Which fields are set depends on Kind.
type Block struct {
	Kind     BlockKind
	Level    int
	Ordered  bool
	Start    int
	Spans    []Span     // of a paragraph or heading
	Children []Block    // of a quote
	Items    [][]Block  // of a list
	Rows     [][][]Span // of a table or definitions: rows, cells, spans
	Personal bool       // a value of this person, or a condition on one, is somewhere inside
}

// Span is a run of text in one style. A line break in Text ("\n") is a forced one.
type Span struct {
	Text     string
	Strong   bool
	Emphasis bool
	Personal bool   // comes from a value of this person
	Link     string // target of a link, which Text may not repeat; empty otherwise
}
