package jtb

// row is one row on its way into a file: who stands in it, and how they can be reached.
type row struct {
	entry
	groups *groups
	words  *words
	file   *file
	group  int // its number within the kind
	turn   int // of the row within the group
	leader int // number of the group's first person
	person int // number of this one

	tongue        tongue
	family, given *word
	birthday      int  // in the calendar
	self          luck // the same in all of the person's rows
	luck          luck // this row's alone
	guest         bool // booked without a member number
	passport      passport
	partner       bool // booked on the partner's site
}

type passport uint8

const (
	noPassport passport = iota
	expired
	valid
)

// slots is how many member numbers, mailboxes and houses a person has at most.
const slots = 3

// allPhones are numbers that nobody has: no mobile number of Japan goes on with 0 after its first three
// digits. There are four such beginnings and seven digits.
const allPhones = 40_000_000

// row makes row i of a brand's file.
func (r *register) row(at brand, i int) row {
	slot := int(r.order[at].at(uint64(i)))
	g := 0
	for slot >= r.groups[g].n*len(r.groups[g].of[at]) {
		slot -= r.groups[g].n * len(r.groups[g].of[at])
		g++
	}
	in := &r.groups[g]
	of := in.of[at]
	x := row{groups: in, words: r.words, file: &files[at], group: slot / len(of), turn: of[slot%len(of)]}
	x.entry = in.rows[x.turn]
	x.leader = in.person + x.group*in.people
	x.person = x.leader + in.place[x.who]
	x.self, x.luck = luckOf(uint64(x.person)<<8|0xff), luckOf(uint64(x.person)<<8|uint64(x.turn))
	x.introduce()
	if in.single && !in.out {
		x.forget()
		x.travel(r)
	}
	return x
}

// introduce gives the person a name and a birthday: those of the group's first, or a relative's.
func (x *row) introduce() {
	if x.tongue = x.groups.tongue; x.tongue == inForeign {
		x.tongue = []tongue{inEnglish, inEnglish, inEnglish, inEnglish, inEnglish, inChinese, inChinese, inTaiwanese,
			inKorean, inKorean}[x.leader%10]
	}
	s := &x.words.speech[x.tongue]
	number := int(s.people.at(uint64(x.leader)))
	family, number := number%len(s.family), number/len(s.family)
	given, day := number%len(s.given), number/len(s.given)
	switch x.who {
	case spouse:
		given++
	case child:
		given += 2
	}
	x.family, x.given = &s.family[family], &s.given[given%len(s.given)]
	x.birthday = x.words.bornFrom[x.who] + day
	switch {
	case x.groups.desk:
		x.family, x.given = &x.words.desk[0], &x.words.desk[1]
	case x.groups.bunch > 0: // no two of one name at one mailbox
		x.family = &s.family[x.group%len(s.family)]
	}
}

// forget leaves out what people and systems leave out, where nothing hangs on it.
func (x *row) forget() {
	l := x.luck
	if l.below(8) == 0 {
		x.born = missing
	}
	if l.below(30) == 0 {
		x.line = missing
	}
	if l.below(200) == 0 {
		x.reach = missing
	}
	x.guest = x.at == homepage && l.below(50) == 0
}

// travel gives passports to the first people of one row on the homepage, and the next ones to the partner.
func (x *row) travel(r *register) {
	if x.at != homepage {
		return
	}
	switch {
	case x.group < r.passports:
		x.passport = valid
	case x.group < r.passports+r.expired:
		x.passport = expired
	case x.group < r.passports+r.expired+r.partner:
		x.partner = true
	}
}

// booked is the day of the booking. The first people of one row have the first and the last day that count,
// or the last and the first that do not.
func (x *row) booked() int {
	l := x.luck
	from, until := x.words.bookedFrom, x.words.bookedUntil
	switch {
	case x.groups.out && x.person%reasons() == len(excluded):
		return from - 1 - l.below(400)*min(x.group/20, 1)
	case x.groups.out && x.person%reasons() == len(excluded)+1:
		return until + 1 + l.below(90)*min(x.group/20, 1)
	case x.groups.single && x.group == 0:
		return from
	case x.groups.single && x.group == 1:
		return until
	}
	return from + l.below(until-from+1)
}

// product is what was booked.
func (x *row) product() text {
	if reason := x.person % reasons(); x.groups.out && reason < len(excluded) {
		return x.words.outside[reason]
	}
	l := x.self ^ x.luck
	return x.words.products[l.below(len(x.words.products))]
}
