package paper

import (
	"strings"
	"testing"

	"oshirase/jobs/ledger"
)

// A manifest comes back from a stranger's disk: whatever it is, it is judged and nothing panics, and one
// that does not name the file's own digest is never found right.
func FuzzManifest(f *testing.F) {
	f.Add("sequence,piece\r\n1,0268435457-2,1,2,2\r\ntotal,1,1,2,2,,,,,,00\r\n")
	f.Add("\"")
	f.Add("a\n\nb\n,")
	f.Fuzz(func(t *testing.T, text string) {
		piece := ledger.BoundPiece{PageFrom: 1, Piece: ledger.Piece{Number: "0268435457-2", Pages: 2, Sheets: 2}}
		file := ledger.PrintFile{Pieces: 1}
		found := verifyManifest(strings.NewReader(text), file, []ledger.BoundPiece{piece})
		if len(found) == 0 && !strings.Contains(text, strings.Repeat("0", 64)) {
			t.Error("a manifest without the file's digest is found right")
		}
	})
}

func TestAPostcodeBecomesACell(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"〒１００−０００１": "100-0001", "=1+1": "11", "SW1A 1AA": "SW1A 1AA", "-1": "1", "@SUM(A1)": "SUMA1", "": "",
	} {
		if got := postcode(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}
