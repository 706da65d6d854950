package fold

import "strings"

// Postcode keeps digits and, for other countries' sake, letters.
func Postcode(s string) string { return keep(Text(s), alphanumeric) }

// AppendPostcode appends Postcode of s.
func AppendPostcode(dst, s []byte) []byte { return append(dst, Postcode(string(s))...) }

// Phone keeps the digits of a number as it is written in a country (ISO 3166-1 alpha-2; empty: Japan).
func Phone(s, country string) string { return keep(Text(s), digit) }

// AppendPhone appends Phone of s.
func AppendPhone(dst, s []byte, country string) []byte {
	return append(dst, Phone(string(s), country)...)
}

// ID is Text, but nothing for what people write into a required field: a 0 or a dash that a thousand
// rows share is nobody's number. Leading zeros stay: 0001 and 1 are two members.
func ID(s string) string {
	s = Text(s)
	switch s {
	case "na", "n/a", "null", "none", "nil", "unknown", "なし", "無し", "不明", "未登録", "非会員":
		return ""
	}
	if strings.Trim(s, "0-*./_?#") == "" {
		return ""
	}
	return s
}

// AppendID appends ID of s.
func AppendID(dst, s []byte) []byte { return append(dst, ID(string(s))...) }

// Email returns the wire form of an address as it is compared. No relay in use tells the case of local
// parts apart.
func Email(wire string) string { return strings.ToLower(wire) }

// AppendEmail appends Email of wire.
func AppendEmail(dst, wire []byte) []byte { return append(dst, Email(string(wire))...) }

// Address returns the lines of a postal address as they are compared.
func Address(lines ...string) string { return Kana(strings.Join(lines, "")) }

// AppendAddress appends Address of lines.
func AppendAddress(dst []byte, lines ...[]byte) []byte {
	for _, line := range lines {
		dst = AppendKana(dst, line)
	}
	return dst
}

func keep(s string, want func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if want(r) {
			return r
		}
		return -1
	}, s)
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

func alphanumeric(r rune) bool { return digit(r) || r >= 'a' && r <= 'z' }
