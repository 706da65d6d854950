package recipient

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// errChanged is the error for a file that was not the same twice.
var errChanged = errors.New("file changed while it was read")

// reading is one run of Read.
type reading struct {
	spec     Spec
	sink     Sink
	rules    *rules
	identity *identity
	sources  []*source
	apart    []pair // rows not joined, for the notes
	sum      Summary
	problems []Problem
	waiting  map[int32][]waiting // by the first row of a person
	crowded  crowd
}

// waiting is a row of a person that is not complete. Its cells are one text: a million may be
// waiting.
type waiting struct {
	at    Row
	cells string
}

// separator is a character that no cell can hold.
const separator = "\x00"

// newReading checks what can be checked without a file.
func newReading(spec Spec, sink Sink) (*reading, []Problem) {
	rules, problems := compileRules(spec)
	identity, more := newIdentity(spec.Identity)
	r := &reading{spec: spec, sink: sink, rules: rules, identity: identity}
	r.sum.Joined = map[string]int{}
	r.waiting = map[int32][]waiting{}
	return r, append(problems, more...)
}

// identify is the first pass.
func (r *reading) identify(ctx context.Context) error {
	for i := range r.spec.Files {
		s, problems, err := newSource(ctx, &r.spec.Files[i], i)
		if err != nil {
			return err
		}
		s.base = len(r.identity.parent)
		r.problems = append(r.problems, problems...)
		r.sources = append(r.sources, s)
		if s.layout != nil && !fatal(problems) {
			if err := r.identifyFile(ctx, s); err != nil {
				return err
			}
		}
		r.sum.Files = append(r.sum.Files, FileSummary{s.Name, s.encoding, s.rows, s.rejects})
		r.sum.Rows += s.rows
		r.sum.Rejects += s.rejects
	}
	r.apart = r.identity.join()
	r.sum.NotJoined = len(r.apart)
	for _, k := range r.identity.keys {
		r.sum.Joined[k.label()] += k.joined
	}
	return nil
}

// identifyFile enters the rows of one file and hands over its rejects.
func (r *reading) identifyFile(ctx context.Context, s *source) (err error) {
	bad := 0
	s.digest, err = s.scan(ctx, func(it *item) error {
		s.rows++
		if it.fault != nil {
			s.rejects++
			if err := r.identity.add(nil); err != nil {
				return err
			}
			return tell(r.sink.Reject, s, it.rec, it.at, it.fault)
		}
		if it.badEmail != nil {
			bad++
		}
		return r.identity.add(&it.row)
	})
	r.sum.BadAddresses += bad
	return r.checkFile(s, bad, err)
}

// checkFile says what is wrong with a file as a whole when its rows are known.
func (r *reading) checkFile(s *source, bad int, err error) error {
	if err != nil {
		problems, err := s.stopped(err)
		r.problems = append(r.problems, problems...)
		return err
	}
	if s.Rows != 0 && s.Rows != s.rows {
		what := fmt.Sprintf("file has %s rows, the manifest says %s",
			thousands(s.rows), thousands(s.Rows))
		r.problems = append(r.problems, s.problem(0, what, "get the complete file or correct rows:"))
	} else if s.rows == 0 {
		r.warn(s.problem(0, "file has a header and no rows", "check that it is the right one"))
	}
	if bad > 0 {
		r.warn(s.problem(0, fmt.Sprintf("%s of %s rows have an e-mail address that cannot be used",
			thousands(bad), thousands(s.rows)),
			"correct them in the file; as it is these people are told by post or not at all"))
	}
	return nil
}

func (r *reading) warn(p Problem) {
	p.Warning = true
	r.problems = append(r.problems, p)
}

// people is the second pass.
func (r *reading) people(ctx context.Context) error {
	for _, s := range r.sources {
		digest, err := s.scan(ctx, func(it *item) error { return r.meet(s, it) })
		if err != nil {
			return fmt.Errorf("read %q: %w", s.Name, err)
		}
		if digest != s.digest {
			return fmt.Errorf("read %q: %w", s.Name, errChanged)
		}
	}
	for _, p := range r.crowded.problems() {
		r.warn(p)
	}
	return nil
}

// meet takes one row of the second pass: it waits for the others of its person, or completes it.
func (r *reading) meet(s *source, it *item) error {
	if it.at.Row > s.rows {
		return errChanged
	}
	if it.fault != nil {
		return nil
	}
	if err := r.note(s, it); err != nil {
		return err
	}
	n := int32(s.base + it.at.Row - 1)
	first := r.identity.find(n)
	last := r.identity.last[first]
	if first == last {
		return r.complete([]row{it.row})
	}
	r.waiting[first] = append(r.waiting[first], waiting{it.at, strings.Join(it.cells, separator)})
	if n != last {
		return nil
	}
	rows, err := r.rowsOf(first)
	if err != nil {
		return err
	}
	return r.complete(rows)
}

// rowsOf returns the rows that waited.
func (r *reading) rowsOf(first int32) ([]row, error) {
	waited := r.waiting[first]
	delete(r.waiting, first)
	rows := make([]row, len(waited))
	for i, w := range waited {
		var bad *fault
		l := r.sources[w.at.File].layout
		if rows[i], bad = l.parse(w.at, strings.Split(w.cells, separator)); bad != nil {
			return nil, errChanged
		}
	}
	return rows, nil
}

// complete hands over the person of the rows, if affected.
func (r *reading) complete(rows []row) error {
	r.crowded.look(rows, r.sources)
	person, affected, err := merge(rows, r.rules)
	if err != nil {
		return err
	}
	if !affected {
		r.sum.Unaffected += len(rows)
		return nil
	}
	r.sum.People++
	if r.sink.Person == nil {
		return nil
	}
	return r.sink.Person(person)
}

// note tells what the operator should look at in a row that is kept.
func (r *reading) note(s *source, it *item) error {
	if it.badEmail != nil {
		f := &fault{s.layout.title(s.layout.email), it.badEmail.Error()}
		if err := tell(r.sink.Note, s, it.rec, it.at, f); err != nil {
			return err
		}
	}
	if len(r.apart) == 0 || int(r.apart[0].row) != s.base+it.at.Row-1 {
		return nil
	}
	other, at := r.locate(r.apart[0].first)
	r.apart = r.apart[1:]
	return tell(r.sink.Note, s, it.rec, it.at, &fault{"", fmt.Sprintf(
		"not joined: the same contact under another name in row %d of %s", at, other.Name)})
}

// locate returns the file of a row and its number there.
func (r *reading) locate(n int32) (*source, int) {
	i := len(r.sources) - 1
	for r.sources[i].base > int(n) || r.sources[i].rows == 0 {
		i--
	}
	return r.sources[i], int(n) - r.sources[i].base + 1
}

// tell hands a row over for the operator's eyes.
func tell(sink func(Reject) error, s *source, rec *record, at Row, f *fault) error {
	if sink == nil {
		return nil
	}
	return sink(Reject{File: s.Name, Row: at.Row, Line: rec.line, Column: f.column,
		Reason: f.reason, Raw: s.raw(rec)})
}

// thousands writes 6441 as 6,441.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
