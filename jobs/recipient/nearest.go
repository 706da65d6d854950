package recipient

import "strings"

// nearest returns the name that is most like the wanted one, or "" where none is.
func nearest(want string, names []string) string {
	best, least := "", 1<<30
	for _, name := range names {
		if d := distance(Fold(want), Fold(name)); d < least {
			best, least = name, d
		}
	}
	if 2*least > max(len([]rune(want)), 2) && !strings.Contains(Fold(best), Fold(want)) {
		return ""
	}
	return best
}

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
