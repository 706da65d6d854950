package letters

import (
	"encoding/binary"

	"oshirase/templates"
)

// appendBlock writes a block so that two blocks are equal if and only if their bytes are.
func appendBlock(b []byte, x templates.Block) []byte {
	b = appendText(b, string(x.Kind))
	b = binary.AppendVarint(b, int64(x.Level))
	b = binary.AppendVarint(b, int64(x.Start))
	b = append(b, flags(x.Ordered, x.Personal))
	b = appendSpans(b, x.Spans)
	b = appendBlocks(b, x.Children)
	b = binary.AppendUvarint(b, uint64(len(x.Items)))
	for _, item := range x.Items {
		b = appendBlocks(b, item)
	}
	b = binary.AppendUvarint(b, uint64(len(x.Rows)))
	for _, row := range x.Rows {
		b = binary.AppendUvarint(b, uint64(len(row)))
		for _, cell := range row {
			b = appendSpans(b, cell)
		}
	}
	return b
}

func appendBlocks(b []byte, blocks []templates.Block) []byte {
	b = binary.AppendUvarint(b, uint64(len(blocks)))
	for i := range blocks {
		b = appendBlock(b, blocks[i])
	}
	return b
}

func appendSpans(b []byte, spans []templates.Span) []byte {
	b = binary.AppendUvarint(b, uint64(len(spans)))
	for _, s := range spans {
		b = append(b, flags(s.Strong, s.Emphasis))
		b = appendText(appendText(b, s.Text), s.Link)
	}
	return b
}
