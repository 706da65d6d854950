// Package recipient turns the rows that a company has into the people who must be told: it reads
// the files, drops what cannot be used and says why, joins the rows of one person, and decides who
// is affected and how.
//
// Three rules decide how it does so. Nobody is lost in silence: a row that cannot be used is a
// reject with its reason, a row whose e-mail address cannot be used stays a person and is noted,
// and rows that might be one person but bear different names stay apart and are noted. Nothing is
// guessed: a byte that the encoding does not know, a date that does not parse, a rule that compares
// a date with a text are reported, never repaired. And memory must not grow with all that a row
// holds, because there may be eight million of them: the files are read twice, the first time for
// the identity of the rows (some 20 bytes a key and 8 a row), the second time for the people, who
// leave at the row that completes them. Only the rows of a person that has more to come wait, as
// one text each.
package recipient

import (
	"context"
	"io"
)

// Spec says what to read and how. It mirrors the manifest without depending on it.
type Spec struct {
	Files    []File
	Identity [][]string // keys over id, email, name, phone, postcode; default [[id],[email,name]]
	Segments []Segment  // in order of precedence
}

// File is one CSV file (RFC 4180) with a header.
type File struct {
	Name     string                        // as the operator knows it; used in messages
	Open     func() (io.ReadCloser, error) // may be called more than once
	Encoding string                        // auto or empty, utf-8, utf-8-bom, cp932
	Rows     int                           // control total, 0 for none
	Columns  Columns
	Facts    map[string]FactColumn
}

// Columns names the header cells. Name is required.
type Columns struct {
	ID, Name, Email, Phone, Postcode, Country, Company, Locale string
	Address                                                    []string
}

// FactColumn is a further column. Layout is Go's reference form for dates; empty tries the usual
// ones: 2006-01-02, 2006/1/2, 2006.1.2, 2006年1月2日 and 20060102.
type FactColumn struct {
	Column string
	Kind   Kind // empty is Text
	Layout string
}

// Segment is one rule. When is an expression over the facts, company, locale and id; empty matches
// every row. See CheckRules for what it may say.
type Segment struct {
	ID, When, Notice string
	Certainty        string // ruled-out, suspected, possible, confirmed (default)
	Elements         []string
}

// Reject is a row that cannot be used, with the reason. Raw holds personal data: it goes to the
// operator's own rejects file and nowhere else.
type Reject struct {
	File   string
	Row    int
	Line   int
	Column string   // header cell; empty for the row as a whole
	Reason string   // without personal data
	Raw    []string // the cells as far as they can be read; of a line that cannot be cut, the line
}

// Problem is something wrong with the files or rules as a whole.
type Problem struct {
	File    string
	Line    int
	What    string
	Do      string
	Segment string // of the rule at fault, else empty
	Warning bool
}

// Summary counts what was read.
type Summary struct {
	Files        []FileSummary
	Rows         int            // data rows read, rejects included
	Rejects      int            // rows that cannot be used
	BadAddresses int            // rows kept although their e-mail address cannot be used
	Unaffected   int            // rows that matched no segment and belong to no affected person
	People       int            // affected people
	Joined       map[string]int // rows joined to another, by the key that did it: "email+name"
	NotJoined    int            // rows that share a key such as [email] under another name
}

// FileSummary is what was found in one file.
type FileSummary struct {
	Name, Encoding string // the encoding found
	Rows, Rejects  int
}

// Sink takes what Read finds, in a stable order: first every reject, then people and notes as their
// rows go by. Any function may be nil. An error of it stops Read.
type Sink struct {
	Person func(Person) error
	Reject func(Reject) error
	Note   func(Reject) error // a row that was kept, but that the operator should look at
}

// Read reads all the files, in two passes, and hands over each affected person once. The same files
// and spec give the same people in the same order. Problems are returned all at once; where one is
// not a warning no person was handed over. The error is for what cannot be blamed on the input: a
// file that cannot be read to its end or changes meanwhile, the context, the sink.
func Read(ctx context.Context, spec Spec, sink Sink) (Summary, []Problem, error) {
	r, problems := newReading(spec, sink)
	if fatal(problems) {
		return Summary{}, problems, nil
	}
	err := r.identify(ctx)
	problems = append(problems, r.problems...)
	if err != nil || fatal(problems) {
		return r.sum, problems, err
	}
	r.problems = nil
	err = r.people(ctx)
	return r.sum, append(problems, r.problems...), err
}

// CheckRules compiles the segments' rules against the facts of the files without reading any row.
//
// A rule is an expression of comparisons (== != < <= > >=), in with a list, contains, startsWith,
// endsWith, matches, arithmetic on numbers, && || !, and the functions date("2008-07-01"),
// known(fact), lower, upper and trim. Both sides of a comparison are of one kind.
//
// A fact is absent where its cell is empty or its file does not have it. An absent text is "", an
// absent bool is false, and every comparison with an absent date or number is false, save !=, which
// is true. known(fact) tells absent from present.
func CheckRules(spec Spec) []Problem {
	_, problems := compileRules(spec)
	return problems
}

// fatal tells whether one of the problems is more than a warning.
func fatal(problems []Problem) bool {
	for _, p := range problems {
		if !p.Warning {
			return true
		}
	}
	return false
}
