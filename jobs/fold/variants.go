package fold

import (
	_ "embed"
	"strings"
	"sync"
)

// variants are groups of kanji that are one character in two forms.
//
//go:embed variants.txt
var variants string

// plainForms leads from a variant form of a kanji (異体字, 旧字体) to the one it is compared as.
var plainForms = sync.OnceValue(func() map[rune]rune {
	forms := make(map[rune]rune, 512)
	for line := range strings.Lines(variants) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, group := range strings.Fields(line) {
			plain := []rune(group)
			for _, variant := range plain[1:] {
				forms[variant] = plain[0]
			}
		}
	}
	return forms
})

// plainForm returns the common form of a kanji, or the rune itself.
func plainForm(r rune) rune {
	if plain, ok := plainForms()[r]; ok {
		return plain
	}
	return r
}
