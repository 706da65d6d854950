package letters

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// GlyphError is a character that cannot be printed as it is registered. It blocks the letter.
type GlyphError struct {
	Rune     rune   // utf8.RuneError where the text is not UTF-8
	Selector rune   // variation selector of a variant of Rune, 0 otherwise
	Where    string // the part of the letter, such as "name" or "address line 2"
}

func (e *GlyphError) Error() string {
	switch {
	case e.Rune == utf8.RuneError:
		return e.Where + ": text is damaged (invalid UTF-8 or U+FFFD)"
	case invisible(e.Rune):
		return fmt.Sprintf("%s: character %U is a control character and prints nothing",
			e.Where, e.Rune)
	case e.Selector != 0:
		return fmt.Sprintf("%s: variant %U %U has no glyph in the letter's fonts", e.Where, e.Rune,
			e.Selector)
	case extends(e.Rune) && !unicode.Is(unicode.Variation_Selector, e.Rune):
		return fmt.Sprintf("%s: combining character %U cannot be set on its letter", e.Where, e.Rune)
	}
	return fmt.Sprintf("%s: character %U has no glyph in the letter's fonts", e.Where, e.Rune)
}

// invisible reports characters that act on text instead of being printed. A letter has no use for
// them, and in a name or address they are a sign of damage.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// AddressError is an address that cannot be printed into the window. Its text repeats no part of
// it.
type AddressError struct {
	Field   string // such as "postcode" or "address line 2"
	Problem string
}

func (e *AddressError) Error() string { return e.Field + " " + e.Problem }
