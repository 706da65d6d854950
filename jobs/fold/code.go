package fold

import (
	"bytes"
	"unicode/utf8"
)

// Postcode keeps digits and, for other countries' sake, letters: 〒１２３ー４５６７ is 1234567. One digit all
// along, 000-0000 or 999-9999, is nobody's.
func Postcode(s string) string { return string(AppendPostcode(nil, []byte(s))) }

// AppendPostcode appends Postcode of s.
func AppendPostcode(dst, s []byte) []byte {
	start := len(dst)
	dst = AppendText(dst, s)
	code := dst[start:start]
	for _, b := range dst[start:] {
		if b >= '0' && b <= '9' || b >= 'a' && b <= 'z' {
			code = append(code, b)
		}
	}
	if len(bytes.Trim(code, "0")) == 0 || len(bytes.Trim(code, "9")) == 0 {
		return dst[:start]
	}
	return dst[:start+len(code)]
}

// ID is Text, but nothing for what people write into a required field: a 0 or a dash that a thousand
// rows share is nobody's number. Leading zeros and hyphens stay: 0001 and 1 are two members.
func ID(s string) string { return string(AppendID(nil, []byte(s))) }

// AppendID appends ID of s.
func AppendID(dst, s []byte) []byte {
	start := len(dst)
	dst = AppendText(dst, s)
	switch string(dst[start:]) {
	case "na", "n/a", "null", "none", "nil", "nan", "unknown", "dummy", "test", "なし", "無し", "無", "不明",
		"未登録", "未設定", "未入力", "該当なし", "非会員", "ゲスト", "テスト", "ダミ-":
		return dst[:start]
	}
	if len(bytes.Trim(dst[start:], "0-*./_?#")) == 0 {
		return dst[:start]
	}
	return dst
}

// Email returns the wire form of an address as it is compared. No relay in use tells the case of local
// parts apart.
func Email(wire string) string { return string(AppendEmail(nil, []byte(wire))) }

// AppendEmail appends Email of wire.
func AppendEmail(dst, wire []byte) []byte {
	for i, b := range wire {
		if b >= utf8.RuneSelf {
			return append(dst, bytes.ToLower(wire[i:])...)
		}
		if b >= 'A' && b <= 'Z' {
			b += 'a' - 'A'
		}
		dst = append(dst, b)
	}
	return dst
}
