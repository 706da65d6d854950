package names

import (
	"fmt"
	"strings"

	"oshirase/config/programmes/draw"
)

// Of draws a name, and what stands for it in an e-mail address: of a reader of English, or of a Japanese.
func Of(d *draw.Source, english bool) (name, mailbox string) {
	if english {
		given, family := draw.Pick(d, EnglishGiven), draw.Pick(d, EnglishFamilies)
		plain := strings.NewReplacer("'", "", " ", "")
		return given + " " + family, strings.ToLower(given + "." + plain.Replace(family))
	}
	family, given := draw.Pick(d, Families), draw.Pick(d, Given)
	return family.Kanji + " " + given.Kanji, given.Latin + "." + family.Latin
}

// Home is an address in Japan, of which the second line may be empty.
type Home struct{ Postcode, Street, Building string }

// HomeOf draws an address, written in Roman letters or in Japanese.
func HomeOf(d *draw.Source, english bool) Home {
	at, town, building := draw.Pick(d, Places), draw.Pick(d, Towns), draw.Pick(d, Buildings)
	a, b, c, flat := 1+d.Below(6), 1+d.Below(30), 1+d.Below(20), 101+d.Below(500)
	h := Home{Postcode: fmt.Sprintf("%s-%04d", at.Code, d.Below(100))}
	if english {
		h.Street = fmt.Sprintf("%d-%d-%d %s, %s", a, b, c, town.Latin, at.En)
		if building.Latin != "" {
			h.Building = fmt.Sprintf("%s %d", building.Latin, flat)
		}
		return h
	}
	h.Street = fmt.Sprintf("%s%s%d丁目%d番%d号", at.Ja, town.Kanji, a, b, c)
	if building.Kanji != "" {
		h.Building = fmt.Sprintf("%s%d号室", building.Kanji, flat)
	}
	return h
}
