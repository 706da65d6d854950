package programmes

import "math"

// Counts is what the files of a sample hold. People are counted after rows are joined under the
// sample's identity, rows that match no segment left out.
type Counts struct {
	People int // APA + WebB
	APA    int // people of segment ap-a
	WebB   int // people of segment web-b, the batch of individuals

	Email       int // people with an e-mail address, Carrier among them
	Carrier     int // whose address breaks RFC 5322, as Japanese carriers issued them
	Letters     int // with a postal address only
	Unreachable int // with neither

	English      int // people whose language is English; the others read Japanese or say nothing
	CP932        int // people who come from the CP932 file
	Family       int // people who share one address under different names
	TwoCompanies int // people of two companies; they count for the one that opens last

	Rows       Rows      // the control totals: all rows but the headers
	Unaffected Rows      // rows of people who match no segment
	Duplicates Rows      // further rows of a person, with the same member number and company
	Companies  []Company // in order of release
}

// Rows counts rows by file: ap-a.csv, web-b.csv and web-b-counter.csv.
type Rows struct{ APA, WebB, Counter int }

// Total is the number of rows in all the files.
func (r Rows) Total() int { return r.APA + r.WebB + r.Counter }

// Company is one of the companies that are released one after the other.
type Company struct {
	Name   string
	Domain string
	Start  string // YYYY-MM-DD
	People int    // in its batch

	English bool // its report contact reads English
}

const (
	family       = 2
	twoCompanies = 2
	leastWebB    = 40 // below this the kinds of people would not all find room
)

// countTelecomSquare scales everything so that each kind occurs at any scale.
func countTelecomSquare(scale float64) Counts {
	c := Counts{
		Family:       family,
		TwoCompanies: twoCompanies,
		Carrier:      len(carrierAddresses),
		WebB:         max(leastWebB, scaled(90_997, scale)),
	}
	for _, company := range companies {
		company.People = scaled(company.People, scale)
		c.APA += company.People
		c.Companies = append(c.Companies, company)
	}
	c.People = c.APA + c.WebB
	c.Letters = scaled(c.People, 0.06)
	c.Unreachable = scaled(c.People, 0.003)
	c.Email = c.People - c.Letters - c.Unreachable
	c.English = scaled(c.People, 0.08)
	c.CP932 = scaled(c.People, 0.01)

	c.Unaffected = Rows{scaled(120, scale), scaled(1800, scale), scaled(900, scale)}
	c.Duplicates = Rows{APA: scaled(60, scale), WebB: scaled(400, scale)}
	c.Rows = Rows{
		APA:     c.APA + c.TwoCompanies + c.Duplicates.APA + c.Unaffected.APA,
		WebB:    c.WebB - c.CP932 + c.Duplicates.WebB + c.Unaffected.WebB,
		Counter: c.CP932 + c.Unaffected.Counter,
	}
	return c
}

// scaled is a part of n, rounded, and never nothing.
func scaled(n int, part float64) int { return max(1, int(math.Round(float64(n)*part))) }
