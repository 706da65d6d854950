package returns

import (
	"testing"

	"oshirase/jobs/fold"
)

func TestEveryWordIsKnownAndMeansOneThing(t *testing.T) {
	t.Parallel()
	for _, words := range []map[string][]string{statuses, reasons} {
		seen := map[string]string{}
		for code, list := range words {
			for _, w := range append([]string{code}, list...) {
				if w != fold.Text(w) {
					t.Errorf("%q is never found: cells are folded to %q", w, fold.Text(w))
				}
				if other := seen[w]; other != "" {
					t.Errorf("%q is both %s and %s", w, other, code)
				}
				seen[w] = code
			}
		}
	}
}
