package delta

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"time"

	"oshirase/config/programmes/folder"
)

// The files of payments: the web site's and the app's.
const (
	webFile = "payments-web.csv"
	appFile = "payments-app.csv"
)

var header = []string{
	"customer_no", "name", "email", "phone", "address1", "address2", "postcode", "country", "language",
	"paid_on", "platform", "card_entry", "chat",
}

// exclusion is a reason for which a payment on the days in question is none of those that may have been read.
// The reasons stand in the order in which the manifest has them.
type exclusion struct {
	name, file string
	real       int      // rows at scale 1
	platform   string   // as the file has it
	entries    []string // how the card was given, in turn
}

var exclusions = []exclusion{
	{"app", appFile, 60_000, "app", []string{"typed", "wallet"}},
	{"mobile-site", webFile, 45_000, "mobile", []string{"typed", "autofill"}},
	{"wallet", webFile, 25_000, "desktop", []string{"wallet"}},
	{"autofill", webFile, 15_000, "desktop", []string{"autofill"}},
	{"not-by-card", webFile, 5_000, "desktop", []string{"", "voucher"}},
}

// size is the number of people who are affected. Their numbers begin with 0; those of other customers follow.
type size int

// of is the size's share of a real number, and never nothing.
func (s size) of(real int) int { return max(2, (int(s)*real+realPeople/2)/realPeople) }

// again is how many people paid twice on the days in question.
func (s size) again() int { return s.of(9_600) }

func (s size) outside() int { return s.of(18_000) }

// The days in question, both included, in the time of the company.
var (
	firstDay = time.Date(2017, time.September, 26, 0, 0, 0, 0, time.UTC)
	lastDay  = time.Date(2017, time.October, 12, 0, 0, 0, 0, time.UTC)
)

// days is how many there are.
const days = 17

// payment is one row.
type payment struct {
	customer        int
	on              time.Time
	platform, entry string
}

func (p payment) cells() []string {
	who := invent(p.customer)
	chat := "no" // which says nothing about whether somebody is affected
	if p.customer%3 == 0 {
		chat = "yes"
	}
	return append(who.cells(), p.on.Format("01/02/2006"), p.platform, p.entry, chat)
}

func (s size) writePayments(ctx context.Context, dir string) error {
	for _, name := range []string{webFile, appFile} {
		if err := folder.Table(ctx, filepath.Join(dir, name), header, s.rows(name)); err != nil {
			return fmt.Errorf("write recipients: %w", err)
		}
	}
	return nil
}

func (s size) rows(file string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for p := range s.payments(file) {
			if !yield(p.cells()) {
				return
			}
		}
	}
}

// payments are those of one file. The affected stand first, which no rule knows.
func (s size) payments(file string) iter.Seq[payment] {
	return func(yield func(payment) bool) {
		if file == webFile && !s.ofTheAffected(yield) {
			return
		}
		others := int(s) + s.outside()
		for _, x := range exclusions {
			n := s.of(x.real)
			if x.file == file && !s.excluded(x, n, others, yield) {
				return
			}
			others += n
		}
	}
}

// ofTheAffected are the payments that may have been read, and those of other customers that came too early or too
// late. There is one on each of the days in question, on the day before them and on the day after.
func (s size) ofTheAffected(yield func(payment) bool) bool {
	for n := range int(s) + s.again() {
		p := payment{n % int(s), firstDay.AddDate(0, 0, n%days), "desktop", "typed"}
		if !yield(p) {
			return false
		}
	}
	for i := range s.outside() {
		p := payment{int(s) + i, lastDay.AddDate(0, 0, 1+i/2%30), "desktop", "typed"}
		if i%2 == 0 {
			p.on = firstDay.AddDate(0, 0, -1-i/2%30)
		}
		if !yield(p) {
			return false
		}
	}
	return true
}

// excluded are the payments that were made in another way: one in ten by somebody who is affected by another one.
func (s size) excluded(x exclusion, n, others int, yield func(payment) bool) bool {
	for i := range n {
		customer := others + i
		if i%10 == 0 {
			customer = i % int(s)
		}
		p := payment{customer, firstDay.AddDate(0, 0, i%days), x.platform, x.entries[i%len(x.entries)]}
		if !yield(p) {
			return false
		}
	}
	return true
}
