package recipient

import (
	"context"
	"errors"
	"fmt"
	"time"

	"oshirase/jobs/identity"
	"oshirase/jobs/table"
)

// intake is the first reading: it takes in who the rows are.
type intake struct {
	*Reading
	reject   func(Reject) error
	joiner   *identity.Joiner
	counts   []counts // by source
	problems []Problem
	typos    map[*source]typos
}

// counts is what was found in the rows of one file.
type counts struct {
	rejects, badEmails, badBirths, badBirth int
	short, firstShort                       int           // rows with cells left out at their end
	harms                                   []table.Harms // by used cell
}

func newIntake(r *Reading, reject func(Reject) error) *intake {
	j := identity.New(r.keys.list, identity.Options{Limit: r.spec.Limit, Dir: r.spec.Scratch})
	in := &intake{Reading: r, reject: reject, joiner: j, counts: make([]counts, len(r.sources))}
	for i, s := range r.sources {
		in.counts[i].harms = make([]table.Harms, len(s.layout.used))
	}
	return in
}

// run reads all the rows and joins them.
func (in *intake) run(ctx context.Context) error {
	defer in.joiner.Close()
	for i, s := range in.sources {
		s.base = in.joiner.Len()
		whole, err := in.file(ctx, i)
		if err != nil {
			return err
		}
		if whole {
			in.check(i)
		}
	}
	if fatal(in.problems) {
		return nil
	}
	people, err := in.joiner.Join(ctx)
	if err != nil {
		return err
	}
	in.people = people
	rejects := make([]int, len(in.sources))
	for i, c := range in.counts {
		rejects[i] = c.rejects
		in.sum.BadAddresses += c.badEmails
	}
	in.summarize(rejects)
	in.problems = append(in.problems, in.doubts()...)
	return nil
}

// file reads one. What is wrong with the file itself is a problem, and it is not whole then.
func (in *intake) file(ctx context.Context, i int) (whole bool, err error) {
	s := in.sources[i]
	read := func(ctx context.Context, yield func(*table.Block) error) (err error) {
		s.pass, err = s.table.Blocks(ctx, yield)
		return err
	}
	err = inOrder(ctx, in.workers, read, func() func(*table.Block) (*marks, error) { return in.worker(s) },
		func(m *marks) error { return in.take(i, m) })
	s.rows = in.joiner.Len() - s.base
	var broken *table.Broken
	if errors.As(err, &broken) {
		in.problems = append(in.problems, ofTable(broken.Problem))
		return false, nil
	}
	if err == nil {
		for _, note := range s.table.Notes(s.pass) {
			in.problems = append(in.problems, ofTable(note))
		}
	}
	return true, err
}

// marks is what the rows of a block are known by.
type marks struct {
	rows   int
	hashes []identity.Hash
	births []identity.Birth
	tells  []Reject
	typos  typos
	counts
}

// worker makes the marks of blocks, on one goroutine.
func (in *intake) worker(s *source) func(*table.Block) (*marks, error) {
	rows, folder, hasher, means := newReader(s), in.keys.folder(), in.joiner.Hasher(), s.layout.meanings(in.spec.Home)
	spelling := speller{}
	return func(b *table.Block) (*marks, error) {
		defer b.Release()
		m := &marks{rows: b.Len(), counts: counts{harms: make([]table.Harms, len(means))}, hashes: make([]identity.Hash, 0, b.Len()*in.joiner.Width())}
		if s.layout.birth > 0 {
			m.births = make([]identity.Birth, b.Len())
		}
		for i := range b.Len() {
			rec, n := b.Record(i), b.First+i
			r, bad := rows.read(&rec, n)
			rows.harm(m.harms, means, n)
			if bad != nil {
				m.counts.rejects++
				m.hashes = append(m.hashes, make([]identity.Hash, in.joiner.Width())...)
				m.tells = append(m.tells, rows.refuse(&rec, n, bad))
				continue
			}
			if rec.Len() < len(s.layout.header) {
				m.sawShort(n)
			}
			m.spell(r, spelling)
			day := m.look(r, i)
			m.hashes = hasher.Append(m.hashes, folder.fold(r, day))
		}
		return m, nil
	}
}

// sawShort counts rows that are taken to be empty where they end.
func (c *counts) sawShort(row int) {
	if c.short++; c.short == 1 {
		c.firstShort = row
	}
}

// spell counts addresses at mistyped domains.
func (m *marks) spell(r *row, spelling speller) {
	if r.email.Wire == "" {
		return
	}
	if domain, meant := spelling.meant(r.email.Wire); meant != "" {
		if m.typos == nil {
			m.typos = typos{}
		}
		m.typos.add(typo{domain, meant}, 1)
	}
}

// look counts what is odd in a row, and returns its birth date, zero where none is known.
func (m *marks) look(r *row, i int) time.Time {
	if r.badEmail != nil {
		m.badEmails++
	}
	day, known, bad := r.birth()
	if bad {
		if m.badBirths++; m.badBirths == 1 {
			m.badBirth = r.at.Row
		}
	}
	if !known {
		return time.Time{}
	}
	m.births[i] = identity.BirthOf(day)
	return day
}

// take enters a block's rows and hands over its rejects.
func (in *intake) take(i int, m *marks) error {
	c := &in.counts[i]
	c.rejects += m.counts.rejects
	c.badEmails += m.badEmails
	in.misspelt(in.sources[i], m.typos)
	if c.badBirths == 0 {
		c.badBirth = m.badBirth
	}
	c.badBirths += m.badBirths
	if c.short == 0 {
		c.firstShort = m.firstShort
	}
	c.short += m.short
	for i := range m.harms {
		c.harms[i].Merge(&m.harms[i])
	}
	for _, t := range m.tells {
		if in.reject == nil {
			break
		}
		if err := in.reject(t); err != nil {
			return err
		}
	}
	return in.joiner.Add(m.rows, m.hashes, m.births)
}

// misspelt adds what a block has.
func (in *intake) misspelt(s *source, found typos) {
	if len(found) == 0 {
		return
	}
	if in.typos == nil {
		in.typos = map[*source]typos{}
	}
	if in.typos[s] == nil {
		in.typos[s] = typos{}
	}
	for by, rows := range found {
		in.typos[s].add(by, rows)
	}
}

// check says what is wrong with a file as a whole when its rows are known.
func (in *intake) check(i int) {
	s, c := in.sources[i], &in.counts[i]
	if s.Rows != 0 && s.Rows != s.rows {
		in.problem(s, fmt.Sprintf("file has %s rows, the manifest says %s", thousands(s.rows), thousands(s.Rows)),
			"get the complete file or correct rows:")
	} else if s.rows == 0 {
		in.warn(s, "file has a header and no rows", "check that it is the right one")
	}
	if c.badEmails > 0 {
		in.warn(s, fmt.Sprintf("%s of %s rows have an e-mail address that cannot be used",
			thousands(c.badEmails), thousands(s.rows)),
			"correct them in the file; as it is these people are told by post or not at all")
	}
	if c.short > 0 {
		in.warn(s, fmt.Sprintf("%s of %s rows have fewer cells than the header, such as row %d",
			thousands(c.short), thousands(s.rows), c.firstShort),
			"check that nothing is missing there; the cells left out at the end are taken for empty")
	}
	in.problems = append(in.problems, in.typos[s].problems(s.Name)...)
	if c.badBirths > 0 {
		in.warn(s, fmt.Sprintf("%s of %s rows have a birth date that cannot be read, such as row %d",
			thousands(c.badBirths), thousands(s.rows), c.badBirth),
			"write it as 2006-01-02 in the file; as it is it joins nobody")
	}
	in.checkHarms(i)
}

// checkHarms warns of what a spreadsheet has done to the columns that are used.
func (in *intake) checkHarms(i int) {
	s := in.sources[i]
	for at, h := range in.counts[i].harms {
		for _, p := range h.Problems(s.Name, s.layout.title(cell(at+1))) {
			in.problems = append(in.problems, ofTable(p))
		}
	}
}

func (in *intake) problem(s *source, what, do string) {
	in.problems = append(in.problems, Problem{File: s.Name, What: what, Do: do})
}

func (in *intake) warn(s *source, what, do string) {
	in.problems = append(in.problems, Problem{File: s.Name, What: what, Do: do, Warning: true})
}

// thousands writes 6441 as 6,441.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}
