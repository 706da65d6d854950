package letters

import "strings"

// Figures of a letter's head, in points.
const (
	dateTop    = 14 * mm
	headGap    = 7 * mm // between the head and the subject
	headLowest = 150 * mm
)

// setHead lays out date, sender and subject: what stands above the body besides the address. It
// returns one part, which begins at the sheet's top edge, and its height.
func (s *setter) setHead(l Letter) (*laid, error) {
	key := append(s.key[:0], 'h', s.form.id)
	for _, t := range []string{l.Date, l.Document.Title, l.Sender.Name, l.Sender.Postcode,
		l.Sender.Address, l.Sender.Signer, l.Sender.Phone} {
		key = appendText(key, t)
	}
	s.key = key
	return s.press.cache.get(key, func() (*laid, error) {
		return s.anew().layHead(l)
	})
}

func (s *setter) layHead(l Letter) (*laid, error) {
	boxes, err := s.headBlocks(l)
	if err != nil {
		return nil, err
	}
	used := height(boxes)
	if used > headLowest {
		return nil, &AddressError{"sender", "is too long for the head of a letter"}
	}
	start := max(used, s.press.window.reach().bottom())
	below, err := s.belowHead(l, start-used)
	if err != nil {
		return nil, err
	}
	return newLaid(append(boxes, below...), true), nil
}

// headBlocks sets what stands beside the window: the date, where the form has it there, and the
// sender.
func (s *setter) headBlocks(l Letter) ([]box, error) {
	c := s.besideWindow()
	side := ragged
	if s.form.signAtTop {
		side = flushRight
	}
	rows := sender(s.form, l.Sender)
	if s.press.window.apart() && !s.form.signAtTop {
		rows = sender(s.form, Sender{Phone: l.Sender.Phone}) // the rest is in the other window
	}
	if s.form.date == dateAtTop {
		rows[0].gap = 10
		rows = append([]row{{[]label{{l.Date, s.form.body}}, "date", 0}}, rows...)
	}
	boxes, err := s.setRows(rows, c, side)
	return append([]box{{height: dateTop}}, boxes...), err
}

// belowHead sets the subject, and above it the date where the form has it there.
func (s *setter) belowHead(l Letter, gap float64) ([]box, error) {
	subject := row{[]label{{l.Document.Title, s.form.subject}}, "subject", gap + headGap}
	if s.form.date != dateAboveSubject {
		return s.setRows([]row{subject}, s.form.measure(), s.form.titled)
	}
	date := row{[]label{{l.Date, s.form.body}}, "date", gap + headGap*0.6}
	subject.gap = 14
	return s.setRows([]row{date, subject}, s.form.measure(), s.form.titled)
}

// besideWindow is the column right of the window.
func (s *setter) besideWindow() column {
	left := s.press.window.reach().right() + 4*mm
	return column{left, paperWidth - s.form.margin - left}
}

// senderPostcode is the sender's postcode as the form has it.
func senderPostcode(f *form, x Sender) string {
	if code, err := japanesePostcode(x.Postcode); err == nil && code != "" && f.wide {
		return "〒" + code
	}
	return x.Postcode
}

// sender lists the sender's lines.
func sender(f *form, x Sender) []row {
	postcode := senderPostcode(f, x)
	phone := x.Phone
	if phone != "" {
		phone = f.phone + phone
	}
	name := label{x.Name, f.senderName}
	address := []label{{x.Address, f.senderText}, {postcode, f.senderText}, {phone, f.senderText}}
	if !f.signAtTop {
		return []row{{append([]label{name}, address...), "sender", 0}}
	}
	address[0], address[1] = address[1], address[0]
	return []row{{[]label{name}, "sender", 0}, {[]label{{x.Signer, f.body}}, "signer", 0},
		{address, "sender", 3}}
}

// label is a text in a look.
type label struct {
	text string
	look look
}

// row is a group of texts under each other with space above.
type row struct {
	lines []label
	where string
	gap   float64
}

func (s *setter) setRows(rows []row, c column, a align) ([]box, error) {
	var out []box
	for _, r := range rows {
		gap := r.gap
		for _, l := range r.lines {
			if strings.TrimSpace(l.text) == "" {
				continue
			}
			boxes, err := s.setText(l.text, r.where, l.look, c, a)
			if err != nil {
				return nil, err
			}
			boxes[0].glue = gap
			gap = 0
			out = append(out, boxes...)
		}
	}
	return out, nil
}

// setClosing signs the letter below room for a signature, where the form does not sign at the head.
func (s *setter) setClosing(l Letter) (*laid, error) {
	s.key = append(s.key[:0], 'c', s.form.id)
	for _, t := range []string{l.Sender.Name, l.Sender.Signer, l.Date} {
		s.key = appendText(s.key, t)
	}
	return s.press.cache.get(s.key, func() (*laid, error) {
		return s.anew().layClosing(l)
	})
}

func (s *setter) layClosing(l Letter) (*laid, error) {
	f := s.form
	if f.signAtTop {
		return newLaid(nil, true), nil
	}
	boxes, err := s.setRows(closing(f, l), f.measure(), f.signed)
	if err != nil {
		return nil, err
	}
	for i := range boxes {
		boxes[i].keep = i < len(boxes)-1
	}
	return newLaid(boxes, true), nil
}

// closing lists what stands below the body.
func closing(f *form, l Letter) []row {
	date := row{[]label{{l.Date, f.body}}, "date", f.signSpace}
	name, signer := label{l.Sender.Name, f.body}, label{l.Sender.Signer, f.body}
	switch f.date {
	case dateBeforeName:
		return []row{date, {[]label{name, signer}, "signer", f.lead / 2}}
	case dateAfterName:
		date.gap = f.lead / 4
		return []row{{[]label{name, signer}, "signer", f.signSpace}, date}
	}
	return []row{{[]label{signer, name}, "signer", f.signSpace}}
}
