package fold

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Address returns the lines of a postal address as they are compared. It is Kana, and
//
//   - 一丁目二番三号, 1丁目2番地の3 and 1-2-3 are one, as are 101号室 and 101, 3階 and 3F;
//   - signs, spaces and line ends only part numbers: where a line ends is an operator's taste;
//   - 大字 and 字 are gone, 霞ヶ関, 霞ケ関, 霞が関 are one, and so are 三ツ沢 and 三つ沢, 丸の内 and 丸ノ内;
//   - a postcode before it is gone, and the prefecture where the city has no namesake in another one.
//
// Building and room stay: they are other people's doors. Roman addresses are not abbreviated, nor led back
// to Japanese ones.
func Address(lines ...string) string {
	raw := make([][]byte, len(lines))
	for i, line := range lines {
		raw[i] = []byte(line)
	}
	return string(AppendAddress(nil, raw...))
}

// AppendAddress appends Address of lines.
func AppendAddress(dst []byte, lines ...[]byte) []byte {
	var letters [512]byte
	var runes [256]rune
	text := letters[:0]
	for _, line := range lines {
		text = append(appendWords(text, line), ' ')
	}
	a := address{dst: dst, runes: runes[:0]}
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		a.runes, text = append(a.runes, r), text[n:]
	}
	a.runes = withoutPrefecture(withoutPostcode(part(a.runes)))
	return a.append()
}

// appendWords folds each word of a line. Whatever parts them becomes one space.
func appendWords(dst, line []byte) []byte {
	for len(line) > 0 {
		end := bytes.IndexFunc(line, parts)
		if end < 0 {
			return AppendKana(dst, line)
		}
		_, n := utf8.DecodeRune(line[end:])
		dst = append(AppendKana(dst, line[:end]), ' ')
		line = line[end+n:]
	}
	return dst
}

// parts tells what stands between words.
func parts(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(",，、､.．。･・/／()（）「」『』[]［］【】〔〕<>＜＞〈〉#＃:：;；'’\"”*＊", r)
}

// part leaves a space or hyphen only where it parts two numerals. What of them stood together is a hyphen
// if one was among them.
func part(runes []rune) []rune {
	out := runes[:0]
	between := rune(0)
	for _, r := range runes {
		if r == ' ' || r == '-' {
			between = max(between, r)
			continue
		}
		if between != 0 && len(out) > 0 && numeral(out[len(out)-1]) && numeral(r) {
			out = append(out, between)
		}
		between = 0
		out = append(out, r)
	}
	return out
}
