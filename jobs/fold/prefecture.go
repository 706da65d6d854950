package fold

import (
	"slices"
	"strings"
	"sync"
	"unicode"
)

// prefectures are the 47, as Kana leaves them.
var prefectures = sync.OnceValue(func() (folded [][]rune) {
	for _, name := range strings.Fields(`北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県
		千葉県 東京都 神奈川県 新潟県 富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府
		兵庫県 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県
		大分県 宮崎県 鹿児島県 沖縄県`) {
		folded = append(folded, []rune(Kana(name)))
	}
	return folded
})

// maxCity is how far behind a prefecture the name of its city ends.
const maxCity = 8

// withoutPrefecture cuts off what half of all people leave out, where it is safe: before a city that is the
// only one of its name, and before a ward of Tokyo. 府中市 and 伊達市 are each two, and so are districts (郡),
// towns and villages of many names.
func withoutPrefecture(runes []rune) []rune {
	for _, name := range prefectures() {
		if len(runes) < len(name) || !slices.Equal(runes[:len(name)], name) {
			continue
		}
		rest := runes[len(name):]
		switch string(city(rest, string(name) == "東京都")) {
		case "", "府中市", "伊達市":
			return runes
		}
		return rest
	}
	return runes
}

// city returns the city or ward that an address begins with, nil where it is a district's.
func city(runes []rune, tokyo bool) []rune {
	for i := 1; i < min(maxCity, len(runes)); i++ {
		next := rune(0)
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		switch {
		case runes[i] == '市' && next == '市': // 四日市市
			return runes[:i+2]
		case runes[i] == '市', tokyo && runes[i] == '区':
			return runes[:i+1]
		case runes[i] == '郡' && next != '市' && next != '山': // not 蒲郡市, 大和郡山市
			return nil
		}
	}
	return nil
}

// withoutPostcode cuts a Japanese postcode off that somebody wrote before the address.
func withoutPostcode(runes []rune) []rune {
	rest := runes
	if len(rest) > 0 && rest[0] == '〒' {
		rest = rest[1:]
	}
	n := digitRun(rest)
	if n == 3 && len(rest) > 3 && rest[3] == '-' {
		n = 4 + digitRun(rest[4:])
	}
	if n != 7 && n != 8 || n < len(rest) && !unicode.Is(unicode.Han, rest[n]) {
		return runes
	}
	return rest[n:]
}
