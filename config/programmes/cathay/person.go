package cathay

import (
	"fmt"

	"oshirase/config/programmes/draw"
)

// card is the group of cards that somebody belongs to.
type card int

const (
	noCard card = iota
	expired
	withoutCVV
)

// What the groups are called in the files, the manifest and its elements.
var (
	cardCells    = [...]string{"", "expired", "no-cvv"}
	cardSegments = [...]string{"", "card-expired", "card-without-cvv"}
	cardElements = [...]string{"", "expired_card_number", "card_number_without_cvv"}
)

// reach is how somebody can be reached.
type reach int

const (
	byEmail reach = iota
	byLetter
	byNothing
)

// reachOf gives sixty of a thousand people no e-mail address and three nothing at all.
func reachOf(n int) reach {
	switch lot := draw.For("reach", n).Below(1000); {
	case lot < 3:
		return byNothing
	case lot < 63:
		return byLetter
	}
	return byEmail
}

// languageOf draws the language that somebody reads.
func languageOf(n int) *language {
	lot := draw.For("language", n).Below(100)
	for i := range languages {
		if lot -= languages[i].share; lot < 0 {
			return &languages[i]
		}
	}
	return &languages[0]
}

// row is one row of a file.
type row struct {
	id, name, email, phone      string
	upper, lower                string
	postcode, country, language string
	seen                        int
	card                        card
}

// invent makes a person with their first row. Nobody is as likely to read the language of a name as that
// language's readers: each has the names that are hard to print in it.
func invent(n int, prefix string) row {
	l, d := languageOf(n), draw.For("person", n)
	home := draw.Pick(d, l.homes)
	name, latin := l.invent(d)
	r := row{
		id: fmt.Sprintf("%s%09d", prefix, n+1), name: name, language: draw.Pick(d, l.tags),
		email: fmt.Sprintf("%s.%d@%s", latin, n+1, draw.Pick(d, mailDomains)),
		phone: fmt.Sprintf(home.phone, n/10_000%1000, n%10_000),

		// Together they are one person's: a letter can be told by them.
		upper: fmt.Sprintf(home.upper, n%900+1), lower: fmt.Sprintf(home.lower, n/900+1),
		postcode: home.postcode, country: home.country,
	}
	switch reachOf(n) {
	case byLetter:
		r.email = ""
	case byNothing:
		r.email, r.upper, r.lower, r.postcode = "", "", "", ""
	}
	return r
}

// invent gives a name, and what stands for it in an e-mail address.
func (l *language) invent(d *draw.Source) (name, latin string) {
	if d.Below(25) == 0 {
		return draw.Pick(d, l.hard), l.mail
	}
	one, other := draw.Pick(d, l.first), draw.Pick(d, l.second)
	return one + l.space + other, l.mail
}
