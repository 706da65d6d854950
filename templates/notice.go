// Package templates turns one Markdown source into everything a reader gets: subject, plain text,
// HTML and the Document of a letter.
//
// A source is YAML front matter (subject, title, calendar) between two lines "---", then CommonMark
// with tables. Fields stand in double braces: {{ .Person.Name }}, {{ date .Incident.From }}, {{
// time .Incident.Updated }}, {{ number .Facts.count }}; {{ .PrevailingClause }} says in a translation which language's text decides. A condition is a line of its own: {{ if COND }}, {{ else }}, {{ end }};
// COND is a field, segment "ID", element "ID", certainty "ID", purpose "ID", channel "email", "letter" or "feed",
// joined with not, and, or, and parentheses. A letter has a head with sender and date, and a signer,
// of its own: {{ if channel "email" }} keeps them out of it. A line {{ page-break }} begins a new
// page of the letter.
//
// The Markdown is parsed once, with the fields as nodes of its tree, and only then do values go in.
// So a person who is called "<b>" or "**" is printed as "<b>" or "**" in every output: there is no
// moment at which a value is markup. The tree becomes two flat programs (text and HTML) of literal
// pieces and values, because a campaign renders the same notice millions of times; what does not
// vary in a Document is built once and shared.
package templates

import (
	"slices"
	"time"
)

// Kind is the type of a field.
type Kind string

// The kinds of fields. An incident value may be a text by locale, which is a KindText here.
const (
	KindText   Kind = "text"
	KindDate   Kind = "date"
	KindTime   Kind = "time" // a day and an hour, with their zone
	KindNumber Kind = "number"
	KindBool   Kind = "bool"
)

// Schema says which fields and names a notice may use beside the fixed ones.
type Schema struct {
	Facts    map[string]Kind
	Incident map[string]Kind
	Segments []string // for conditions
	Elements []string // for conditions
	Codes    bool     // people get one-use codes
	Report   bool     // the reader is a company's report contact, and the notice is about its people

	// Prevailing is the language (BCP 47) whose notice decides where the others differ; empty: none was named.
	Prevailing string
}

// Values is what one person's notice is made of. A date is printed as the day it has in its own
// location, and a time with that location's name for it.
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
	Purpose    string // first, update, withdrawal
	Code       Code   // of a person who gets one; zero: this one gets none
	Report     Report // of a report to a company
}

// Report is what a company's report contact reads of its people. Elements are then those of all of them.
type Report struct {
	People      int       // .Report.People
	Elsewhere   int       // .Report.Elsewhere: those of them who are told with another company
	Start       time.Time // .Report.Start: the day from which its people are told; zero: not said
	Due         bool      // .Report.Due: that day lies before the report's: they are told once it has gone
	Listed      bool      // .Report.Listed: a list of them is attached to the e-mail
	Acknowledge bool      // .Report.Acknowledge: nobody is told before the company has acknowledged this
}

// Controller is the sender in the notice's locale. Address may have several lines; no other value
// may.
type Controller struct{ Name, Postcode, Address, Signer string }

// Code is a person's one-use code, with what is printed beside it.
type Code struct {
	Code     string    // .Code, as its issuer wrote it
	URL      string    // .CodeURL: where it is used; the same for everybody
	Starts   time.Time // .CodeStarts: first day of the term
	Expires  time.Time // .CodeExpires: last day of the term
	EnrollBy time.Time // .CodeEnrollBy: last day on which it can be used; zero: not said
}

// Contact is where to ask, in the notice's locale.
type Contact struct{ Phone, Hours, URL, Email string }

// Email is one person's notice for the mail client, or for the members' page.
type Email struct {
	Subject string
	Text    string // LF line ends, one line a paragraph
	HTML    string // a whole document
}

// Rendered is one person's notice.
type Rendered struct {
	Subject  string
	Text     string // LF line ends
	HTML     string // a whole document
	Document Document
}

// Notice is one compiled source. It is safe for concurrent use.
type Notice struct {
	lang     words
	calendar string
	elements map[string]string // names by id, of the schema's elements
	slots    []slot
	subject  program
	title    program
	email    screen
	page     screen   // of members
	paged    bool     // something is left for it
	listed   bool     // it lists the elements
	asked    []string // fields in conditions
	body     []node
	stage    stage
}

// screen is what is read on one: the same as plain text and as HTML.
type screen struct{ text, html program }

// Parse compiles a source of the given locale (BCP 47). names gives further or other names of
// elements by id and locale. It reports all problems at once; the Notice is nil where one is not a
// warning.
func Parse(
	locale string, source []byte, schema Schema, names map[string]map[string]string,
) (*Notice, []Problem) {
	c := newCompiler(locale, source, schema, names)
	c.compile()
	slices.SortStableFunc(c.problems, byPlace)
	c.problems = slices.Compact(c.problems)
	if c.broken() {
		return nil, c.problems
	}
	return c.notice, c.problems
}

// Prints tells whether a field, such as .Code, is printed anywhere, be it under a condition.
func (n *Notice) Prints(field string) bool {
	return slices.ContainsFunc(n.slots, func(s slot) bool { return s.name == field })
}

// Asks tells whether a condition is about a field, such as .Report.People.
func (n *Notice) Asks(field string) bool { return slices.Contains(n.asked, field) }

// Email puts the values in, for e-mail only. Its error is a *ValueError.
func (n *Notice) Email(v Values) (Email, error) {
	r := n.values(&v)
	mail := n.show(n.email, r)
	if r.bad != nil {
		return Email{}, r.bad
	}
	return mail, nil
}

// Page puts the values in, for the members' page only. Its error is a *ValueError.
func (n *Notice) Page(v Values) (Email, error) {
	r := n.values(&v)
	message := n.show(n.page, r)
	if r.bad != nil {
		return Email{}, r.bad
	}
	return message, nil
}

// HasPage tells whether the conditions of the source leave anything for the members' page.
func (n *Notice) HasPage() bool { return n.paged }

// ListsElements tells whether the source lists the elements anywhere: then Parse has said which have no name.
func (n *Notice) ListsElements() bool { return n.listed }

// Letter puts the values in, for post only. Its error is a *ValueError. Blocks that are the same
// for every person are shared between documents: they must not be changed.
func (n *Notice) Letter(v Values) (Document, error) {
	r := n.values(&v)
	document := n.document(r)
	if r.bad != nil {
		return Document{}, r.bad
	}
	return document, nil
}

// Render puts the values in, for every channel. Its error is a *ValueError.
func (n *Notice) Render(v Values) (Rendered, error) {
	r := n.values(&v)
	mail, document := n.show(n.email, r), n.document(r)
	if r.bad != nil {
		return Rendered{}, r.bad
	}
	return Rendered{mail.Subject, mail.Text, mail.HTML, document}, nil
}

func (n *Notice) show(s screen, r *values) Email {
	return Email{
		Subject: n.line(n.subject, r),
		Text:    n.stage.play(s.text, r, asText, "\n"),
		HTML:    n.stage.play(s.html, r, asHTML, ""),
	}
}

func (n *Notice) document(r *values) Document {
	return Document{
		Locale: n.lang.name,
		Title:  n.line(n.title, r),
		Blocks: r.blocks(make([]Block, 0, len(n.body)), n.body),
	}
}

// line plays a program that makes a single line.
func (n *Notice) line(p program, r *values) string { return n.stage.play(p, r, asText, "") }
