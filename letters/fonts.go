package letters

import _ "embed" // the fonts

// Fonts are TrueType files. A Press copies what it changes.
type Fonts struct {
	Serif []byte // mincho: the body
	Sans  []byte // gothic: headings and emphasis
}

//go:embed fonts/NotoSerifJP-Regular.ttf
var notoSerifJP []byte

//go:embed fonts/NotoSansJP-Regular.ttf
var notoSansJP []byte

// Embedded returns the fonts that come with the program (Noto Serif JP and Noto Sans JP, OFL 1.1).
// The bytes are shared and must not be changed.
func Embedded() Fonts { return Fonts{Serif: notoSerifJP, Sans: notoSansJP} }
