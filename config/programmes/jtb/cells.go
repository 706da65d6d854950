package jtb

import "strconv"

// number of a member: nine digits behind the brand's letter. Every second row has it in small letters, as an
// old terminal took it.
func (x *row) number(b []byte) []byte {
	if x.guest {
		return x.write(b, x.words.guest)
	}
	letter := x.file.letter
	if x.turn%2 == 1 {
		letter |= 'a' - 'A'
	}
	n := x.words.numbers.at(uint64(x.person*slots + int(x.account)))
	return appendDigits(append(b, letter), n, 9)
}

// name as the brand's system and the row before it have it: with a wide space, none or a narrow one, and with
// one or other form of a kanji.
func (x *row) name(b []byte) []byte {
	l := x.self
	way := x.turn + int(x.at) + l.below(12)
	switch x.tongue {
	case inEnglish:
		return x.foreignName(b, x.given, x.family, way)
	case inChinese, inTaiwanese, inKorean:
		return x.foreignName(b, x.family, x.given, way)
	}
	b = x.spell(b, x.family, way)
	switch {
	case x.at == homepage:
		b = x.write(b, x.words.wideSpace)
	case x.at != rurubu:
		b = append(b, ' ')
	}
	return x.spell(b, x.given, way+l.below(12))
}

func (x *row) foreignName(b []byte, one, other *word, way int) []byte {
	b = x.spell(b, one, way)
	if x.tongue == inEnglish || way%2 == 0 {
		b = append(b, ' ')
	}
	return x.spell(b, other, way)
}

func (x *row) spell(b []byte, w *word, way int) []byte { return x.write(b, w.spelt[way%len(w.spelt)]) }

// kana in half width on the homepage.
func (x *row) kana(b []byte) []byte {
	if x.tongue != inJapanese {
		return b
	}
	if x.at == homepage {
		b = x.write(b, x.family.half)
		return x.write(append(b, ' '), x.given.half)
	}
	b = x.write(b, x.family.kana)
	return x.write(x.write(b, x.words.wideSpace), x.given.kana)
}

func (x *row) roman(b []byte) []byte {
	if x.at == japanican {
		b = x.write(b, x.given.plain)
		return x.write(append(b, ' '), x.family.plain)
	}
	b = x.write(b, x.family.capital)
	return x.write(append(b, ' '), x.given.capital)
}

func (x *row) sex(b []byte) []byte {
	switch {
	case x.at == japanican && x.given.male:
		return append(b, 'M')
	case x.at == japanican:
		return append(b, 'F')
	case x.given.male:
		return x.write(b, x.words.man)
	}
	return x.write(b, x.words.woman)
}

// birth is the birth date, or what a system has for none.
func (x *row) birth(b []byte) []byte {
	switch x.born {
	case missing:
		return b
	case dummy:
		return date{1900, 1, 1}.append(b, x.file.dates)
	case dummyZero:
		return date{}.append(b, x.file.dates)
	}
	return x.words.calendar[x.birthday].append(b, x.file.dates)
}

// mailbox is an address that one person or family has, or an agency.
func (x *row) mailbox(b []byte) []byte {
	switch x.reach {
	case missing:
		return b
	case dummy:
		b = strconv.AppendInt(append(b, "info@agency"...), int64(x.group/x.groups.bunch), 10)
		if x.groups.desk {
			return append(b, ".example.jp"...)
		}
		return append(b, ".example.com"...)
	}
	owner := x.owner(sharesMail)
	b = append(append(b, x.family.mail...), '.')
	b = strconv.AppendUint(b, uint64(owner*slots+int(x.mail)), 36)
	domain := &x.words.domains[owner%len(x.words.domains)]
	if x.turn%2 == 1 {
		return append(append(b, '@'), domain.capital[utf8]...)
	}
	return append(append(b, '@'), domain.mail...)
}

// owner is the number of the person whose mailbox, house or telephone it is.
func (x *row) owner(what uint8) int {
	if x.shares&what != 0 {
		return x.leader
	}
	return x.person
}

// phone in the notation of the brand.
func (x *row) phone(b []byte) []byte {
	const ends = 10_000_000
	switch x.line {
	case missing:
		return b
	case dummy:
		return append(b, "000-0000-0000"...)
	}
	number := x.words.phones.at(uint64(x.owner(sharesLine)*slots + int(x.house)))
	begin, rest := byte('6'+number/ends), number%ends
	switch x.at {
	case homepage: // 090-0123-4567
		b = append(b, '0', begin, '0', '-', '0')
		b = append(appendDigits(b, rest/10_000, 3), '-')
		return appendDigits(b, rest, 4)
	case rurubu: // 09001234567
		return appendDigits(append(b, '0', begin, '0', '0'), rest, 7)
	case japanican: // +81 90 0123 4567
		b = append(b, '+', '8', '1', ' ', begin, '0', ' ', '0')
		b = append(appendDigits(b, rest/10_000, 3), ' ')
		return appendDigits(b, rest, 4)
	}
	return x.widePhone(b, begin, rest)
}

// widePhone is a number in wide digits, in UTF-8: ０９０－０１２３－４５６７.
func (x *row) widePhone(b []byte, begin byte, rest uint64) []byte {
	b = widen(b, '0', begin, '0')
	var digits [8]byte
	narrow := appendDigits(append(digits[:0], '0'), rest, 7)
	b = widen(append(b, "－"...), narrow[:4]...)
	return widen(append(b, "－"...), narrow[4:]...)
}

// widen appends digits in their wide form (U+FF10 to U+FF19), in UTF-8.
func widen(b []byte, digits ...byte) []byte {
	for _, c := range digits {
		b = append(b, 0xef, 0xbc, c-'0'+0x90)
	}
	return b
}

// home is where a person lives: luck to take a town, a street and a building off.
func (x *row) home() luck { return luckOf(uint64(x.owner(sharesHouse)*slots+int(x.house)) | 1<<40) }

func (x *row) postcode(b []byte) []byte {
	l := x.home()
	code := x.words.places[l.below(len(x.words.places))].code
	rest := uint64(l.below(10_000))
	if x.at == dtravel {
		b = append(b, "〒"...)
	}
	b = x.write(b, code)
	if x.at != rurubu {
		b = append(b, '-')
	}
	return appendDigits(b, rest, 4)
}

func (x *row) street(b []byte) []byte {
	l := x.home()
	at := &x.words.places[l.below(len(x.words.places))]
	l.below(10_000)
	town := &x.words.towns[l.below(len(x.words.towns))]
	a, c, e := int64(1+l.below(6)), int64(1+l.below(30)), int64(1+l.below(20))
	if x.tongue != inJapanese {
		b = append(strconv.AppendInt(b, a, 10), '-')
		b = append(strconv.AppendInt(b, c, 10), '-')
		b = append(strconv.AppendInt(b, e, 10), ' ')
		b = append(x.write(b, town.latin), ' ')
		return x.write(b, at.latin)
	}
	b = x.write(x.write(b, at.name), town.name)
	b = x.write(strconv.AppendInt(b, a, 10), x.words.chome)
	b = x.write(strconv.AppendInt(b, c, 10), x.words.ban)
	return x.write(strconv.AppendInt(b, e, 10), x.words.lot)
}

// building is missing from most addresses. One has what CSV must quote.
func (x *row) building(b []byte) []byte {
	l := x.home() >> 40
	kind := l.below(len(x.words.buildings))
	name := x.words.buildings[kind]
	if len(name[utf8]) == 0 || x.tongue != inJapanese {
		return b
	}
	quote := kind == len(x.words.buildings)-1
	if quote {
		b = append(b, '"')
	}
	b = x.write(b, name)
	b = strconv.AppendInt(b, int64(101+l.below(500)), 10)
	b = x.write(b, x.words.room)
	if quote {
		b = append(b, '"')
	}
	return b
}

func (x *row) passportState(b []byte) []byte { return x.write(b, x.words.passports[x.passport]) }

func (x *row) bookedOn(b []byte) []byte {
	return x.words.calendar[x.booked()].append(b, x.file.dates)
}

func (x *row) productGroup(b []byte) []byte { return x.write(b, x.product()) }

func (x *row) site(b []byte) []byte {
	if x.partner {
		return x.write(b, x.words.partner)
	}
	return x.write(b, x.words.sites[x.at])
}

func (x *row) locale(b []byte) []byte { return append(b, x.words.speech[x.tongue].locale...) }
