package table

import (
	"sync"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
)

// usualKanji are what names, addresses and the titles of columns are mostly written with. They need not be
// the most frequent ones, nor all of them: much fewer would tell Japanese from what only has its bytes.
const usualKanji = `佐藤鈴木高橋田中伊渡辺山本村小林加吉井口松斎斉清水野原川島石崎森池阿部前後岡長谷近遠坂青福西太三上久保宮
金内和工新東今関大竹平丸千葉岩桜市古河増杉柴酒武安横服堀星荒菊永奥土浜秋沢子美恵一郎二男夫雄正幸真由香明智隆博之浩文
彦樹健翔直人光広義信孝志洋介純奈優花愛菜里理佳代紀裕哉行英良弘貴昭秀勝治京都阪府北海道県区町郡丁目番地号室字通条南央港宿
名屋神埼玉知兵庫氏住所電話郵便会社員生年月日様株式有限利用登録種別性女店支見試験例四五六七八九十々`

// rank is how usual a character is.
type rank uint8

// The ranks above those that tell nothing: signs stand in every language's text.
const (
	usual rank = 1
	sign  rank = 2
)

// The ranks by the two bytes of a character.
var (
	usual932 = sync.OnceValue(func() *[1 << 16]rank { return ranks(japanese.ShiftJIS) })
	usualEUC = sync.OnceValue(func() *[1 << 16]rank { return ranks(japanese.EUCJP) })
)

func ranks(e encoding.Encoding) *[1 << 16]rank {
	list, in := new([1 << 16]rank), e.NewEncoder()
	enter := func(r rune, as rank) {
		if two, err := in.Bytes([]byte(string(r))); err == nil && len(two) == 2 {
			list[int(two[0])<<8|int(two[1])] = as
		}
	}
	for r := rune(0xa0); r < 0xffff; r++ {
		if !unicode.IsLetter(r) || r >= 0xff00 {
			enter(r, sign)
		}
	}
	for r := 'ぁ'; r <= 'ー'; r++ {
		enter(r, usual)
	}
	for _, r := range usualKanji {
		enter(r, usual)
	}
	return list
}
