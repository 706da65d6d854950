package programmes

import (
	"iter"
	"time"

	"oshirase/config/programmes/draw"
)

// rowsAPA are the people of the companies' own sites, what stands there twice, and who came too
// late. Nothing stands twice in the first revision.
func (k *cast) rowsAPA(s Stage) iter.Seq[row] {
	n := k.counts.APA
	if s.at == firstReport {
		return inTurn(k.chosen(n), k.lateAPA())
	}
	return inTurn(
		k.people(0, n),
		k.transfers(),
		k.again(0, n, k.counts.Duplicates.APA, periodAPA),
		k.lateAPA(),
	)
}

// rowsWebB are the private people who booked on the web site.
func (k *cast) rowsWebB() iter.Seq[row] {
	from, to := k.counts.APA, k.counts.People-k.counts.CP932
	return inTurn(
		k.people(from, to),
		k.again(from, to, k.counts.Duplicates.WebB, periodWebB),
		k.lateWebB(),
	)
}

// rowsCounter are the people who booked at a counter. Only those who also settled there are not
// affected.
func (k *cast) rowsCounter() iter.Seq[row] {
	return func(yield func(row) bool) {
		for r := range inTurn(k.people(k.counts.People-k.counts.CP932, k.counts.People)) {
			r.applied, r.settled = "counter", "card"
			if !yield(r) {
				return
			}
		}
		k.settledAtCounter()(yield)
	}
}

func inTurn(parts ...iter.Seq[row]) iter.Seq[row] {
	return func(yield func(row) bool) {
		for _, part := range parts {
			for r := range part {
				if !yield(r) {
					return
				}
			}
		}
	}
}

func (k *cast) people(from, to int) iter.Seq[row] {
	return func(yield func(row) bool) {
		for number := from; number < to; number++ {
			if !yield(k.person(number)) {
				return
			}
		}
	}
}

// chosen are those of the first n people who are in the first revision.
func (k *cast) chosen(n int) iter.Seq[row] {
	return func(yield func(row) bool) {
		for number := range n {
			if k.began[number] && !yield(k.person(number)) {
				return
			}
		}
	}
}

// transfers are the rows that people have from the company that they worked for before. It is one
// of those that open first, so that each person still belongs to the batch of the later company.
func (k *cast) transfers() iter.Seq[row] {
	return func(yield func(row) bool) {
		before := 0
		for number, company := range k.company {
			if company < len(k.counts.Companies)/2 || before == k.counts.TwoCompanies {
				continue
			}
			r := k.person(number)
			r.company = k.counts.Companies[before].Name
			r.used = periodAPA.first
			before++
			if !yield(r) {
				return
			}
		}
	}
}

// again are further rows of some of the people, for another day.
func (k *cast) again(from, to, n int, within period) iter.Seq[row] {
	return func(yield func(row) bool) {
		for _, i := range draw.Shuffle("again", to-from)[:n] {
			r := k.person(from + i)
			r.used = within.any(draw.For("again", from+i))
			if !yield(r) {
				return
			}
		}
	}
}

func (k *cast) lateAPA() iter.Seq[row] {
	after := period{periodAPA.last.AddDate(0, 0, 1), date(2013, time.August, 31)}
	return k.strangers(0, k.counts.Unaffected.APA, func(number int) row {
		company := k.counts.Companies[number%len(k.counts.Companies)]
		r := k.invent(number, "A", company.Domain)
		r.company, r.server, r.applied, r.settled = company.Name, "AP-A", "web", "invoice"
		r.used = after.any(draw.For("used", number))
		return r
	})
}

func (k *cast) lateWebB() iter.Seq[row] {
	after := period{periodWebB.last.AddDate(0, 0, 1), date(2013, time.August, 31)}
	return k.strangers(k.counts.Unaffected.APA, k.counts.Unaffected.WebB, func(number int) row {
		r := k.private(number)
		r.applied, r.settled = "web", "card"
		r.used = after.any(draw.For("used", number))
		return r
	})
}

func (k *cast) settledAtCounter() iter.Seq[row] {
	before := k.counts.Unaffected.APA + k.counts.Unaffected.WebB
	return k.strangers(before, k.counts.Unaffected.Counter, func(number int) row {
		r := k.private(number)
		r.applied, r.settled = "counter", "counter"
		r.used = periodWebB.any(draw.For("used", number))
		return r
	})
}

// strangers are people who are not affected. Their numbers follow those of the people who are.
func (k *cast) strangers(from, n int, make func(number int) row) iter.Seq[row] {
	return func(yield func(row) bool) {
		for i := range n {
			if !yield(make(k.counts.People + from + i)) {
				return
			}
		}
	}
}
