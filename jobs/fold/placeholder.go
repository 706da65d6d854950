package fold

import (
	"bytes"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// NoName tells what stands where a name is required and nobody gave one: 不明, テスト, unknown, ああああ.
// Rows that share it are not one person.
func NoName(s string) bool {
	var buffer [64]byte
	folded := AppendKana(buffer[:0], []byte(s))
	return noNames()[string(folded)] || len(bytes.Trim(folded, "0-*/_?#")) == 0 || drummed(folded)
}

// noNames are the words, as Kana leaves them.
var noNames = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(`不明 氏名不明 名前不明 名無し 名なし ななし なし 無し 無 未登録 未設定 未入力 未定 匿名
		該当なし 退会者 退会済 退会済み 削除済 削除済み テスト テストテスト テストユーザ テストユーザー ダミー サンプル ゲスト
		お客様 ご担当者 ご担当者様 御担当者 御担当者様 担当者 担当者様 test testtest testuser dummy sample guest anonymous
		unknown noname none null nil nan na n/a deleted`) {
		all[Kana(word)] = true
	}
	return all
})

// drummed tells one key held down: aaa, ああああ. Three equal kanji may be a name.
func drummed(folded []byte) bool {
	first, n := utf8.DecodeRune(folded)
	return len(folded) >= 3*n && !unicode.Is(unicode.Han, first) &&
		bytes.Count(folded, folded[:n])*n == len(folded)
}
