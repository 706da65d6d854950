package programmes

// Everything here is invented or belongs to nobody: the companies and telephone numbers do not exist, and
// the domains are reserved for examples (RFC 2606), the carriers' few excepted.

// companies are ordered by release: twelve working days from 10 September 2013. People add up to
// 6,441.
var companies = []Company{
	{"株式会社かえで商事", "kaede.example.jp", "2013-09-10", 1240, false},
	{"みなも電機株式会社", "minamo.example.jp", "2013-09-11", 1010, false},
	{"株式会社あけぼの旅行企画", "akebono.example.com", "2013-09-12", 860, false},
	{"ひなた製薬株式会社", "hinata.example.jp", "2013-09-13", 720, false},
	{"しおかぜ海運株式会社", "shiokaze.example.com", "2013-09-17", 610, false},
	{"株式会社つむぎ繊維", "tsumugi.example.jp", "2013-09-18", 520, false},
	{"こだま計測株式会社", "kodama.example.jp", "2013-09-19", 430, false},
	{"株式会社みはらし出版", "miharashi.example.com", "2013-09-20", 350, false},
	{"あさぎり食品株式会社", "asagiri.example.jp", "2013-09-24", 280, false},
	{"株式会社ほたる設計", "hotaru.example.jp", "2013-09-25", 200, false},
	{"Kazaguruma Trading, Inc.", "kazaguruma.example.com", "2013-09-26", 140, true},
	{"合同会社ゆきしろ総研", "yukishiro.example.jp", "2013-09-27", 81, false},
}

var departments = []string{"営業部", "総務部", "海外事業部", "経理部", "開発部", "人事部", "購買部", ""}

// carrierAddresses break RFC 5322 in the two ways that carriers allowed until 2009: dots in a
// row, and a dot before the @. They are all that is not in a domain for examples.
var carrierAddresses = []string{
	"oshirase..mihon@docomo.ne.jp",
	"oshirase.mihon.@ezweb.ne.jp",
	"mihon...oshirase@docomo.ne.jp",
	"mihon.oshirase.@docomo.ne.jp",
	"mihon..oshirase.@ezweb.ne.jp",
}

const familyAddress = "mihon-family@example.jp"

// mailDomains are where private people have their mailboxes.
var mailDomains = []string{
	"example.com", "example.jp", "example.org", "mail.example.com", "docomo.example.jp",
	"ezweb.example.jp", "softbank.example.jp", "webmail.example.org",
}
