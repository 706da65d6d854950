package table

import (
	"bytes"
	"strings"
)

// How much of a file is looked at for its delimiter.
const (
	sampleSize = 64 << 10
	sampleRows = 200
)

// delimiters are the ones there are, by the words for them.
var delimiters = []struct {
	word   string
	plural string
	byte   byte
}{
	{"comma", "commas", ','}, {"tab", "tabs", '\t'}, {"semicolon", "semicolons", ';'},
	{"pipe", "vertical bars", '|'},
}

// Delimiters are what File.Delimiter may be: auto, comma, tab, semicolon, pipe.
func Delimiters() []string {
	words := []string{Auto}
	for _, d := range delimiters {
		words = append(words, d.word)
	}
	return words
}

// sepLine reads the line "sep=;", by which Excel is told a delimiter. It returns 0 where it is none.
func sepLine(line []byte) byte {
	rest, ok := bytes.CutPrefix(bytes.ToLower(line), []byte("sep="))
	rest = bytes.TrimRight(rest, "\r\n")
	if !ok || len(rest) != 1 {
		return 0
	}
	for _, d := range delimiters {
		if d.byte == rest[0] {
			return d.byte
		}
	}
	return 0
}

// findDelimiter returns what is between the cells: what is declared, or what the file says itself, or
// what cuts the header and most of the first rows into the same number of cells.
func (t *Table) findDelimiter(sample []byte, said byte) (byte, error) {
	want := t.file.Delimiter
	if t.file.Format == TSV {
		want = "tab"
	}
	best, second := score{delimiter: ','}, score{}
	for _, d := range delimiters {
		if d.word == want {
			return d.byte, nil
		}
		s := scoreOf(sample, d.byte)
		if s.better(best) {
			best, second = s, best
		} else if s.better(second) {
			second = s
		}
	}
	if said != 0 {
		return said, nil
	}
	if best.cells > 1 && !best.better(second) {
		return 0, t.broken(1, "the delimiter cannot be told", "set delimiter: to comma, tab, semicolon or pipe")
	}
	return best.delimiter, nil
}

// score is how well a delimiter cuts a sample.
type score struct {
	delimiter byte
	cells     int // of the header; 1 is no cut at all
	same      int // rows that have as many, of a thousand
}

func (s score) better(other score) bool {
	if s.cells <= 1 || other.cells <= 1 {
		return s.cells > max(1, other.cells)
	}
	if s.same != other.same {
		return s.same > other.same
	}
	return s.cells > other.cells
}

// scoreOf cuts the sample. Its last row may not be whole, and does not count unless it is the only one.
func scoreOf(sample []byte, delimiter byte) score {
	if end := bytes.LastIndexByte(sample, '\n'); end > 0 && len(sample) >= sampleSize {
		sample = sample[:end+1]
	}
	s, b := newSplitter(bytes.NewReader(sample), delimiter), new(Block)
	for b.Len() < sampleRows && s.next(b) == nil {
	}
	if b.Len() == 0 {
		return score{}
	}
	header := b.Record(0)
	same := 0
	for i := range b.Len() {
		if rec := b.Record(i); rec.Fault == "" && rec.Len() == header.Len() {
			same++
		}
	}
	return score{delimiter, header.Len(), same * 1000 / b.Len()}
}

// delimiterName is a delimiter in words, as many.
func delimiterName(b byte) string {
	for _, d := range delimiters {
		if d.byte == b {
			return d.plural
		}
	}
	return ""
}

// either lists words for a hint: "auto, utf-8 or cp932".
func either(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
