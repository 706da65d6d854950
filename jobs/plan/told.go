package plan

import (
	"fmt"
	"slices"
	"strings"

	"oshirase/jobs/ledger"
	"oshirase/jobs/revision"
)

// told counts those who were told before, and who of them is no longer affected: all of them, and by where they came
// from.
type told struct {
	all      share
	segments map[string]*share
	files    map[int]*share // by their places in a manifest
}

// share is how many of some people leave.
type share struct{ people, leave int }

func (t *told) stay(f *revision.Candidate) { t.add(f, 0) }

func (t *told) add(f *revision.Candidate, leave int) {
	if t.segments == nil {
		t.segments, t.files = map[string]*share{}, map[int]*share{}
	}
	t.all.add(leave)
	for _, name := range f.Person.Segments {
		part(t.segments, name).add(leave)
	}
	seen := []int{}
	for _, row := range f.Person.Rows {
		if !slices.Contains(seen, row.File) {
			seen = append(seen, row.File)
			part(t.files, row.File).add(leave)
		}
	}
}

func (s *share) add(leave int) {
	s.people++
	s.leave += leave
}

func part[K comparable](of map[K]*share, key K) *share {
	if of[key] == nil {
		of[key] = &share{}
	}
	return of[key]
}

// leave takes somebody of the revision before who is not among the people of this one.
func (p *Plan) leave(x revision.Left) error {
	if !x.Candidate.Told() {
		return nil
	}
	if x.Change != ledger.BeWithdrawn {
		p.told.stay(&x.Candidate)
		return nil
	}
	p.told.add(&x.Candidate, 1)
	return p.alike.leave(&x.Person)
}

// checkWhole sees that not everybody is withdrawn from who was told, or all of a segment or file, as a file that is
// missing or empty and a rule that matches nobody have it; unless the manifest says how many are.
func (p *Plan) checkWhole() {
	if p.Folder.Manifest.Expect.Withdrawals != nil || p.strange() {
		return
	}
	whole := p.told.whole()
	if len(whole) == 0 {
		return
	}
	p.problemAt("no longer listed are all of "+strings.Join(whole, ", "), fmt.Sprintf("see whether a file is missing "+
		"or empty, or a rule matches nobody; if nobody of them is affected, say expect: {withdrawals: %d}",
		p.told.all.leave))
}

// whole says of whom everybody leaves.
func (t *told) whole() (out []string) {
	if t.all.whole() {
		return []string{people(t.all.people) + " who were told before"}
	}
	for name, s := range t.segments {
		if s.whole() {
			out = append(out, fmt.Sprintf("%s who were told in segment %q", people(s.people), name))
		}
	}
	for file, s := range t.files {
		if s.whole() && len(out) == 0 {
			out = append(out, fmt.Sprintf("%s who were told and stood in recipients file %d", people(s.people), file+1))
		}
	}
	slices.Sort(out)
	return out
}

func (s *share) whole() bool { return s.people > 0 && s.leave == s.people }
