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
	Terms    Terms    `yaml:"-"`         // of Starts, Term and EnrollBy
}

// Terms are the days that are printed beside a code. All are midnight UTC.
type Terms struct {
	Starts   time.Time // first day of the term
	Expires  time.Time // last day of the term: see LastDay
	EnrollBy time.Time // zero: not said
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
	l.checkURL("codes.url", c.URL)
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
