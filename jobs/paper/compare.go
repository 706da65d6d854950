package paper

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"

	"oshirase/jobs/ledger"
	"oshirase/letters/barcode"
	"oshirase/letters/reading"
)

// Finding is something about a print file that is not as it should be.
type Finding struct {
	Page  int    // from 1; 0: the file as a whole
	Piece string // whose page it should be
	What  string
}

// String says all of it in one line.
func (f Finding) String() string {
	if f.Page == 0 {
		return f.What
	}
	return fmt.Sprintf("page %d, piece %s: %s", f.Page, f.Piece, f.What)
}

// sheet is what a page should be.
type sheet struct {
	piece string
	mark  string // the text of a symbol that it may bear
}

// expected are the pages of a file, in order. A piece of more sheets than a mark can say has no mark text.
func expected(f ledger.PrintFile, pieces []ledger.BoundPiece) []sheet {
	var out []sheet
	for i, p := range pieces {
		for n := range p.Pages {
			mark, _ := barcode.Mark{Batch: f.Number(), Sequence: i + 1, Sheet: n + 1, Sheets: p.Pages,
				Delivery: p.Delivery}.Text()
			out = append(out, sheet{p.Number, mark})
		}
	}
	return out
}

// Sides of the symbols that say a mark's text, in modules.
const (
	dataMatrixSide = 18
	qrSide         = 21
)

// compare finds the pages that are not what they should be. sums are the SHA-256 of the pages as they were
// bound, 32 bytes each; nil where they are not known yet.
func compare(pages []reading.Page, want []sheet, sums []byte) []Finding {
	var found []Finding
	if len(pages) != len(want) {
		found = append(found, Finding{What: fmt.Sprintf("the file has %d pages and should have %d", len(pages),
			len(want))})
	}
	was := map[[sha256.Size]byte]int{}
	for i := 0; (i+1)*sha256.Size <= len(sums); i++ {
		was[[32]byte(sums[i*sha256.Size:])] = i + 1
	}
	for i := range want {
		what := "is missing"
		if i < len(pages) {
			what = judge(pages[i], want[i], i, was)
		}
		if what != "" {
			found = append(found, Finding{i + 1, want[i].piece, what})
		}
	}
	return found
}

// judge says what is wrong with a page, or nothing. was has the places of pages as they were bound.
func judge(p reading.Page, want sheet, i int, was map[[32]byte]int) string {
	if len(was) > 0 && was[p.Sum] != i+1 {
		if at := was[p.Sum]; at > 0 {
			return fmt.Sprintf("the page in its place was page %d", at)
		}
		if !slices.Contains(p.Pieces, want.piece) {
			return "the page bears another number or none"
		}
		return "the page is not the one that was bound"
	}
	if !slices.Contains(p.Pieces, want.piece) {
		return "the page bears another number or none"
	}
	if !bears(p, want) {
		return "the mark is not its own"
	}
	return ""
}

// bears tells whether each symbol on a page that could say a mark's text says the right one.
func bears(p reading.Page, want sheet) bool {
	for _, s := range p.Symbols {
		encode := map[int]func(string) (barcode.Matrix, error){
			dataMatrixSide: barcode.DataMatrix, qrSide: barcode.QR,
		}[s.Width]
		if encode == nil || s.Width != s.Height {
			continue
		}
		m, err := encode(want.mark)
		if err != nil || !bytes.Equal(m.Mask().Bits, s.Bits) {
			return false
		}
	}
	return true
}
