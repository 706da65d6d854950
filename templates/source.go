package templates

import (
	"bytes"
	"sort"
	"unicode"
	"unicode/utf8"
)

// maxSource is far above any notice. It keeps a wrong file from being read as one: the time that a
// Markdown parser takes for deep nesting grows with its square.
const maxSource = 64 << 10

// place is a position in the source file, 1-based, counted in characters.
type place struct{ line, column int }

// plus moves a place along its line over s.
func (p place) plus(s string) place {
	return place{p.line, p.column + utf8.RuneCountInString(s)}
}

// source is a notice's file with LF line ends and without a byte order mark.
type source struct {
	text  []byte
	lines []int // offsets at which lines begin
}

func newSource(raw []byte) source {
	text := bytes.TrimPrefix(raw, []byte("\uFEFF"))
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	lines := []int{0}
	for i, b := range text {
		if b == '\n' {
			lines = append(lines, i+1)
		}
	}
	return source{text, lines}
}

// place finds the position of an offset.
func (s source) place(offset int) place {
	offset = min(max(offset, 0), len(s.text))
	line := sort.SearchInts(s.lines, offset+1)
	return place{line, utf8.RuneCount(s.text[s.lines[line-1]:offset]) + 1}
}

// line returns a line by its number, without its end; "" where there is none.
func (s source) line(number int) string {
	if number < 1 || number > len(s.lines) {
		return ""
	}
	line, _, _ := bytes.Cut(s.text[s.lines[number-1]:], []byte("\n"))
	return string(line)
}

// front returns the front matter between its fences and the offset of what follows; false where the
// source does not begin with front matter that ends.
func (s source) front() (yaml []byte, body int, ok bool) {
	for n := 1; n <= len(s.lines); n++ {
		fence := isFence(s.line(n))
		if n == 1 && !fence {
			return nil, 0, false
		}
		if n > 1 && fence {
			end := s.lines[n-1]
			return s.text[s.lines[1]:end], min(end+len(s.line(n))+1, len(s.text)), true
		}
	}
	return nil, len(s.text), false
}

func isFence(line string) bool {
	return len(line) >= 3 && line[:3] == "---" && len(bytes.TrimSpace([]byte(line[3:]))) == 0
}

const notUTF8 = "is not valid UTF-8"

// strange finds the first character that has no business in a printed text and says what it is. A
// line break is allowed where breaks is true.
func strange(s string, breaks bool) (at int, what string) {
	for i, r := range s {
		if r >= ' ' && r < 0x7F || r == '\n' && breaks {
			continue
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return i, notUTF8
			}
		}
		if kind := strangeKind(r); kind != "" {
			return i, kind
		}
	}
	return -1, ""
}

// strangeKind names the class of a character that changes how its neighbours read or break.
func strangeKind(r rune) string {
	switch {
	case unicode.Is(unicode.Cc, r):
		return "control character"
	case unicode.Is(unicode.Bidi_Control, r):
		return "text direction character"
	case r == '\u2028', r == '\u2029':
		return "line separator"
	case r == '\uFEFF', r >= 0xFFF9 && r <= 0xFFFB, r >= 0xE0000 && r <= 0xE007F:
		return "invisible character"
	}
	return ""
}
