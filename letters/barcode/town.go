package barcode

// SplitTown divides an address into its part down to the town (住所A), which the postcode says, and the
// rest (住所B), which holds the address number. The rest begins at the first number or Latin letter that
// is not part of a town's name.
//
// The manual leaves the division to whoever knows the towns. The towns themselves are a register of
// 120,000 lines that changes monthly; what is wanted of it here is only which numerals are names. Those
// follow few patterns: 北1条西, 24軒, 一番町, 七番丁, 八丁堀, 麻布十番, 三ノ輪, 一の宮. Where a campaign
// has town and number in separate columns, AddressNumber of the second is exact.
func SplitTown(address string) (town, rest string) {
	at := restOf(fold(address))
	for i := range address {
		if at == 0 {
			return address[:i], address[i:]
		}
		at--
	}
	return address, ""
}

func restOf(rs []rune) int {
	for i := 0; i < len(rs); i++ {
		switch {
		case capital(rs[i]):
			return i
		case digit(rs[i]):
			end := i + span(rs[i:], digit)
			if !digitsOfName(rs[end:]) {
				return i
			}
			i = end - 1
		case numeral(rs[i]):
			end := i + span(rs[i:], numeral)
			if numbers(rs[end:]) {
				return i
			}
			i = end - 1
		}
	}
	return len(rs)
}

// digitsOfName reports whether digits before a text are part of a town's name.
func digitsOfName(after []rune) bool {
	for _, word := range []string{"条", "軒", "番町", "番丁", "丁堀"} {
		if begins(after, word) {
			return true
		}
	}
	return false
}

// numbers reports whether kanji numerals before a text are a number and not part of a town's name.
func numbers(after []rune) bool {
	switch {
	case begins(after, "丁目"), begins(after, "番地"), begins(after, "地割"),
		begins(after, "号"), begins(after, "線"):
		return true
	case begins(after, "丁"):
		return ends(after[1:]) || figures(after[1:]) > 0
	case begins(after, "番"):
		return ends(after[1:]) || blockNumber(after[1:])
	case begins(after, "の"), begins(after, "ノ"):
		return figures(after[1:]) > 0
	}
	return false
}

// blockNumber tells 五番三号 and 五番3号 from the towns 麻布十番 and 六番 before 1-2-3, 2丁目 or 二丁目:
// who writes a block in kanji writes the house so too, or says 号 after it.
func blockNumber(after []rune) bool {
	n := figures(after)
	if n == 0 || begins(after[n:], "丁") {
		return false
	}
	return numeral(after[0]) || begins(after[n:], "号")
}

// figures counts the numerals of one kind at the beginning of a text.
func figures(rs []rune) int {
	if n := span(rs, numeral); n > 0 {
		return n
	}
	return span(rs, digit)
}

// ends reports the end of a word.
func ends(rs []rune) bool {
	if len(rs) == 0 {
		return true
	}
	switch rs[0] {
	case ' ', '\u3000', '\n', '\r', '\t', ',', '-', '‐', '‑', '–', '—', '―', '−', 'ー':
		return true
	}
	return false
}
