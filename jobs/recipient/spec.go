package recipient

import (
	"maps"
	"slices"
	"time"

	"oshirase/jobs/segment"
	"oshirase/jobs/table"
)

// Spec says what to read and how. It mirrors the manifest without depending on it.
type Spec struct {
	Files    []File
	Identity [][]string     // keys over IdentityFields and facts; default [[id], [email, name]]
	Home     string         // country of rows without one, whose numbers are dialled as there; empty: Japan
	Zone     *time.Location // in which the day of a moment is taken, of facts that are dates; nil is UTC
	Limit    int            // people of one value above which a key does not join them; 0 for the default
	Prefer   Prefer
	Segments []segment.Segment // in order of precedence
	Keep     []string          // facts that a Person has; the others are for rules and keys alone

	// Memory is how many bytes of rows may wait in memory for others of their person before further
	// ones wait on disk, sealed; 0 for the default. Scratch is the directory for them; empty is the one
	// for temporary files.
	Memory  int
	Scratch string
}

// Prefer is the order in which the rows of a person are asked for name, contact points and language.
// The zero Prefer is the order of the files.
type Prefer struct {
	Newest string   // a fact that is a date: the newest row first, rows without it last
	Files  []string // names of files, the best first; those not named come after them
}

// File is one table with a header.
type File struct {
	table.File
	Rows    int // control total, 0 for none
	Columns Columns
	Facts   map[string]FactColumn
}

// Columns names the header cells. Name is required.
type Columns struct {
	ID, Name, Kana, BirthDate, Email, Phone, Postcode, Country, Company, Locale string
	Address                                                                     []string
}

// FactColumn is a further column. Layout is that of segment.NewCell.
type FactColumn struct {
	Column string
	Kind   segment.Kind // empty is Text
	Layout string
}

// Reject is a row that cannot be used, with the reason. Raw holds personal data: it goes to the
// operator's own rejects file and nowhere else.
type Reject struct {
	File   string
	Row    int
	Line   int
	Column string   // header cell; empty for the row as a whole
	Reason string   // without personal data
	Raw    []string // the cells as far as they were read; of a line that cannot be cut, the line

	// Who is whom the row is about, as far as it tells: member number, name, birth date, e-mail and postal address.
	// Cut is false where they may stand in one another's cells: the row has more or fewer than its file's header.
	Who Person
	Cut bool
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

// CheckRules compiles the segments' rules against the facts of the files without reading any row.
func CheckRules(spec Spec) []Problem {
	_, problems := compileRules(spec)
	return problems
}

// compileRules gathers the names of the facts, and compiles every segment. Rules are nil where there
// are problems.
func compileRules(spec Spec) (*segment.Rules, []Problem) {
	names := segment.NewNames()
	var problems []Problem
	for _, f := range spec.Files {
		for _, name := range slices.Sorted(maps.Keys(f.Facts)) {
			if p := names.Add(name, f.Facts[name].Kind); p != nil {
				problems = append(problems, Problem{File: f.Name, What: p.What, Do: p.Do})
			}
		}
	}
	rules, found := segment.Compile(spec.Segments, names)
	for _, p := range found {
		problems = append(problems, Problem{Segment: p.Segment, What: p.What, Do: p.Do})
	}
	return rules, problems
}

// fatal tells whether one of the problems is more than a warning.
func fatal(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return !p.Warning })
}
