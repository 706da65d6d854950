package programmes

import (
	"math"
	"slices"
)

// The revisions of telecomsquare, in order.
const (
	firstReport  = iota // the investigators' first report
	allCompanies        // the company's own judgement
	everybody           // the last report: the payment server too
)

// Stage is one revision of telecomsquare: what its files hold, and what is new in it if the revisions before
// reached everybody.
type Stage struct {
	at        int    // one of the constants
	Number    int    // of the revision
	AsOf      string // YYYY-MM-DD
	Public    bool   // people of the payment server are in it
	People    int
	APA, WebB int // people by segment
	Rows      Rows
	Excluded  Rows           // rows taken out by the rules
	Companies []Company      // with people, in order of release
	Elements  map[string]int // people by kind of data

	NewPeople             int
	NewEmails, NewLetters int // of them; the rest cannot be reached
	NewReports            int // to companies whose numbers changed
}

// Deliveries are all that are sent, reports to companies included.
func (s Stage) Deliveries() int { return s.NewEmails + s.NewLetters + s.NewReports }

// realFirst is how many people the investigators' first report spoke of.
const realFirst = 2773

// stages tells what the revisions hold.
func (k *cast) stages() []Stage {
	out := []Stage{k.early(), k.late("2013-09-04"), k.late("2013-09-12")}
	last := &out[everybody]
	last.Public = true
	last.People, last.WebB, last.Rows, last.Excluded = k.counts.People, k.counts.WebB, k.counts.Rows, k.counts.Unaffected
	known := map[int]bool{}
	for i := range out {
		out[i].at, out[i].Number = i, i+1
		k.meet(&out[i], known)
		out[i].Elements = k.elements(out[i])
		if i > 0 {
			out[i].NewReports = changed(out[i-1], out[i])
		}
	}
	out[firstReport].NewReports = len(out[firstReport].Companies)
	return out
}

// early is the first revision: the first companies' people, and of one company a part.
func (k *cast) early() Stage {
	s := Stage{AsOf: "2013-08-29", Excluded: Rows{APA: k.counts.Unaffected.APA}}
	for i, c := range k.counts.Companies {
		if c.People = k.begins[i]; c.People == 0 {
			break
		}
		s.APA += c.People
		s.Companies = append(s.Companies, c)
	}
	s.People = s.APA
	s.Rows = Rows{APA: s.APA + s.Excluded.APA}
	return s
}

func (k *cast) late(asOf string) Stage {
	return Stage{
		AsOf: asOf, People: k.counts.APA, APA: k.counts.APA, Companies: k.counts.Companies,
		Rows: Rows{APA: k.counts.Rows.APA}, Excluded: Rows{APA: k.counts.Unaffected.APA},
	}
}

// changed counts the companies to which a further report goes. That of people who are told with another company goes
// to the first companies in the second revision: see transfers.
func changed(before, now Stage) (n int) {
	for i, c := range now.Companies {
		same := slices.Contains(before.Companies, c)
		if !same || before.at == firstReport && i < twoCompanies {
			n++
		}
	}
	return n
}

// meet counts those who were in no revision before.
func (k *cast) meet(s *Stage, known map[int]bool) {
	for number := range k.counts.People {
		if known[number] || !k.in(*s, number) {
			continue
		}
		known[number] = true
		s.NewPeople++
		switch k.contact[number] {
		case byLetter:
			s.NewLetters++
		case byNothing:
		default:
			s.NewEmails++
		}
	}
}

// elements counts the people of whom a revision says that a kind of data was taken: of the companies' server nothing
// that a person's row lacks, and of the payment server the card alone.
func (k *cast) elements(s Stage) map[string]int {
	out := map[string]int{"card_number": s.People, "card_expiry": s.People}
	for _, element := range []string{"company", "name", "card_holder"} {
		out[element] = s.APA
	}
	for number := range k.counts.APA {
		if !k.in(s, number) {
			continue
		}
		r := k.person(number)
		for element, cell := range map[string]string{
			"department": r.department, "address": r.address1, "email": r.email, "phone": r.phone,
		} {
			if cell != "" {
				out[element]++
			}
		}
	}
	return out
}

// in tells whether a person is in a revision.
func (k *cast) in(s Stage, number int) bool {
	switch {
	case number >= k.counts.APA:
		return s.Public
	case s.at == firstReport:
		return k.began[number]
	}
	return true
}

// beginning is how many people of each company the first revision has: the first companies' whole, and of one company
// a part.
func beginning(scale float64, companies []Company) []int {
	left, out := max(1, int(math.Round(realFirst*scale))), make([]int, len(companies))
	for i, c := range companies {
		out[i] = min(c.People, left)
		left -= out[i]
	}
	return out
}
