package templates

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing wrong in a source.
type Problem struct {
	Line, Column int // 1-based, in the source file; front matter counted; columns are characters
	What, Do     string
	Warning      bool
}

// String puts the problem on one line, as a compiler would.
func (p Problem) String() string {
	s := fmt.Sprintf("%d:%d: %s", p.Line, p.Column, p.What)
	if p.Do != "" {
		s += " (" + p.Do + ")"
	}
	return s
}

// ValueError is a value that cannot be printed as it is. Nothing is stripped from a value in
// silence: a name that somebody filled with control characters is somebody's business to look at.
type ValueError struct {
	Field  string // such as .Person.Name
	Reason string // names at most the character at fault, never the value
}

// Error names the field and the reason.
func (e *ValueError) Error() string { return fmt.Sprintf("value of %s: %s", e.Field, e.Reason) }

func byPlace(a, b Problem) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// suggest says what to write instead of a wrong name: the nearest right one, or all of them.
func suggest(wrong string, right []string) string {
	if near := nearest(wrong, right); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(right) == 0 {
		return "there are none to choose from"
	}
	sorted := slices.Sorted(slices.Values(right))
	return "known are " + strings.Join(sorted, ", ")
}

// nearest returns the name that takes the fewest edits to reach, or "" where none is near.
func nearest(wrong string, right []string) string {
	best, near := max(2, len([]rune(wrong))/3)+1, ""
	for _, name := range right {
		if d := distance(strings.ToLower(wrong), strings.ToLower(name)); d < best {
			best, near = d, name
		}
	}
	return near
}

// distance is the Levenshtein distance in characters.
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range to {
			change := diagonal
			if x != y {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}
