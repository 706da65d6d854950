package programmes

import (
	"fmt"
	"slices"
	"time"

	"oshirase/config/programmes/draw"
	"oshirase/config/programmes/names"
)

// row is one row of a recipients file: one use of the service by one person.
type row struct {
	id, name, company, department, postcode, address1, address2 string
	email, phone, locale, server, applied, settled              string
	used                                                        time.Time
}

// contact says how a person can be reached.
type contact uint8

const (
	byEmail contact = iota
	byLetter
	byNothing
	byCarrier
	byFamily
)

// cast decides what is particular about each person, by their number: those of ap-a come first.
type cast struct {
	counts  Counts
	contact []contact
	which   []int // of the carrier addresses or family members
	english []bool
	company []int  // of each person of ap-a
	began   []bool // whether they are in the first revision
	begins  []int  // people of each company in the first revision
}

func newCast(scale float64) *cast {
	c := countTelecomSquare(scale)
	k := &cast{
		counts:  c,
		contact: make([]contact, c.People),
		which:   make([]int, c.People),
		english: make([]bool, c.People),
		begins:  beginning(scale, c.Companies),
	}
	k.company, k.began = employ(c, k.begins)
	order := draw.Shuffle("contact", c.People)
	order = k.assign(byNothing, order, c.Unreachable)
	order = k.assign(byLetter, order, c.Letters)
	// These have private mailboxes, so they are nobody's employees here.
	order = slices.DeleteFunc(order, func(number int) bool { return number < c.APA })
	order = k.assign(byCarrier, order, c.Carrier)
	k.assign(byFamily, order, c.Family)
	for _, number := range draw.Shuffle("english", c.People)[:c.English] {
		k.english[number] = true
	}
	return k
}

// assign gives the first n of the people a way of being reached, and gives the rest of them back.
func (k *cast) assign(way contact, people []int, n int) []int {
	for i, number := range people[:n] {
		k.contact[number], k.which[number] = way, i
	}
	return people[n:]
}

// employ spreads the people of ap-a over the companies, and says who is in the first revision.
func employ(c Counts, begins []int) (company []int, began []bool) {
	company, began = make([]int, c.APA), make([]bool, c.APA)
	order := draw.Shuffle("company", c.APA)
	for i, employer := range c.Companies {
		for n, person := range order[:employer.People] {
			company[person], began[person] = i, n < begins[i]
		}
		order = order[employer.People:]
	}
	return company, began
}

// person makes the row of a person of either segment. The first two of each segment used the
// service on the first and on the last day of its period.
func (k *cast) person(number int) row {
	if number >= k.counts.APA {
		r := k.private(number)
		r.applied, r.settled = "web", draw.Pick(draw.For("settled", number), []string{"card", "counter"})
		r.used = periodWebB.day(number-k.counts.APA, draw.For("used", number))
		return r
	}
	company := k.counts.Companies[k.company[number]]
	r := k.invent(number, "A", company.Domain)
	r.company, r.server, r.applied, r.settled = company.Name, "AP-A", "web", "invoice"
	r.department = draw.Pick(draw.For("department", number), departments)
	r.used = periodAPA.day(number, draw.For("used", number))
	return r
}

// private makes somebody of the payment server.
func (k *cast) private(number int) row {
	r := k.invent(number, "W", draw.Pick(draw.For("domain", number), mailDomains))
	r.server = "Web-B"
	return r
}

// invent makes what a person has whatever they used.
func (k *cast) invent(number int, prefix, domain string) row {
	d := draw.For("person", number)
	r := row{id: fmt.Sprintf("%s-%07d", prefix, number+1)}
	r.phone = fmt.Sprintf("090-0000-%04d", number%10_000)
	english := number < len(k.english) && k.english[number]
	local := r.introduce(d, english)
	r.email = fmt.Sprintf("%s.%d@%s", local, number+1, domain)
	r.house(d, english)
	if number < len(k.contact) {
		k.reach(&r, number)
	}
	return r
}

// introduce gives the row a name and a language, and gives the name as it stands in an address.
func (r *row) introduce(d *draw.Source, english bool) string {
	name, mailbox := names.Of(d, english)
	languages := []string{"ja", "ja", "ja", ""}
	if english {
		languages = []string{"en", "en", "en-US"}
	}
	r.name, r.locale = name, draw.Pick(d, languages)
	return mailbox
}

func (r *row) house(d *draw.Source, english bool) {
	h := names.HomeOf(d, english)
	r.postcode, r.address1, r.address2 = h.Postcode, h.Street, h.Building
}

// reach takes away, or puts in its place, what the cast says of this person's contact points.
func (k *cast) reach(r *row, number int) {
	which := k.which[number]
	switch k.contact[number] {
	case byNothing:
		r.email, r.postcode, r.address1, r.address2 = "", "", "", ""
	case byLetter:
		r.email = ""
	case byCarrier:
		r.email = carrierAddresses[which]
	case byFamily:
		r.email = familyAddress
		r.name = "見本 " + names.Given[which].Kanji
	}
}

// period is the time in which use of a server made a person affected, both days included.
type period struct{ first, last time.Time }

var (
	periodAPA  = period{date(2008, 7, 1), date(2013, 4, 30)}
	periodWebB = period{date(2012, 6, 1), date(2013, 2, 5)}
)

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// day gives the bounds of the period to the first two people, and any day to the others.
func (p period) day(number int, d *draw.Source) time.Time {
	switch number {
	case 0:
		return p.first
	case 1:
		return p.last
	}
	return p.any(d)
}

func (p period) any(d *draw.Source) time.Time {
	days := int(p.last.Sub(p.first).Hours() / 24)
	return p.first.AddDate(0, 0, d.Below(days+1))
}
