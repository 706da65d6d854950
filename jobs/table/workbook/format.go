package workbook

import (
	"strconv"
	"strings"
)

// format is what matters of a number format: whether it shows a date, and how it pads whole numbers.
type format struct {
	date     bool
	sections []section
}

// section is one of a format's alternatives.
type section struct {
	op    string // of its condition: <, <=, >, >=, =, <>; empty for none
	limit float64
	parts []part
}

// part is a place for a digit, or text.
type part struct {
	digit byte // 0, # or ?; else 0
	text  string
}

// readStyles reads the number formats by the index that cells have.
func (b *Book) readStyles(name string) error {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			ID int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := b.decode(name, &styles); err != nil {
		return err
	}
	formats := map[int]format{}
	for _, f := range styles.Formats {
		formats[f.ID] = parseFormat(f.Code)
	}
	for _, c := range styles.Cells {
		f, own := formats[c.ID]
		if !own {
			f.date = datesByNumber(c.ID)
		}
		b.styles = append(b.styles, f)
	}
	return nil
}

// datesByNumber tells the formats that are dates and have no code in the file (ECMA-376 part 1,
// 18.8.30, those of Japanese, Chinese and Korean among them).
func datesByNumber(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id == 45 || id == 47 || id >= 50 && id <= 58
}

// parseFormat reads a format's code.
func parseFormat(code string) format {
	if isDate(code) {
		return format{date: true}
	}
	var f format
	for _, text := range cutSections(code) {
		f.sections = append(f.sections, parseSection(text))
	}
	return f
}

// scan gives the parts of a code one by one: what is quoted, bracketed or escaped comes whole.
func scan(code string, yield func(token string) bool) {
	for code != "" {
		n := 1
		switch code[0] {
		case '"':
			n = closing(code, '"')
		case '[':
			n = closing(code, ']')
		case '\\', '_', '*':
			n = 1 + len(firstRune(code[1:]))
		default:
			n = len(firstRune(code))
		}
		if !yield(code[:n]) {
			return
		}
		code = code[n:]
	}
}

func closing(code string, by byte) int {
	if i := strings.IndexByte(code[1:], by); i >= 0 {
		return i + 2
	}
	return len(code)
}

func firstRune(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}

// isDate tells whether the first section shows parts of a date. A duration, [h]:mm, is none.
func isDate(code string) (date bool) {
	duration := false
	scan(code, func(token string) bool {
		duration = duration || token[0] == '[' && strings.Trim(strings.ToLower(token[1:]), "hms") == "]"
		date = date || len(token) == 1 && strings.Contains("ymdhsYMDHS", token)
		return token != ";"
	})
	return date && !duration
}

func cutSections(code string) []string {
	sections := []string{""}
	scan(code, func(token string) bool {
		if token == ";" {
			sections = append(sections, "")
		} else {
			sections[len(sections)-1] += token
		}
		return true
	})
	return sections
}

// parseSection reads a section of digits and text. What does more than that is layout, and has no parts.
func parseSection(code string) (s section) {
	ok := true
	scan(code, func(token string) bool {
		switch {
		case strings.Contains("0#?", token):
			s.parts = append(s.parts, part{digit: token[0]})
		case token[0] == '[':
			s.condition(strings.Trim(token, "[]"))
		case token[0] == '"':
			s.parts = append(s.parts, part{text: strings.Trim(token, `"`)})
		case token[0] == '\\':
			s.parts = append(s.parts, part{text: token[1:]})
		case token[0] == '_' || token[0] == '*':
		case strings.Contains("-+() ", token) || token[0] >= 0x80:
			s.parts = append(s.parts, part{text: token})
		default:
			ok = false
		}
		return ok
	})
	if !ok {
		s.parts = nil
	}
	return s
}

// condition reads <=999. A colour or a language is none.
func (s *section) condition(text string) {
	number := strings.TrimLeft(text, "<>=")
	limit, err := strconv.ParseFloat(number, 64)
	if err == nil && len(number) < len(text) {
		s.op, s.limit = text[:len(text)-len(number)], limit
	}
}

func (s *section) takes(v float64) bool {
	switch s.op {
	case "<":
		return v < s.limit
	case "<=":
		return v <= s.limit
	case ">":
		return v > s.limit
	case ">=":
		return v >= s.limit
	case "=":
		return v == s.limit
	case "<>":
		return v != s.limit
	}
	return true
}

// pad writes a whole number as the format shows it. It returns "" where the format is of no use.
func (f *format) pad(n int64) string {
	for _, s := range f.sections {
		if s.takes(float64(n)) {
			return s.pad(n)
		}
	}
	return ""
}

func (s *section) pad(n int64) string {
	places := 0
	for _, p := range s.parts {
		if p.digit != 0 {
			places++
		}
	}
	if places == 0 {
		return ""
	}
	digits := ""
	if n > 0 {
		digits = strconv.FormatInt(n, 10)
	}
	var out strings.Builder
	for _, p := range s.parts {
		out.WriteString(p.text)
		if p.digit == 0 {
			continue
		}
		switch left := len(digits) - places; {
		case left >= 0:
			out.WriteString(digits[:left+1])
			digits = digits[left+1:]
		case p.digit == '0':
			out.WriteByte('0')
		}
		places--
	}
	return out.String()
}
