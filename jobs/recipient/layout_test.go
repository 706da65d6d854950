package recipient

import (
	"strings"
	"testing"
)

func TestLostZerosAreLookedForInJapanOnly(t *testing.T) {
	t.Parallel()
	for home, want := range map[string]int{"": 2, "JP": 2, "jp": 2, "US": 0} {
		_, _, problems := mustRead(t, Spec{Home: home, Segments: everybody(), Files: []File{memory("a.csv",
			"name,postcode,phone\nAnn,94103,201234567\nBob,600001,3-1234-5678\n")}})
		n := 0
		for _, p := range problems {
			if strings.Contains(p.What, "lost a leading zero") {
				n++
			}
		}
		if n != want {
			t.Errorf("home %q: %d warnings, %+v", home, n, problems)
		}
	}
}
