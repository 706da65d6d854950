package letters

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// Slots are the signs of a print file for which its text layer has no code: characters beyond the
// basic plane, ideographic variants, decomposed letters, private-use characters. A PDF reader's text
// has a private-use character for each; Slots gives the registered text by it.
type Slots map[rune]string

// Restore returns text as it was registered.
func (s Slots) Restore(text string) string {
	if len(s) == 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if sign, ok := s[r]; ok {
			b.WriteString(sign)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// formatSlots writes slots for a file's keywords, as E000=20BB7 E001=845B+E0100: each print file
// says itself how it is read.
func formatSlots(slots []slot) string {
	var b strings.Builder
	for i, s := range slots {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%04X=", s.code)
		for j, r := range []rune(s.sign) {
			if j > 0 {
				b.WriteByte('+')
			}
			fmt.Fprintf(&b, "%04X", r)
		}
	}
	return b.String()
}

// keywords begin the entry of a print file's document information that holds its slots.
const keywords = "\n/Keywords ("

// ReadSlots reads the slots of a print file from its bytes.
func ReadSlots(pdf []byte) (Slots, error) {
	slots := Slots{}
	at := bytes.LastIndex(pdf, []byte(keywords))
	if at < 0 {
		return slots, nil // none are used
	}
	list, _, ok := bytes.Cut(pdf[at+len(keywords):], []byte(")"))
	if !ok {
		return nil, fmt.Errorf("read slots: keywords are cut off")
	}
	for entry := range strings.FieldsSeq(string(list)) {
		code, sign, _ := strings.Cut(entry, "=")
		r, err := readRunes(code)
		if err != nil || len(r) != 1 {
			return nil, fmt.Errorf("read slots: bad entry %q", entry)
		}
		text, err := readRunes(sign)
		if err != nil {
			return nil, fmt.Errorf("read slots: bad entry %q", entry)
		}
		slots[r[0]] = string(text)
	}
	return slots, nil
}

func readRunes(hex string) ([]rune, error) {
	var out []rune
	for x := range strings.SplitSeq(hex, "+") {
		n, err := strconv.ParseUint(x, 16, 21)
		if err != nil {
			return nil, err
		}
		out = append(out, rune(n))
	}
	return out, nil
}
