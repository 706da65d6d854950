package campaign

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Codes is a pool of one-use codes, such as those that enrol a person in a monitoring service: each person
// whom they are for gets one of their own, in every channel the same.
type Codes struct {
	File     string   `yaml:"file"`      // CSV, relative to the campaign folder
	Encoding string   `yaml:"encoding"`  // as of a recipients file; auto by default
	Column   string   `yaml:"column"`    // header cell; "code" by default
	For      []string `yaml:"for"`       // segments; none: all of them
	Starts   string   `yaml:"starts"`    // first day of the term, as 2018-04-07
	Term     string   `yaml:"term"`      // such as 2y, 18m, 6w or 90d
	URL      string   `yaml:"url"`       // where a code is used
	EnrollBy string   `yaml:"enroll_by"` // last day on which it can be, as 2018-12-31; optional
	Ended    string   `yaml:"ended"`     // accepted: an offer that is over is sent all the same, as in a rehearsal
	Terms    Terms    `yaml:"-"`         // of Starts, Term and EnrollBy
}

// Terms are the days that are printed beside a code. All are midnight UTC.
type Terms struct {
	Starts   time.Time // first day of the term
	Expires  time.Time // last day of the term: see LastDay
	EnrollBy time.Time // zero: not said
}

// acceptEnded is the word for sending an offer that is over.
const acceptEnded = "accepted"

// TakesEnded tells whether an offer is sent all the same when it is over.
func (c *Codes) TakesEnded() bool { return c.Ended == acceptEnded }

// Last is the last day on which a code that was not used yet is of any use: zero where none is said.
func (t Terms) Last() time.Time {
	if !t.EnrollBy.IsZero() {
		return t.EnrollBy
	}
	return t.Expires
}

// Ended tells whether an offer is over at a moment, by the day that it has in its own zone. At the zero time nothing
// is.
func (t Terms) Ended(at time.Time) bool {
	today := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	return !at.IsZero() && !t.Last().IsZero() && today.After(t.Last())
}

// Entitles tells whether somebody in these segments is to have a code.
func (c *Codes) Entitles(segments []string) bool {
	return c != nil && (len(c.For) == 0 && len(segments) > 0 ||
		slices.ContainsFunc(segments, func(s string) bool { return slices.Contains(c.For, s) }))
}

// Term is a length of time as offers state it: years and months, or days.
type Term struct{ Months, Days int }

// mostTerm is longer than any offer: a century.
const mostTerm = 100

// ParseTerm reads a number with its unit: y, m, w or d.
func ParseTerm(s string) (Term, bool) {
	if s == "" {
		return Term{}, false
	}
	n, err := strconv.Atoi(s[:len(s)-1])
	if err != nil || n < 1 {
		return Term{}, false
	}
	switch s[len(s)-1] {
	case 'y':
		return Term{Months: 12 * n}, n <= mostTerm
	case 'm':
		return Term{Months: n}, n <= 12*mostTerm
	case 'w':
		return Term{Days: 7 * n}, n <= 52*mostTerm
	case 'd':
		return Term{Days: n}, n <= 366*mostTerm
	}
	return Term{}, false
}

// LastDay is the last day of a term that begins with the first moment of a day. It is the day before the one
// that corresponds to the first, so that two years from 7 April 2018 end with 6 April 2020; where the last
// month has no such day, it is that month's last day, so that a month from 31 January ends with February
// (Japanese Civil Code, articles 140, proviso, and 143; the same in the German Civil Code, section 188, and in
// Regulation (EEC) 1182/71, article 3). The first day counts, for it begins whole: what is offered "from
// 7 April" can be had at midnight.
func (t Term) LastDay(first time.Time) time.Time {
	if t.Months == 0 {
		return first.AddDate(0, 0, t.Days-1)
	}
	month := time.Date(first.Year(), first.Month()+time.Month(t.Months), 1, 0, 0, 0, 0, time.UTC)
	end := month.AddDate(0, 1, -1)
	if first.Day() > end.Day() {
		return end
	}
	return month.AddDate(0, 0, first.Day()-2)
}

// How the parts of an offer are written.
const (
	termForms = "write a number with y, m, w or d: 2y, 18m, 6w, 90d"
	dayForm   = "write YYYY-MM-DD"
)

// FormError says that a part of an offer is not in the form that it must have.
type FormError struct{ Field, What, Do string } // Field is starts, term or enroll_by

// ParseTerms computes the days of an offer, and says all that is wrong. enrollBy may be empty.
func ParseTerms(starts, term, enrollBy string) (out Terms, bad []FormError) {
	var err error
	if out.Starts, err = time.Parse(time.DateOnly, starts); err != nil {
		bad = append(bad, FormError{"starts", fmt.Sprintf("starts %q is not a day", starts), dayForm})
	}
	length, ok := ParseTerm(term)
	if !ok {
		bad = append(bad, FormError{"term", fmt.Sprintf("term %q is not a length of time", term), termForms})
	}
	if out.EnrollBy, err = time.Parse(time.DateOnly, enrollBy); err != nil && enrollBy != "" {
		bad = append(bad, FormError{"enroll_by", fmt.Sprintf("enroll_by %q is not a day", enrollBy), dayForm})
	}
	if len(bad) > 0 {
		return Terms{}, bad
	}
	out.Expires = length.LastDay(out.Starts)
	if enrollBy != "" && (out.EnrollBy.Before(out.Starts) || out.EnrollBy.After(out.Expires)) {
		bad = append(bad, FormError{"enroll_by", fmt.Sprintf("enroll_by %s is not within the term, %s to %s",
			enrollBy, starts, out.Expires.Format(time.DateOnly)), "see which of the days is right"})
	}
	return out, bad
}

func fillCodes(c *Codes) {
	if c != nil {
		orDefault(&c.Encoding, "auto")
		orDefault(&c.Column, "code")
	}
}

func (l *loader) checkCodes(m *Manifest) {
	c := m.Codes
	if c == nil {
		return
	}
	if l.checkName("codes.file", c.File) {
		c.File = path.Clean(c.File)
	}
	l.oneOf("codes.encoding", "encoding", c.Encoding, encodings)
	for i, id := range c.For {
		if !slices.ContainsFunc(m.Segments, func(s Segment) bool { return s.ID == id }) {
			l.add(index("codes.for", i), fmt.Sprintf("there is no segment %q", id), segmentsOf(m))
		}
	}
	var bad []FormError
	c.Terms, bad = ParseTerms(c.Starts, c.Term, c.EnrollBy)
	for _, b := range bad {
		l.add("codes."+b.Field, b.What, b.Do)
	}
	if c.Ended != "" {
		l.oneOf("codes.ended", "ended", c.Ended, []string{acceptEnded})
	}
	l.checkEnded(c)
	l.checkURL("codes.url", c.URL)
}

// checkEnded sees that the offer is not over today, where today is known: a snapshot was checked when it was taken.
func (l *loader) checkEnded(c *Codes) {
	today := l.folder.Today
	if l.now.IsZero() || !c.Terms.Ended(today) {
		return
	}
	at := "codes.term"
	if !c.Terms.EnrollBy.IsZero() {
		at = "codes.enroll_by"
	}
	over := fmt.Sprintf("the codes are of no use after %s, and today is %s", c.Terms.Last().Format(time.DateOnly),
		today.Format(time.DateOnly))
	if c.TakesEnded() {
		l.warn(at, over, "they are sent all the same: ended: accepted")
		return
	}
	l.add(at, over, "correct the days; to send them all the same, as in a rehearsal, say codes: {ended: accepted}")
}

func segmentsOf(m *Manifest) string {
	var ids []string
	for _, s := range m.Segments {
		ids = append(ids, s.ID)
	}
	return "use one of: " + strings.Join(ids, ", ")
}

// checkURL takes an address on the web that the reader types or follows. Credentials and a query would be
// the same for everybody, and are somebody's mistake.
func (l *loader) checkURL(at, s string) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" {
		l.add(at, fmt.Sprintf("url %q is not an https address without a query", s),
			"write such as https://enroll.example.com")
	}
}

// checkCodesExist looks only whether the file could be opened.
func (l *loader) checkCodesExist(root *os.Root) {
	c := l.folder.Manifest.Codes
	if c == nil || !isInside(c.File) {
		return // reported with the other names
	}
	file, err := openRegular(root, c.File)
	if err != nil {
		what, do := readFault(err)
		l.add("codes.file", c.File+": "+what, do)
		return
	}
	file.Close()
}
