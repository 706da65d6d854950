package jtb

import "slices"

// brand is where a row was booked. Each brand has a file, and a system of its own that wrote it.
type brand uint8

const (
	homepage brand = iota
	rurubu
	japanican
	dtravel
	brands
)

// who is a person of a group, by what makes them different from the first.
type who uint8

const (
	first    who = iota
	spouse       // of the first's family name
	child        // the same
	namesake     // of the first's name, born in another year
	roles
)

// what a row shares with the first person of its group although it is somebody else's.
const (
	sharesMail = 1 << iota
	sharesHouse
	sharesLine // the telephone
)

// cell says what stands in a cell in place of the person's own.
type cell uint8

const (
	own cell = iota
	missing
	dummy
	dummyZero
)

// entry is one row of a group. account, mail and house say which of a person's several it has; a
// member number of one brand is none of another.
type entry struct {
	at                   brand
	who                  who
	account, mail, house uint8
	born, line, reach    cell // birth date, telephone, e-mail
	shares               uint8
}

// keys of the manifest's identity, in order.
const (
	byNumber = iota
	byMail
	byBirth
	byPhone
	keys
)

// keyLabels are the keys as a plan names them.
func keyLabels() [keys]string {
	return [keys]string{"id", "email+name", "name+birth_date", "name+postcode+phone"}
}

// tongue is the language of a name.
type tongue uint8

const (
	inJapanese tongue = iota
	inEnglish
	inChinese
	inTaiwanese // Chinese, in traditional characters
	inKorean
	tongues
	inForeign // one of the others than Japanese
)

var locales = [tongues]string{"ja", "en", "zh-Hans", "zh-Hant", "ko"}

// kind is a group of rows that belong together, or look as if they did.
type kind struct {
	name   string
	often  int // groups in a million rows
	rows   []entry
	joined [keys]int // rows that each key joins
	bunch  int       // so many groups share an agency's mailbox
	desk   bool      // and a name
	tongue tongue
	alike  bool // its people have something in common and are not to be joined
}

// people counts those of one group, and gives each role its place among them.
func (k *kind) people() (place [roles]int, n int) {
	for i, e := range k.rows {
		if !slices.ContainsFunc(k.rows[:i], func(x entry) bool { return x.who == e.who }) {
			place[e.who] = n
			n++
		}
	}
	return place, n
}

// kinds are all but the people of one row, of which there are as many as make up the number, and one kind
// of two rows (twice), which makes up the number of duplicates.
func kinds() []kind {
	return append(duplicates(), lookalikes()...)
}

var twice = kind{name: "the same member number", rows: []entry{
	{at: homepage}, {at: homepage}}, joined: [keys]int{byNumber: 1}}

func duplicates() []kind {
	return []kind{
		{name: "the same member number, rurubu", often: 9_000, rows: again(rurubu, 2),
			joined: [keys]int{byNumber: 1}},
		{name: "the same member number, dtravel", often: 1_500, rows: again(dtravel, 2),
			joined: [keys]int{byNumber: 1}},
		{name: "the same member number, japanican", often: 3_000, rows: again(japanican, 2),
			joined: [keys]int{byNumber: 1}, tongue: inForeign},
		{name: "the same member number, three bookings", often: 5_000, rows: again(homepage, 3),
			joined: [keys]int{byNumber: 2}},
		{name: "the same member number, six bookings", often: 800, rows: again(homepage, 6),
			joined: [keys]int{byNumber: 5}},
		{name: "the same member number, twelve bookings", often: 150, rows: again(rurubu, 12),
			joined: [keys]int{byNumber: 11}},
		{name: "moved house", often: 14_000, joined: [keys]int{byNumber: 1}, rows: []entry{
			{at: homepage}, {at: homepage, house: 1, mail: 1}}},
		{name: "mailbox and name, homepage and rurubu", often: 22_000, joined: [keys]int{byMail: 1},
			rows: []entry{{at: homepage}, {at: rurubu, house: 1, born: missing}}},
		{name: "mailbox and name, rurubu and dtravel", often: 3_000, joined: [keys]int{byMail: 1},
			rows: []entry{{at: rurubu, born: missing}, {at: dtravel, house: 1}}},
		{name: "mailbox and name, two numbers of japanican", often: 3_000, joined: [keys]int{byMail: 1},
			rows: []entry{{at: japanican}, {at: japanican, account: 1, house: 1}}, tongue: inForeign},
		{name: "mailbox and name, homepage and japanican", often: 1_500, joined: [keys]int{byMail: 1},
			rows: []entry{{at: homepage, line: missing}, {at: japanican}}, tongue: inEnglish},
		{name: "name and birth date, homepage and rurubu", often: 17_000, joined: [keys]int{byBirth: 1},
			rows: []entry{{at: homepage}, {at: rurubu, mail: 1, house: 1}}},
		{name: "name and birth date, homepage and dtravel", often: 4_000, joined: [keys]int{byBirth: 1},
			rows: []entry{{at: homepage, reach: missing}, {at: dtravel, house: 1}}},
		{name: "name and birth date, two numbers of japanican", often: 1_500, joined: [keys]int{byBirth: 1},
			rows: []entry{{at: japanican}, {at: japanican, account: 1, mail: 1, house: 1}}, tongue: inForeign},
		{name: "name, postcode and phone, homepage and dtravel", often: 5_000, joined: [keys]int{byPhone: 1},
			rows: []entry{{at: homepage}, {at: dtravel, mail: 1, born: missing}}},
		{name: "name, postcode and phone, homepage and rurubu", often: 8_000, joined: [keys]int{byPhone: 1},
			rows: []entry{{at: homepage, born: missing}, {at: rurubu, reach: missing, born: missing}}},
		{name: "name, postcode and phone, rurubu and japanican", often: 1_000, joined: [keys]int{byPhone: 1},
			rows: []entry{{at: rurubu, born: missing}, {at: japanican, mail: 1}}, tongue: inEnglish},
		{name: "a chain through number, birth date and phone", often: 1_500,
			joined: [keys]int{byNumber: 1, byBirth: 1, byPhone: 1}, rows: []entry{
				{at: homepage, born: missing},
				{at: homepage, mail: 1, house: 1},
				{at: rurubu, mail: 2, house: 2},
				{at: dtravel, reach: missing, house: 2, born: missing}}},
		{name: "a chain through mailbox and birth date", often: 3_000,
			joined: [keys]int{byMail: 1, byBirth: 1}, rows: []entry{
				{at: homepage, born: missing},
				{at: rurubu, house: 1},
				{at: japanican, mail: 1, house: 2}}},
		{name: "a chain through phone and mailbox", often: 1_500,
			joined: [keys]int{byMail: 1, byPhone: 1}, rows: []entry{
				{at: homepage, born: missing},
				{at: dtravel, mail: 1, born: missing},
				{at: rurubu, mail: 1, house: 1}}},
	}
}

// again is n rows of one member number in one brand.
func again(at brand, n int) []entry {
	rows := make([]entry, n)
	for i := range rows {
		rows[i].at = at
	}
	return rows
}

func lookalikes() []kind {
	return []kind{
		{name: "a family's mailbox, house and phone", often: 3_000, alike: true, rows: []entry{
			{at: homepage},
			{at: homepage, who: spouse, shares: sharesMail | sharesHouse | sharesLine},
			{at: rurubu, who: child, shares: sharesMail | sharesHouse | sharesLine}}},
		{name: "a name and a house", often: 4_000, alike: true, rows: []entry{
			{at: homepage}, {at: rurubu, who: namesake, shares: sharesHouse}}},
		{name: "a name, born 1900-01-01", often: 2_000, alike: true, rows: []entry{
			{at: homepage, born: dummy}, {at: dtravel, who: namesake, born: dummy}}},
		{name: "a name, born 0000-00-00", often: 1_000, alike: true, rows: []entry{
			{at: homepage, born: dummyZero}, {at: rurubu, who: namesake, born: dummyZero}}},
		{name: "a name, a house and the phone 000-0000-0000", often: 1_500, alike: true, rows: []entry{
			{at: homepage, line: dummy},
			{at: rurubu, who: namesake, shares: sharesHouse, line: dummy}}},
		{name: "an agency's mailbox", often: 4_000, bunch: 30, alike: true, rows: []entry{
			{at: rurubu, reach: dummy, born: missing}}},
		{name: "an agency's mailbox, and its desk for a name", often: 4_000, bunch: 30, desk: true, alike: true,
			rows: []entry{{at: homepage, reach: dummy, born: missing}}},
	}
}

// exclusion is a group of products whose customers are not affected (notice of 14 June 2016): the name under
// which its rows are counted, and what stands in the files.
type exclusion struct{ Name, Product string }

var excluded = []exclusion{
	{"tabimonogatari", "JTB旅物語"},
	{"highway-buses", "高速バス"},
	{"local-tickets", "現地観光プラン・レジャーチケット・定期観光バス"},
	{"restaurants", "レストラン"},
	{"overseas-packages", "海外ダイナミックパッケージ"},
	{"overseas-flights", "海外航空券"},
	{"overseas-hotels", "海外ホテル"},
	{"overseas-tours", "海外現地オプショナルツアー"},
	{"other-products", "その他旅行関連商品(保険・積立等)"},
}

// reasons is how many there are for a row to be excluded: its product, and too early or too late.
func reasons() int { return len(excluded) + 2 }

// products are the others, invented.
var products = []string{
	"国内宿泊", "国内ツアー", "国内航空券+宿泊", "JR+宿泊", "日帰り旅行", "海外ツアー", "レンタカー+宿泊",
}

var sites = [brands]string{"JTBホームページ", "るるぶトラベル", "JAPANiCAN", "dトラベル"}

// partnerSite is a telephone company's, whose bookings are in the homepage's system.
const partnerSite = "auトラベル"

// telling is the order of the brands' segments: who booked with several is told by the first. JAPANiCAN is the
// only one to write in other languages than Japanese.
var telling = [brands]brand{japanican, homepage, rurubu, dtravel}

// mailDomains are reserved for examples (RFC 2606, and JPRS for .jp).
var mailDomains = []string{
	"example.com", "example.jp", "example.org", "mail.example.com", "docomo.example.jp", "au.example.jp",
	"softbank.example.jp", "webmail.example.org",
}
