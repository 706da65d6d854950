// Package recipient turns the rows that a company has into the people who must be told: it reads
// the files, drops what cannot be used and says why, joins the rows of one person, and decides who
// is affected and how.
//
// Three rules decide how it does so. Nobody is lost in silence: a row that cannot be used is a
// reject with its reason, a row whose e-mail address cannot be used stays a person and is noted,
// and rows that might be one person but bear different names, or would have two birth dates, stay
// apart and are noted. Nothing is guessed: a byte that the encoding does not know, a date that does
// not parse, a rule that compares a date with a text are reported, never repaired. And the same files
// give the same people in the same order, on however many cores.
//
// There may be eight million rows, so that memory must not grow with all that a row holds. The files
// are read once for the identity of the rows, which is kept, and then for the people as often as
// somebody wants them: to be counted, and to be imported. People leave at the row that completes them.
// What grows is what package identity keeps, 8 to 10 bytes a row and 12 a joined row; and while people
// are read 20 bytes for each row that waits on disk, sealed, for others of its person; those that wait in
// memory never pass a fixed size.
package recipient

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"

	"oshirase/jobs/identity"
	"oshirase/jobs/segment"
	"oshirase/jobs/table"
)

// Reading is a set of files that was read once: it is known which rows are one person.
type Reading struct {
	spec    Spec
	rules   *segment.Rules
	keys    keys
	sources []*source
	people  *identity.People
	prefer  preference
	sum     Summary
	workers int
}

// Summary counts what was read.
type Summary struct {
	Files        []FileSummary
	Rows         int              // data rows read, rejects included
	Rejects      int              // rows that cannot be used
	BadAddresses int              // rows kept although their e-mail address cannot be used
	Humans       int              // people, affected or not
	Joined       map[string]int   // rows joined to another, by the key that did it: "email+name"
	Keys         []identity.Tally // the same with what was not used, in the order of the spec
	NotJoined    int              // rows that share a key such as [email] under another name

	// Of the people, known when they were read.
	Unaffected int                       // rows that matched no segment and belong to no affected person
	People     int                       // affected people
	Unlike     int                       // of these, joined of rows with neither a name nor a contact in common
	Excluded   map[segment.Exclusion]int // rows that an exclusion took out of a segment
}

// FileSummary is what was found in one file.
type FileSummary struct {
	Name, Encoding string // the encoding found
	Found          table.Found
	Sum            [32]byte // SHA-256 of the file
	Rows, Rejects  int
	People         int // whose first row is here
	Shared         int // who have a row here and another in another file
}

// Open reads all the files for the identity of the rows, and hands over each row that cannot be used, in
// order; reject may be nil. Problems are returned all at once; where one is not a warning there is no
// Reading. The error is for what cannot be blamed on the input: a file that cannot be read to its end or
// changes meanwhile, the context, reject.
func Open(ctx context.Context, spec Spec, reject func(Reject) error) (*Reading, []Problem, error) {
	return open(ctx, spec, reject, runtime.GOMAXPROCS(0))
}

func open(ctx context.Context, spec Spec, reject func(Reject) error, workers int) (*Reading, []Problem,
	error) {
	r := &Reading{spec: spec, workers: workers}
	var problems, found []Problem
	r.rules, problems = compileRules(spec)
	r.keys, found = newKeys(spec)
	problems = append(problems, found...)
	if !fatal(problems) {
		r.prefer, found = newPreference(spec, r.rules)
		problems = append(problems, found...)
	}
	if fatal(problems) {
		return nil, problems, nil
	}
	found, err := r.understand(ctx)
	problems = append(problems, found...)
	if err != nil {
		return nil, problems, err
	}
	in := newIntake(r, reject)
	err = in.run(ctx)
	problems = byFile(append(problems, in.problems...), spec.Files)
	if err != nil || fatal(problems) {
		return nil, problems, err
	}
	return r, problems, nil
}

// byFile brings problems into the order of the files; those of none come first.
func byFile(problems []Problem, files []File) []Problem {
	at := func(p Problem) int {
		return slices.IndexFunc(files, func(f File) bool { return f.Name == p.File })
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return cmp.Compare(at(a), at(b)) })
	return problems
}

// understand opens every file. Those with fatal problems are left out.
func (r *Reading) understand(ctx context.Context) (problems []Problem, err error) {
	for i := range r.spec.Files {
		f := &r.spec.Files[i]
		t, found, err := table.Open(ctx, f.File)
		if err != nil {
			return problems, err
		}
		for _, p := range found {
			problems = append(problems, ofTable(p))
		}
		if t == nil {
			continue
		}
		s := &source{File: f, index: i, table: t, absent: make([]segment.Value, len(r.rules.Names()))}
		var wrong []Problem
		s.layout, wrong = newLayout(f, t, r.rules.Names(), r.spec.Zone)
		if problems = append(problems, wrong...); !fatal(wrong) {
			s.gaps = r.rules.Gaps(s.layout.has)
			t.Means = s.layout.columns(r.spec.Home)
			r.sources = append(r.sources, s)
		}
	}
	return problems, nil
}

func ofTable(p table.Problem) Problem {
	return Problem{File: p.File, Line: p.Line, What: p.What, Do: p.Do, Warning: p.Warning}
}

// Summary is what is known before the people are read.
func (r *Reading) Summary() Summary { return r.sum }

// Join is a row of a person of several, and why it is theirs: a key that it has in common with another
// row. The first row of a person has neither.
type Join struct {
	File string
	Row  int
	Key  string // as it is written: "email+name"
	With string // file of the other row
	At   int    // and its number

	Other bool // it bears another name than the first row
}

// Joins explains why the rows of a person are one, row by row.
func (r *Reading) Joins(p Person) []Join {
	s, at := locate(r.sources, p.Number-1)
	out := []Join{{File: s.Name, Row: at}}
	for _, j := range r.people.Joins(p.Number - 1) {
		s, at := locate(r.sources, int(j.Row))
		with, other := locate(r.sources, int(j.With))
		out = append(out, Join{File: s.Name, Row: at, Key: r.keys.list[j.Key].Name, With: with.Name, At: other,
			Other: slices.Contains(p.Others, Row{s.index, at})})
	}
	return out
}

// summarize counts what the first reading found.
func (r *Reading) summarize(rejects []int) {
	spans := make([]identity.Span, len(r.sources))
	for i, s := range r.sources {
		spans[i] = identity.Span{From: s.base, To: s.base + s.rows}
	}
	shares := r.people.Shares(spans)
	for i, s := range r.sources {
		r.sum.Files = append(r.sum.Files, FileSummary{
			Name: s.Name, Encoding: s.table.Found.Encoding, Found: s.table.Found, Sum: s.table.Sum,
			Rows: s.rows, Rejects: rejects[i], People: shares[i].People - rejects[i], Shared: shares[i].Shared,
		})
		r.sum.Rows += s.rows
		r.sum.Rejects += rejects[i]
		r.sum.Humans += shares[i].People - rejects[i]
	}
	r.sum.Keys, r.sum.NotJoined = r.people.ByKey, r.people.Apart
	r.sum.Joined = map[string]int{}
	for _, k := range r.people.ByKey {
		r.sum.Joined[k.Key] += k.Joined
	}
}

func (r *Reading) limit() int { return cmp.Or(r.spec.Limit, identity.DefaultLimit) }

// doubts warns of what the guards kept apart.
func (r *Reading) doubts() (out []Problem) {
	for _, k := range r.people.ByKey {
		if k.Crowds > 0 {
			s, at := locate(r.sources, k.Worst[0].First)
			out = append(out, Problem{Warning: true, File: s.Name, What: fmt.Sprintf(
				"identity %s: %s that more than %d people have did not join their %s rows; one is in %s rows from row %d on",
				k.Key, plural(k.Crowds, "value", "values"), r.limit(), thousands(k.CrowdRows),
				thousands(k.Worst[0].Rows), at),
				Do: "look for a placeholder or a shared address in the rows listed by plan --rejects; " +
					"if they are one person each, raise identity_limit"})
		}
		if k.Contradictions > 0 {
			s, at := locate(r.sources, k.Contradiction)
			out = append(out, Problem{Warning: true, File: s.Name, What: fmt.Sprintf(
				"identity %s: %s would have made one person of two birth dates and joined only what agrees; one is in row %d",
				k.Key, plural(k.Contradictions, "value", "values"), at),
				Do: "decide for each row listed by plan --rejects: correct the birth date or the column that joins them"})
		}
	}
	return out
}
