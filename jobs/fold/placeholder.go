package fold

import (
	"strings"
	"time"
)

// NoName tells what stands where a name is required and nobody gave one: 不明, テスト, unknown.
func NoName(s string) bool {
	s = Name(s)
	switch s {
	case "不明", "氏名不明", "テスト", "てすと", "test", "dummy", "ダミ-", "unknown", "noname", "none", "null", "na", "n/a",
		"名無し", "なし", "無し", "未登録", "未設定", "匿名", "ゲスト", "guest":
		return true
	}
	return strings.Trim(s, "0-*./_?#x") == ""
}

// NoBirthday tells the days that systems put where a date is required and none is known: 1900-01-01 and
// everything before it, and what lies ahead.
func NoBirthday(t time.Time) bool {
	return t.Year() <= 1900 && t.YearDay() == 1 || t.Year() < 1900 || t.Year() > 2100
}
