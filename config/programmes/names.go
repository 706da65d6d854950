package programmes

// Everything here is invented or belongs to nobody: given names and family names are common ones
// put together at random, the companies, towns and telephone numbers do not exist, and the
// domains are reserved for examples (RFC 2606), the carriers' few excepted.

// name is a Japanese family or given name, and how it is spelt in an e-mail address.
type name struct{ kanji, latin string }

var familyNames = []name{
	{"佐藤", "sato"}, {"鈴木", "suzuki"}, {"髙橋", "takahashi"}, {"田中", "tanaka"},
	{"渡邉", "watanabe"}, {"伊藤", "ito"}, {"山本", "yamamoto"}, {"中村", "nakamura"},
	{"小林", "kobayashi"}, {"加藤", "kato"}, {"吉田", "yoshida"}, {"山﨑", "yamazaki"},
	{"濵田", "hamada"}, {"佐々木", "sasaki"}, {"山口", "yamaguchi"}, {"松本", "matsumoto"},
	{"井上", "inoue"}, {"木村", "kimura"}, {"林", "hayashi"}, {"清水", "shimizu"},
	{"髙木", "takagi"}, {"阿部", "abe"}, {"森", "mori"}, {"池田", "ikeda"},
	{"橋本", "hashimoto"}, {"石川", "ishikawa"}, {"前田", "maeda"}, {"藤田", "fujita"},
	{"後藤", "goto"}, {"岡田", "okada"}, {"長谷川", "hasegawa"}, {"村上", "murakami"},
	{"近藤", "kondo"}, {"石井", "ishii"}, {"斎藤", "saito"}, {"坂本", "sakamoto"},
	{"遠藤", "endo"}, {"青木", "aoki"}, {"藤井", "fujii"}, {"福﨑", "fukuzaki"},
}

var givenNames = []name{
	{"太郎", "taro"}, {"花子", "hanako"}, {"健一", "kenichi"}, {"美咲", "misaki"},
	{"大輔", "daisuke"}, {"陽子", "yoko"}, {"翔太", "shota"}, {"由美", "yumi"},
	{"拓也", "takuya"}, {"恵子", "keiko"}, {"直樹", "naoki"}, {"真由美", "mayumi"},
	{"誠", "makoto"}, {"裕子", "yuko"}, {"和也", "kazuya"}, {"智子", "tomoko"},
	{"剛", "tsuyoshi"}, {"明美", "akemi"}, {"浩二", "koji"}, {"久美子", "kumiko"},
	{"亮", "ryo"}, {"さくら", "sakura"}, {"修", "osamu"}, {"ひとみ", "hitomi"},
	{"学", "manabu"}, {"香織", "kaori"}, {"隆", "takashi"}, {"奈々", "nana"},
	{"哲也", "tetsuya"}, {"千尋", "chihiro"}, {"光", "hikaru"}, {"えりか", "erika"},
}

var (
	englishFamily = []string{
		"Carter", "Nguyen", "Patel", "Schmidt", "Rossi", "Kim", "Garcia", "Johansson", "O'Neill",
		"Wong", "Martin", "Silva", "Novak", "Taylor", "Fischer", "Lee", "Anderson", "Dubois",
		"Singh", "van Dijk", "Brown", "Costa", "Murphy", "Tan",
	}
	englishGiven = []string{
		"Emily", "James", "Priya", "Lukas", "Giulia", "Minh", "Sofia", "Erik", "Siobhan", "Grace",
		"Claire", "Pedro", "Jan", "Olivia", "Daniel", "Anita", "Marie", "Thomas", "Hannah", "Wei",
	}
)

// companies are ordered by release: twelve working days from 10 September 2013. People add up to
// 6,441.
var companies = []Company{
	{"株式会社かえで商事", "kaede.example.jp", "2013-09-10", 1240},
	{"みなも電機株式会社", "minamo.example.jp", "2013-09-11", 1010},
	{"株式会社あけぼの旅行企画", "akebono.example.com", "2013-09-12", 860},
	{"ひなた製薬株式会社", "hinata.example.jp", "2013-09-13", 720},
	{"しおかぜ海運株式会社", "shiokaze.example.com", "2013-09-17", 610},
	{"株式会社つむぎ繊維", "tsumugi.example.jp", "2013-09-18", 520},
	{"こだま計測株式会社", "kodama.example.jp", "2013-09-19", 430},
	{"株式会社みはらし出版", "miharashi.example.com", "2013-09-20", 350},
	{"あさぎり食品株式会社", "asagiri.example.jp", "2013-09-24", 280},
	{"株式会社ほたる設計", "hotaru.example.jp", "2013-09-25", 200},
	{"Kazaguruma Trading, Inc.", "kazaguruma.example.com", "2013-09-26", 140},
	{"合同会社ゆきしろ総研", "yukishiro.example.jp", "2013-09-27", 81},
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

// place is an invented town with the first digits of a postcode.
type place struct{ code, ja, en string }

var places = []place{
	{"100", "東京都見本区", "Mihon-ku, Tokyo"},
	{"530", "大阪府例示市", "Reiji-shi, Osaka"},
	{"060", "北海道架空市", "Kaku-shi, Hokkaido"},
	{"460", "愛知県見本市", "Mihon-shi, Aichi"},
	{"810", "福岡県例示市", "Reiji-shi, Fukuoka"},
	{"980", "宮城県架空市", "Kaku-shi, Miyagi"},
	{"231", "神奈川県見本市", "Mihon-shi, Kanagawa"},
	{"600", "京都府例示市", "Reiji-shi, Kyoto"},
}

var towns = []name{
	{"本町", "Honcho"}, {"緑町", "Midoricho"}, {"桜台", "Sakuradai"}, {"旭町", "Asahicho"},
	{"港町", "Minatomachi"}, {"栄町", "Sakaecho"}, {"若葉台", "Wakabadai"}, {"西原", "Nishihara"},
}

var buildings = []name{
	{"", ""}, {"", ""}, {"見本ハイツ", "Mihon Heights"}, {"コーポひかり", "Corpo Hikari"},
	{"メゾン「葵」", "Maison Aoi"}, {`レジデンス"AOI", 東棟`, `Residence "AOI", East`},
}
