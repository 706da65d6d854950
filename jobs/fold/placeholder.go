package fold

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// NoName tells what stands where a name is required and nobody gave one: 不明, テスト, unknown, ああああ.
// Rows that share it are not one person.
func NoName(s string) bool {
	s = Kana(s)
	switch s {
	case "不明", "氏名不明", "名前不明", "名無シ", "名ナシ", "ナナシ", "ナシ", "無シ", "無", "未登録", "未設定", "未入力",
		"未定", "匿名", "該当ナシ", "退会者", "退会済", "退会済ミ", "削除済", "削除済ミ", "テスト", "テストテスト",
		"テストユ-ザ", "テストユ-ザ-", "ダミ-", "サンプル", "ゲスト", "オ客様", "ゴ担当者", "御担当者", "ゴ担当者様",
		"御担当者様", "担当者", "担当者様", "test", "testtest", "testuser", "dummy", "sample", "guest", "anonymous",
		"unknown", "noname", "none", "null", "nil", "nan", "na", "n/a", "deleted", "firstnamelastname":
		return true
	}
	return strings.Trim(s, "0-*/_?#") == "" || drummed(s)
}

// drummed tells one key held down: aaa, ああああ. Three equal kanji may be a name.
func drummed(s string) bool {
	first, n := utf8.DecodeRuneInString(s)
	return len(s) >= 3*n && !unicode.Is(unicode.Han, first) && strings.Trim(s, string(first)) == ""
}

// NoBirthday tells the days that systems put where a day of birth is required and none is known:
// 0000-00-00 read as whatever, 1900-01-01 and all before it, 9999-12-31 and all that nobody lived to see.
func NoBirthday(day time.Time) bool {
	return day.Year() < 1900 || day.Year() > 2100 || day.Year() == 1900 && day.YearDay() == 1
}
