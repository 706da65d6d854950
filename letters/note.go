package letters

import (
	"io"
	"time"

	"oshirase/templates"
)

// Note writes a document alone, without an address, a sender or a piece number: what goes with a print file
// and is for its readers. Errors are those of Typeset.
func (p *Press) Note(w io.Writer, created time.Time, doc templates.Document) error {
	pages, err := p.setNote(doc)
	if err != nil {
		return err
	}
	f := newFile()
	for _, page := range pages {
		f.pages = append(f.pages, f.drawPage(page, nil))
	}
	if f.fault != nil {
		return f.fault
	}
	return f.writeTo(w, doc.Title, created)
}

func (p *Press) setNote(doc templates.Document) ([]page, error) {
	s := p.setter(doc.Locale)
	defer s.release()
	boxes, err := s.setText(doc.Title, "title", s.form.subject, s.form.measure(), ragged)
	if err != nil {
		return nil, err
	}
	head := newLaid(boxes, false)
	below := topMargin + height(head.boxes) + s.form.lead
	pages, err := s.setFlow(Letter{Document: doc}, below)
	if err != nil {
		return nil, err
	}
	pages[0] = append(page{{head, 0, len(head.boxes), topMargin}}, pages[0]...)
	return pages, nil
}
