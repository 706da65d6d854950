package paper

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"oshirase/jobs/ledger"
	"oshirase/letters/reading"
)

// ErrUnknown says that the ledger has no print file of that name.
var ErrUnknown = errors.New("the ledger has no print file of this name")

// Verified is what was looked at.
type Verified struct {
	File     ledger.PrintFile
	Findings []Finding // none: the file is what was bound
}

// Verify reads a print file and compares it with the ledger, page by page, and with its manifest where that
// lies beside it. It needs no key, for it compares digests and numbers. The file must have its own name: it
// is what leads to the ledger.
func Verify(ctx context.Context, l *ledger.Ledger, path string) (Verified, error) {
	name := strings.TrimSuffix(filepath.Base(path), pdfEnding)
	f, err := l.PrintFileNamed(ctx, name)
	if err != nil {
		return Verified{}, err
	}
	if f == nil {
		return Verified{}, fmt.Errorf("%w: %q", ErrUnknown, name)
	}
	v := Verified{File: *f}
	pieces, err := l.Pieces(ctx, f.ID)
	if err != nil {
		return v, err
	}
	sums, err := l.PageSums(ctx, f.ID)
	if err != nil {
		return v, err
	}
	pdf, err := os.ReadFile(path)
	if err != nil {
		return v, err
	}
	v.Findings = verifyFile(pdf, *f, pieces, sums)
	manifest, err := os.Open(strings.TrimSuffix(path, pdfEnding) + manifestEnding)
	if errors.Is(err, os.ErrNotExist) {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	defer manifest.Close()
	v.Findings = append(v.Findings, verifyManifest(manifest, *f, pieces)...)
	return v, nil
}

func verifyFile(pdf []byte, f ledger.PrintFile, pieces []ledger.BoundPiece, sums []byte) []Finding {
	var found []Finding
	same := sha256.Sum256(pdf) == f.SHA256
	if !same {
		found = append(found, Finding{What: "the file is not the one that was bound (SHA-256)"})
	}
	pages, err := reading.Pages(pdf)
	if err != nil {
		found = append(found, Finding{What: err.Error()})
	}
	if len(pages) > 0 {
		found = append(found, compare(pages, expected(f, pieces), sums)...)
	}
	if !same && len(found) == 1 {
		found = append(found, Finding{What: "every page's own drawing is as it was: what pages share " +
			"(fonts, common text) was changed"})
	}
	return found
}

// verifyManifest compares the columns that the ledger has too.
func verifyManifest(r io.Reader, f ledger.PrintFile, pieces []ledger.BoundPiece) []Finding {
	in := csv.NewReader(r)
	in.FieldsPerRecord = -1
	rows, err := in.ReadAll()
	if err != nil || len(rows) != len(pieces)+2 {
		return []Finding{{What: fmt.Sprintf("the manifest is damaged or has not %d letters", len(pieces))}}
	}
	var found []Finding
	for i, p := range pieces {
		want := []string{strconv.Itoa(i + 1), p.Number, strconv.Itoa(p.PageFrom),
			strconv.Itoa(p.PageFrom + p.Pages - 1), strconv.Itoa(p.Sheets)}
		if row := rows[i+1]; len(row) < len(want) || !slices.Equal(row[:len(want)], want) {
			found = append(found, Finding{p.PageFrom, p.Number, "the manifest says otherwise"})
		}
	}
	total := rows[len(rows)-1]
	if total[len(total)-1] != fmt.Sprintf("%x", f.SHA256) {
		found = append(found, Finding{What: "the manifest is of another file (SHA-256)"})
	}
	return found
}
