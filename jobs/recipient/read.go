// Package recipient turns the rows that a company has into the people who must be told: it reads the
// files, drops what cannot be used and says why, joins the rows of one person, and decides who is
// affected and how.
package recipient

import (
	"context"
	"errors"
	"io"
)

// Spec says what to read and how. It mirrors the manifest without depending on it.
type Spec struct {
	Files    []File
	Identity [][]string // composite keys over id, email, name, phone, postcode; default [[id],[email,name]]
	Segments []Segment
}

// File is one CSV file.
type File struct {
	Name     string                        // as the operator knows it; used in messages
	Open     func() (io.ReadCloser, error) // may be called more than once
	Encoding string                        // auto, utf-8, utf-8-bom, cp932
	Rows     int                           // control total, 0 for none
	Columns  Columns
	Facts    map[string]FactColumn
}

// Columns names the header cells.
type Columns struct {
	ID, Name, Email, Phone, Postcode, Country, Company, Locale string
	Address                                                    []string
}

// FactColumn is a further column. Layout is Go's reference form for dates; empty tries the usual ones.
type FactColumn struct {
	Column string
	Kind   Kind
	Layout string
}

// Segment is one rule.
type Segment struct {
	ID, When, Certainty, Notice string
	Elements                    []string
}

// Reject is a row that cannot be used, with the reason. Raw holds personal data: it goes to the
// operator's own rejects file and nowhere else.
type Reject struct {
	File   string
	Row    int
	Line   int
	Column string // header cell; empty for the row as a whole
	Reason string // without personal data
	Raw    []string
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
	Files      []FileSummary
	Rows       int // data rows read, rejects included
	Rejects    int
	Unaffected int            // rows that matched no segment and belong to no affected person
	People     int            // affected people
	Joined     map[string]int // rows joined to another, by the key that joined them, such as "email+name"
	NotJoined  int            // rows that share a key's e-mail address but whose names differ
}

// FileSummary is what was found in one file.
type FileSummary struct {
	Name, Encoding string // the encoding found
	Rows, Rejects  int
}

// Sink takes what Read finds, in a stable order. Either function may be nil. An error of it stops Read.
type Sink struct {
	Person func(Person) error
	Reject func(Reject) error
}

// Read reads all the files, in two passes, and hands over each affected person once. The same files
// and spec give the same people in the same order. Problems are returned all at once; where one is not
// a warning no person was handed over.
func Read(ctx context.Context, spec Spec, sink Sink) (Summary, []Problem, error) {
	return Summary{}, nil, errors.ErrUnsupported
}

// CheckRules compiles the segments' rules against the facts of the files without reading any row.
func CheckRules(spec Spec) []Problem { return nil }
