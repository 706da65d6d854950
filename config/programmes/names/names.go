// Package names has what the people of examples are made of.
//
// Everything here is invented or belongs to nobody: given names and family names are common ones put together
// at random, and the towns do not exist.
package names

// Name is a Japanese family or given name, and how it is spelt in an e-mail address.
type Name struct{ Kanji, Latin string }

// Families are Japanese family names.
var Families = []Name{
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

// Given are Japanese given names.
var Given = []Name{
	{"太郎", "taro"}, {"花子", "hanako"}, {"健一", "kenichi"}, {"美咲", "misaki"},
	{"大輔", "daisuke"}, {"陽子", "yoko"}, {"翔太", "shota"}, {"由美", "yumi"},
	{"拓也", "takuya"}, {"恵子", "keiko"}, {"直樹", "naoki"}, {"真由美", "mayumi"},
	{"誠", "makoto"}, {"裕子", "yuko"}, {"和也", "kazuya"}, {"智子", "tomoko"},
	{"剛", "tsuyoshi"}, {"明美", "akemi"}, {"浩二", "koji"}, {"久美子", "kumiko"},
	{"亮", "ryo"}, {"さくら", "sakura"}, {"修", "osamu"}, {"ひとみ", "hitomi"},
	{"学", "manabu"}, {"香織", "kaori"}, {"隆", "takashi"}, {"奈々", "nana"},
	{"哲也", "tetsuya"}, {"千尋", "chihiro"}, {"光", "hikaru"}, {"えりか", "erika"},
}

// Names of readers of English, from many countries.
var (
	EnglishFamilies = []string{
		"Carter", "Nguyen", "Patel", "Schmidt", "Rossi", "Kim", "Garcia", "Johansson", "O'Neill",
		"Wong", "Martin", "Silva", "Novak", "Taylor", "Fischer", "Lee", "Anderson", "Dubois",
		"Singh", "van Dijk", "Brown", "Costa", "Murphy", "Tan",
	}
	EnglishGiven = []string{
		"Emily", "James", "Priya", "Lukas", "Giulia", "Minh", "Sofia", "Erik", "Siobhan", "Grace",
		"Claire", "Pedro", "Jan", "Olivia", "Daniel", "Anita", "Marie", "Thomas", "Hannah", "Wei",
	}
)

// Place is an invented town with the first digits of a postcode.
type Place struct{ Code, Ja, En string }

// Places are towns.
var Places = []Place{
	{"100", "東京都見本区", "Mihon-ku, Tokyo"},
	{"530", "大阪府例示市", "Reiji-shi, Osaka"},
	{"060", "北海道架空市", "Kaku-shi, Hokkaido"},
	{"460", "愛知県見本市", "Mihon-shi, Aichi"},
	{"810", "福岡県例示市", "Reiji-shi, Fukuoka"},
	{"980", "宮城県架空市", "Kaku-shi, Miyagi"},
	{"231", "神奈川県見本市", "Mihon-shi, Kanagawa"},
	{"600", "京都府例示市", "Reiji-shi, Kyoto"},
}

// Towns are parts of any town.
var Towns = []Name{
	{"本町", "Honcho"}, {"緑町", "Midoricho"}, {"桜台", "Sakuradai"}, {"旭町", "Asahicho"},
	{"港町", "Minatomachi"}, {"栄町", "Sakaecho"}, {"若葉台", "Wakabadai"}, {"西原", "Nishihara"},
}

// Buildings have flats; of some houses there is none.
var Buildings = []Name{
	{"", ""}, {"", ""}, {"見本ハイツ", "Mihon Heights"}, {"コーポひかり", "Corpo Hikari"},
	{"メゾン「葵」", "Maison Aoi"}, {`レジデンス"AOI", 東棟`, `Residence "AOI", East`},
}
