// Package templates turns one Markdown source into everything a reader gets: subject, plain text, HTML
// and the Document of a letter.
package templates

import (
	"errors"
	"time"
)

// Kind is the type of a field.
type Kind string

// The kinds of fields. An incident value may be a text by locale, which is a KindText here.
const (
	KindText   Kind = "text"
	KindDate   Kind = "date"
	KindNumber Kind = "number"
	KindBool   Kind = "bool"
)

// Schema says which fields and names a notice may use beside the fixed ones.
type Schema struct {
	Facts    map[string]Kind
	Incident map[string]Kind
	Segments []string // for conditions
	Elements []string // for conditions
}

// Values is what one person's notice is made of.
type Values struct {
	Name       string         // .Person.Name, as registered
	Reference  string         // .Person.Reference, to quote when asking
	Company    string         // .Person.Company
	Facts      map[string]any // string, time.Time, float64 or bool
	Incident   map[string]any // the same, already in the notice's locale
	Segments   []string
	Elements   []string // ids of the affected elements, in order
	Certainty  string   // suspected, possible, confirmed, ruled-out
	Controller Controller
	Contact    Contact
	Date       time.Time // .Date: the day the notice is dated
	Revision   int
}

// Controller is the sender in the notice's locale.
type Controller struct{ Name, Postcode, Address, Signer string }

// Contact is where to ask, in the notice's locale.
type Contact struct{ Phone, Hours, URL, Email string }

// Problem is one thing wrong in a source.
type Problem struct {
	Line, Column int // 1-based, in the source file; front matter counted
	What, Do     string
	Warning      bool
}

// Rendered is one person's notice.
type Rendered struct {
	Subject  string
	Text     string // LF line ends
	HTML     string // a whole document
	Document Document
}

// Notice is one compiled source. It is safe for concurrent use.
type Notice struct{}

// Parse compiles a source of the given locale (BCP 47). names gives further or other names of elements by
// id and locale. It reports all problems at once; the Notice is nil where one is not a warning.
func Parse(locale string, source []byte, schema Schema, names map[string]map[string]string) (*Notice, []Problem) {
	return nil, nil
}

// Render puts the values in.
func (n *Notice) Render(v Values) (Rendered, error) { return Rendered{}, errors.ErrUnsupported }
