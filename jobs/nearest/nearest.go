// Package nearest finds what somebody may have meant who misspelt a name: the hint that goes with an
// unknown column, fact or function.
package nearest

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// To returns the name that is most like the wanted one, or "" where none is like it. Width and case do
// not count.
func To(want string, names []string) string {
	wanted := fold(want)
	if wanted == "" {
		return ""
	}
	best, least := "", 1<<30
	for _, name := range names {
		if d := distance(wanted, fold(name)); d < least {
			best, least = name, d
		}
	}
	if 2*least > max(len([]rune(want)), 2) && !strings.Contains(fold(best), wanted) {
		return ""
	}
	return best
}

func fold(s string) string { return strings.ToLower(norm.NFKC.String(s)) }

// distance is the number of runes to insert, delete or replace. Where one text is part of the other
// it is at most 1.
func distance(a, b string) int {
	if a != "" && b != "" && a != b && (strings.Contains(b, a) || strings.Contains(a, b)) {
		return 1
	}
	x, y := []rune(a), []rune(b)
	last := make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		diagonal := last[0]
		last[0] = i + 1
		for j := range y {
			cost := diagonal
			if x[i] != y[j] {
				cost++
			}
			diagonal = last[j+1]
			last[j+1] = min(cost, last[j]+1, last[j+1]+1)
		}
	}
	return last[len(y)]
}
