package delta

import (
	"fmt"
	"strings"

	"oshirase/config/programmes/draw"
	"oshirase/config/programmes/names"
)

// customer is what the files say of somebody. Everything is invented: telephone numbers are of the ranges that
// nobody has, and domains are reserved for examples (RFC 2606).
type customer struct {
	number, name, email, phone            string
	street, town, postcode, country, read string
}

func (c customer) cells() []string {
	return []string{c.number, c.name, c.email, c.phone, c.street, c.town, c.postcode, c.country, c.read}
}

// reach is how somebody can be reached.
type reach int

const (
	byEmail reach = iota
	byLetter
	byNothing
)

// reachOf gives one in eight no e-mail address and one in a hundred nothing at all.
func reachOf(n int) reach {
	switch {
	case n%100 == 50:
		return byNothing
	case n%8 == 3:
		return byLetter
	}
	return byEmail
}

// readsJapanese is true of one in six.
func readsJapanese(n int) bool { return n%6 == 1 }

var mailDomains = []string{"example.com", "example.net", "example.org", "mail.example.com"}

// invent makes a customer.
func invent(n int) customer {
	d := draw.For("customer", n)
	c := newAmerican(n, d)
	if readsJapanese(n) {
		c = newJapanese(n, d)
	}
	c.number = fmt.Sprintf("SA%08d", n+1)
	c.email = fmt.Sprintf("%s.%d@%s", c.email, n+1, draw.Pick(d, mailDomains))
	switch reachOf(n) {
	case byLetter:
		c.email = ""
	case byNothing:
		c.email, c.street, c.town, c.postcode = "", "", "", ""
	}
	return c
}

// streets and cities are of no place.
var (
	streets = []string{"Specimen Avenue", "Example Street", "Sample Boulevard", "Placeholder Lane"}
	cities  = []string{"SAMPLETON GA", "EXAMPLE CITY NY", "SPECIMEN FALLS MN", "MODELVILLE UT"}
)

// newAmerican makes a reader of English, or of a language in which there is no notice.
func newAmerican(n int, d *draw.Source) customer {
	given, family := draw.Pick(d, names.EnglishGiven), draw.Pick(d, names.EnglishFamilies)
	return customer{
		name:   given + " " + family,
		email:  strings.ToLower(given) + "." + strings.ToLower(strings.NewReplacer("'", "", " ", "").Replace(family)),
		phone:  fmt.Sprintf("+1 800 555 01%02d", n%100),
		street: fmt.Sprintf("%d %s, Apt %d", 1+d.Below(9000), draw.Pick(d, streets), 1+d.Below(80)),
		town:   draw.Pick(d, cities), postcode: fmt.Sprintf("000%02d", d.Below(100)), country: "US",
		read: draw.Pick(d, []string{"en-US", "en", "en", "es", ""}),
	}
}

func newJapanese(n int, d *draw.Source) customer {
	family, given := draw.Pick(d, names.Families), draw.Pick(d, names.Given)
	at, town, building := draw.Pick(d, names.Places), draw.Pick(d, names.Towns), draw.Pick(d, names.Buildings)
	c := customer{
		name:   family.Kanji + " " + given.Kanji,
		email:  given.Latin + "." + family.Latin,
		phone:  fmt.Sprintf("090-0000-%04d", n%10_000),
		street: fmt.Sprintf("%s%s%d丁目%d番%d号", at.Ja, town.Kanji, 1+d.Below(6), 1+d.Below(30), 1+d.Below(20)),

		postcode: fmt.Sprintf("%s-%04d", at.Code, d.Below(100)), country: "JP",
		read: draw.Pick(d, []string{"ja", "ja-JP"}),
	}
	if building.Kanji != "" {
		c.town = fmt.Sprintf("%s%d号室", building.Kanji, 101+d.Below(500))
	}
	return c
}
