package compose

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"oshirase/jobs/recipient"
	"oshirase/letters"
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
	document, err := notice.Letter(v)
	if err != nil {
		return letters.Letter{}, blocked(err)
	}
	return letters.Letter{
		Piece: PieceNumber(c.Delivery), Address: c.address(),
		Sender: letters.Sender{
			Name: v.Controller.Name, Postcode: v.Controller.Postcode,
			Address: v.Controller.Address, Signer: v.Controller.Signer, Phone: v.Contact.Phone,
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

func (c Case) address() letters.Address {
	style := "en"
	if inJapaneseForm(c) {
		style = "ja"
	}
	return letters.Address{
		Postcode: c.Person.Postcode, Lines: c.Person.Address, Company: c.company(),
		Name: c.Person.Name, Style: style,
	}
}

// inJapaneseForm decides by where the letter goes before what language it is in, for it is the post
// that reads an address: one in Japanese stays as it is in an English letter, and one abroad is in
// the international form for a Japanese reader too.
func inJapaneseForm(c Case) bool {
	if c.Person.Country != "" && !strings.EqualFold(c.Person.Country, "JP") {
		return false
	}
	return c.Locale == "ja" || strings.HasPrefix(c.Locale, "ja-") || inJapanese(c.Person)
}

func inJapanese(p recipient.Person) bool {
	return slices.ContainsFunc(p.Address, func(line string) bool {
		return strings.ContainsFunc(line, func(r rune) bool {
			return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
		})
	})
}

// PieceNumber is the number of a delivery's paper with a check digit, as printed: 0268435457-2.
func PieceNumber(delivery int64) string {
	digits := fmt.Sprintf("%010d", delivery)
	return fmt.Sprintf("%s-%d", digits, checkDigit(digits))
}

// checkDigit is that of ISO/IEC 7064, MOD 11,10: it shows every single wrong digit and nearly every
// exchange of two neighbours.
func checkDigit(digits string) int {
	p := 10
	for _, d := range digits {
		s := (p + int(d-'0')) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	return (11 - p) % 10
}
