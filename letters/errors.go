package letters

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// GlyphError is a character that cannot be printed as it is registered. It blocks the letter.
type GlyphError struct {
	Rune  rune   // utf8.RuneError where the text is not UTF-8
	Where string // the part of the letter, such as "name" or "address line 2"
}

func (e *GlyphError) Error() string {
	switch {
	case e.Rune == utf8.RuneError:
		return e.Where + ": text is damaged (invalid UTF-8 or U+FFFD)"
	case invisible(e.Rune):
		return fmt.Sprintf("%s: character %U is a control character and prints nothing",
			e.Where, e.Rune)
	case combining(e.Rune) && !unicode.Is(unicode.Variation_Selector, e.Rune):
		return fmt.Sprintf("%s: combining character %U cannot be set on its letter", e.Where, e.Rune)
	}
	return fmt.Sprintf("%s: character %U has no glyph in the letter's fonts", e.Where, e.Rune)
}

// invisible reports characters that act on text instead of being printed. A letter has no use for
// them, and in a name or address they are a sign of damage.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// combining reports characters that change the one before. In a name they mean a form that the
// fonts' tables in use cannot give, a variant of an ideograph included.
func combining(r rune) bool {
	return unicode.Is(unicode.M, r) && r != '\u3099' && r != '\u309A'
}

// AddressError is an address that cannot be printed into the window. Its text repeats no part of
// it.
type AddressError struct {
	Field   string // such as "postcode" or "address line 2"
	Problem string
}

func (e *AddressError) Error() string { return e.Field + " " + e.Problem }
