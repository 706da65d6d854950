package compose

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"unicode"

	"oshirase/jobs/recipient"
	"oshirase/letters"
	"oshirase/letters/barcode"
)

var errNoLetters = errors.New("the campaign sends no letters")

// Letter composes a person's letter. A BlockedError says why it cannot be made.
func (b *Book) Letter(c Case) (letters.Letter, error) {
	notice, err := b.notice(c)
	if err != nil {
		return letters.Letter{}, err
	}
	v, err := b.values(c)
	if err != nil {
		return letters.Letter{}, err
	}
	v.Report.Listed = false // though it may be to stand in for an e-mail
	document, err := notice.Letter(v)
	if err != nil {
		return letters.Letter{}, blocked(err)
	}
	return letters.Letter{
		Piece: PieceNumber(c.Delivery), Address: b.address(c),
		Sender: letters.Sender{
			Name: v.Controller.Name, Postcode: v.Controller.Postcode,
			Address: v.Controller.Address, Signer: v.Controller.Signer, Phone: v.Contact.Phone,
			Country: b.Folder.Manifest.Controller.Country,
		},
		Date: notice.FormatDate(v.Date), Document: document,
	}, nil
}

// Typeset lays a person's letter out. A BlockedError says why it cannot be printed.
func (b *Book) Typeset(c Case) (letters.Letter, letters.Typeset, error) {
	l, err := b.Letter(c)
	if err != nil {
		return l, letters.Typeset{}, err
	}
	press, err := b.Press()
	if err != nil {
		return l, letters.Typeset{}, err
	}
	set, err := press.Typeset(l)
	return l, set, blocked(err)
}

func (b *Book) address(c Case) letters.Address {
	a := letters.Address{
		Postcode: c.Person.Postcode, Lines: c.Person.Address, Country: c.Person.Country,
		Company: c.company(), Name: c.Person.Name,
	}
	a.Style = styleOf(c, cmp.Or(c.Person.Country, b.Folder.Manifest.Controller.Country))
	if l := b.Folder.Manifest.Channels.Letter; l != nil {
		a.Honorific = c.Person.Facts[l.Honorific].Text
		a.Department = c.Person.Facts[l.Department].Text
		a.Guardian = c.Person.Facts[l.Guardian].Bool
	}
	return a
}

// styleOf decides by where the letter goes and in which script, before what language it is in: it is
// the post that reads an address. One in Japanese stays as it is in an English letter, and one in
// Latin letters abroad is in the international form for a Japanese reader too.
func styleOf(c Case, country string) string {
	native := map[string]string{
		"JP": "ja", "KR": "ko", "CN": "zh-Hans", "TW": "zh-Hant", "HK": "zh-Hant", "MO": "zh-Hant",
	}[strings.ToUpper(country)]
	switch {
	case native != "" && inNativeScript(c.Person):
		return native
	case native == "ja" && (c.Locale == "ja" || strings.HasPrefix(c.Locale, "ja-")):
		return native
	}
	return "en"
}

func inNativeScript(p recipient.Person) bool {
	return slices.ContainsFunc(p.Address, func(line string) bool {
		return strings.ContainsFunc(line, func(r rune) bool {
			return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
		})
	})
}

// PieceNumber is the number of a delivery's paper with a check digit, as printed: 0268435457-2.
func PieceNumber(delivery int64) string { return barcode.Piece(delivery) }
