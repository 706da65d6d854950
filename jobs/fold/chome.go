package fold

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// address writes folded runes with their numbers made one.
type address struct {
	dst    []byte
	runes  []rune
	i      int  // where it reads
	number bool // it has just written one
	spoken bool // and the number's counter, such as 丁目, stood before i
}

func (a *address) append() []byte {
	for a.i < len(a.runes) {
		if a.numbered() || a.dropped() {
			continue
		}
		for range max(1, kanjiRun(a.runes[a.i:])) {
			a.dst = utf8.AppendRune(a.dst, a.letter())
			a.i++
		}
		a.number, a.spoken = false, false
	}
	return a.dst
}

// at is the rune n behind the one that is read, 0 outside.
func (a *address) at(n int) rune {
	if n += a.i; n < 0 || n >= len(a.runes) {
		return 0
	}
	return a.runes[n]
}

// begins tells whether word stands n behind.
func (a *address) begins(n int, word string) bool {
	for _, r := range word {
		if a.at(n) != r {
			return false
		}
		n++
	}
	return true
}

// numbered reads a number and its counter, if there is one.
func (a *address) numbered() bool {
	digits := a.runes[a.i:]
	n := digitRun(digits)
	if n == 0 {
		if n = kanjiRun(digits); n == 0 || !a.counts(n) {
			return false
		}
	}
	if a.number {
		a.dst = append(a.dst, '-')
	}
	a.dst = appendNumber(a.dst, digits[:n])
	a.i += n
	a.number, a.spoken = true, false
	a.counter()
	return true
}

// counts tells whether the n kanji numerals that come next are a number and no part of a name: 三 is one in
// 三丁目 and 三-2, and none in 三田.
func (a *address) counts(n int) bool {
	for _, counter := range []string{"丁目", "番", "号", "階", "条", "棟", "線"} {
		if a.begins(n, counter) {
			return true
		}
	}
	next := a.at(n)
	if (next == '-' || next == 'ノ') && numeral(a.at(n+1)) {
		return true
	}
	return a.number && (a.spoken || a.at(-1) == '-') && !unicode.IsLetter(next)
}

// counters stand behind a number and say nothing, unless one of the runes in but makes them a name.
func counters() []struct{ word, but string } {
	return []struct{ word, but string }{
		{"丁目", ""}, {"番地", ""}, {"番", "町街館丁組通目沢場所"}, {"号室", ""}, {"号", "線地"}, {"室", ""},
	}
}

// counter skips what says which kind of number it was.
func (a *address) counter() {
	if a.at(0) == '階' {
		a.i++
		a.dst = append(a.dst, 'f')
		a.number = false
		return
	}
	for _, c := range counters() {
		n := utf8.RuneCountInString(c.word)
		if a.begins(0, c.word) && !slices.Contains([]rune(c.but), a.at(n)) {
			a.i += n
			a.spoken = true
			break
		}
	}
	if a.at(0) == 'ノ' && numeral(a.at(1)) {
		a.i++
		a.spoken = true
	}
}

// dropped skips what one writes and another does not.
func (a *address) dropped() bool {
	n := 0
	switch r := a.at(0); {
	case r == ' ' || r == '-', r == '字' && a.hamlet(), r == 'ガ' && a.kyoto():
		n = 1
	case a.begins(0, "大字"):
		n = 2
	}
	a.i += n
	return n > 0
}

// hamlet tells the 字 that announces a name from the ones within 十文字, 文字 and 十字街.
func (a *address) hamlet() bool {
	return a.i > 0 && unicode.IsLetter(a.at(1)) && !slices.Contains([]rune("文十数"), a.at(-1))
}

// kyoto tells 上がる and 下がる, which are 上ル and 下ル as well.
func (a *address) kyoto() bool { return (a.at(-1) == '上' || a.at(-1) == '下') && a.at(1) == 'ル' }

// letter returns the next rune, ガ, ケ and カ between kanji as ケ.
func (a *address) letter() rune {
	r := a.at(0)
	if (r == 'ガ' || r == 'カ') && unicode.Is(unicode.Han, a.at(-1)) && unicode.Is(unicode.Han, a.at(1)) {
		return 'ケ'
	}
	return r
}
