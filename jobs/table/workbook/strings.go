package workbook

import (
	"encoding/xml"
	"strconv"
)

// texts are the strings that cells name by number. They are read as far as they are asked for: Excel
// keeps them in the order of their first use. That is what grows with a workbook's rows, by the bytes
// of its different texts.
type texts struct {
	in   *tokens // nil where there are none, or none left
	text []byte
	ends []int
}

// at returns the i-th string.
func (t *texts) at(i int) ([]byte, error) {
	for i >= len(t.ends) {
		if t.in == nil {
			return nil, damaged()
		}
		if err := t.read(); err != nil {
			return nil, err
		}
	}
	start := 0
	if i > 0 {
		start = t.ends[i-1]
	}
	return t.text[start:t.ends[i]], nil
}

// read reads one more.
func (t *texts) read() error {
	start := len(t.text)
	var r runs
	for {
		token, err := t.in.next()
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.EndElement:
			switch e.Name.Local {
			case "si":
				t.text = append(t.text[:start], unescape(t.text[start:])...)
				t.ends = append(t.ends, len(t.text))
				return nil
			case "sst":
				err := t.in.close()
				t.in = nil
				if err != nil {
					return err
				}
				return damaged()
			}
		}
		t.text = r.add(t.text, token)
		if len(t.text) > maxStrings {
			return &Fault{"workbook has more than 256 MiB of text", "save the sheet as CSV"}
		}
	}
}

// runs gathers the text of a string, which may be in pieces of several fonts. The reading of kanji
// stands beside them and is no part of it.
type runs struct{ within, reading bool }

func (r *runs) add(dst []byte, token xml.Token) []byte {
	switch e := token.(type) {
	case xml.StartElement:
		r.within = e.Name.Local == "t"
		r.reading = r.reading || e.Name.Local == "rPh"
	case xml.EndElement:
		r.within = false
		r.reading = r.reading && e.Name.Local != "rPh"
	case xml.CharData:
		if r.within && !r.reading {
			dst = append(dst, e...)
		}
	}
	return dst
}

// unescape undoes _x000D_, by which Excel writes what XML cannot hold. It writes over text.
func unescape(text []byte) []byte {
	out := text[:0]
	for i := 0; i < len(text); i++ {
		if r, ok := escaped(text[i:]); ok {
			out = append(out, string(r)...)
			i += 6
			continue
		}
		out = append(out, text[i])
	}
	return out
}

func escaped(p []byte) (r rune, ok bool) {
	if len(p) < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(p[2:6]), 16, 16)
	return rune(n), err == nil
}
