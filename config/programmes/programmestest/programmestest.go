// Package programmestest writes the samples for their tests and reads their files back, with nothing of the code that
// made them.
package programmestest

import (
	"context"
	"encoding/csv"
	"io"
	"testing"
)

// Write writes a sample into a folder of the test.
func Write(t testing.TB, sample func(ctx context.Context, dir string, scale float64) error, scale float64) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := sample(t.Context(), dir, scale); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Table gives the rows of a table in CSV, UTF-8 without a byte order mark, by heading.
func Table(t testing.TB, r io.Reader) (rows []map[string]string) {
	t.Helper()
	records, err := csv.NewReader(r).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, heading := range records[0] {
			row[heading] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}
