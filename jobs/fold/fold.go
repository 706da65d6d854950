package fold

// Text returns s as it is compared: compatibility forms made one (NFKC), letter case, spaces and
// invisible characters gone, everything that looks like a hyphen made one.
func Text(s string) string { return texts.string(s) }

// AppendText appends Text of s.
func AppendText(dst, s []byte) []byte { return texts.append(dst, s) }

// Name is Text for the name of a person or a company. Variant forms of a kanji are one (髙 and 高, 﨑 and
// 崎, 邊, 邉 and 辺 are the same family in two of a company's systems), ㈱ is 株式会社, and the signs
// between the parts of a name are gone. Accents stay, and kana stay what they are.
func Name(s string) string { return names.string(s) }

// AppendName appends Name of s.
func AppendName(dst, s []byte) []byte { return names.append(dst, s) }

// Kana is Name for the reading of a name, which the next system has in hiragana, or in the capitals of
// half-width katakana: しょう and ｼﾖｳ are シヨウ.
func Kana(s string) string { return kanas.string(s) }

// AppendKana appends Kana of s.
func AppendKana(dst, s []byte) []byte { return kanas.append(dst, s) }
