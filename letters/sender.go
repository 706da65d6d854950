package letters

import "strings"

// Sizes of a return address, in points. The line above the address is small print by custom; a
// window of its own shows it to the post.
const (
	returnLineSize  = 7
	returnLineLeast = 5.5
	returnSize      = 10
	returnLeast     = 7
	returnStep      = 0.5
	returnRule      = 0.25 // weight of the rule under the line
	returnMost      = 5    // lines of a block
)

// setReturn sets the sender's address where the envelope shows it: a line above the person's
// address, or a block in a window of its own. It is nil where the envelope shows none. Its boxes
// begin at the top of their frame.
func (s *setter) setReturn(x Sender) (*laid, error) {
	if s.press.window.ret == (frame{}) {
		return nil, nil
	}
	key := append(s.key[:0], 'r', s.form.id)
	for _, t := range []string{x.Name, x.Postcode, x.Address, x.Country} {
		key = appendText(key, t)
	}
	s.key = key
	return s.press.cache.get(key, func() (*laid, error) {
		return s.anew().layReturn(x)
	})
}

func (s *setter) layReturn(x Sender) (*laid, error) {
	lay, size, least := s.returnBlock, float64(returnSize), float64(returnLeast)
	if s.press.window.line {
		lay, size, least = s.returnLine, returnLineSize, returnLineLeast
	}
	room := s.press.window.ret
	for ; size >= least; size -= returnStep {
		boxes, err := lay(x, size)
		if err != nil {
			return nil, err
		}
		if boxes != nil && height(boxes) <= room.height {
			return newLaid(boxes, true), nil
		}
	}
	return nil, &AddressError{"sender", "is too long for the envelope's return address"}
}

// returnLine is everything on one line with a rule under it, or nil where that is too wide.
func (s *setter) returnLine(x Sender, size float64) ([]box, error) {
	room := s.addressRoom()
	text := strings.Join(given(s.returnRows(x)), " · ")
	boxes, err := s.setText(text, "sender", look{sans, false, size}, column{room.left, room.width}, ragged)
	if err != nil || len(boxes) > 1 {
		return nil, err
	}
	b := &boxes[0]
	b.rules = []rule{{room.left, b.height, room.width, returnRule}}
	return boxes, nil
}

// returnBlock is a line for each part, and more where one is too wide.
func (s *setter) returnBlock(x Sender, size float64) ([]box, error) {
	room := s.press.window.ret
	c := column{max(room.left, s.addressRoom().left), 0}
	c.width = room.right() - c.left
	var rows []row
	for i, text := range s.returnRows(x) {
		l := look{serif, false, size}
		if i == 0 && !s.form.wide {
			l.font, l.bold = s.form.senderName.font, s.form.senderName.bold
		}
		lines, err := s.atCommas(text, l, c)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{lines: lines, where: "sender"})
	}
	boxes, err := s.setRows(rows, c, ragged)
	if len(boxes) > returnMost {
		return nil, err
	}
	return boxes, err
}

// atCommas breaks a text that is too wide after the last comma before the edge: an address keeps its
// town, state and postcode on one line, as a post office reads them.
func (s *setter) atCommas(text string, l look, c column) ([]label, error) {
	var out []label
	for whole := range strings.SplitSeq(text, "\n") {
		line := ""
		for part := range strings.SplitAfterSeq(whole, ", ") {
			boxes, err := s.setText(line+part, "sender", l, c, ragged)
			if err != nil {
				return nil, err
			}
			if line != "" && len(boxes) > 1 {
				out, line = append(out, label{strings.TrimSpace(line), l}), ""
			}
			line += part
		}
		out = append(out, label{line, l})
	}
	return out, nil
}

// returnRows are the parts of the sender's address in the order that the post of their country reads.
func (s *setter) returnRows(x Sender) []string {
	postcode := senderPostcode(s.form, x)
	if s.form.wide && (x.Country == "" || x.Country == "JP") {
		return []string{postcode, x.Address, x.Name}
	}
	return []string{x.Name, x.Address, postcode}
}

// given leaves out parts without text.
func given(parts []string) []string {
	var out []string
	for _, p := range parts {
		if strings.Trim(p, blank) != "" {
			out = append(out, p)
		}
	}
	return out
}
