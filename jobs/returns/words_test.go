package returns

import (
	"testing"

	"oshirase/jobs/recipient"
)

func TestEveryWordIsKnownAndMeansOneThing(t *testing.T) {
	t.Parallel()
	for _, words := range []map[string][]string{statuses, reasons} {
		seen := map[string]string{}
		for code, list := range words {
			for _, w := range append([]string{code}, list...) {
				if w != recipient.Fold(w) {
					t.Errorf("%q is never found: cells are folded to %q", w, recipient.Fold(w))
				}
				if other := seen[w]; other != "" {
					t.Errorf("%q is both %s and %s", w, other, code)
				}
				seen[w] = code
			}
		}
	}
}
