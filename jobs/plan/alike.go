package plan

import (
	"context"
	"fmt"
	"hash/maphash"
	"strings"
	"time"

	"oshirase/jobs/fold"
	"oshirase/jobs/identity"
	"oshirase/jobs/ledger"
	"oshirase/jobs/recipient"
)

// alike finds people who are new by their member numbers and have so much in common with people who were told before,
// and are listed no longer, that the two are one human: of whom the number changed, or was written otherwise. They
// would get a withdrawal and a first notice at once.
//
// Memory is as that of package identity, some ten bytes for each of these people, and that of a filter.
type alike struct {
	joiner *identity.Joiner
	marker *marker
	files  []uint16 // of the new ones: where their first rows are
	homes  [filterSize / 64]uint64
	seed   maphash.Seed
}

// filterSize is the bits by which it is seen that no new person has a name with a postcode: to fold a postal address
// is most of the work, and needless then.
const filterSize = 1 << 23

// The fields by which people are compared.
const (
	markName = iota
	markEmail
	markAddress
	markBirth
	markNumber // its figures, without noughts before them
	markFields
)

func newAlike() *alike {
	var keys []identity.Key
	for field := markEmail; field < markFields; field++ {
		keys = append(keys, identity.Key{Parts: []int{markName, field}})
	}
	a := &alike{joiner: identity.New(keys, identity.Options{}), seed: maphash.MakeSeed()}
	a.marker = a.newMarker()
	return a
}

func (a *alike) close() { a.joiner.Close() }

// home is the place in the filter of a name with a postcode.
func (a *alike) home(name, postcode []byte) (word, bit uint64) {
	var h maphash.Hash
	h.SetSeed(a.seed)
	h.Write(name)
	h.WriteByte(0)
	h.Write(postcode)
	n := h.Sum64() % filterSize
	return n / 64, 1 << (n % 64)
}

// marker makes what people are compared by. It is for one goroutine.
type marker struct {
	hasher *identity.Hasher
	fields [][]byte
	code   []byte // the postcode
}

func (a *alike) newMarker() *marker {
	return &marker{hasher: a.joiner.Hasher(), fields: make([][]byte, markFields)}
}

// read folds the fields of somebody, all but the address. It is false of who has no name, and is like nobody.
func (m *marker) read(p *recipient.Person) bool {
	for i := range m.fields {
		m.fields[i] = m.fields[i][:0]
	}
	if fold.NoName(p.Name) {
		return false
	}
	m.fields[markName] = fold.AppendName(m.fields[markName], []byte(p.Name))
	m.fields[markEmail] = fold.AppendEmail(m.fields[markEmail], []byte(p.Email.Wire))
	m.code = fold.AppendPostcode(m.code[:0], []byte(p.Postcode))
	if day, ok := fold.Birthday(p.BirthDate); ok && !day.IsZero() {
		m.fields[markBirth] = day.AppendFormat(m.fields[markBirth], time.DateOnly)
	}
	if len(p.IDs) > 0 {
		m.fields[markNumber] = append(m.fields[markNumber], figures(p.IDs[0])...)
	}
	return true
}

// readAddress folds the postal address, with the postcode.
func (m *marker) readAddress(p *recipient.Person) {
	if address := fold.Address(p.Address...); address != "" {
		m.fields[markAddress] = append(append(m.fields[markAddress], m.code...), ' ')
		m.fields[markAddress] = append(m.fields[markAddress], address...)
	}
}

func (m *marker) hashes() []identity.Hash { return m.hasher.Append(nil, m.fields) }

// figures are the figures of a member number: those of M-0012, m12 and 12 are the same.
func figures(id string) string {
	only := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, fold.ID(id))
	return strings.TrimLeft(only, "0")
}

// newcomer is what somebody new is compared by.
type newcomer struct {
	hashes    []identity.Hash
	word, bit uint64
}

// mark may be called on several goroutines, each with a marker of its own.
func (a *alike) mark(m *marker, p *recipient.Person) *newcomer {
	if !m.read(p) {
		return &newcomer{hashes: make([]identity.Hash, a.joiner.Width())}
	}
	m.readAddress(p)
	word, bit := a.home(m.fields[markName], m.code)
	return &newcomer{m.hashes(), word, bit}
}

// come takes somebody who is new. All of them come before the first who goes.
func (a *alike) come(e *Entry) error {
	if e.newcomer == nil {
		e.newcomer = a.mark(a.marker, &e.Person)
	}
	x := e.newcomer
	e.newcomer = nil
	a.homes[x.word] |= x.bit
	a.files = append(a.files, uint16(e.Person.Rows[0].File))
	return a.joiner.Add(1, x.hashes, nil)
}

// leave takes somebody who is listed no longer. Where nobody is new there is nobody to be like.
func (a *alike) leave(p *recipient.Person) error {
	if len(a.files) == 0 || !a.marker.read(p) {
		return nil
	}
	if word, bit := a.home(a.marker.fields[markName], a.marker.code); a.homes[word]&bit != 0 {
		a.marker.readAddress(p)
	}
	return a.joiner.Add(1, a.marker.hashes(), nil)
}

// found counts, by file, the new people who are like somebody who leaves.
func (a *alike) found(ctx context.Context) (map[int]int, error) {
	if len(a.files) == 0 || a.joiner.Len() == len(a.files) {
		return nil, nil
	}
	people, err := a.joiner.Join(ctx)
	if err != nil {
		return nil, err
	}
	out := map[int]int{}
	for n, file := range a.files {
		if people.Last(n) >= len(a.files) {
			out[int(file)]++
		}
	}
	return out, nil
}

// checkStrangers sees that people are new who are taken for new, or that the operator says so of just so many.
func (p *Plan) checkStrangers(ctx context.Context, accepted int) error {
	suspects, err := p.alike.found(ctx)
	if err != nil {
		return err
	}
	n, where := 0, []string{}
	for i, f := range p.Files {
		if x := suspects[i]; x > 0 {
			n += x
			where = append(where, fmt.Sprintf("%d in %s", x, f.Name))
		}
	}
	what := fmt.Sprintf("new by member number, and by name with an address, birth date or the number's figures like "+
		"somebody told before and not listed now: %s (%s)", people(n), strings.Join(where, ", "))
	if p.strange() {
		n = p.census.people
		what = fmt.Sprintf("nobody of the %d people of revision %d is among the %d of revision %d",
			p.census.turnover.Left, p.earlier.Before(), n, p.Folder.Manifest.Revision)
	}
	if n > 0 && n != accepted {
		p.problemAt(what, fmt.Sprintf("see whether the member numbers have another form now, such as without leading noughts; "+
			"if these people are others indeed: oshirase enqueue %s --accept-strangers %d",
			p.Folder.Dir, n))
	}
	return nil
}

// strange tells whether there are people in both revisions and nobody in both.
func (p *Plan) strange() bool {
	return p.earlier.Strange() && p.census.turnover.Left > 0 && p.census.people > 0
}

// meets notes somebody who was judged, for the comparison of all.
func (p *Plan) meets(e *Entry) error {
	switch f := e.verdict.Former; {
	case p.alike == nil: // they were compared before
		return nil
	case f != nil && f.Told():
		p.told.stay(f)
	case f == nil && e.verdict.Change == ledger.BeFirst:
		return p.alike.come(e)
	}
	return nil
}
