package campaign

import (
	"fmt"
	"strings"
)

// suggest says which of the known words was meant or, where none is near, which there are.
func suggest(word string, known []string) string {
	if best, ok := nearest(word, known); ok {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "known here: " + strings.Join(known, ", ")
}

// nearest gives the known word with the fewest edits from word, if these are few for its length.
func nearest(word string, known []string) (string, bool) {
	word = strings.ToLower(word)
	best, least := "", 2+len(word)/5
	for _, k := range known {
		if n := edits(word, strings.ToLower(k), least); n < least {
			best, least = k, n
		}
	}
	return best, best != ""
}

// edits is the Levenshtein distance, in bytes: known words are ASCII. Words whose lengths alone
// differ by limit are not compared, which keeps a hostile key of a megabyte cheap.
func edits(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
