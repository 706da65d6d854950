package segment

import "time"

// Kind is the type of a fact.
type Kind string

// The kinds of facts.
const (
	Text   Kind = "text"
	Date   Kind = "date"
	Number Kind = "number"
	Bool   Kind = "bool"
)

// Kinds are all of them.
func Kinds() []Kind { return []Kind{Text, Date, Number, Bool} }

// Value is a fact of one row or person. The zero Value is an absent fact: an empty cell, or a file
// without the column. Only the field of its kind is set, besides Text.
type Value struct {
	Kind   Kind
	Text   string    // as it stood in the file
	Date   time.Time // midnight UTC
	Number float64
	Bool   bool
}
